// A TicketFilter as SQL conditions on table ticket t.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/db/database.h"
#include "services/ingest/domain/ticket.h"

namespace huiyin::ingest {

// The text depends only on which fields are set and on list lengths; values travel as parameters.
// Refers to the tenant and filter it is given, which must live as long.
class Conditions {
 public:
  Conditions(const TenantId& tenant, const TicketFilter& filter) {
    Add("t.tenant = ?", tenant.value());
    if (filter.states.empty()) {
      Add("t.state <> ?", State::kMerged);
    } else {
      AddIn("t.state", std::span<const State>(filter.states));
    }
    if (!filter.categories.empty()) AddCategories(filter.categories);
    if (!filter.priorities.empty()) AddIn("t.priority", std::span<const int>(filter.priorities));
    if (!filter.channels.empty()) AddIn("t.channel", std::span<const Channel>(filter.channels));
    // "<> ''" lets the databases use the partial indexes.
    if (!filter.queue.empty()) Add("t.queue <> '' AND t.queue = ?", filter.queue);
    if (!filter.assignee.empty()) Add("t.assignee <> '' AND t.assignee = ?", filter.assignee);
    if (filter.unassigned) Add("t.assignee = ''");
    if (!filter.customer.empty()) {
      Add("t.customer_id <> '' AND t.customer_id = ?", filter.customer.value());
    }
    if (filter.created_from.has_value()) Add("t.created_at >= ?", *filter.created_from);
    if (filter.created_before.has_value()) Add("t.created_at < ?", *filter.created_before);
    if (filter.needs_review) Add("t.needs_review = 1");
  }

  template <class... Args>
  void Add(std::string_view condition, const Args&... args) {
    absl::StrAppend(&sql_, sql_.empty() ? "WHERE " : " AND ", std::string(condition));
    (args_.emplace_back(args), ...);
  }

  template <class T>
  void AddIn(std::string_view column, std::span<const T> values) {
    Add(In(column, values.size()));
    for (const T& value : values) args_.emplace_back(value);
  }

  const std::string& sql() const { return sql_; }
  const std::vector<db::Value>& args() const { return args_; }

 private:
  static std::string In(std::string_view column, size_t count) {
    std::string sql = absl::StrCat(std::string(column), " IN (");
    for (size_t i = 0; i < count; ++i) sql += i == 0 ? "?" : ", ?";
    return sql + ")";
  }
  void AddCategories(const std::vector<int>& categories) {
    const std::string either =
        absl::StrCat("(", In("t.category", categories.size()), " OR ",
                     In("t.second_category", categories.size()), ") AND t.category <> 0");
    Add(either);
    for (int round = 0; round < 2; ++round) {
      for (const int category : categories) args_.emplace_back(category);
    }
  }

  std::string sql_;
  std::vector<db::Value> args_;
};

}  // namespace huiyin::ingest
