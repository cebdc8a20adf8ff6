#include "services/ingest/storage/sqlite_search.h"

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "libs/db/migrator.h"
#include "services/ingest/storage/tenant_token.h"

namespace huiyin::ingest {
namespace {

// Larger batches make fewer, larger segments of the index: 4000 messages a commit cost a third of
// what they cost in commits of 64.
constexpr size_t kBatch = 4000;
// How long messages may gather for a batch: when nobody asks (the first of them may have waited as
// long before, and SearchTickets promises a second), and when somebody waits in CatchUp.
constexpr std::chrono::milliseconds kUnasked(400), kAsked(50);
// A batch is taken in steps while it gathers, so that it does not hold up the calls being answered:
// a whole one is a third of a second of work.
constexpr std::chrono::milliseconds kStep(20);
constexpr size_t kStepMost = 500;
// A message's place in the index: rows of one ticket stand together, newest tickets last.
constexpr int kNumberBits = 20;
static_assert(kMaxMessages < 1 << kNumberBits);

constexpr db::Migration kSchema[] = {
    {1, "0001_search.sql",
     "CREATE VIRTUAL TABLE words USING fts5"
     "(tokens, content='', detail=none, columnsize=0, tokenize='ascii');\n"
     "CREATE TABLE progress (one BIGINT PRIMARY KEY, seq BIGINT NOT NULL);\n"
     "INSERT INTO progress (one, seq) VALUES (1, 0);\n"},
    // A batch should become one segment, and segments should be merged seldom.
    {2, "0002_large_segments.sql",
     "INSERT INTO words (words, rank) VALUES ('hashsize', 16777216);\n"
     "INSERT INTO words (words, rank) VALUES ('automerge', 8);\n"},
    {3, "0003_removed.sql", "ALTER TABLE progress ADD COLUMN removed BIGINT NOT NULL DEFAULT 0;\n"},
    // Indexes made before changes were followed hold words that nobody knows any more.
    {4, "0004_changes.sql",
     "INSERT INTO words (words) VALUES ('delete-all');\n"
     "ALTER TABLE progress RENAME COLUMN removed TO change;\n"
     "UPDATE progress SET seq = 0, change = 0;\n"},
};

// A database that was put back to an earlier state, or made anew, beside an index that was not: the
// index holds what is gone, and must begin again.
absl::Status ForgetIfAhead(db::Database& messages, db::Database& index) {
  int64_t newest = 0, last_change = 0;
  HUIYIN_RETURN_IF_ERROR(messages.Read([&](db::Session& session) {
    return session.Query(
        "SELECT COALESCE((SELECT MAX(seq) FROM message), 0), "
        "COALESCE((SELECT seq FROM sqlite_sequence WHERE name = 'search_change'), 0)",
        {}, [&](const db::Row& row) {
          newest = row.Int(0);
          last_change = row.Int(1);
        });
  }));
  return index.Write([&](db::Transaction& tx) -> absl::Status {
    bool ahead = false;
    HUIYIN_RETURN_IF_ERROR(tx.Query(
        "SELECT seq, change FROM progress", {},
        [&](const db::Row& row) { ahead = row.Int(0) > newest || row.Int(1) > last_change; }));
    if (!ahead) return absl::OkStatus();
    HUIYIN_RETURN_IF_ERROR(tx.Execute("INSERT INTO words (words) VALUES ('delete-all')").status());
    return tx.Execute("UPDATE progress SET seq = 0, change = 0").status();
  });
}

constexpr char kAddWords[] = "INSERT INTO words (rowid, tokens) VALUES (?, ?)";

// What a change takes out of the index or puts into it.
struct Words {
  int64_t rowid;
  std::string words;
};

std::string Tokens(const TenantId& tenant, std::string_view text) {
  return absl::StrCat(TenantToken(tenant), " ", IndexTokens(text));
}

}  // namespace

absl::StatusOr<std::unique_ptr<SqliteSearch>> SqliteSearch::Create(
    db::Database& messages, std::unique_ptr<db::Database> index) {
  HUIYIN_RETURN_IF_ERROR(db::Migrate(*index, "ingest_search", kSchema));
  HUIYIN_RETURN_IF_ERROR(ForgetIfAhead(messages, *index));
  return std::unique_ptr<SqliteSearch>(new SqliteSearch(messages, std::move(index)));
}

absl::StatusOr<std::vector<SearchHit>> SqliteSearch::Find(db::Session&, const TenantId& tenant,
                                                          std::span<const QueryToken> tokens,
                                                          const SearchHit& before, int limit) {
  std::string query = TenantToken(tenant);
  for (const QueryToken& token : tokens) {
    absl::StrAppend(&query, " AND \"", token.text, "\"", token.prefix ? " *" : "");
  }
  std::vector<SearchHit> hits;
  const int64_t below = (before.ticket_no << kNumberBits) + before.message_number;
  const absl::Status status = index_->Read([&](db::Session& session) {
    return session.Query(
        "SELECT rowid FROM words WHERE words MATCH ? AND rowid < ? ORDER BY rowid DESC LIMIT ?",
        {query, below, limit}, [&](const db::Row& row) {
          hits.push_back(
              {row.Int(0) >> kNumberBits, static_cast<int>(row.Int(0) & ((1 << kNumberBits) - 1))});
        });
  });
  if (!status.ok()) return status;
  return hits;
}

absl::StatusOr<int64_t> SqliteSearch::NewestMessage() {
  int64_t newest = 0;
  HUIYIN_RETURN_IF_ERROR(messages_.Read([&](db::Session& session) {
    return session.Query("SELECT COALESCE(MAX(seq), 0) FROM message", {},
                         [&](const db::Row& row) { newest = row.Int(0); });
  }));
  return newest;
}

absl::StatusOr<SqliteSearch::Progress> SqliteSearch::ReadProgress() {
  Progress progress;
  HUIYIN_RETURN_IF_ERROR(index_->Read([&](db::Session& session) {
    return session.Query("SELECT seq, change FROM progress", {}, [&](const db::Row& row) {
      progress = {row.Int(0), row.Int(1)};
    });
  }));
  return progress;
}

absl::StatusOr<std::vector<SqliteSearch::Document>> SqliteSearch::ReadDocuments(
    const Progress& after) {
  std::vector<Document> documents;
  HUIYIN_RETURN_IF_ERROR(messages_.Read([&](db::Session& session) {
    return session.Query(
        "SELECT m.seq, m.ticket_no, m.number, m.tenant, m.body, t.subject, t.order_id, "
        "(SELECT c.before FROM search_change c WHERE c.ticket_no = m.ticket_no AND "
        " c.number = m.number AND c.id > ? ORDER BY c.id LIMIT 1) "
        "FROM message m JOIN ticket t ON t.no = m.ticket_no WHERE m.seq > ? ORDER BY m.seq LIMIT ?",
        {after.change, after.message, kStepMost}, [&](const db::Row& row) {
          const int64_t rowid = (row.Int(1) << kNumberBits) + row.Int(2);
          // Changed before it was indexed: what the first change will remove must be there.
          if (!row.IsNull(7)) return documents.push_back({row.Int(0), rowid, row.Str(7)});
          const std::string text =
              SearchText(static_cast<int>(row.Int(2)), row.Text(4), row.Text(5), row.Text(6));
          documents.push_back({row.Int(0), rowid, Tokens(TenantId(row.Text(3)), text)});
        });
  }));
  return documents;
}

bool SqliteSearch::Gather(std::chrono::steady_clock::time_point begin) {
  std::unique_lock lock(mutex_);
  const auto end = begin + (wanted_ > indexed_ ? kAsked : kUnasked);
  const auto now = std::chrono::steady_clock::now();
  if (now >= end) return false;
  return !changed_.wait_until(lock, std::min(end, now + kStep), [this] { return stopping_; });
}

absl::Status SqliteSearch::IndexBatch(int64_t& position) {
  HUIYIN_ASSIGN_OR_RETURN(const Progress before, ReadProgress());
  position = before.message;
  HUIYIN_ASSIGN_OR_RETURN(const int64_t newest, NewestMessage());
  if (newest <= before.message) return absl::OkStatus();
  Progress progress;
  const auto begin = std::chrono::steady_clock::now();
  HUIYIN_RETURN_IF_ERROR(index_->Write([&](db::Transaction& tx) -> absl::Status {
    progress = before;
    for (size_t taken = 0, step = kStepMost; taken < kBatch; taken += step) {
      if (step < kStepMost && !Gather(begin)) break;
      HUIYIN_ASSIGN_OR_RETURN(const std::vector<Document> documents, ReadDocuments(progress));
      step = documents.size();
      if (documents.empty()) continue;
      std::vector<db::Value> values;
      values.reserve(documents.size() * 2);
      for (const Document& document : documents) {
        values.emplace_back(document.rowid);
        values.emplace_back(document.words);
      }
      HUIYIN_RETURN_IF_ERROR(tx.ExecuteMany(kAddWords, 2, values).status());
      progress.message = documents.back().seq;
    }
    return tx.Execute("UPDATE progress SET seq = ?", {progress.message}).status();
  }));
  position = progress.message;
  return absl::OkStatus();
}

absl::Status SqliteSearch::Change(db::Session& session, const TenantId& tenant,
                                  const SearchHit& message, std::string_view before,
                                  std::string_view after) {
  return session
      .Execute("INSERT INTO search_change (ticket_no, number, before, after) VALUES (?, ?, ?, ?)",
               {message.ticket_no, message.message_number, Tokens(tenant, before),
                Tokens(tenant, after)})
      .status();
}

absl::Status SqliteSearch::MakeChanges() {
  HUIYIN_ASSIGN_OR_RETURN(const Progress progress, ReadProgress());
  int64_t last = progress.change;
  bool all = true, any = false;
  std::vector<std::pair<Words, Words>> changes;
  HUIYIN_RETURN_IF_ERROR(messages_.Read([&](db::Session& session) {
    return session.Query(
        "SELECT c.id, c.ticket_no, c.number, c.before, c.after, m.seq FROM search_change c JOIN "
        "message m ON m.ticket_no = c.ticket_no AND m.number = c.number ORDER BY c.id LIMIT ?",
        {kBatch}, [&](const db::Row& row) {
          any = true;
          if (row.Int(0) <= progress.change) return;
          all = all && row.Int(5) <= progress.message;
          if (!all) return;  // in their order, so that one number says how far it is
          last = row.Int(0);
          const int64_t rowid = (row.Int(1) << kNumberBits) + row.Int(2);
          changes.push_back({{rowid, row.Str(3)}, {rowid, row.Str(4)}});
        });
  }));
  if (!any) return absl::OkStatus();
  // Removing what is not there breaks the index: it happens once, with the note that it has.
  if (!changes.empty()) {
    HUIYIN_RETURN_IF_ERROR(index_->Write([&](db::Transaction& tx) -> absl::Status {
      for (const auto& [before, after] : changes) {
        HUIYIN_RETURN_IF_ERROR(
            tx.Execute("INSERT INTO words (words, rowid, tokens) VALUES ('delete', ?, ?)",
                       {before.rowid, before.words})
                .status());
        HUIYIN_RETURN_IF_ERROR(tx.Execute(kAddWords, {after.rowid, after.words}).status());
      }
      return tx.Execute("UPDATE progress SET change = ?", {last}).status();
    }));
  }
  return messages_.Write([&](db::Transaction& tx) {
    return tx.Execute("DELETE FROM search_change WHERE id <= ?", {last}).status();
  });
}

void SqliteSearch::Start() {
  thread_ = std::thread([this] { Serve(); });
}

void SqliteSearch::Stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_all();
  }
  if (thread_.joinable()) thread_.join();
}

void SqliteSearch::Serve() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    const int64_t before = indexed_;
    int64_t position = before;
    lock.unlock();
    // An error (disk full, say) is tried again at leisure.
    const bool done = IndexBatch(position).ok() && MakeChanges().ok();
    lock.lock();
    indexed_ = position;
    changed_.notify_all();
    if (done && position > before) continue;  // more is likely to come
    changed_.wait_for(lock, kUnasked, [&] { return stopping_ || (done && wanted_ > indexed_); });
  }
}

absl::Status SqliteSearch::CatchUp(absl::Duration timeout) {
  HUIYIN_ASSIGN_OR_RETURN(const int64_t newest, NewestMessage());
  std::unique_lock lock(mutex_);
  wanted_ = std::max(wanted_, newest);
  changed_.notify_all();
  const bool done = changed_.wait_for(lock, absl::ToChronoMilliseconds(timeout),
                                      [&] { return stopping_ || indexed_ >= newest; });
  if (indexed_ >= newest) return absl::OkStatus();
  return done ? absl::UnavailableError("the service is stopping")
              : absl::DeadlineExceededError("the search index is behind");
}

}  // namespace huiyin::ingest
