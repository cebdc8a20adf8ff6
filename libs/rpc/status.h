// Between absl::Status, which the project's code uses, and grpc::Status, which travels: code,
// message and google.rpc details (ErrorInfo with domain "huiyin", BadRequest, RetryInfo) in the
// trailer grpc-status-details-bin. Message and details together stay within 4 KiB.
#pragma once

#include <optional>

#include "absl/status/status.h"
#include "absl/time/time.h"

namespace grpc {
class Status;
}

namespace huiyin::rpc {

// Reason, metadata, violations (libs/core/status.h) and retry delay are carried over. A status
// without a reason gets its code's name ("NOT_FOUND"). What does not fit is cut: the message at a
// character, the violations with a last entry that says how many more there are.
grpc::Status ToGrpc(const absl::Status& status);

// The reverse; details it does not know are left out.
absl::Status FromGrpc(const grpc::Status& status);

// `status` with the advice not to try again before `delay` has passed (RetryInfo).
absl::Status RetryAfter(absl::Status status, absl::Duration delay);
// That advice, if there is one.
std::optional<absl::Duration> RetryDelay(const absl::Status& status);

}  // namespace huiyin::rpc
