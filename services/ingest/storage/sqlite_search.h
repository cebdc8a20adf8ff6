// Search on SQLite; see search_index.h.
#pragma once

#include <condition_variable>
#include <memory>
#include <mutex>
#include <thread>

#include "services/ingest/storage/search_index.h"

namespace huiyin::ingest {

class SqliteSearch final : public SearchIndex {
 public:
  // `messages`: the main database, which must outlive this. `index`: the file of the words; its
  // tables are made when they are not there.
  static absl::StatusOr<std::unique_ptr<SqliteSearch>> Create(db::Database& messages,
                                                              std::unique_ptr<db::Database> index);
  ~SqliteSearch() override { Stop(); }

  absl::Status Add(db::Session&, const TenantId&, const SearchHit&, std::string_view) override {
    return absl::OkStatus();  // the indexer finds it
  }
  // Leaves the words to the indexer.
  absl::Status Remove(db::Session& session, const TenantId& tenant, const SearchHit& message,
                      std::string_view text) override;
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
  // `seq` of the newest message, and of the last one in the index.
  absl::StatusOr<int64_t> NewestMessage();
  absl::StatusOr<int64_t> Indexed();
  // Indexes the next batch; `position`: the last message indexed then.
  absl::Status IndexBatch(int64_t& position);
  // Takes words of erased messages out of the index. After IndexBatch: what it read before the
  // erasure is in the index by then.
  absl::Status RemoveErased();

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
