#include "libs/events/redis_streams/stream_reader.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"

namespace huiyin::events {
namespace {

using redis::Reply;
using redis::ReplyView;

constexpr size_t kClaimAtOnce = 500;

// Partitions are owned one at a time, so all replicas may share a name within the group.
constexpr char kConsumer[] = "owner";

// Claims, and when entries have vanished removes the epoch key in the same instant: claiming
// forgets them, and the relay must not take that for an acknowledgement.
constexpr char kClaim[] =
    "local r = redis.call('XAUTOCLAIM', KEYS[1], ARGV[1], ARGV[2], '0', ARGV[3], 'COUNT', ARGV[4])"
    " if r[3] and #r[3] > 0 then redis.call('UNLINK', KEYS[2]) end return r";

bool Contains(const ReplyView& reply, std::string_view text) {
  return reply.Text().find(text) != std::string_view::npos;
}

// entry: [id, [name, value, …]]; false for one that is deleted.
bool AddEntry(const StreamName& stream, const ReplyView& entry, std::vector<Delivery>& out) {
  if (entry.IsNil() || entry[1].IsNil()) return false;
  out.push_back({stream, std::string(entry[0].Text()), entry[1].Field("n").Int(),
                 std::string(entry[1].Field("e").Text())});
  return true;
}

}  // namespace

absl::Status StreamReader::EnsureGroups(const std::set<StreamName>& streams) {
  for (const StreamName& stream : streams) {
    redis_.Append({"XGROUP", "CREATE", stream.Key(), group_, "0", "MKSTREAM"});
  }
  absl::Status status;
  for (size_t i = 0; i < streams.size(); ++i) {
    HUIYIN_ASSIGN_OR_RETURN(const Reply created, redis_.Read());
    if (!Contains(created, "BUSYGROUP")) status.Update(created.status());
  }
  return status;
}

absl::StatusOr<std::vector<Delivery>> StreamReader::Read(const std::set<StreamName>& streams,
                                                         size_t count, absl::Duration wait) {
  std::map<std::string, StreamName, std::less<>> by_key;
  for (const StreamName& stream : streams) by_key[stream.Key()] = stream;
  const std::string count_text = std::to_string(count);
  const std::string wait_text = std::to_string(absl::ToInt64Milliseconds(wait));
  std::vector<std::string_view> command = {"XREADGROUP", "GROUP", group_,
                                           kConsumer,    "COUNT", count_text};
  if (wait >= absl::Milliseconds(1)) command.insert(command.end(), {"BLOCK", wait_text});
  command.push_back("STREAMS");
  for (const auto& [key, unused] : by_key) command.push_back(key);
  command.insert(command.end(), by_key.size(), ">");
  redis_.Append(command);
  HUIYIN_RETURN_IF_ERROR(Settle());  // their answers come first
  HUIYIN_ASSIGN_OR_RETURN(const Reply reply, redis_.Read());
  std::vector<Delivery> deliveries;
  // The stream went away while or before it was read: after FLUSHALL, or when it is written anew.
  if (Contains(reply, "NOGROUP") || Contains(reply, "UNBLOCKED")) {
    HUIYIN_RETURN_IF_ERROR(EnsureGroups(streams));
    return deliveries;
  }
  HUIYIN_RETURN_IF_ERROR(reply.status());
  for (size_t i = 0; i < reply.size(); ++i) {
    const auto stream = by_key.find(reply[i][0].Text());
    if (stream == by_key.end()) continue;
    const ReplyView entries = reply[i][1];
    for (size_t j = 0; j < entries.size(); ++j) AddEntry(stream->second, entries[j], deliveries);
  }
  return deliveries;
}

absl::StatusOr<StreamReader::Claimed> StreamReader::ClaimAll(const StreamName& stream) {
  HUIYIN_RETURN_IF_ERROR(Settle());
  HUIYIN_RETURN_IF_ERROR(EnsureGroups({stream}));
  Claimed claimed;
  std::string cursor = "0-0";
  do {
    redis_.Append({"EVAL", kClaim, "2", stream.Key(), stream.EpochKey(), group_, kConsumer, cursor,
                   std::to_string(kClaimAtOnce)});
    HUIYIN_ASSIGN_OR_RETURN(const Reply reply, redis_.Read());
    if (Contains(reply, "NOGROUP")) break;  // gone again; the next Read sees to it
    HUIYIN_RETURN_IF_ERROR(reply.status());
    const ReplyView entries = reply[1];
    for (size_t i = 0; i < entries.size(); ++i) {
      if (!AddEntry(stream, entries[i], claimed.deliveries)) ++claimed.deleted;
    }
    claimed.deleted += reply[2].size();
    cursor = std::string(reply[0].Text());
  } while (cursor != "0-0");
  return claimed;
}

void StreamReader::Acknowledge(const std::vector<Delivery>& deliveries) {
  std::map<std::string, std::vector<std::string_view>> commands;
  for (const Delivery& delivery : deliveries) {
    std::vector<std::string_view>& command = commands[delivery.stream.Key()];
    if (command.empty()) command = {"XACK", "", group_};
    command.push_back(delivery.entry_id);
  }
  for (auto& [key, command] : commands) {
    command[1] = key;
    redis_.Append(command);
  }
  unanswered_ += commands.size();
}

absl::Status StreamReader::Settle() {
  for (; unanswered_ > 0; --unanswered_) HUIYIN_RETURN_IF_ERROR(redis_.Read().status());
  return absl::OkStatus();
}

absl::StatusOr<int64_t> StreamReader::NewestNumber(const StreamName& stream) {
  HUIYIN_RETURN_IF_ERROR(Settle());
  HUIYIN_ASSIGN_OR_RETURN(const Reply reply,
                          redis_.Call({"XREVRANGE", stream.Key(), "+", "-", "COUNT", "1"}));
  return reply[0][1].Field("n").Int();
}

}  // namespace huiyin::events
