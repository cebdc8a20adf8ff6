// Paging as AIP-158 asks: sizes are clamped, tokens are opaque and bound to the query they came
// from.
//
//   HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(request, kTicketsPerPage));
//   … up to page.size rows after page.position …
//   if (there are more) response.set_next_page_token(page.Next(last row's key));
#pragma once

#include <string>
#include <string_view>

#include "absl/status/statusor.h"

namespace google::protobuf {
class Message;
}

namespace huiyin::rpc {

struct PageLimits {
  int standard;  // rows when the request says 0
  int maximum;   // larger requests are lowered to it
};

struct Page {
  int size = 0;          // ≥ 1
  std::string position;  // what Next was given for the page before; empty on the first page
  std::string query;     // fingerprint of the request without its paging fields

  // Token of the page after `position`, a sort key that the query can go on from.
  std::string Next(std::string_view position) const;
};

// Reads `page_size` and `page_token` of a List request. INVALID_ARGUMENT, naming the field, for a
// negative size and for a token that is damaged or came from another query.
absl::StatusOr<Page> ReadPage(const google::protobuf::Message& request, PageLimits limits);

}  // namespace huiyin::rpc
