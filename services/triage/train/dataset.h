// What a model is trained from: the committed corpus, and such files of the data folder as may
// train a model that ships (MODEL_CARD.md says which, and why not the others).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/triage/domain/labels.h"

namespace huiyin::triage::train {

struct Row {
  std::optional<Category> category;
  std::optional<Category> second;
  std::optional<Sentiment> sentiment;
  std::optional<Urgency> urgency;
  std::string language;  // of the corpus: "zh", "en" …
  std::string text;
  float weight = 1;
};

// Fields of a tab-separated line.
std::vector<std::string_view> SplitTabs(std::string_view line);

// Lines of a file without their newline; NOT_FOUND if there is none.
absl::StatusOr<std::vector<std::string>> ReadLines(const std::string& path);

// True if a text of the review sets belongs to their test split (first byte of SHA-1 below 26).
bool IsTestText(std::string_view text);

// True if a lesson is held back for calibration: a quarter of them, by hash.
bool IsHeldBack(std::string_view text);

// Every <language>.tsv of `folder`: category, second or '-', sentiment, urgency, language, text.
// INVALID_ARGUMENT names file and line of a row that cannot be read.
absl::StatusOr<std::vector<Row>> LoadCorpus(const std::string& folder);

// Reviews of the data folder that were labelled by the team: `labels` holds SHA-1 of the text and
// the labels, `data` the texts. Texts not found in `data` are left out.
absl::StatusOr<std::vector<Row>> LoadReviewLabels(const std::string& labels,
                                                  const std::string& data);

// English questions with intents (hint3 train files), mapped to categories.
std::vector<Row> LoadIntents(const std::string& data);

// Texts with a sentiment and nothing else: shopping, delivery and cosmetics reviews (Chinese),
// posts (Thai), reviews and posts (Indonesian). Train split only.
std::vector<Row> LoadSentiments(const std::string& data);

// A sample of the same texts for the category heads: what a sentiment implies where it implies
// anything (a pleased review is PRAISE, a neutral post is off-topic), and otherwise the sentiment.
std::vector<Row> LoadImplied(const std::string& data);

struct LanguageRow {
  std::string language;  // ISO 639-1
  std::string text;
};
// Sentences and word pairs in 75 languages; train split only.
std::vector<LanguageRow> LoadLanguages(const std::string& data);

// Removes rows whose text is in the labelled measuring set of `data`, so that it stays unseen.
void RemoveMeasuredTexts(const std::string& data, std::vector<Row>* rows);

}  // namespace huiyin::triage::train
