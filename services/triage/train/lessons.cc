#include "services/triage/train/lessons.h"

#include <cstddef>
#include <memory>
#include <numeric>
#include <utility>

#include "services/triage/domain/patch.h"
#include "services/triage/domain/text/model_file.h"
#include "services/triage/domain/tuner.h"
#include "services/triage/train/calibration.h"
#include "services/triage/train/compose.h"
#include "services/triage/train/rng.h"

namespace huiyin::triage::train {
namespace {

using text::Section;

constexpr std::uint64_t kSeed = 1;
constexpr float kComposed = 0.6f;  // messages composed of lessons, for each lesson
constexpr Head kHeads[] = {{0, kCategoryCount},
                           {text::kFirstSentiment, kSentimentCount},
                           {text::kFirstUrgency, kUrgencyCount}};

Lesson ToLesson(const Row& row) { return {row.text, row.category, row.sentiment, row.urgency}; }

std::vector<std::vector<float>> Targets(const Row& row) {
  std::vector<std::vector<float>> t = {std::vector<float>(kCategoryCount, 0.0f),
                                       std::vector<float>(kSentimentCount, 0.0f),
                                       std::vector<float>(kUrgencyCount, 0.0f)};
  t[0][static_cast<std::size_t>(*row.category)] = row.second ? 0.75f : 1.0f;
  if (row.second) t[0][static_cast<std::size_t>(*row.second)] += 0.25f;
  t[1][static_cast<std::size_t>(*row.sentiment)] = 1;
  t[2][static_cast<std::size_t>(*row.urgency)] = 1;
  return t;
}

// The rows and longer messages made of them, shuffled.
std::vector<Lesson> LessonsOf(const std::vector<Row>& rows) {
  std::vector<Lesson> lessons;
  for (const Row& row : rows) lessons.push_back(ToLesson(row));
  for (const Row& row : Compose(rows, kComposed, kSeed)) lessons.push_back(ToLesson(row));
  Rng rng(kSeed);
  for (std::size_t i = lessons.size(); i > 1; --i) {
    std::swap(lessons[i - 1], lessons[rng.Next() % i]);
  }
  return lessons;
}

text::Evidence EvidenceIn(std::vector<float> scores, std::size_t tokens,
                          const text::Parameters& p) {
  for (std::size_t h = 0; h < 3; ++h) {
    float* said = &scores[kHeads[h].first];
    for (std::size_t c = 0; c < kHeads[h].count; ++c) said[c] /= p.temperature[h];
    Softmax(said, kHeads[h].count);
  }
  return text::EvidenceOf(scores.data(), &scores[text::kFirstSentiment],
                          &scores[text::kFirstUrgency], tokens);
}

// What all heads together say, from rows held back and from reviews that lean one way or the other.
void FitOpinions(const Classifier& model, const std::vector<Judged>& judged,
                 const std::vector<Row>& leaning, text::Parameters* p) {
  std::vector<Answered> neutral;
  std::vector<Answered> haste;
  for (const Judged& j : judged) {
    const text::Evidence evidence = EvidenceIn(j.scores, j.tokens, *p);
    const auto is = [&](std::size_t head, auto label) {
      return j.target[head][static_cast<std::size_t>(label)] > 0;
    };
    neutral.push_back({evidence, is(1, Sentiment::kNeutral)});
    haste.push_back({evidence, is(2, Urgency::kHigh) || is(2, Urgency::kUrgent)});
  }
  for (const Row& row : leaning) {
    std::size_t tokens = 0;
    const std::vector<float> scores = Tuner::Scores(model, row.text, &tokens);
    neutral.push_back({EvidenceIn(scores, tokens, *p), false});
  }
  p->neutral = FitOpinion(neutral);
  p->haste = FitOpinion(haste);
}

// Temperatures, opinions and review thresholds from the rows held back, judged by a model that was
// taught the others alone; `judge` does not know them either.
absl::Status Calibrate(const Classifier& judge, const std::vector<Row>& rows,
                       const std::vector<Row>& leaning, text::Parameters* p) {
  std::vector<Row> taught = rows;
  std::erase_if(taught, [](const Row& row) { return IsHeldBack(row.text); });
  const absl::StatusOr<std::unique_ptr<Classifier>> model =
      judge.With(Tuner(judge).Tune(LessonsOf(taught), [](int) { return true; }));
  if (!model.ok()) return model.status();
  std::vector<Judged> judged;
  for (const Row& row : rows) {
    if (!IsHeldBack(row.text) || !row.category || !row.sentiment || !row.urgency) continue;
    Judged& one = judged.emplace_back();
    one.scores = Tuner::Scores(**model, row.text, &one.tokens);
    one.target = Targets(row);
  }
  for (std::size_t h = 0; h < 3; ++h) p->temperature[h] = FitTemperature(judged, kHeads[h], h);
  FitOpinions(**model, judged, leaning, p);
  SetReviewThresholds(judged, p->temperature[0], p->review_below);
  return absl::OkStatus();
}

// Every section of `file`, with these two in place of its own.
absl::Status WriteWith(const text::ModelFile& file, std::span<const std::int8_t> linear,
                       const text::Parameters& p, const std::string& output,
                       const std::string& release) {
  text::ModelWriter writer;
  for (auto s = static_cast<std::uint32_t>(Section::kParameters);
       s <= static_cast<std::uint32_t>(Section::kLanguage); ++s) {
    const auto section = static_cast<Section>(s);
    if (section == Section::kParameters) {
      writer.Add<text::Parameters>(section, std::span(&p, 1));
    } else if (section == Section::kLinear) {
      writer.Add<std::int8_t>(section, linear);
    } else {
      writer.Add<std::byte>(section, file.Get<std::byte>(section));
    }
  }
  return writer.Write(output, release);
}

}  // namespace

absl::Status TeachLessons(const Teaching& teaching, const std::vector<Row>& rows,
                          const std::vector<Row>& leaning) {
  const absl::StatusOr<std::unique_ptr<Classifier>> base = Classifier::Load(teaching.base);
  if (!base.ok()) return base.status();
  const absl::StatusOr<std::unique_ptr<text::ModelFile>> file = text::ModelFile::Map(teaching.base);
  if (!file.ok()) return file.status();
  const auto p = std::make_unique<text::Parameters>((*file)->parameters());
  if (!teaching.judge.empty()) {
    const absl::StatusOr<std::unique_ptr<Classifier>> judge = Classifier::Load(teaching.judge);
    if (!judge.ok()) return judge.status();
    if (absl::Status s = Calibrate(**judge, rows, leaning, p.get()); !s.ok()) return s;
  }
  const Patch patch = Tuner(**base).Tune(LessonsOf(rows), [](int) { return true; });
  const std::span<const std::int8_t> table = (*file)->Get<std::int8_t>(Section::kLinear);
  std::vector<std::int8_t> linear(table.begin(), table.end());
  for (std::size_t i = 0; i < patch.rows.size(); ++i) {
    std::copy_n(&patch.weights[i * text::kLinearColumns], text::kLinearColumns,
                &linear[std::size_t{patch.rows[i]} * text::kLinearColumns]);
  }
  return WriteWith(**file, linear, *p, teaching.output, teaching.release);
}

}  // namespace huiyin::triage::train
