#include "deploy/client/access.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <filesystem>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "libs/core/status.h"

namespace huiyin::client {
namespace {

constexpr int kFirstPort = 7401;

absl::Status Take(const std::string& file, const std::string& key, const std::string& value,
                  Access& access) {
  const auto& services = Services();
  const std::filesystem::path folder = std::filesystem::path(file).parent_path();
  if (std::find(services.begin(), services.end(), key) != services.end()) {
    access.addresses[key] = value;
  } else if (key == "keys_file") {
    access.keys_file = folder / value;
  } else if (key == "ca_file") {
    access.ca_file = folder / value;
  } else if (key == "tenant") {
    access.tenant = value;
  } else {
    return Error(absl::StatusCode::kInvalidArgument, "UNKNOWN_SETTING",
                 absl::StrCat(file, ": \"", key, "\" is not a setting; known are ",
                              absl::StrJoin(services, ", "), ", keys_file, ca_file, tenant"));
  }
  return absl::OkStatus();
}

}  // namespace

const std::vector<std::string>& Services() {
  static const auto* const kServices =
      new std::vector<std::string>{"ingest", "triage", "aftersales", "survey", "analytics"};
  return *kServices;
}

Access LocalAccess() {
  Access access;
  int port = kFirstPort;
  for (const std::string& service : Services()) {
    access.addresses[service] = absl::StrCat("127.0.0.1:", port++);
  }
  return access;
}

absl::StatusOr<Access> WithFile(Access access, const std::string& file) {
  try {
    for (const auto& entry : YAML::LoadFile(file)) {
      HUIYIN_RETURN_IF_ERROR(
          Take(file, entry.first.as<std::string>(), entry.second.as<std::string>(), access));
    }
  } catch (const YAML::BadFile&) {
    return Error(absl::StatusCode::kNotFound, "NO_FILE", absl::StrCat(file, " cannot be read"));
  } catch (const YAML::Exception& e) {
    return Error(absl::StatusCode::kInvalidArgument, "BAD_FILE",
                 absl::StrCat(file, " is not a YAML map of texts: ", e.what()));
  }
  return access;
}

std::string FindLocalFile() {
  std::error_code error;
  for (auto folder = std::filesystem::current_path(error); !error && !folder.empty();
       folder = folder.parent_path()) {
    const auto file = folder / "var" / "huiyinctl.yaml";
    if (std::filesystem::is_regular_file(file, error)) return file;
    if (folder == folder.root_path()) break;
  }
  return "";
}

}  // namespace huiyin::client
