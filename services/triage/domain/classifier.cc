#include "services/triage/domain/classifier.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <utility>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "libs/entities/entities.h"
#include "services/triage/domain/classifier_model.h"
#include "services/triage/domain/patch.h"

namespace huiyin::triage {
namespace {

using text::kFirstSentiment;
using text::kFirstUrgency;

constexpr std::size_t kMostEntities = 64;
constexpr std::size_t kMostTerms = 5;
// Entities are looked for in this much of a message; a longer one is a pasted document.
constexpr std::size_t kEntityBytes = 32 * 1024;
constexpr float kLeastTermWeight = 0.05f;

// Scores of one head to probabilities, in place.
void Calibrate(float* scores, std::size_t count, float temperature) {
  const float top = *std::max_element(scores, scores + count);
  float sum = 0;
  for (std::size_t i = 0; i < count; ++i) {
    scores[i] = std::exp((scores[i] - top) / temperature);
    sum += scores[i];
  }
  for (std::size_t i = 0; i < count; ++i) scores[i] /= sum;
}

// Praise is said by the pleased, and defects are not: what the sentiment head is sure of corrects
// the category. Keeps the sum at one.
void Reconcile(float positive, float* category) {
  constexpr Category kComplaints[] = {Category::kQuality, Category::kNotAsDescribed,
                                      Category::kDamagedOnArrival, Category::kWrongOrMissingItem,
                                      Category::kServiceComplaint};
  category[static_cast<std::size_t>(Category::kPraise)] *= 0.02f + 0.98f * positive;
  for (Category c : kComplaints) category[static_cast<std::size_t>(c)] *= 1 - 0.8f * positive;
  float sum = 0;
  for (std::size_t c = 0; c < kCategoryCount; ++c) sum += category[c];
  for (std::size_t c = 0; c < kCategoryCount; ++c) category[c] /= sum;
}

std::size_t Best(const float* p, std::size_t count, std::size_t except) {
  std::size_t best = count;
  for (std::size_t i = 0; i < count; ++i) {
    if (i != except && (best == count || p[i] > p[best])) best = i;
  }
  return best;
}

}  // namespace

text::FoldTables FoldTablesOf(const text::ModelFile& file) {
  using text::Section;
  return {file.Get<std::uint16_t>(Section::kFoldBlocks),
          file.Get<std::uint32_t>(Section::kFoldEntries),
          file.Get<std::uint32_t>(Section::kFoldSequences),
          file.Get<text::FoldTables::Composition>(Section::kFoldCompositions),
          file.Get<std::uint32_t>(Section::kFoldSimplified)};
}

struct Scratch::Impl {
  CodePoints raw;
  text::NormalText normal;
  text::ScoreScratch score;
  std::vector<std::uint32_t> hashes;
};
Scratch::Scratch() : impl_(std::make_unique<Impl>()) {}
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

void Classifier::Model::Explain(const text::NormalText& normal, const text::ScoreScratch& score,
                                std::size_t output, std::vector<Term>* terms) const {
  const float value = scorer.Value(score.known().size());
  int least = 1;  // of the weights in the table, the first that is worth a mention
  for (int above = 128; least < above;) {
    const int middle = (least + above) / 2;
    if (scorer.Share(middle, output, value) >= kLeastTermWeight) {
      above = middle;
    } else {
      least = middle + 1;
    }
  }
  for (const text::Feature& f : score.known()) {
    const int in_table = scorer.Weight(f, output);
    if (in_table < least) continue;
    const float weight = scorer.Share(in_table, output, value);
    if (terms->size() == kMostTerms && terms->back().weight >= weight) continue;
    // Several positions may come from one character (a ligature, a folded number): take it whole.
    std::size_t end = f.end;
    while (end < normal.size() && normal.begin[end] <= normal.begin[f.begin]) ++end;
    const Term term{normal.begin[f.begin], normal.begin[end], weight};
    const auto overlap = std::find_if(terms->begin(), terms->end(), [&](const Term& t) {
      return t.begin < term.end && term.begin < t.end;
    });
    if (overlap != terms->end()) {
      if (overlap->weight >= weight) continue;
      terms->erase(overlap);
    } else if (terms->size() == kMostTerms) {
      terms->pop_back();
    }
    terms->insert(
        std::upper_bound(terms->begin(), terms->end(), term,
                         [](const Term& a, const Term& b) { return a.weight > b.weight; }),
        term);
    // Once there are enough, the rest must outweigh the last of them.
    if (terms->size() == kMostTerms) {
      while (scorer.Share(least, output, value) <= terms->back().weight) ++least;
    }
  }
}

Classifier::Classifier(std::unique_ptr<Model> model) : model_(std::move(model)) {}
Classifier::~Classifier() = default;

absl::StatusOr<std::unique_ptr<Classifier>> Classifier::Load(const std::string& model_path) {
  absl::StatusOr<std::unique_ptr<text::ModelFile>> file = text::ModelFile::Map(model_path);
  if (!file.ok()) return file.status();
  std::string version = (*file)->version();
  return std::unique_ptr<Classifier>(new Classifier(
      std::make_unique<Model>(*std::move(file), std::move(version), std::vector<std::int8_t>())));
}

absl::StatusOr<std::unique_ptr<Classifier>> Classifier::With(const Patch& patch) const {
  const std::span<const std::int8_t> table = model_->file->Get<std::int8_t>(text::Section::kLinear);
  constexpr std::size_t kColumns = text::kLinearColumns;
  if (patch.base_version != model_->file->version() ||
      patch.weights.size() != patch.rows.size() * kColumns) {
    return absl::InvalidArgumentError(absl::StrCat("a patch of model ", patch.base_version,
                                                   ", this is ", model_->file->version()));
  }
  std::vector<std::int8_t> linear(table.begin(), table.end());
  for (std::size_t i = 0; i < patch.rows.size(); ++i) {
    const std::size_t at = std::size_t{patch.rows[i]} * kColumns;
    if (at + kColumns > linear.size()) return absl::InvalidArgumentError("no such row");
    std::copy_n(&patch.weights[i * kColumns], kColumns, &linear[at]);
  }
  return std::unique_ptr<Classifier>(
      new Classifier(std::make_unique<Model>(model_->file, VersionOf(patch), std::move(linear))));
}

void Classifier::Classify(std::string_view text, Scratch& scratch, Classification* out) const {
  Label(text, scratch, out);
  Scratch::Impl& s = *scratch.impl_;
  model_->Explain(s.normal, s.score, static_cast<std::size_t>(out->category), &out->terms);
  entities::DecodeForEntities(text.substr(0, kEntityBytes), &s.raw);
  entities::FindEntities(s.raw, kMostEntities, &out->entities);
}

void Classifier::Label(std::string_view text, Scratch& scratch, Classification* out) const {
  Scratch::Impl& s = *scratch.impl_;
  const text::Parameters& p = model_->file->parameters();
  out->terms.clear();
  out->entities.clear();
  text::Normalise(model_->fold, text, &s.normal);
  const text::LanguageGuess language = model_->language.Guess(s.normal, &s.hashes);
  out->language = language.tag;
  out->mixed_language = language.mixed;
  out->language_p = language.p;

  const bool chinese = language.tag.starts_with("zh");
  std::array<float, text::kOutputs> scores = model_->scorer.Score(s.normal, chinese, &s.score);
  float* category = scores.data();
  float* sentiment = category + kFirstSentiment;
  float* urgency = category + kFirstUrgency;
  Calibrate(category, kCategoryCount, p.temperature[0]);
  Calibrate(sentiment, kSentimentCount, p.temperature[1]);
  Calibrate(urgency, kUrgencyCount, p.temperature[2]);

  const text::Evidence evidence =
      text::EvidenceOf(category, sentiment, urgency, s.score.tokens.size());
  text::SetNeutral(text::Answer(p.neutral, evidence), sentiment);
  text::SetHaste(text::Answer(p.haste, evidence), urgency);

  // Only where the sentiment is learned from real reviews is it surer than the category.
  if (chinese) Reconcile(sentiment[static_cast<std::size_t>(Sentiment::kPositive)], category);

  const std::size_t first = Best(category, kCategoryCount, kCategoryCount);
  const std::size_t second = Best(category, kCategoryCount, first);
  out->category = static_cast<Category>(first);
  out->category_p = category[first];
  out->second.reset();
  out->second_p = category[second];
  if (category[second] >= p.second_from) out->second = static_cast<Category>(second);
  const std::size_t feeling = Best(sentiment, kSentimentCount, kSentimentCount);
  out->sentiment = static_cast<Sentiment>(feeling);
  out->sentiment_p = sentiment[feeling];
  const std::size_t level = Best(urgency, kUrgencyCount, kUrgencyCount);
  out->urgency = static_cast<Urgency>(level);
  out->urgency_p = urgency[level];
  out->urgent_or_high_p = urgency[static_cast<std::size_t>(Urgency::kHigh)] +
                          urgency[static_cast<std::size_t>(Urgency::kUrgent)];
  // Text without a word in it (emoji, digits) has no language, but a category all the same.
  const bool unknown_language = !language.supported && language.tag != "und";
  out->needs_review = unknown_language || category[first] < p.review_below[first];
}

Classification Classifier::Classify(std::string_view text) const {
  Scratch scratch;
  Classification out;
  Classify(text, scratch, &out);
  return out;
}

const std::string& Classifier::model_version() const { return model_->version; }

}  // namespace huiyin::triage
