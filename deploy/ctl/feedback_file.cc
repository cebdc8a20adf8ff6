#include "deploy/ctl/feedback_file.h"

#include <google/protobuf/util/json_util.h>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "deploy/client/connection.h"
#include "huiyin/ingest/v1/ticket.pb.h"
#include "libs/core/status.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::ingest::v1;
namespace common = huiyin::common::v1;

absl::Status BadLine(const std::string& why) {
  return Error(absl::StatusCode::kInvalidArgument, "BAD_LINE", why);
}

// The kind of content that the channel wants (Feedback.content).
void SetText(std::string_view text, pb::Feedback& feedback) {
  switch (feedback.channel()) {
    case common::CHANNEL_FORM:
      feedback.mutable_form()->set_description(std::string(text));
      break;
    case common::CHANNEL_PHONE:
      feedback.mutable_call()->set_transcript(std::string(text));
      feedback.mutable_call()->mutable_data()->set_caller("anonymous");
      break;
    default:
      feedback.set_text(std::string(text));
  }
}

}  // namespace

absl::Status FeedbackFile::Parse(std::string_view line, pb::Feedback& feedback) const {
  if (options_.format == FileFormat::kJsonl) {
    const auto status = google::protobuf::util::JsonStringToMessage(
        google::protobuf::StringPiece(line.data(), line.size()), &feedback);
    if (!status.ok()) return BadLine("not a Feedback in JSON: " + status.message().ToString());
    if (feedback.channel() == common::CHANNEL_UNSPECIFIED) {
      feedback.set_channel(static_cast<common::Channel>(options_.channel));
    }
    return absl::OkStatus();
  }
  size_t begin = options_.text_column == 0 ? line.rfind('\t') + 1 : 0;  // npos + 1 is 0
  for (int column = 1; column < options_.text_column; ++column) {
    const size_t tab = line.find('\t', begin);
    if (tab == std::string_view::npos) {
      return BadLine(absl::StrCat("no column ", options_.text_column, ": only ", column, " there"));
    }
    begin = tab + 1;
  }
  feedback.set_channel(static_cast<common::Channel>(options_.channel));
  SetText(line.substr(begin, line.find('\t', begin) - begin), feedback);
  return absl::OkStatus();
}

absl::StatusOr<bool> FeedbackFile::Next(pb::Feedback& feedback) {
  std::string line;
  while (std::getline(in_, line)) {
    ++line_;
    if (!line.empty() && line.back() == '\r') line.pop_back();
    if (absl::StripAsciiWhitespace(line).empty()) continue;
    feedback.Clear();
    HUIYIN_RETURN_IF_ERROR(Parse(line, feedback));
    if (feedback.external_message_id().empty()) {
      feedback.set_external_message_id("import-" +
                                       client::UuidOf(absl::StrCat("line ", line_, "\n", line)));
    }
    return true;
  }
  return false;
}

}  // namespace huiyin::ctl
