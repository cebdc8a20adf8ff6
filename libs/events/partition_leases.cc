#include "libs/events/partition_leases.h"

#include <map>

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "libs/events/lease.h"

namespace huiyin::events {
namespace {

// Lease names "consumer/triage/member/<holder>" and "consumer/triage/partition/huiyin:{ticket:3}".
std::string Prefix(std::string_view consumer, std::string_view kind) {
  return absl::StrCat("consumer/", std::string(consumer), "/", std::string(kind), "/");
}
// The first name after all those with the prefix.
std::string PrefixEnd(std::string prefix) {
  ++prefix.back();
  return prefix;
}

}  // namespace

absl::StatusOr<std::set<StreamName>> SharePartitions(db::Transaction& tx, std::string_view consumer,
                                                     std::string_view holder,
                                                     const std::set<StreamName>& all,
                                                     absl::Time now, absl::Duration lasts) {
  const std::string members = Prefix(consumer, "member");
  const std::string partitions = Prefix(consumer, "partition");
  HUIYIN_RETURN_IF_ERROR(
      TakeLease(tx, absl::StrCat(members, std::string(holder)), holder, now, lasts).status());
  HUIYIN_RETURN_IF_ERROR(
      tx.Execute("DELETE FROM lease WHERE name >= ? AND name < ? AND expires_at <= ?",
                 {members, PrefixEnd(members), now})
          .status());
  int64_t alive = 1;
  HUIYIN_RETURN_IF_ERROR(tx.QueryOne("SELECT count(*) FROM lease WHERE name >= ? AND name < ?",
                                     {members, PrefixEnd(members)},
                                     [&](const db::Row& row) { alive = row.Int(0); })
                             .status());
  std::map<std::string, std::string, std::less<>> holders;  // of leases that have not expired
  HUIYIN_RETURN_IF_ERROR(
      tx.Query("SELECT name, holder FROM lease WHERE name >= ? AND name < ? AND expires_at > ?",
               {partitions, PrefixEnd(partitions), now},
               [&](const db::Row& row) { holders[row.Str(0)] = row.Str(1); }));

  const size_t share = (all.size() + alive - 1) / static_cast<size_t>(alive);
  std::set<StreamName> held;
  std::set<StreamName> free;
  for (const StreamName& name : all) {
    const std::string lease = partitions + name.Key();
    const auto found = holders.find(lease);
    if (found == holders.end()) {
      free.insert(name);
    } else if (found->second == holder && held.size() < share) {
      held.insert(name);
    } else if (found->second == holder) {
      HUIYIN_RETURN_IF_ERROR(ReleaseLease(tx, lease, holder));
    }
  }
  for (const StreamName& name : free) {
    if (held.size() < share) held.insert(name);
  }
  for (auto name = held.begin(); name != held.end();) {
    HUIYIN_ASSIGN_OR_RETURN(const bool taken,
                            TakeLease(tx, partitions + name->Key(), holder, now, lasts));
    name = taken ? std::next(name) : held.erase(name);
  }
  return held;
}

absl::Status ReleasePartitions(db::Transaction& tx, std::string_view consumer,
                               std::string_view holder) {
  const std::string all = absl::StrCat("consumer/", std::string(consumer), "/");
  return tx
      .Execute("DELETE FROM lease WHERE name >= ? AND name < ? AND holder = ?",
               {all, PrefixEnd(all), holder})
      .status();
}

}  // namespace huiyin::events
