#include "libs/events/redis_streams/stream_writer.h"

#include <algorithm>
#include <optional>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "libs/events/codec.h"

namespace huiyin::events {
namespace {

using redis::Reply;
using redis::ReplyView;

// What Redis says when an entry's id is not above the stream's last one: it was added before.
bool IsRepeat(const ReplyView& reply) {
  const std::string_view text = reply.Text();
  return reply.IsError() && text.find("equal or smaller") != std::string_view::npos;
}

// Stands for a rewrite under way: gone when Redis forgets again meanwhile.
std::string RewriteKey(const StreamName& name) { return name.EpochKey() + ":rewrite"; }

}  // namespace

// Each stream's rows go in one MULTI together with a look at its epoch: either Redis remembers the
// stream at that moment or the rows are written again, and an error (out of memory, read-only) adds
// none of them, so no later row can overtake an earlier one.
absl::StatusOr<std::set<StreamName>> StreamWriter::Publish(RelayState& state,
                                                           std::span<const OutboxRow> rows) {
  std::map<StreamName, std::vector<const OutboxRow*>> by_stream;
  for (const OutboxRow& row : rows) by_stream[NameFor(row.event)].push_back(&row);
  for (const auto& [name, entries] : by_stream) {
    const std::string key = name.Key();
    int64_t count = state.streams[name].count;
    redis_.Append({"MULTI"});
    redis_.Append({"GET", name.EpochKey()});
    for (const OutboxRow* row : entries) {
      redis_.Append({"XADD", key, EntryId(row->position), "n", std::to_string(++count), "e",
                     Encode(row->event)});
    }
    redis_.Append({"EXEC"});
  }
  std::set<StreamName> lost;
  absl::Status failed;
  for (const auto& [name, entries] : by_stream) {
    for (size_t i = 0; i < entries.size() + 2; ++i) {  // OK, QUEUED …
      HUIYIN_RETURN_IF_ERROR(redis_.Read().status());
    }
    HUIYIN_ASSIGN_OR_RETURN(const Reply executed, redis_.Read());
    if (executed.IsError()) {
      failed.Update(executed.status());
      continue;
    }
    if (executed[0].Text() != state.outbox_id) lost.insert(name);
    StreamState& stream = state.streams[name];
    for (size_t i = 1; i < executed.size(); ++i) {
      if (executed[i].IsError() && !IsRepeat(executed[i])) lost.insert(name);
    }
    stream.count += static_cast<int64_t>(entries.size());
    stream.published = std::max(stream.published, entries.back()->position);
  }
  if (!failed.ok()) return failed;
  return lost;
}

absl::StatusOr<std::set<StreamName>> StreamWriter::FindLost(const RelayState& state,
                                                            const std::set<StreamName>& names,
                                                            const Position& newest) {
  for (const StreamName& name : names) {
    redis_.Append({"GET", name.EpochKey()});
    redis_.Append({"XINFO", "STREAM", name.Key()});
  }
  std::set<StreamName> lost;
  for (const StreamName& name : names) {
    HUIYIN_ASSIGN_OR_RETURN(const Reply epoch, redis_.Read());
    HUIYIN_ASSIGN_OR_RETURN(const Reply info, redis_.Read());
    HUIYIN_RETURN_IF_ERROR(epoch.status());  // LOADING, NOAUTH …
    const Position last = ParseEntryId(info.Field("last-generated-id").Text());
    const auto known = state.streams.find(name);
    const Position published = known == state.streams.end() ? Position{} : known->second.published;
    if (epoch.Text() != state.outbox_id || last < published || last > newest) lost.insert(name);
  }
  return lost;
}

absl::Status StreamWriter::BeginRewrite(RelayState& state, const std::set<StreamName>& names) {
  for (const StreamName& name : names) {
    StreamState& stream = state.streams[name];
    stream.published = stream.floor;
    redis_.Append({"XINFO", "STREAM", name.Key()});
  }
  std::vector<StreamName> filled;  // an empty stream may stay, with the groups that wait at it
  for (const StreamName& name : names) {
    HUIYIN_ASSIGN_OR_RETURN(const Reply info, redis_.Read());
    const Position last = ParseEntryId(info.Field("last-generated-id").Text());
    if (last != Position{}) filled.push_back(name);
  }
  for (const StreamName& name : filled) {
    HUIYIN_RETURN_IF_ERROR(redis_.Call({"UNLINK", name.Key(), name.EpochKey()}).status());
  }
  for (const StreamName& name : names) {
    HUIYIN_RETURN_IF_ERROR(redis_.Call({"SET", RewriteKey(name), state.outbox_id}).status());
  }
  return absl::OkStatus();
}

absl::Status StreamWriter::EndRewrite(const std::set<StreamName>& names) {
  for (const StreamName& name : names) {
    const absl::Status renamed =
        redis_.Call({"RENAME", RewriteKey(name), name.EpochKey()}).status();
    if (renamed.ok()) continue;
    if (!absl::StrContains(renamed.message(), "no such key")) return renamed;
    return absl::UnavailableError("Redis lost its memory again while it was written anew");
  }
  return absl::OkStatus();
}

absl::StatusOr<StreamWriter::Acknowledged> StreamWriter::FindAcknowledged(
    const StreamName& stream, const std::string& outbox_id,
    const std::vector<std::string>& required) {
  const std::string key = stream.Key();
  HUIYIN_ASSIGN_OR_RETURN(const Reply groups, redis_.Call({"XINFO", "GROUPS", key}));
  std::set<std::string> missing(required.begin(), required.end());
  std::optional<Acknowledged> lowest;
  for (size_t i = 0; i < groups.size(); ++i) {
    const std::string name(groups[i].Field("name").Text());
    missing.erase(name);
    const Position delivered = ParseEntryId(groups[i].Field("last-delivered-id").Text());
    Acknowledged here{delivered, delivered};
    if (groups[i].Field("pending").Int() > 0) {
      HUIYIN_ASSIGN_OR_RETURN(const Reply pending, redis_.Call({"XPENDING", key, name}));
      if (pending[0].Int() > 0) {
        here.keep = ParseEntryId(pending[1].Text());
        here.floor = {here.keep.txid, here.keep.id - 1};
      }
    }
    if (!lowest.has_value() || here.keep < lowest->keep) lowest = here;
  }
  if (!missing.empty() || !lowest.has_value()) return Acknowledged{};
  // Looked at last: of a stream that lost entries, what the groups say proves nothing.
  HUIYIN_ASSIGN_OR_RETURN(const Reply epoch, redis_.Call({"GET", stream.EpochKey()}));
  if (epoch.Text() != outbox_id) return Acknowledged{};
  return *lowest;
}

absl::Status StreamWriter::Trim(RelayState& state,
                                const std::map<std::string, std::vector<std::string>>& required) {
  for (auto& [name, stream] : state.streams) {
    if (stream.published == stream.floor) continue;
    const auto consumers = required.find(name.topic);
    auto acknowledged = FindAcknowledged(
        name, state.outbox_id,
        consumers == required.end() ? std::vector<std::string>() : consumers->second);
    if (absl::IsUnavailable(acknowledged.status())) return acknowledged.status();
    if (!acknowledged.ok() || acknowledged->floor <= stream.floor) continue;
    HUIYIN_RETURN_IF_ERROR(
        redis_.Call({"XTRIM", name.Key(), "MINID", "~", EntryId(acknowledged->keep)}).status());
    stream.floor = acknowledged->floor;
  }
  return absl::OkStatus();
}

}  // namespace huiyin::events
