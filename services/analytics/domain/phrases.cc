#include "services/analytics/domain/phrases.h"

#include <algorithm>
#include <array>

#include "services/analytics/domain/stats/log_odds.h"

namespace huiyin::analytics {
namespace {

constexpr size_t kLongestBytes = 60;
constexpr int64_t kFewestComplaints = 2;
constexpr double kLeastZ = 1.2816;  // nine in ten are no chance
// The prior weighs a part of all terms, at most so many.
constexpr double kPriorShare = 0.1, kPriorAtMost = 100;

// Punctuation of other scripts that terms are cut at, in UTF-8.
constexpr std::array<std::string_view, 14> kMarks = {"，", "。", "！", "？", "、", "；", "：",
                                                     "“",  "”",  "（", "）", "…",  "【", "】"};

bool IsAsciiLetterOrDigit(char c) {
  return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

// Length of the blank or mark that `text` begins with; 0 when it begins with something that counts.
size_t MarkAtStart(std::string_view text) {
  if (static_cast<unsigned char>(text.front()) < 0x80) return !IsAsciiLetterOrDigit(text.front());
  for (const std::string_view mark : kMarks) {
    if (text.starts_with(mark)) return mark.size();
  }
  return 0;
}

size_t MarkAtEnd(std::string_view text) {
  if (static_cast<unsigned char>(text.back()) < 0x80) return !IsAsciiLetterOrDigit(text.back());
  for (const std::string_view mark : kMarks) {
    if (text.ends_with(mark)) return mark.size();
  }
  return 0;
}

int64_t Total(const TermCounts& counts) {
  int64_t total = 0;
  for (const auto& [term, count] : counts) total += count;
  return total;
}

}  // namespace

std::string FoldTerm(std::string_view text) {
  while (!text.empty()) {
    const size_t mark = MarkAtStart(text);
    if (mark == 0) break;
    text.remove_prefix(mark);
  }
  while (!text.empty()) {
    const size_t mark = MarkAtEnd(text);
    if (mark == 0) break;
    text.remove_suffix(mark);
  }
  const bool digits = std::all_of(text.begin(), text.end(), [](char c) {
    return static_cast<unsigned char>(c) < 0x80 && !(c >= 'a' && c <= 'z') &&
           !(c >= 'A' && c <= 'Z');
  });
  if (text.size() < 2 || text.size() > kLongestBytes || digits) return "";
  std::string folded(text);
  for (char& c : folded) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  }
  return folded;
}

std::vector<uint32_t> TermsThatStandOut(const TermCounts& here, const TermCounts& elsewhere) {
  const int64_t total_here = Total(here), total_elsewhere = Total(elsewhere);
  const auto total = static_cast<double>(total_here + total_elsewhere);
  const double prior_total = std::min(kPriorAtMost, kPriorShare * total);
  std::vector<std::pair<double, uint32_t>> found;  // −z, term
  for (const auto& [term, count] : here) {
    if (count < kFewestComplaints) continue;
    const auto there = elsewhere.find(term);
    const int64_t count_there = there == elsewhere.end() ? 0 : there->second;
    const double prior = prior_total * static_cast<double>(count + count_there) / total;
    if (prior >= prior_total) continue;  // the only term there is
    const LogOdds odds =
        LogOddsRatio(count, total_here, count_there, total_elsewhere, prior, prior_total);
    if (odds.z >= kLeastZ) found.emplace_back(-odds.z, term);
  }
  std::sort(found.begin(), found.end());
  std::vector<uint32_t> terms;
  terms.reserve(found.size());
  for (const auto& [z, term] : found) terms.push_back(term);
  return terms;
}

std::vector<std::string> WithoutOverlap(const std::vector<std::string>& phrases, size_t at_most) {
  std::vector<std::string> kept;
  for (const std::string& phrase : phrases) {
    if (kept.size() == at_most) break;
    const bool overlaps = std::any_of(kept.begin(), kept.end(), [&](const std::string& other) {
      return other.find(phrase) != std::string::npos || phrase.find(other) != std::string::npos;
    });
    if (!overlaps) kept.push_back(phrase);
  }
  return kept;
}

}  // namespace huiyin::analytics
