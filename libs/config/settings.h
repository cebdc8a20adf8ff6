// Settings: a table of {key, default, unit, doc} beside the code that reads it. Values come, later
// ones winning, from the default, a YAML file (--config FILE, nested maps joined by dots), the
// environment (HUIYIN_GRPC_LISTEN for "grpc.listen") and flags (--set grpc.listen=…). An unknown
// key or a value that does not parse stops start-up and names where it came from.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace huiyin::config {

enum class Type { kString, kInt, kBool, kDuration, kBytes, kFile };

struct Setting {
  std::string key;  // "grpc.listen"
  Type type;
  std::string default_value;  // in the same notation as in a file: "30s", "4MiB", "true"
  std::string doc;            // one sentence; what happens at the limits
  bool secret = false;        // never printed
};

// Immutable after loading; thread-safe. Asking for a key that is not in the table, or by another
// type, is a programming error and aborts.
class Settings {
 public:
  const std::string& String(std::string_view key) const;
  int64_t Int(std::string_view key) const;  // also kBytes
  bool Bool(std::string_view key) const;
  absl::Duration Duration(std::string_view key) const;

  // "key = value   # doc" lines in table order; secrets as ***.
  std::string Describe() const;

 private:
  friend absl::StatusOr<Settings> Load(const std::vector<Setting>& table, int argc, char** argv,
                                       const std::map<std::string, std::string>& environment);
  struct Entry {
    Setting setting;
    std::string value;
    std::string source;
  };
  const Entry& Find(std::string_view key, Type type) const;
  std::map<std::string, Entry, std::less<>> entries_;
  std::vector<std::string> order_;
};

// `environment`: name → value. Flags: --config FILE, --set KEY=VALUE; anything else is
// INVALID_ARGUMENT.
absl::StatusOr<Settings> Load(const std::vector<Setting>& table, int argc, char** argv,
                              const std::map<std::string, std::string>& environment);

// --help text: every key with type, default and doc.
std::string Help(const std::vector<Setting>& table);

}  // namespace huiyin::config
