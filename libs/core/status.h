// Errors as the project gives them: a canonical code, a sentence for people, a machine-readable
// reason, and for bad input every violated field. They travel as payloads of absl::Status, so that
// domain and use-case code needs no protobuf; libs/rpc turns them into google.rpc.ErrorInfo and
// BadRequest.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/status/statusor.h"

namespace huiyin {

struct Violation {
  std::string field;        // path in the request, e.g. "ticket.messages[2].body"
  std::string description;  // what is wrong and what is allowed

  friend bool operator==(const Violation&, const Violation&) = default;
};

// `reason` is UPPER_SNAKE and part of the API; `metadata` values are shown to callers.
absl::Status Error(absl::StatusCode code, std::string_view reason, std::string_view message,
                   const std::map<std::string, std::string>& metadata = {});

// INVALID_ARGUMENT with reason INVALID_INPUT; `violations` must not be empty.
absl::Status BadInput(const std::vector<Violation>& violations);

// What Error and BadInput put in; empty for other statuses.
std::string Reason(const absl::Status& status);
std::map<std::string, std::string> Metadata(const absl::Status& status);
std::vector<Violation> Violations(const absl::Status& status);

// Collects violations while a request is checked.
class InputCheck {
 public:
  void Add(std::string_view field, std::string_view description) {
    violations_.push_back({std::string(field), std::string(description)});
  }
  // Adds the violation unless `ok`; returns `ok`.
  bool Require(bool ok, std::string_view field, std::string_view description) {
    if (!ok) Add(field, description);
    return ok;
  }
  bool ok() const { return violations_.empty(); }
  absl::Status ToStatus() const { return ok() ? absl::OkStatus() : BadInput(violations_); }

 private:
  std::vector<Violation> violations_;
};

}  // namespace huiyin

// Returns from the enclosing function when `expr` is not OK.
#define HUIYIN_RETURN_IF_ERROR(expr)                                                    \
  do {                                                                                  \
    if (absl::Status huiyin_status = (expr); !huiyin_status.ok()) return huiyin_status; \
  } while (false)

// HUIYIN_ASSIGN_OR_RETURN(auto ticket, store.Get(id));
#define HUIYIN_ASSIGN_OR_RETURN(lhs, expr) \
  HUIYIN_ASSIGN_OR_RETURN_(HUIYIN_CONCAT_(huiyin_or_, __LINE__), lhs, expr)
#define HUIYIN_ASSIGN_OR_RETURN_(tmp, lhs, expr) \
  auto tmp = (expr);                             \
  if (!tmp.ok()) return tmp.status();            \
  lhs = *std::move(tmp)
#define HUIYIN_CONCAT_(a, b) HUIYIN_CONCAT_INNER_(a, b)
#define HUIYIN_CONCAT_INNER_(a, b) a##b
