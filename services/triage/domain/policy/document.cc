#include "services/triage/domain/policy/document.h"

#include <algorithm>
#include <charconv>

namespace huiyin::triage {
namespace {

bool IsBlank(char c) { return c == ' ' || c == '\t' || c == '\r'; }

std::vector<std::string_view> Words(std::string_view line) {
  std::vector<std::string_view> words;
  size_t at = 0;
  while (at < line.size() && line[at] != '#') {
    if (IsBlank(line[at])) {
      ++at;
      continue;
    }
    size_t end = at + 1;
    if (line[at] != ',') {
      while (end < line.size() && !IsBlank(line[end]) && line[end] != ',' && line[end] != '#') {
        ++end;
      }
    }
    words.push_back(line.substr(at, end - at));
    at = end;
  }
  return words;
}

}  // namespace

std::vector<DocumentLine> DocumentCheck::Lines(std::string_view source) {
  std::vector<DocumentLine> lines;
  if (!Require(source.size() <= kMaxDocumentBytes, 0, "has more than 64 KiB")) return lines;
  int number = 0;
  while (!source.empty()) {
    const size_t end = std::min(source.find('\n'), source.size());
    const std::string_view line = source.substr(0, end);
    source.remove_prefix(std::min(end + 1, source.size()));
    ++number;
    const auto strange = [](char c) {
      return static_cast<unsigned char>(c) < 0x20 && c != '\t' && c != '\r';
    };
    if (std::any_of(line.begin(), line.end(), strange)) {
      Add(number, "has control characters");
      continue;
    }
    if (DocumentLine found{number, Words(line)}; !found.words.empty()) {
      lines.push_back(std::move(found));
    }
  }
  return lines;
}

void DocumentCheck::Add(int line, std::string_view what) {
  if (++count_ > kMost) return;
  check_.Add(line == 0 ? "source" : "source:" + std::to_string(line), what);
}

std::vector<std::string_view> NameList(const DocumentLine& line, size_t begin, size_t end,
                                       DocumentCheck& check) {
  std::vector<std::string_view> names;
  for (size_t i = begin; i < end; ++i) {
    const bool comma = line.words[i] == ",";
    if (comma != ((i - begin) % 2 == 1)) {
      check.Add(line.number, "names in a list are parted by commas: A, B, C");
      return {};
    }
    if (!comma) names.push_back(line.words[i]);
  }
  if (names.empty() || (end - begin) % 2 == 0) {
    check.Add(line.number, "a name is missing");
    return {};
  }
  return names;
}

bool ParseSmallInt(std::string_view word, int* value) {
  if (word.starts_with('+')) word.remove_prefix(1);
  const char* end = word.data() + word.size();
  const auto parsed = std::from_chars(word.data(), end, *value);
  return parsed.ec == std::errc() && parsed.ptr == end && *value >= -1'000'000 &&
         *value <= 1'000'000;
}

bool IsDocumentName(std::string_view word) {
  if (word.empty() || word.size() > 64 || word[0] < 'a' || word[0] > 'z') return false;
  return std::all_of(word.begin(), word.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

}  // namespace huiyin::triage
