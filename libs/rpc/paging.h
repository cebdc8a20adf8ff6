// Pages of lists: sizes, and tokens that are opaque and bound to the question they continue.
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace google::protobuf {
class Message;
}

namespace huiyin::rpc {

// 0 gives `standard`, more than `maximum` gives `maximum`, negative is INVALID_ARGUMENT.
absl::StatusOr<int> PageSize(int requested, int standard, int maximum);

// A token that carries `position` on to the page after; `request` is the List request, whose
// fields other than page_size and page_token it is bound to.
std::string MakePageToken(const google::protobuf::Message& request, std::string_view position);

// The position in the request's page_token: empty for the first page. INVALID_ARGUMENT when the
// token is malformed or belongs to another question. `request` must have a page_token field.
absl::StatusOr<std::string> PagePosition(const google::protobuf::Message& request);

}  // namespace huiyin::rpc
