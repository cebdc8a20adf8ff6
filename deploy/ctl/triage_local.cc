// huiyinctl triage classify --local: the model on a file, without any server. This interface is
// used to measure quality and is kept stable: one JSON object per input line, in the same order,
// with keys text_sha1, language, category, category_p, second, sentiment, sentiment_p, urgency,
// urgency_p, needs_review.
#include <openssl/evp.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "deploy/ctl/command.h"
#include "services/triage/domain/classifier.h"

namespace huiyin::ctl {
namespace {

// Beside the program as `make` leaves it, or in the working directory.
constexpr char kModel[] = "services/triage/model/triage.model";
constexpr int kFoldersAbove = 3;  // build/release/bin

std::string FindModel(const std::string& given) {
  if (!given.empty()) return given;
  std::error_code error;
  if (std::filesystem::exists(kModel, error)) return kModel;
  auto folder = std::filesystem::read_symlink("/proc/self/exe", error).parent_path();
  for (int i = 0; i < kFoldersAbove; ++i) folder = folder.parent_path();
  return folder / kModel;
}

std::string Sha1(std::string_view text) {
  std::string digest(20, '\0');
  EVP_Digest(text.data(), text.size(), reinterpret_cast<unsigned char*>(digest.data()), nullptr,
             EVP_sha1(), nullptr);
  return absl::BytesToHexString(digest);
}

// The text of a line; BAD_LINE when there is none.
absl::StatusOr<std::string> TextOf(const LocalFile& file, const std::string& line) {
  if (file.format == "jsonl") {
    const auto json = nlohmann::json::parse(line, nullptr, false);
    if (!json.is_object() || !json.contains("text") || !json["text"].is_string()) {
      return Error(absl::StatusCode::kInvalidArgument, "BAD_LINE",
                   "not a JSON object with a string \"text\"");
    }
    return json["text"].get<std::string>();
  }
  // Column 0 is the last one; npos + 1 is 0.
  size_t begin = file.text_column == 0 ? line.rfind('\t') + 1 : 0;
  for (int column = 1; column < file.text_column; ++column) {
    const size_t tab = line.find('\t', begin);
    if (tab == std::string::npos) {
      return Error(absl::StatusCode::kInvalidArgument, "BAD_LINE",
                   absl::StrCat("no column ", file.text_column));
    }
    begin = tab + 1;
  }
  return line.substr(begin, line.find('\t', begin) - begin);
}

std::string ToJson(const std::string& text, const triage::Classification& c) {
  nlohmann::ordered_json json;
  json["text_sha1"] = Sha1(text);
  json["language"] = std::string(c.language);
  json["category"] = std::string(ToString(c.category));
  json["category_p"] = c.category_p;
  json["second"] = nullptr;
  if (c.second.has_value()) json["second"] = std::string(ToString(*c.second));
  json["sentiment"] = std::string(ToString(c.sentiment));
  json["sentiment_p"] = c.sentiment_p;
  json["urgency"] = std::string(ToString(c.urgency));
  json["urgency_p"] = c.urgency_p;
  json["needs_review"] = c.needs_review;
  return json.dump();
}

}  // namespace

absl::Status ClassifyFile(Ctl& ctl, const LocalFile& file) {
  std::ifstream opened;
  if (file.input != "-") {
    opened.open(file.input, std::ios::binary);
    if (!opened) return BadUsage(file.input + " cannot be read");
  }
  std::istream& in = file.input == "-" ? std::cin : opened;
  HUIYIN_ASSIGN_OR_RETURN(const auto classifier, triage::Classifier::Load(FindModel(file.model)));
  triage::Scratch scratch;
  triage::Classification classification;
  std::string line;
  for (int64_t number = 1; std::getline(in, line); ++number) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    const absl::StatusOr<std::string> text = TextOf(file, line);
    if (!text.ok()) {  // answered all the same, as an empty text: one line for one line
      ctl.err << "line " << number << ": " << text.status().message() << '\n';
      ctl.EndAs(kPartly);
    }
    const std::string& read = text.ok() ? *text : "";
    classifier->Label(read, scratch, &classification);
    ctl.out << ToJson(read, classification) << '\n';
  }
  return absl::OkStatus();
}

}  // namespace huiyin::ctl
