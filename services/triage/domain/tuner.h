// Teaches a model what people corrected: a few passes over its linear half alone, quick enough to
// run inside the service. Whether the result is better is for Compare to say, on messages that were
// kept back.
#pragma once

#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/triage/domain/classifier.h"
#include "services/triage/domain/patch.h"

namespace huiyin::triage {

// A message and what a person said it is; a label not given says nothing.
struct Lesson {
  std::string text;
  std::optional<Category> category;
  std::optional<Sentiment> sentiment;
  std::optional<Urgency> urgency;
};

// Lessons of a file in the form of the corpus (corpus/README.md). INVALID_ARGUMENT names the line.
absl::StatusOr<std::vector<Lesson>> ParseLessons(std::string_view tsv);

class Tuner {
 public:
  // `base` must outlive the tuner.
  explicit Tuner(const Classifier& base) : base_(base) {}

  // Deterministic; CPU-bound, some milliseconds a thousand lessons and pass. `progress` is told the
  // passes done, of kPasses; false stops, and what was learned so far is the answer.
  Patch Tune(std::span<const Lesson> lessons, const std::function<bool(int)>& progress) const;

  // Scores of `text` before temperature: categories, then sentiments, then urgencies. For fitting
  // the temperatures of a model that was taught. `tokens`, if given, is set to how many it has.
  static std::vector<float> Scores(const Classifier& classifier, std::string_view text,
                                   std::size_t* tokens = nullptr);

  static constexpr int kPasses = 10;

 private:
  const Classifier& base_;
};

// How two models do on the same messages.
struct Comparison {
  int messages = 0;
  int current_right = 0;  // every label given is met
  int candidate_right = 0;
  double difference = 0;  // in share right, candidate minus current …
  double low = 0;         // … and its 95 % interval for paired samples
  double high = 0;
};
Comparison Compare(const Classifier& current, const Classifier& candidate,
                   std::span<const Lesson> held);

}  // namespace huiyin::triage
