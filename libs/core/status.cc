#include "libs/core/status.h"

#include <cassert>

#include "absl/strings/cord.h"
#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"

namespace huiyin {
namespace {

constexpr char kReasonUrl[] = "huiyin/reason";
constexpr char kMetadataUrl[] = "huiyin/metadata";
constexpr char kViolationsUrl[] = "huiyin/violations";

// A payload is a list of pairs: one line each, "key<TAB>value", both C-escaped.
void AppendPair(std::string& out, std::string_view key, std::string_view value) {
  absl::StrAppend(&out, absl::CEscape({key.data(), key.size()}), "\t",
                  absl::CEscape({value.data(), value.size()}), "\n");
}

std::vector<std::pair<std::string, std::string>> Pairs(const absl::Status& status,
                                                       const char* url) {
  std::vector<std::pair<std::string, std::string>> pairs;
  const auto payload = status.GetPayload(url);
  if (!payload.has_value()) return pairs;
  const std::string text(*payload);
  for (absl::string_view line : absl::StrSplit(text, '\n', absl::SkipEmpty())) {
    const std::pair<absl::string_view, absl::string_view> raw =
        absl::StrSplit(line, absl::MaxSplits('\t', 1));
    std::pair<std::string, std::string> pair;
    absl::CUnescape(raw.first, &pair.first);
    absl::CUnescape(raw.second, &pair.second);
    pairs.push_back(std::move(pair));
  }
  return pairs;
}

}  // namespace

absl::Status Error(absl::StatusCode code, std::string_view reason, std::string_view message,
                   const std::map<std::string, std::string>& metadata) {
  absl::Status status(code, {message.data(), message.size()});
  status.SetPayload(kReasonUrl, absl::Cord(absl::string_view(reason.data(), reason.size())));
  if (!metadata.empty()) {
    std::string text;
    for (const auto& [key, value] : metadata) AppendPair(text, key, value);
    status.SetPayload(kMetadataUrl, absl::Cord(text));
  }
  return status;
}

absl::Status BadInput(const std::vector<Violation>& violations) {
  assert(!violations.empty());
  std::string message = "invalid input:";
  std::string text;
  for (const Violation& violation : violations) {
    absl::StrAppend(&message, message.back() == ':' ? " " : "; ", violation.field, ": ",
                    violation.description);
    AppendPair(text, violation.field, violation.description);
  }
  absl::Status status = Error(absl::StatusCode::kInvalidArgument, "INVALID_INPUT", message);
  status.SetPayload(kViolationsUrl, absl::Cord(text));
  return status;
}

std::string Reason(const absl::Status& status) {
  const auto payload = status.GetPayload(kReasonUrl);
  return payload.has_value() ? std::string(*payload) : std::string();
}

std::map<std::string, std::string> Metadata(const absl::Status& status) {
  std::map<std::string, std::string> metadata;
  for (auto& [key, value] : Pairs(status, kMetadataUrl)) metadata[key] = std::move(value);
  return metadata;
}

std::vector<Violation> Violations(const absl::Status& status) {
  std::vector<Violation> violations;
  for (auto& [field, description] : Pairs(status, kViolationsUrl)) {
    violations.push_back({std::move(field), std::move(description)});
  }
  return violations;
}

}  // namespace huiyin
