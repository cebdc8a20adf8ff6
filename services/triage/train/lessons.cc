#include "services/triage/train/lessons.h"

#include <cstddef>
#include <memory>
#include <numeric>
#include <utility>

#include "services/triage/domain/patch.h"
#include "services/triage/domain/text/model_file.h"
#include "services/triage/domain/tuner.h"
#include "services/triage/train/calibration.h"
#include "services/triage/train/rng.h"

namespace huiyin::triage::train {
namespace {

using text::Section;

constexpr std::size_t kFolds = 4;  // for calibration
constexpr std::uint64_t kSeed = 1;
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

absl::StatusOr<std::unique_ptr<Classifier>> Teach(const Classifier& base,
                                                  const std::vector<const Row*>& rows) {
  std::vector<Lesson> lessons;
  for (const Row* row : rows) lessons.push_back(ToLesson(*row));
  return base.With(Tuner(base).Tune(lessons, [](int) { return true; }));
}

// Temperatures and review thresholds from rows that the model judging them was not taught.
absl::Status Calibrate(const Classifier& base, const std::vector<const Row*>& rows,
                       text::Parameters* p) {
  std::vector<Judged> judged;
  for (std::size_t fold = 0; fold < kFolds; ++fold) {
    std::vector<const Row*> taught;
    for (std::size_t i = 0; i < rows.size(); ++i) {
      if (i % kFolds != fold) taught.push_back(rows[i]);
    }
    const absl::StatusOr<std::unique_ptr<Classifier>> model = Teach(base, taught);
    if (!model.ok()) return model.status();
    for (std::size_t i = fold; i < rows.size(); i += kFolds) {
      judged.push_back({Tuner::Scores(**model, rows[i]->text), Targets(*rows[i])});
    }
  }
  for (std::size_t h = 0; h < 3; ++h) p->temperature[h] = FitTemperature(judged, kHeads[h], h);
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

absl::Status TeachLessons(const std::string& base_path, const std::vector<Row>& rows,
                          const std::string& output, const std::string& release) {
  const absl::StatusOr<std::unique_ptr<Classifier>> base = Classifier::Load(base_path);
  if (!base.ok()) return base.status();
  const absl::StatusOr<std::unique_ptr<text::ModelFile>> file = text::ModelFile::Map(base_path);
  if (!file.ok()) return file.status();
  std::vector<const Row*> order;
  for (const Row& row : rows) {
    if (row.category && row.sentiment && row.urgency) order.push_back(&row);
  }
  Rng rng(kSeed);
  for (std::size_t i = order.size(); i > 1; --i) std::swap(order[i - 1], order[rng.Next() % i]);

  const auto p = std::make_unique<text::Parameters>((*file)->parameters());
  if (absl::Status s = Calibrate(**base, order, p.get()); !s.ok()) return s;
  std::vector<Lesson> lessons;
  for (const Row* row : order) lessons.push_back(ToLesson(*row));
  const Patch patch = Tuner(**base).Tune(lessons, [](int) { return true; });
  const std::span<const std::int8_t> table = (*file)->Get<std::int8_t>(Section::kLinear);
  std::vector<std::int8_t> linear(table.begin(), table.end());
  for (std::size_t i = 0; i < patch.rows.size(); ++i) {
    std::copy_n(&patch.weights[i * text::kLinearColumns], text::kLinearColumns,
                &linear[std::size_t{patch.rows[i]} * text::kLinearColumns]);
  }
  return WriteWith(**file, linear, *p, output, release);
}

}  // namespace huiyin::triage::train
