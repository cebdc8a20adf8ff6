#include "libs/events/lease.h"

namespace huiyin::events {

absl::StatusOr<bool> TakeLease(db::Transaction& tx, std::string_view name, std::string_view holder,
                               absl::Time now, absl::Duration lasts) {
  const auto taken = tx.Execute(
      "INSERT INTO lease (name, holder, expires_at) VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE"
      " SET holder = excluded.holder, expires_at = excluded.expires_at"
      " WHERE lease.holder = excluded.holder OR lease.expires_at <= ?",
      {name, holder, now + lasts, now});
  if (!taken.ok()) return taken.status();
  return *taken > 0;
}

absl::Status ReleaseLease(db::Transaction& tx, std::string_view name, std::string_view holder) {
  return tx.Execute("DELETE FROM lease WHERE name = ? AND holder = ?", {name, holder}).status();
}

}  // namespace huiyin::events
