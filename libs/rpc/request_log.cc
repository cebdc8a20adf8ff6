#include "libs/rpc/request_log.h"

#include <google/protobuf/io/coded_stream.h>
#include <google/protobuf/io/zero_copy_stream_impl_lite.h>
#include <google/protobuf/message.h>
#include <openssl/evp.h>

#include <cstring>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/core/status.h"

namespace huiyin::rpc {
namespace {

constexpr size_t kHashBytes = 16;  // of a key
constexpr int kPruneRows = 4 * kWritesPerPrune;

struct FreeDigest {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

// SHA-256 of the parts, each preceded by its length, so that no two lists give the same bytes.
std::string Sha256(std::initializer_list<std::string_view> parts) {
  // Fetched once: looking the algorithm up for each digest costs more than a digest.
  static EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeDigest> context(EVP_MD_CTX_new());
  EVP_DigestInit_ex2(context.get(), sha256, nullptr);
  for (const std::string_view part : parts) {
    const uint64_t size = part.size();
    EVP_DigestUpdate(context.get(), &size, sizeof size);
    EVP_DigestUpdate(context.get(), part.data(), part.size());
  }
  std::string digest(32, '\0');
  EVP_DigestFinal_ex(context.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  return digest;
}

// The first 48 bits of a UUID. In version 7 they are the time it was made at: keys that begin with
// them arrive nearly in order, so that neighbours share a page of the index and its write.
std::string TimePart(std::string_view uuid) {
  const absl::string_view text(uuid.data(), uuid.size());
  return absl::HexStringToBytes(absl::StrCat(text.substr(0, 8), text.substr(9, 4)));
}

}  // namespace

LoggedRequest MakeLoggedRequest(const Caller& caller, std::string_view method,
                                std::string_view request_id,
                                const google::protobuf::Message& request) {
  thread_local std::string buffer;
  const size_t size = request.ByteSizeLong();
  if (buffer.size() < size) buffer.resize(size);
  {
    google::protobuf::io::ArrayOutputStream stream(buffer.data(), static_cast<int>(size));
    google::protobuf::io::CodedOutputStream coded(&stream);
    coded.SetSerializationDeterministic(true);  // maps in one order
    request.SerializeWithCachedSizes(&coded);
  }
  const std::string_view content(buffer.data(), size);
  LoggedRequest logged;
  logged.key = TimePart(request_id);
  logged.key.append(Sha256({caller.tenant.value(), method, request_id}), 0, kHashBytes);
  logged.digest = Sha256({caller.subject, content});
  return logged;
}

absl::StatusOr<bool> FindAnswer(db::Transaction& tx, const LoggedRequest& request,
                                std::string& answer) {
  if (tx.dialect() == db::Dialect::kPostgres) {
    // Held to the end of the transaction. SQLite has one writer and needs none.
    int64_t lock;
    std::memcpy(&lock, request.key.data() + request.key.size() - sizeof lock, sizeof lock);
    HUIYIN_RETURN_IF_ERROR(
        tx.Query("SELECT pg_advisory_xact_lock(?)", {lock}, [](const db::Row&) {}));
  }
  std::string digest;
  HUIYIN_ASSIGN_OR_RETURN(
      const bool found, tx.QueryOne("SELECT digest, answer FROM request_log WHERE request_key = ?",
                                    {db::Blob{request.key}}, [&](const db::Row& row) {
                                      digest = row.Str(0);
                                      answer = row.Str(1);
                                    }));
  if (!found || digest == request.digest) return found;
  return Error(absl::StatusCode::kFailedPrecondition, "REQUEST_ID_REUSED",
               "this request_id was used for a request with other content");
}

absl::Status StoreAnswer(db::Transaction& tx, const LoggedRequest& request, std::string_view answer,
                         absl::Time now) {
  return tx
      .Execute(
          "INSERT INTO request_log (request_key, digest, answer, created_at) "
          "VALUES (?, ?, ?, ?)",
          {db::Blob{request.key}, db::Blob{request.digest}, db::Blob{answer}, now})
      .status();
}

absl::Status PruneRequestLog(db::Transaction& tx, absl::Time now) {
  // Rows are in order of arrival: while the first is young, so are all. Asked first, because
  // looking for old ones reads kPruneRows rows even where there is none.
  const absl::Time old = now - kRequestLogKept;
  absl::Time first = absl::InfiniteFuture();
  HUIYIN_RETURN_IF_ERROR(tx.Query("SELECT created_at FROM request_log ORDER BY id LIMIT 1", {},
                                  [&](const db::Row& row) { first = row.Time(0); }));
  if (first >= old) return absl::OkStatus();
  return tx
      .Execute(
          "DELETE FROM request_log WHERE created_at < ? AND id IN "
          "(SELECT id FROM request_log ORDER BY id LIMIT ?)",
          {old, kPruneRows})
      .status();
}

}  // namespace huiyin::rpc
