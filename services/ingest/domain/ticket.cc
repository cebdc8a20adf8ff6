#include "services/ingest/domain/ticket.h"

#include <charconv>

#include "libs/core/id.h"

namespace huiyin::ingest {

constexpr size_t kUuidLength = 36;

std::string MessageId(const TicketId& ticket, int number) {
  return ticket.value() + "-" + std::to_string(number);
}

std::optional<MessageRef> ParseMessageId(std::string_view id) {
  if (id.size() < kUuidLength + 2 || id[kUuidLength] != '-' || id[kUuidLength + 1] == '0' ||
      !IsUuid(id.substr(0, kUuidLength))) {
    return std::nullopt;
  }
  MessageRef ref{TicketId(id.substr(0, kUuidLength)), 0};
  const char* end = id.data() + id.size();
  const auto [at, error] = std::from_chars(id.data() + kUuidLength + 1, end, ref.number);
  if (error != std::errc() || at != end || ref.number < 1) return std::nullopt;
  return ref;
}

}  // namespace huiyin::ingest
