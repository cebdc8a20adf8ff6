#include "libs/config/settings.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <optional>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_replace.h"
#include "libs/core/status.h"

namespace huiyin::config {
namespace {

struct TypeName {
  Type type;
  const char* name;
};
constexpr TypeName kTypes[] = {{Type::kString, "text"},       {Type::kInt, "whole number"},
                               {Type::kBool, "true|false"},   {Type::kDuration, "duration, 1m30s"},
                               {Type::kBytes, "size, 64MiB"}, {Type::kFile, "file path"}};

struct ByteUnit {
  const char* suffix;
  int64_t factor;
};
constexpr ByteUnit kByteUnits[] = {{"GiB", 1 << 30}, {"MiB", 1 << 20}, {"KiB", 1 << 10}, {"B", 1}};

std::optional<int64_t> ParseBytes(const std::string& text) {
  for (const auto& [suffix, factor] : kByteUnits) {
    const size_t length = std::string_view(suffix).size();
    if (text.size() <= length || text.compare(text.size() - length, length, suffix) != 0) continue;
    int64_t number;
    if (!absl::SimpleAtoi(text.substr(0, text.size() - length), &number)) return std::nullopt;
    int64_t bytes;
    if (__builtin_mul_overflow(number, factor, &bytes)) return std::nullopt;
    return bytes;
  }
  int64_t number;
  if (!absl::SimpleAtoi(text, &number)) return std::nullopt;
  return number;
}

bool Parses(Type type, const std::string& value) {
  switch (type) {
    case Type::kString:
    case Type::kFile:
      return true;
    case Type::kBool:
      return value == "true" || value == "false";
    case Type::kInt: {
      int64_t number;
      return absl::SimpleAtoi(value, &number);
    }
    case Type::kDuration: {
      absl::Duration duration;
      return absl::ParseDuration(value, &duration);
    }
    case Type::kBytes:
      return ParseBytes(value).has_value();
  }
  return false;
}

std::string EnvironmentName(std::string_view key) {
  return absl::StrCat("HUIYIN_", absl::AsciiStrToUpper(
                                     absl::StrReplaceAll({key.data(), key.size()}, {{".", "_"}})));
}

// "grpc: {listen: x}" → {"grpc.listen", "x"}.
absl::Status Flatten(const YAML::Node& node, const std::string& prefix,
                     std::vector<std::pair<std::string, std::string>>& out) {
  if (node.IsScalar()) {
    out.emplace_back(prefix, node.Scalar());
    return absl::OkStatus();
  }
  if (!node.IsMap()) {
    return absl::InvalidArgumentError(
        absl::StrCat("setting ", prefix, ": expected one value or a map"));
  }
  for (const auto& child : node) {
    const std::string key = child.first.as<std::string>();
    HUIYIN_RETURN_IF_ERROR(
        Flatten(child.second, prefix.empty() ? key : absl::StrCat(prefix, ".", key), out));
  }
  return absl::OkStatus();
}

absl::StatusOr<std::vector<std::pair<std::string, std::string>>> ReadFile(const std::string& path) {
  std::ifstream file(path);
  if (!file) return absl::NotFoundError(absl::StrCat("cannot read the settings file ", path));
  std::vector<std::pair<std::string, std::string>> values;
  try {
    const YAML::Node root = YAML::Load(file);
    if (root.IsNull()) return values;
    HUIYIN_RETURN_IF_ERROR(Flatten(root, "", values));
  } catch (const YAML::Exception& error) {
    return absl::InvalidArgumentError(absl::StrCat(path, ": ", error.what()));
  }
  return values;
}

}  // namespace

absl::StatusOr<Settings> Load(const std::vector<Setting>& table, int argc, char** argv,
                              const std::map<std::string, std::string>& environment) {
  Settings settings;
  for (const Setting& setting : table) {
    assert(Parses(setting.type, setting.default_value));
    settings.order_.push_back(setting.key);
    settings.entries_[setting.key] = {setting, setting.default_value, "default"};
  }
  const auto assign = [&](const std::string& key, const std::string& value,
                          const std::string& source) -> absl::Status {
    const auto it = settings.entries_.find(key);
    if (it == settings.entries_.end()) {
      return absl::InvalidArgumentError(
          absl::StrCat("unknown setting \"", key, "\" (", source, "); --help lists all settings"));
    }
    Settings::Entry& entry = it->second;
    if (!Parses(entry.setting.type, value)) {
      return absl::InvalidArgumentError(
          absl::StrCat("setting ", key, " (", source,
                       "): ", entry.setting.secret ? "the value" : absl::StrCat("\"", value, "\""),
                       " is not a ", kTypes[static_cast<int>(entry.setting.type)].name));
    }
    entry.value = value;
    entry.source = source;
    return absl::OkStatus();
  };

  std::vector<std::pair<std::string, std::string>> flags;
  for (int i = 1; i < argc; ++i) {
    const std::string flag = argv[i];
    if ((flag != "--config" && flag != "--set") || i + 1 == argc) {
      return absl::InvalidArgumentError(absl::StrCat(
          "cannot use \"", flag, "\": flags are --config FILE, --set KEY=VALUE, --help"));
    }
    const std::string value = argv[++i];
    if (flag == "--config") {
      HUIYIN_ASSIGN_OR_RETURN(const auto values, ReadFile(value));
      for (const auto& [key, text] : values) HUIYIN_RETURN_IF_ERROR(assign(key, text, value));
      continue;
    }
    const size_t equals = value.find('=');
    if (equals == std::string::npos) {
      return absl::InvalidArgumentError(absl::StrCat("--set ", value, ": expected KEY=VALUE"));
    }
    flags.emplace_back(value.substr(0, equals), value.substr(equals + 1));
  }
  std::map<std::string, std::string> names;  // environment name → key
  for (const std::string& key : settings.order_) names[EnvironmentName(key)] = key;
  for (const auto& [name, value] : environment) {
    if (name.rfind("HUIYIN_", 0) != 0) continue;
    const auto it = names.find(name);
    HUIYIN_RETURN_IF_ERROR(
        assign(it == names.end() ? name : it->second, value, "environment " + name));
  }
  for (const auto& [key, value] : flags) HUIYIN_RETURN_IF_ERROR(assign(key, value, "flag --set"));
  return settings;
}

const Settings::Entry& Settings::Find(std::string_view key, Type type) const {
  const auto it = entries_.find(key);
  if (it == entries_.end() || it->second.setting.type != type) {
    std::abort();  // the caller's table and the caller disagree
  }
  return it->second;
}

const std::string& Settings::String(std::string_view key) const {
  const auto it = entries_.find(key);
  const bool file = it != entries_.end() && it->second.setting.type == Type::kFile;
  return Find(key, file ? Type::kFile : Type::kString).value;
}

int64_t Settings::Int(std::string_view key) const {
  const auto it = entries_.find(key);
  if (it != entries_.end() && it->second.setting.type == Type::kBytes) {
    return *ParseBytes(it->second.value);
  }
  return std::stoll(Find(key, Type::kInt).value);
}

bool Settings::Bool(std::string_view key) const { return Find(key, Type::kBool).value == "true"; }

absl::Duration Settings::Duration(std::string_view key) const {
  absl::Duration duration;
  absl::ParseDuration(Find(key, Type::kDuration).value, &duration);
  return duration;
}

std::string Settings::Describe() const {
  std::string text;
  for (const std::string& key : order_) {
    const Entry& entry = entries_.find(key)->second;
    const bool hide = entry.setting.secret && !entry.value.empty();
    absl::StrAppend(&text, key, " = ", hide ? "***" : entry.value, "   # ", entry.source, "; ",
                    entry.setting.doc, "\n");
  }
  return text;
}

std::string Help(const std::vector<Setting>& table) {
  std::string text =
      "Flags: --config FILE   settings as YAML, nested maps joined by dots\n"
      "       --set KEY=VALUE one setting; wins over the environment and files\n"
      "       --help          this text\n\nSettings (environment: HUIYIN_ and the key in capitals, "
      "dots as "
      "underscores):\n";
  for (const Setting& setting : table) {
    absl::StrAppend(&text, "  ", setting.key, " (", kTypes[static_cast<int>(setting.type)].name,
                    ", default ", setting.default_value.empty() ? "none" : setting.default_value,
                    ")\n      ", setting.doc, "\n");
  }
  return text;
}

}  // namespace huiyin::config
