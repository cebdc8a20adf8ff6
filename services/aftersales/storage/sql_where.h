// A WHERE clause put together from a small fixed set of conditions, with its values.
#pragma once

#include <string>
#include <vector>

#include "libs/db/database.h"

namespace huiyin::aftersales {

class Where {
 public:
  // Values refer to the caller's bytes.
  void And(std::string_view condition, std::initializer_list<db::Value> values) {
    sql_ += sql_.empty() ? " WHERE " : " AND ";
    sql_ += condition;
    values_.insert(values_.end(), values);
  }
  // column IN (…); nothing for an empty list.
  template <class E>
  void AndIn(std::string_view column, const std::vector<E>& list) {
    if (list.empty()) return;
    sql_ += sql_.empty() ? " WHERE " : " AND ";
    sql_ += column;
    sql_ += " IN (";
    for (size_t i = 0; i < list.size(); ++i) {
      sql_ += i == 0 ? "?" : ", ?";
      values_.push_back(list[i]);
    }
    sql_ += ")";
  }
  void AddValue(db::Value value) { values_.push_back(value); }

  const std::string& sql() const { return sql_; }
  db::Values values() const { return values_; }

 private:
  std::string sql_;
  std::vector<db::Value> values_;
};

}  // namespace huiyin::aftersales
