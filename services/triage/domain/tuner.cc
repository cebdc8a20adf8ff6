#include "services/triage/domain/tuner.h"

#include <algorithm>
#include <array>
#include <cmath>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_split.h"
#include "services/triage/domain/classifier_model.h"

namespace huiyin::triage {
namespace {

constexpr float kRate = 0.4f;
constexpr float kPull = 0.02f;  // share of what was learned that a pass forgets

struct HeadOf {
  std::size_t first;
  std::size_t count;
};
constexpr std::array<HeadOf, 3> kHeads = {{{0, kCategoryCount},
                                           {text::kFirstSentiment, kSentimentCount},
                                           {text::kFirstUrgency, kUrgencyCount}}};

// The label that a lesson gives for each head, as an output, or nullopt.
std::array<std::optional<std::size_t>, 3> Wanted(const Lesson& lesson) {
  std::array<std::optional<std::size_t>, 3> wanted;
  if (lesson.category) wanted[0] = static_cast<std::size_t>(*lesson.category);
  if (lesson.sentiment) {
    wanted[1] = text::kFirstSentiment + static_cast<std::size_t>(*lesson.sentiment);
  }
  if (lesson.urgency) wanted[2] = text::kFirstUrgency + static_cast<std::size_t>(*lesson.urgency);
  return wanted;
}

using Row = std::array<float, text::kLinearColumns>;

// A lesson as the passes need it: what the base model says, and the rows that can change it.
struct Prepared {
  Row scores{};
  std::vector<std::uint32_t> rows;  // of the table; later, indices of the changes
  float value = 0;                  // of each feature
  std::array<std::optional<std::size_t>, 3> wanted;
};

// One pass of stochastic gradient descent; `changes` are what is added to each row of the table.
void Pass(const text::Parameters& p, const std::vector<Prepared>& lessons,
          std::vector<Row>& changes) {
  for (const Prepared& lesson : lessons) {
    Row sums{};
    for (std::uint32_t row : lesson.rows) {
      for (std::size_t c = 0; c < sums.size(); ++c) sums[c] += changes[row][c];
    }
    Row step{};
    for (std::size_t h = 0; h < kHeads.size(); ++h) {
      if (!lesson.wanted[h]) continue;
      const auto [first, count] = kHeads[h];
      const float value = lesson.value * p.linear_weight[h];
      Row score{};
      float top = -1e30f;
      for (std::size_t c = first; c < first + count; ++c) {
        score[c] = (lesson.scores[c] + sums[c] * value) / p.temperature[h];
        top = std::max(top, score[c]);
      }
      float total = 0;
      for (std::size_t c = first; c < first + count; ++c) {
        total += score[c] = std::exp(score[c] - top);
      }
      for (std::size_t c = first; c < first + count; ++c) {
        step[c] = kRate * value * (score[c] / total - (c == *lesson.wanted[h] ? 1.0f : 0.0f));
      }
    }
    for (std::uint32_t row : lesson.rows) {
      for (std::size_t c = 0; c < step.size(); ++c) changes[row][c] -= step[c];
    }
  }
  for (Row& change : changes) {
    for (float& c : change) c *= 1 - kPull;
  }
}

// Replaces row numbers by indices into the rows that occur at all, which are returned ascending.
std::vector<std::uint32_t> IndexRows(std::vector<Prepared>& lessons) {
  std::vector<std::uint32_t> all;
  for (const Prepared& lesson : lessons) {
    all.insert(all.end(), lesson.rows.begin(), lesson.rows.end());
  }
  std::sort(all.begin(), all.end());
  all.erase(std::unique(all.begin(), all.end()), all.end());
  for (Prepared& lesson : lessons) {
    for (std::uint32_t& row : lesson.rows) {
      row = static_cast<std::uint32_t>(std::lower_bound(all.begin(), all.end(), row) - all.begin());
    }
  }
  return all;
}

bool Right(const Lesson& lesson, const Classification& got) {
  return lesson.category.value_or(got.category) == got.category &&
         lesson.sentiment.value_or(got.sentiment) == got.sentiment &&
         lesson.urgency.value_or(got.urgency) == got.urgency;
}

}  // namespace

absl::StatusOr<std::vector<Lesson>> ParseLessons(std::string_view tsv) {
  std::vector<Lesson> lessons;
  int number = 0;
  for (absl::string_view line : absl::StrSplit(absl::string_view(tsv.data(), tsv.size()), '\n')) {
    ++number;
    if (line.empty()) continue;
    const std::vector<std::string> f = absl::StrSplit(line, '\t');
    Lesson lesson;
    if (f.size() == 6) {
      lesson = {f[5], CategoryFromString(f[0]), SentimentFromString(f[2]), UrgencyFromString(f[3])};
    }
    if (!lesson.category || !lesson.sentiment || !lesson.urgency) {
      return absl::InvalidArgumentError(absl::StrCat("line ", number, " is not a labelled row"));
    }
    lessons.push_back(std::move(lesson));
  }
  return lessons;
}

Patch Tuner::Tune(std::span<const Lesson> lessons, const std::function<bool(int)>& progress) const {
  const Classifier::Model& model = *base_.model_;
  const text::Parameters& p = model.file->parameters();
  const std::span<const std::int8_t> table = model.file->Get<std::int8_t>(text::Section::kLinear);
  std::vector<Prepared> prepared;
  text::NormalText normal;
  text::ScoreScratch scratch;
  std::vector<std::uint32_t> hashes;
  for (const Lesson& lesson : lessons) {
    text::Normalise(model.fold, lesson.text, &normal);
    const bool chinese = model.language.Guess(normal, &hashes).tag.starts_with("zh");
    Prepared one;
    const auto scores = model.scorer.Score(normal, chinese, &scratch);
    std::copy(scores.begin(), scores.end(), one.scores.begin());
    const unsigned shift = 32 - p.linear_bits;
    for (const text::Feature& f : scratch.known()) one.rows.push_back(f.hash >> shift);
    one.value = model.scorer.Value(one.rows.size());
    one.wanted = Wanted(lesson);
    if (!one.rows.empty()) prepared.push_back(std::move(one));
  }
  const std::vector<std::uint32_t> rows = IndexRows(prepared);
  std::vector<Row> changes(rows.size(), Row{});
  for (int pass = 1; pass <= kPasses; ++pass) {
    Pass(p, prepared, changes);
    if (!progress(pass)) break;
  }
  Patch patch;
  patch.base_version = model.file->version();
  for (std::size_t i = 0; i < rows.size(); ++i) {
    const std::int8_t* old = &table[std::size_t{rows[i]} * text::kLinearColumns];
    std::array<std::int8_t, text::kLinearColumns> weights;
    for (std::size_t c = 0; c < weights.size(); ++c) {
      const float steps = c < text::kOutputs ? std::round(changes[i][c] / p.linear_scale[c]) : 0.0f;
      weights[c] =
          static_cast<std::int8_t>(std::clamp(static_cast<float>(old[c]) + steps, -127.0f, 127.0f));
    }
    if (std::equal(weights.begin(), weights.end(), old)) continue;
    patch.rows.push_back(rows[i]);
    patch.weights.insert(patch.weights.end(), weights.begin(), weights.end());
  }
  return patch;
}

std::vector<float> Tuner::Scores(const Classifier& classifier, std::string_view text,
                                 std::size_t* tokens) {
  const Classifier::Model& model = *classifier.model_;
  text::NormalText normal;
  text::ScoreScratch scratch;
  std::vector<std::uint32_t> hashes;
  text::Normalise(model.fold, text, &normal);
  const bool chinese = model.language.Guess(normal, &hashes).tag.starts_with("zh");
  const auto scores = model.scorer.Score(normal, chinese, &scratch);
  if (tokens != nullptr) *tokens = scratch.tokens.size();
  return {scores.begin(), scores.end()};
}

Comparison Compare(const Classifier& current, const Classifier& candidate,
                   std::span<const Lesson> held) {
  Comparison out;
  Scratch scratch;
  Classification got;
  int gained = 0;
  int lost = 0;
  for (const Lesson& lesson : held) {
    current.Label(lesson.text, scratch, &got);
    const bool before = Right(lesson, got);
    candidate.Label(lesson.text, scratch, &got);
    const bool after = Right(lesson, got);
    ++out.messages;
    out.current_right += before ? 1 : 0;
    out.candidate_right += after ? 1 : 0;
    gained += after && !before ? 1 : 0;
    lost += before && !after ? 1 : 0;
  }
  if (out.messages == 0) return out;
  // Only messages that the two read differently tell them apart: the variance of a paired
  // difference, with half a message added to each side so that small samples stay modest.
  const double n = out.messages;
  out.difference = (gained - lost) / n;
  const double b = gained + 0.5;
  const double c = lost + 0.5;
  constexpr double kZ = 1.959964;
  const double half = kZ * std::sqrt(b + c - (b - c) * (b - c) / n) / n;
  out.low = std::max(-1.0, out.difference - half);
  out.high = std::min(1.0, out.difference + half);
  return out;
}

}  // namespace huiyin::triage
