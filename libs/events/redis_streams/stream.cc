#include "libs/events/redis_streams/stream.h"

#include <charconv>

#include "absl/strings/str_cat.h"

namespace huiyin::events {

std::string EntryId(const Position& position) {
  return absl::StrCat(position.txid, "-", position.id);
}

Position ParseEntryId(std::string_view text) {
  Position position;
  const char* const end = text.data() + text.size();
  const auto first = std::from_chars(text.data(), end, position.txid);
  if (first.ec != std::errc() || first.ptr == end || *first.ptr != '-') return {};
  if (std::from_chars(first.ptr + 1, end, position.id).ec != std::errc()) return {};
  return position;
}

std::string StreamName::Key() const { return absl::StrCat("huiyin:{", topic, ":", partition, "}"); }
std::string StreamName::EpochKey() const { return absl::StrCat(Key(), ":epoch"); }

int PartitionOf(std::string_view tenant, std::string_view aggregate_id, int partitions) {
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a
  const auto add = [&hash](std::string_view text) {
    for (const unsigned char c : text) hash = (hash ^ c) * 0x100000001b3;
  };
  add(tenant);
  add(std::string_view("\0", 1));
  add(aggregate_id);
  return static_cast<int>((hash ^ hash >> 32) % static_cast<uint64_t>(partitions));
}

}  // namespace huiyin::events
