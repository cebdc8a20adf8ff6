// Ids that cannot be mistaken for one another: TicketId, CustomerId … are StrongId with their own
// tag.
#pragma once

#include <string>
#include <string_view>
#include <utility>

namespace huiyin {

template <class Tag>
class StrongId {
 public:
  StrongId() = default;
  explicit StrongId(std::string value) : value_(std::move(value)) {}
  explicit StrongId(std::string_view value) : value_(value) {}
  explicit StrongId(const char* value) : value_(value) {}

  const std::string& value() const { return value_; }
  bool empty() const { return value_.empty(); }

  friend bool operator==(const StrongId&, const StrongId&) = default;
  friend auto operator<=>(const StrongId&, const StrongId&) = default;
  template <class H>
  friend H AbslHashValue(H state, const StrongId& id) {
    return H::combine(std::move(state), id.value_);
  }

 private:
  std::string value_;
};

// Ids that more than one service uses. Those of one service live in its domain folder.
using TenantId = StrongId<struct TenantTag>;
using TicketId = StrongId<struct TicketTag>;
using CustomerId = StrongId<struct CustomerTag>;
using OrderId = StrongId<struct OrderTag>;

}  // namespace huiyin
