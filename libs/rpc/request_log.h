// The store behind request_id: which answer a request got, so that a repeat gets the same one. Rows
// are written in the transaction of the change itself. Internal to libs/rpc.
#pragma once

#include <array>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/core/caller.h"
#include "libs/db/database.h"

namespace google::protobuf {
class Message;
}

namespace huiyin::rpc {

inline constexpr absl::Duration kRequestLogKept = absl::Hours(7 * 24);

// One request as the log knows it.
struct LoggedRequest {
  std::string key;     // 22 bytes from tenant, method and request id, which is a UUID
  std::string digest;  // 32 bytes from subject and content
};
LoggedRequest MakeLoggedRequest(const Caller& caller, std::string_view method,
                                std::string_view request_id,
                                const google::protobuf::Message& request);

// True: seen before, and `answer` is what it got. FAILED_PRECONDITION (REQUEST_ID_REUSED): seen
// with other content. A repeat that another process runs at the same time is waited for.
absl::StatusOr<bool> FindAnswer(db::Transaction& tx, const LoggedRequest& request,
                                std::string& answer);
absl::Status StoreAnswer(db::Transaction& tx, const LoggedRequest& request, std::string_view answer,
                         absl::Time now);

// Removes some rows older than kRequestLogKept: few enough to share a transaction with others,
// more than come in between two calls.
inline constexpr int kWritesPerPrune = 128;
absl::Status PruneRequestLog(db::Transaction& tx, absl::Time now);

}  // namespace huiyin::rpc
