// Settings of the ingest service, besides those every service has (libs/host/settings.h).
#pragma once

#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/time.h"
#include "libs/config/settings.h"
#include "services/ingest/domain/intake.h"

namespace huiyin::ingest {

// "conversation.chat.window": how soon the next message must come to join; "…reopen": to reopen.
inline std::string ConversationKey(const ChannelPolicy& channel, std::string_view what) {
  return absl::StrCat("conversation.", std::string(channel.name), ".", std::string(what));
}

inline std::vector<config::Setting> Settings() {
  using config::Type;
  std::vector<config::Setting> settings = {
      {"ticket.close_after", Type::kDuration, "72h",
       "A resolved ticket closes by itself after this long; 0s: at once."},
      {"upload.folder", Type::kString, "var/evidence", "Where the bytes of evidence are kept."},
      {"upload.max_bytes", Type::kBytes, "50MiB",
       "Largest file taken in; larger ones are refused."},
      {"upload.max_open", Type::kInt, "20",
       "Unfinished uploads a caller may have; more are turned away."},
      {"upload.expiry", Type::kDuration, "24h",
       "An upload that is not finished by then is forgotten and its bytes are removed."},
  };
  const auto minutes = [](absl::Duration d) { return absl::StrCat(absl::ToInt64Minutes(d), "m"); };
  for (const ChannelPolicy& channel : kDefaultPolicies) {
    settings.push_back({ConversationKey(channel, "window"), Type::kDuration,
                        minutes(channel.conversation),
                        "A message of the same identity joins its open ticket when it comes this "
                        "soon after the last one; later it opens a new ticket."});
    settings.push_back({ConversationKey(channel, "reopen"), Type::kDuration,
                        minutes(channel.reopen),
                        "A customer's message reopens a resolved or closed ticket when it comes "
                        "this soon after; later it opens a new ticket. 0s: never reopens."});
  }
  return settings;
}

}  // namespace huiyin::ingest
