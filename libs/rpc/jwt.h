// Keys and the JSON Web Tokens they sign and verify; see auth.h for the file's format. Internal to
// libs/rpc.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace huiyin::rpc {

struct Claims {
  std::string subject;
  std::string tenant;
  std::vector<std::string> roles;
  absl::Time expires;
};

// Immutable, thread-safe.
class KeySet {
 public:
  virtual ~KeySet() = default;
  static absl::StatusOr<std::shared_ptr<const KeySet>> Load(const std::string& file);

  virtual absl::StatusOr<Claims> Verify(std::string_view token, absl::Time now) const = 0;
  virtual absl::StatusOr<std::string> Sign(const Claims& claims, absl::Time now) const = 0;
};

}  // namespace huiyin::rpc
