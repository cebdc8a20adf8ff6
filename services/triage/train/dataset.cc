#include "services/triage/train/dataset.h"

#include <algorithm>
#include <array>
#include <filesystem>
#include <fstream>
#include <map>
#include <unordered_map>
#include <unordered_set>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "services/triage/domain/text/sha1.h"

namespace huiyin::triage::train {
namespace {

struct Intent {
  std::string_view name;
  Category category;
  Urgency urgency;
};
// What the queries filed under each intent ask for, by the labelling guide. Intents that mix
// several categories are left out.
constexpr std::array<Intent, 42> kIntents = {{
    {"RECOMMEND_PRODUCT", Category::kProductQuestion, Urgency::kLow},
    {"RESUME_DELIVERY", Category::kLogistics, Urgency::kLow},
    {"ORDER_STATUS", Category::kLogistics, Urgency::kNormal},
    {"CHAT_WITH_AGENT", Category::kOther, Urgency::kLow},
    {"ORDER_TAKING", Category::kOrderChange, Urgency::kNormal},
    {"PAYMENT_AND_BILL", Category::kPayment, Urgency::kHigh},
    {"CONSULT_START", Category::kProductQuestion, Urgency::kLow},
    {"ORIGINAL_PRODUCT", Category::kNotAsDescribed, Urgency::kLow},
    {"DELAY_IN_PARCEL", Category::kLogistics, Urgency::kHigh},
    {"CALL_CENTER", Category::kOther, Urgency::kLow},
    {"MODIFY_ADDRESS", Category::kOrderChange, Urgency::kNormal},
    {"STORE_INFORMATION", Category::kOther, Urgency::kLow},
    {"CHECK_PINCODE", Category::kLogistics, Urgency::kLow},
    {"REFER_EARN", Category::kPricePromotion, Urgency::kLow},
    {"CANCEL_ORDER", Category::kOrderChange, Urgency::kNormal},
    {"EXPIRY_DATE", Category::kNotAsDescribed, Urgency::kNormal},
    {"SIGN_UP", Category::kAccount, Urgency::kNormal},
    {"MODES_OF_PAYMENTS", Category::kPayment, Urgency::kLow},
    {"SIDE_EFFECT", Category::kProductQuestion, Urgency::kLow},
    {"PORTAL_ISSUE", Category::kOrderChange, Urgency::kNormal},
    {"INTERNATIONAL_SHIPPING", Category::kLogistics, Urgency::kLow},
    {"IMMUNITY", Category::kProductQuestion, Urgency::kLow},
    {"FRANCHISE", Category::kOther, Urgency::kLow},
    {"WORK_FROM_HOME", Category::kOther, Urgency::kLow},
    {"DISTRIBUTORS", Category::kOther, Urgency::kLow},
    {"EMI", Category::kPayment, Urgency::kLow},
    {"MATTRESS_COST", Category::kPricePromotion, Urgency::kLow},
    {"PRODUCT_VARIANTS", Category::kProductQuestion, Urgency::kLow},
    {"LEAD_GEN", Category::kProductQuestion, Urgency::kLow},
    {"WHAT_SIZE_TO_ORDER", Category::kProductQuestion, Urgency::kLow},
    {"100_NIGHT_TRIAL_OFFER", Category::kReturnExchange, Urgency::kLow},
    {"ORTHO_FEATURES", Category::kProductQuestion, Urgency::kLow},
    {"RETURN_EXCHANGE", Category::kReturnExchange, Urgency::kNormal},
    {"COD", Category::kPayment, Urgency::kLow},
    {"ERGO_FEATURES", Category::kProductQuestion, Urgency::kLow},
    {"COMPARISON", Category::kProductQuestion, Urgency::kLow},
    {"ABOUT_SOF_MATTRESS", Category::kProductQuestion, Urgency::kLow},
    {"WARRANTY", Category::kRepairWarranty, Urgency::kLow},
    {"PILLOWS", Category::kProductQuestion, Urgency::kLow},
    {"OFFERS", Category::kPricePromotion, Urgency::kLow},
    {"DELAY_IN_DELIVERY", Category::kLogistics, Urgency::kHigh},
    {"SIZE_CUSTOMIZATION", Category::kProductQuestion, Urgency::kLow},
}};

constexpr std::array<std::pair<std::string_view, Sentiment>, 8> kSentimentWords = {{
    {"0", Sentiment::kNegative},
    {"1", Sentiment::kPositive},
    {"negative", Sentiment::kNegative},
    {"positive", Sentiment::kPositive},
    {"neutral", Sentiment::kNeutral},
    {"question", Sentiment::kNeutral},
    {"负面", Sentiment::kNegative},
    {"正面", Sentiment::kPositive},
}};

std::optional<Sentiment> SentimentOf(std::string_view word) {
  for (const auto& [name, sentiment] : kSentimentWords) {
    if (name == word) return sentiment;
  }
  return std::nullopt;
}

// Reads a row of labels; false if one has an unknown name.
bool ReadLabels(const std::vector<std::string_view>& f, std::size_t first, Row* row) {
  row->category = CategoryFromString(f[first]);
  row->sentiment = SentimentFromString(f[first + 2]);
  row->urgency = UrgencyFromString(f[first + 3]);
  if (f[first + 1] != "-") {
    row->second = CategoryFromString(f[first + 1]);
    if (!row->second) return false;
  }
  return row->category && row->sentiment && row->urgency;
}

// A file with the label in one column and the text in the last; missing files give nothing.
struct SentimentFile {
  std::string_view path;
  std::string_view language;
  bool split;  // keep the train split only
};
constexpr std::array<SentimentFile, 5> kSentimentFiles = {{
    {"zh/zh_online_shopping_10_cats.tsv", "zh", true},
    {"zh/zh_waimai_10k.tsv", "zh", true},
    {"zh/zh_zhijiang_doc_polarity.tsv", "zh", false},
    {"multi/th_wisesight_all.tsv", "th", false},
    {"multi/id_smsa_train.tsv", "id", false},
}};

// Files whose texts the team has labelled, each with its language.
constexpr std::array<std::pair<std::string_view, std::string_view>, 4> kReviewFiles = {{
    {"zh/zh_online_shopping_10_cats.tsv", "zh"},
    {"zh/zh_waimai_10k.tsv", "zh"},
    {"zh/zh_eprstmt_unlabeled.tsv", "zh"},
    {"multi/th_wisesight_all.tsv", "th"},
}};

std::vector<std::string> LinesOrNone(const std::string& path) {
  absl::StatusOr<std::vector<std::string>> lines = ReadLines(path);
  return lines.ok() ? *std::move(lines) : std::vector<std::string>();
}

}  // namespace

std::vector<std::string_view> SplitTabs(std::string_view line) {
  std::vector<std::string_view> fields;
  for (std::size_t tab; (tab = line.find('\t')) != std::string_view::npos;) {
    fields.push_back(line.substr(0, tab));
    line.remove_prefix(tab + 1);
  }
  fields.push_back(line);
  return fields;
}

absl::StatusOr<std::vector<std::string>> ReadLines(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return absl::NotFoundError(absl::StrCat("no file ", path));
  std::vector<std::string> lines;
  for (std::string line; std::getline(in, line);) {
    if (!line.empty() && line.back() == '\r') line.pop_back();
    lines.push_back(line);
  }
  return lines;
}

bool IsTestText(std::string_view text) { return text::Sha1(text)[0] < 26; }

bool IsHeldBack(std::string_view text) { return text::Sha1(text)[1] < 64; }

absl::StatusOr<std::vector<Row>> LoadCorpus(const std::string& folder) {
  std::error_code error;
  std::vector<std::string> files;
  for (const auto& entry : std::filesystem::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".tsv") files.push_back(entry.path().string());
  }
  if (error || files.empty()) return absl::NotFoundError(absl::StrCat("no corpus in ", folder));
  std::sort(files.begin(), files.end());
  std::vector<Row> rows;
  for (const std::string& file : files) {
    const std::vector<std::string> lines = LinesOrNone(file);
    for (std::size_t i = 0; i < lines.size(); ++i) {
      const std::vector<std::string_view> f = SplitTabs(lines[i]);
      Row row;
      if (f.size() != 6 || !ReadLabels(f, 0, &row)) {
        return absl::InvalidArgumentError(absl::StrCat(file, ":", i + 1, ": not a corpus row"));
      }
      row.language = f[4];
      row.text = f[5];
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

absl::StatusOr<std::vector<Row>> LoadReviewLabels(const std::string& labels,
                                                  const std::string& data) {
  absl::StatusOr<std::vector<std::string>> lines = ReadLines(labels);
  if (!lines.ok()) return lines.status();
  struct Found {
    std::string_view language;
    std::string text;
  };
  std::unordered_map<std::string, Found> texts;
  for (const auto& [file, language] : kReviewFiles) {
    for (const std::string& line : LinesOrNone(absl::StrCat(data, "/", std::string(file)))) {
      const std::string_view text = SplitTabs(line).back();
      texts.try_emplace(text::Sha1Hex(text), Found{language, std::string(text)});
    }
  }
  std::vector<Row> rows;
  for (std::size_t i = 0; i < lines->size(); ++i) {
    const std::vector<std::string_view> f = SplitTabs((*lines)[i]);
    Row row;
    if (f.size() != 5 || !ReadLabels(f, 1, &row)) {
      return absl::InvalidArgumentError(absl::StrCat(labels, ":", i + 1, ": not a label row"));
    }
    const auto it = texts.find(std::string(f[0]));
    if (it == texts.end()) continue;
    row.language = it->second.language;
    row.text = it->second.text;
    rows.push_back(std::move(row));
  }
  return rows;
}

std::vector<Row> LoadIntents(const std::string& data) {
  std::vector<Row> rows;
  for (const char* file : {"en/en_hint3_curekart_train.tsv", "en/en_hint3_sofmattress_train.tsv"}) {
    for (const std::string& line : LinesOrNone(absl::StrCat(data, "/", file))) {
      const std::vector<std::string_view> f = SplitTabs(line);
      for (const Intent& intent : kIntents) {
        if (f.size() != 2 || f[0] != intent.name) continue;
        rows.push_back({intent.category, std::nullopt, Sentiment::kNeutral, intent.urgency, "en",
                        std::string(f[1])});
      }
    }
  }
  return rows;
}

std::vector<Row> LoadSentiments(const std::string& data) {
  std::vector<Row> rows;
  std::unordered_set<std::string> known;
  for (const SentimentFile& file : kSentimentFiles) {
    for (const std::string& line : LinesOrNone(absl::StrCat(data, "/", std::string(file.path)))) {
      const std::vector<std::string_view> f = SplitTabs(line);
      if (f.size() < 2) continue;
      const std::optional<Sentiment> sentiment = SentimentOf(f[0]);
      std::string text(f.back());
      if (!sentiment || (file.split && IsTestText(text)) || !known.insert(text).second) continue;
      Row row;
      row.sentiment = sentiment;
      row.language = file.language;
      row.text = std::move(text);
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

std::vector<Row> LoadImplied(const std::string& data) {
  struct Implied {
    std::string_view path;
    std::string_view language;
    std::string_view label;
    std::optional<Category> category;
    double share;  // of the rows, picked by hash
  };
  constexpr std::string_view kShop = "zh/zh_online_shopping_10_cats.tsv";
  constexpr std::string_view kMeals = "zh/zh_waimai_10k.tsv";
  constexpr std::string_view kThai = "multi/th_wisesight_all.tsv";
  constexpr std::string_view kIndonesian = "multi/id_smsa_train.tsv";
  const std::array<Implied, 11> kImplied = {{
      {kShop, "zh", "1", Category::kPraise, 0.05},
      {kShop, "zh", "0", std::nullopt, 0.08},
      {kMeals, "zh", "1", Category::kPraise, 0.12},
      {kMeals, "zh", "0", std::nullopt, 0.08},
      {kIndonesian, "id", "positive", Category::kPraise, 0.25},
      {kIndonesian, "id", "neutral", Category::kOther, 0.3},
      {kIndonesian, "id", "negative", std::nullopt, 0.4},
      {kThai, "th", "positive", std::nullopt, 0.15},
      {kThai, "th", "neutral", std::nullopt, 0.05},
      {kThai, "th", "question", std::nullopt, 0.2},
      {kThai, "th", "negative", std::nullopt, 0.12},
  }};
  std::vector<Row> rows;
  for (const Implied& implied : kImplied) {
    for (const std::string& line :
         LinesOrNone(absl::StrCat(data, "/", std::string(implied.path)))) {
      const std::vector<std::string_view> f = SplitTabs(line);
      if (f.size() < 2 || f[0] != implied.label || IsTestText(f.back())) continue;
      const auto digest = text::Sha1(f.back());
      if ((digest[1] << 8 | digest[2]) >= implied.share * 65536) continue;
      Row row;
      row.category = implied.category;
      row.sentiment = SentimentOf(f[0]);
      if (implied.category) row.urgency = Urgency::kLow;
      row.language = implied.language;
      row.text = f.back();
      rows.push_back(std::move(row));
    }
  }
  return rows;
}

std::vector<LanguageRow> LoadLanguages(const std::string& data) {
  std::vector<LanguageRow> rows;
  for (const char* file : {"lid/lid_lingua_sentences.tsv", "lid/lid_lingua_word-pairs.tsv"}) {
    for (const std::string& line : LinesOrNone(absl::StrCat(data, "/", file))) {
      const std::vector<std::string_view> f = SplitTabs(line);
      if (f.size() != 2 || IsTestText(f[1])) continue;
      rows.push_back({std::string(f[0]), std::string(f[1])});
    }
  }
  return rows;
}

void RemoveMeasuredTexts(const std::string& data, std::vector<Row>* rows) {
  std::unordered_set<std::string> measured;
  for (const std::string& line : LinesOrNone(absl::StrCat(data, "/labelled/dev.tsv"))) {
    measured.insert(std::string(SplitTabs(line).back()));
  }
  std::erase_if(*rows, [&](const Row& row) { return measured.contains(row.text); });
}

}  // namespace huiyin::triage::train
