// Search on SQLite; see search_index.h.
#pragma once

#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "services/ingest/storage/search_index.h"

namespace huiyin::ingest {

class SqliteSearch final : public SearchIndex {
 public:
  // `messages`: the main database, which must outlive this. `index`: the file of the words; its
  // tables are made when they are not there.
  static absl::StatusOr<std::unique_ptr<SqliteSearch>> Create(db::Database& messages,
                                                              std::unique_ptr<db::Database> index);
  ~SqliteSearch() override { Stop(); }

  absl::Status Add(db::Session&, const Ticket&, const Message&) override {
    return absl::OkStatus();  // the indexer finds it
  }
  // Leaves both texts' words to the indexer.
  absl::Status Change(db::Session& session, const TenantId& tenant, const SearchHit& message,
                      std::string_view before, std::string_view after) override;
  absl::StatusOr<std::vector<SearchHit>> Find(db::Session& session, const TenantId& tenant,
                                              std::span<const QueryToken> tokens,
                                              const SearchHit& before, int limit) override;
  absl::Status CatchUp(absl::Duration timeout) override;
  void Start() override;
  void Stop() override;

 private:
  SqliteSearch(db::Database& messages, std::unique_ptr<db::Database> index)
      : messages_(messages), index_(std::move(index)) {}

  void Serve();
  // How far the index has got.
  struct Progress {
    int64_t message = 0;  // `seq` of the last message in it
    int64_t change = 0;   // `id` of the last change made
  };
  absl::StatusOr<Progress> ReadProgress();
  absl::StatusOr<int64_t> NewestMessage();
  struct Document {
    int64_t seq;  // of its message
    int64_t rowid;
    std::string words;
  };
  // The next messages that are not in the index.
  absl::StatusOr<std::vector<Document>> ReadDocuments(const Progress& after);
  // Waits a little for more messages; false when the batch that began then had better end.
  bool Gather(std::chrono::steady_clock::time_point begin);
  // Indexes the next batch, as its messages come; `position`: the last message indexed then.
  absl::Status IndexBatch(int64_t& position);
  // Makes the changes of messages that are in the index, in their order.
  absl::Status MakeChanges();

  db::Database& messages_;
  const std::unique_ptr<db::Database> index_;

  std::mutex mutex_;
  std::condition_variable changed_;
  int64_t indexed_ = 0;  // up to this message all is indexed
  int64_t wanted_ = 0;   // newest message that a CatchUp waits for
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace huiyin::ingest
