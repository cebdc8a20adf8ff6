#include "services/triage/eval/measures.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>

#include "absl/strings/str_cat.h"
#include "services/triage/train/dataset.h"

namespace huiyin::triage::eval {
namespace {

struct Judgement {
  Category gold;
  std::optional<Category> gold_second;
  Sentiment gold_sentiment;
  Urgency gold_urgency;
  bool clear;
  std::string language;
  std::string source;
  Classification got;

  bool Right() const { return got.category == gold; }
  bool RightWithSecond() const { return Right() || got.category == gold_second; }
  bool GoldAmongTwo() const { return Right() || got.second == gold; }
  bool EitherRight() const {
    return RightWithSecond() || GoldAmongTwo() || (got.second && got.second == gold_second);
  }
};

Measure Proportion(std::string name, std::size_t hits, std::size_t n, double target = 0) {
  return {std::move(name),
          n == 0 ? 0 : static_cast<double>(hits) / static_cast<double>(n),
          n,
          true,
          target,
          false};
}

template <typename Which, typename Hit>
Measure Count(std::string name, const std::vector<Judgement>& all, Which which, Hit hit,
              double target = 0) {
  std::size_t n = 0;
  std::size_t hits = 0;
  for (const Judgement& j : all) {
    if (!which(j)) continue;
    ++n;
    hits += hit(j) ? 1 : 0;
  }
  return Proportion(std::move(name), hits, n, target);
}

absl::StatusOr<std::vector<Judgement>> JudgeLabelled(const Classifier& classifier,
                                                     const std::string& file) {
  absl::StatusOr<std::vector<std::string>> lines = train::ReadLines(file);
  if (!lines.ok()) return lines.status();
  std::vector<Judgement> all;
  Scratch scratch;
  for (const std::string& line : *lines) {
    const std::vector<std::string_view> f = train::SplitTabs(line);
    if (f.size() != 8 || !CategoryFromString(f[0]) || !SentimentFromString(f[2]) ||
        !UrgencyFromString(f[3])) {
      return absl::InvalidArgumentError(absl::StrCat(file, ": not a labelled row: ", line));
    }
    Judgement j{*CategoryFromString(f[0]),
                CategoryFromString(f[1]),
                *SentimentFromString(f[2]),
                *UrgencyFromString(f[3]),
                f[4] == "Y",
                std::string(f[5]),
                std::string(f[6]),
                {}};
    classifier.Label(f[7], scratch, &j.got);
    all.push_back(std::move(j));
  }
  return all;
}

// Mean gap between confidence and accuracy over ten equally filled groups.
Measure CalibrationError(const std::vector<Judgement>& all) {
  std::vector<std::pair<float, bool>> decisions;
  for (const Judgement& j : all) {
    if (j.clear) decisions.emplace_back(j.got.category_p, j.Right());
  }
  std::sort(decisions.begin(), decisions.end());
  constexpr std::size_t kGroups = 10;
  double error = 0;
  for (std::size_t g = 0; g < kGroups; ++g) {
    const std::size_t first = g * decisions.size() / kGroups;
    const std::size_t last = (g + 1) * decisions.size() / kGroups;
    double confidence = 0;
    double right = 0;
    for (std::size_t i = first; i < last; ++i) {
      confidence += decisions[i].first;
      right += decisions[i].second ? 1 : 0;
    }
    error += std::abs(confidence - right);
  }
  return {"expected calibration error, category, clear",
          error / static_cast<double>(decisions.size()),
          decisions.size(),
          false,
          0.04,
          true};
}

Measure MostConfident(const std::vector<Judgement>& all) {
  std::vector<std::pair<float, bool>> decisions;
  for (const Judgement& j : all) {
    if (j.clear) decisions.emplace_back(-j.got.category_p, j.Right());
  }
  std::sort(decisions.begin(), decisions.end());
  decisions.resize(decisions.size() * 7 / 10);
  std::size_t hits = 0;
  for (const auto& d : decisions) hits += d.second ? 1 : 0;
  return Proportion("category, 70 % most confident, clear", hits, decisions.size(), 0.95);
}

Measure UrgentRecall(const std::vector<Judgement>& all) {
  std::vector<std::pair<float, bool>> flags;
  std::size_t urgent = 0;
  for (const Judgement& j : all) {
    flags.emplace_back(-j.got.urgent_or_high_p, j.gold_urgency >= Urgency::kHigh);
    urgent += flags.back().second ? 1 : 0;
  }
  std::sort(flags.begin(), flags.end());
  std::size_t hits = 0;
  for (std::size_t i = 0; i < flags.size() / 4; ++i) hits += flags[i].second ? 1 : 0;
  return Proportion("URGENT or HIGH found among the 25 % flagged first", hits, urgent, 0.85);
}

void LabelledMeasures(const std::vector<Judgement>& all, Report* report) {
  const auto clear = [](const Judgement& j) { return j.clear; };
  const auto right = [](const Judgement& j) { return j.Right(); };
  const auto in = [](std::string_view language) {
    return [language](const Judgement& j) { return j.clear && j.language == language; };
  };
  std::vector<Measure>& m = report->measures;
  m.push_back(Count("category, Chinese, clear", all, in("zh"), right, 0.85));
  m.push_back(Count(
      "category, source jddc_opening, clear", all,
      [](const Judgement& j) { return j.clear && j.source == "jddc_opening"; }, right, 0.88));
  m.push_back(Count("category, English, clear", all, in("en"), right, 0.82));
  for (const char* language : {"ja", "vi", "th", "id"}) {
    m.push_back(Count(std::string("category, ") + language + ", clear", all, in(language), right));
  }
  m.push_back(Count("category, all, clear", all, clear, right));
  m.push_back(Count("category is the label or the second label, all, clear", all, clear,
                    [](const Judgement& j) { return j.RightWithSecond(); }));
  m.push_back(Count("label is the category or the second, all, clear", all, clear,
                    [](const Judgement& j) { return j.GoldAmongTwo(); }));
  m.push_back(Count(
      "either category or second right, all, clear", all, clear,
      [](const Judgement& j) { return j.EitherRight(); }, 0.92));
  m.push_back(MostConfident(all));
  m.push_back(CalibrationError(all));
  m.push_back(Count(
      "category where not needs_review, clear", all,
      [](const Judgement& j) { return j.clear && !j.got.needs_review; }, right));
  m.push_back(Count("share not sent to review, clear", all, clear,
                    [](const Judgement& j) { return !j.got.needs_review; }));
  m.push_back(UrgentRecall(all));
  m.push_back(Count("urgency, clear", all, clear,
                    [](const Judgement& j) { return j.got.urgency == j.gold_urgency; }));
  m.push_back(Count(
      "sentiment, three classes, clear", all, clear,
      [](const Judgement& j) { return j.got.sentiment == j.gold_sentiment; }, 0.88));
  std::map<std::string, std::size_t> confusions;
  for (const Judgement& j : all) {
    if (!j.clear) continue;
    auto& [hits, rows] = report->categories[std::string(ToString(j.gold))];
    ++rows;
    hits += j.Right() ? 1 : 0;
    if (!j.Right()) {
      ++confusions[std::string(ToString(j.gold)) + " read as " +
                   std::string(ToString(j.got.category))];
    }
  }
  for (const auto& [what, n] : confusions) report->confusions.emplace_back(n, what);
  std::sort(report->confusions.rbegin(), report->confusions.rend());
}

// Sentiment of reviews with two labels; NEUTRAL is counted as wrong.
void ReviewMeasures(const Classifier& classifier, const std::string& data, Report* report) {
  struct File {
    const char* path;
    const char* name;
    double target;
  };
  constexpr std::array<File, 2> kFiles = {
      {{"zh/zh_online_shopping_10_cats.tsv", "sentiment, zh_online_shopping_10_cats, test split",
        0.945},
       {"zh/zh_waimai_10k.tsv", "sentiment, zh_waimai_10k, test split", 0}}};
  Scratch scratch;
  Classification got;
  for (const File& file : kFiles) {
    const auto lines = train::ReadLines(data + "/" + file.path);
    if (!lines.ok()) continue;
    std::set<std::string> known;
    std::size_t n = 0;
    std::size_t hits = 0;
    for (const std::string& line : *lines) {
      const std::vector<std::string_view> f = train::SplitTabs(line);
      if (!known.insert(std::string(f.back())).second || !train::IsTestText(f.back())) continue;
      classifier.Label(f.back(), scratch, &got);
      ++n;
      hits += got.sentiment == (f[0] == "1" ? Sentiment::kPositive : Sentiment::kNegative) ? 1 : 0;
    }
    report->measures.push_back(Proportion(file.name, hits, n, file.target));
  }
}

void LanguageMeasures(const Classifier& classifier, const std::string& data, Report* report) {
  struct File {
    const char* path;
    const char* name;
    double target;
  };
  constexpr std::array<File, 2> kFiles = {
      {{"lid/lid_lingua_sentences.tsv", "language, sentences, 13 languages", 0.985},
       {"lid/lid_lingua_word-pairs.tsv", "language, word pairs, 13 languages", 0.93}}};
  const std::set<std::string_view> languages = {"zh", "en", "ja", "ko", "es", "pt", "fr",
                                                "de", "ru", "vi", "th", "id", "ar"};
  Scratch scratch;
  Classification got;
  for (const File& file : kFiles) {
    const auto lines = train::ReadLines(data + "/" + file.path);
    if (!lines.ok()) continue;
    std::size_t n = 0;
    std::size_t hits = 0;
    for (const std::string& line : *lines) {
      const std::vector<std::string_view> f = train::SplitTabs(line);
      if (f.size() != 2 || !languages.contains(f[0]) || !train::IsTestText(f[1])) continue;
      classifier.Label(f[1], scratch, &got);
      ++n;
      hits += got.language.substr(0, 2) == f[0] ? 1 : 0;
    }
    report->measures.push_back(
        Proportion(std::string(file.name) + ", test split", hits, n, file.target));
  }
}

}  // namespace

Interval Wilson(std::size_t hits, std::size_t n) {
  if (n == 0) return {0, 1};
  constexpr double kZ = 1.959964;
  const double count = static_cast<double>(n);
  const double p = static_cast<double>(hits) / count;
  const double scale = 1 + kZ * kZ / count;
  const double centre = (p + kZ * kZ / (2 * count)) / scale;
  const double half = kZ * std::sqrt(p * (1 - p) / count + kZ * kZ / (4 * count * count)) / scale;
  return {centre - half, centre + half};
}

absl::StatusOr<Report> Evaluate(const Classifier& classifier, const std::string& data) {
  absl::StatusOr<std::vector<Judgement>> all =
      JudgeLabelled(classifier, data + "/labelled/dev.tsv");
  if (!all.ok()) return all.status();
  Report report;
  report.model_version = classifier.model_version();
  LabelledMeasures(*all, &report);
  ReviewMeasures(classifier, data, &report);
  LanguageMeasures(classifier, data, &report);
  return report;
}

}  // namespace huiyin::triage::eval
