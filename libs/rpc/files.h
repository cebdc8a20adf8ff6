// Small files with keys and certificates. Internal to libs/rpc.
#pragma once

#include <string>

#include "absl/status/statusor.h"

namespace huiyin::rpc {

// NOT_FOUND when it cannot be read.
absl::StatusOr<std::string> ReadFile(const std::string& path);

// The file's time, size and identity as text; empty when it is not there.
std::string FileStamp(const std::string& path);

}  // namespace huiyin::rpc
