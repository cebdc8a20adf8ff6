// Opaque page and resume tokens: where to go on, bound to the query they belong to.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/caller.h"

namespace google::protobuf {
class Message;
}

namespace huiyin::ingest {

// Identifies a query: method, caller's tenant and subject, and the request without page_size and
// page_token (and resume_token).
uint64_t QueryHash(const Caller& caller, const google::protobuf::Message& request);

// A token for `positions`; URL-safe.
std::string MakeToken(uint64_t query, std::initializer_list<int64_t> positions);

// The `count` positions of a token made for this query; nothing for any other text.
std::optional<std::vector<int64_t>> ReadToken(uint64_t query, std::string_view token, size_t count);

}  // namespace huiyin::ingest
