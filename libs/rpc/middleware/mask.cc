#include "libs/rpc/middleware/mask.h"

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "libs/rpc/status.h"

namespace huiyin::rpc {
namespace {

constexpr absl::Duration kRetryDelay = absl::Milliseconds(200);

struct General {
  absl::StatusCode code;
  const char* reason;
  const char* message;
  bool retry;  // worth trying again soon
};
constexpr General kGeneral[] = {
    {absl::StatusCode::kAlreadyExists, "ALREADY_EXISTS", "it exists already", false},
    {absl::StatusCode::kFailedPrecondition, "FAILED_PRECONDITION",
     "the current state does not allow this", false},
    {absl::StatusCode::kAborted, "CONFLICT", "a concurrent change got in the way; try again", true},
    {absl::StatusCode::kUnavailable, "UNAVAILABLE", "not available for now; try again", true},
    {absl::StatusCode::kResourceExhausted, "OVERLOADED", "too much to do for now; try again later",
     true},
};

}  // namespace

absl::Status Presentable(const absl::Status& status, std::string_view error_id, bool& masked) {
  const absl::StatusCode code = status.code();
  masked = true;
  if (code == absl::StatusCode::kInternal || code == absl::StatusCode::kUnknown ||
      code == absl::StatusCode::kDataLoss) {
    const std::string id(error_id);
    return Error(code, "INTERNAL", absl::StrCat("internal error; its id in the log is ", id),
                 {{"error_id", id}});
  }
  if (Reason(status).empty()) {
    for (const General& general : kGeneral) {
      if (code != general.code) continue;
      absl::Status shown = Error(code, general.reason, general.message);
      return general.retry ? RetryAfter(std::move(shown), kRetryDelay) : shown;
    }
  }
  masked = false;
  return status;
}

}  // namespace huiyin::rpc
