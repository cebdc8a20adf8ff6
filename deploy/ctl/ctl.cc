#include "deploy/ctl/ctl.h"

#include <google/protobuf/util/json_util.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <utility>

#include "absl/strings/str_cat.h"
#include "deploy/terminal/text.h"
#include "libs/core/status.h"

namespace huiyin::ctl {
namespace {

using terminal::Tone;

std::string CodeName(const absl::Status& status) { return absl::StatusCodeToString(status.code()); }

nlohmann::json ErrorAsJson(const absl::Status& status) {
  nlohmann::json error = {{"code", CodeName(status)},
                          {"reason", Reason(status)},
                          {"message", std::string(status.message())}};
  for (const auto& [key, value] : Metadata(status)) error["metadata"][key] = value;
  for (const auto& violation : Violations(status)) {
    error["violations"].push_back(
        {{"field", violation.field}, {"description", violation.description}});
  }
  return {{"error", error}};
}

ExitCode CodeOf(const absl::Status& status) {
  if (status.ok()) return kDone;
  if (Reason(status) == "BAD_USAGE") return kBadUsage;
  return absl::IsUnavailable(status) ? kUnreachable : kFailed;
}

}  // namespace

Ctl::Ctl(std::ostream& out, std::ostream& err, const Clock& clock)
    : out(out), err(err), clock(clock), style(terminal::Style::OfStandardOutput()), ids_(clock) {}

client::Connection& Ctl::connection() {
  if (connection_ == nullptr) connection_ = std::make_unique<client::Connection>(access, clock);
  return *connection_;
}

bool Ctl::PrintedAsJson(const google::protobuf::Message& message, bool compact) {
  if (!json) return false;
  google::protobuf::util::JsonPrintOptions options;
  options.add_whitespace = !compact;
  std::string text;
  if (!google::protobuf::util::MessageToJsonString(message, &text, options).ok()) {
    text = R"({"error": "an answer that JSON cannot hold"})";
  }
  out << text;
  if (text.empty() || text.back() != '\n') out << '\n';
  return true;
}

void Ctl::Print(const terminal::Table& table, std::string_view nothing) {
  if (table.empty()) {
    out << nothing << '\n';
  } else {
    table.Print(out, style);
  }
}

void Ctl::Print(const Facts& facts) {
  terminal::Table table({{""}, {""}});
  for (const auto& [name, value] : facts) {
    if (!value.empty()) table.Add({{name, Tone::kDim}, value});
  }
  terminal::Style whole = style;
  whole.columns = 0;  // a fact is never cut
  table.Print(out, whole);
}

int Ctl::Run() {
  if (!command_) return kBadUsage;
  const absl::Status status = command_();
  out.flush();
  if (status.ok()) return code_;
  PrintError(status);
  return CodeOf(status);
}

void Ctl::PrintError(const absl::Status& status) {
  if (json) {
    err << ErrorAsJson(status).dump() << '\n';
    return;
  }
  const auto violations = Violations(status);
  err << "huiyinctl: ";
  if (violations.empty()) {
    err << terminal::OneLine(std::string(status.message()));
  } else {
    err << (violations.size() == 1 ? "a field is wrong"
                                   : absl::StrCat(violations.size(), " fields are wrong"));
  }
  const std::string reason = Reason(status);
  err << " (" << CodeName(status) << (reason.empty() ? "" : ", " + reason) << ")\n";
  terminal::Table table({{""}, {""}});
  for (const auto& violation : violations) table.Add({violation.field, violation.description});
  for (const auto& [key, value] : Metadata(status)) table.Add({key, value});
  table.Print(err, {}, 2);
  if (absl::IsUnavailable(status)) {
    err << "  Is it running? `make run` starts everything; `huiyinctl health` shows what "
           "answers.\n";
  }
}

}  // namespace huiyin::ctl
