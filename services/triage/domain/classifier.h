// What a customer message says: language, category, sentiment, urgency, and the facts in it.
// This header is all the rest of the service needs; everything behind it is in domain/text.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/entities/entities.h"
#include "services/triage/domain/labels.h"

namespace huiyin::triage {

// A piece of the message that spoke for the category. [begin, end) are byte offsets in the text
// that was classified; weight is in nats of log-odds, larger speaks more strongly.
struct Term {
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
  float weight = 0;
};

using entities::Entity;  // [begin, end) are byte offsets in the classified text
using entities::EntityKind;
using entities::IsContactData;
using entities::MaskContactData;

// Probabilities are calibrated: of decisions with p = 0.8, about 80 % are right.
struct Classification {
  std::string_view language = "und";  // BCP 47; "und" if undetermined. Static storage.
  std::string_view mixed_language;    // second language of a code-mixed message, else empty
  float language_p = 0;
  Category category = Category::kOther;
  float category_p = 0;
  std::optional<Category> second;  // the other matter the message clearly (or most likely) has
  float second_p = 0;
  Sentiment sentiment = Sentiment::kNeutral;
  float sentiment_p = 0;
  Urgency urgency = Urgency::kNormal;
  float urgency_p = 0;
  float urgent_or_high_p = 0;    // P(urgency ≥ HIGH): what to sort a queue by
  bool needs_review = true;      // a person must confirm: too unsure, or no model for language
  std::vector<Term> terms;       // up to 5, strongest first
  std::vector<Entity> entities;  // in order of begin, not overlapping
};

struct Patch;

// Working memory of one thread; reused between calls so that a warm call allocates nothing.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(Scratch&&) noexcept;
  Scratch& operator=(Scratch&&) noexcept;

 private:
  friend class Classifier;
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

// An immutable model, memory-mapped. Thread-safe: any number of threads may classify at once, each
// with its own Scratch. To change the model, load another Classifier and swap the pointer.
class Classifier {
 public:
  // NOT_FOUND if there is no such file; DATA_LOSS if it is truncated, corrupt or of another
  // version (the whole file is checksummed).
  static absl::StatusOr<std::unique_ptr<Classifier>> Load(const std::string& model_path);
  // This model with some of its weights changed (patch.h): shares the mapped file and owns only the
  // table that differs. INVALID_ARGUMENT for a patch of another model.
  absl::StatusOr<std::unique_ptr<Classifier>> With(const Patch& patch) const;
  ~Classifier();
  Classifier(const Classifier&) = delete;
  Classifier& operator=(const Classifier&) = delete;

  // Never fails, whatever the bytes: invalid UTF-8 counts as U+FFFD, and of a very long text the
  // beginning and the end are read, so time is bounded. Overwrites *out, keeping its capacity.
  void Classify(std::string_view text, Scratch& scratch, Classification* out) const;
  // The same without terms and entities, for callers that want the labels alone.
  void Label(std::string_view text, Scratch& scratch, Classification* out) const;
  // Classify for callers that are not in a hurry.
  Classification Classify(std::string_view text) const;

  // Version string of the model file, e.g. "2025.1-3f9a5c01" (release, hash of the weights); it
  // goes on every decision.
  const std::string& model_version() const;

 private:
  friend class Tuner;
  struct Model;
  explicit Classifier(std::unique_ptr<Model> model);
  std::unique_ptr<Model> model_;
};

}  // namespace huiyin::triage
