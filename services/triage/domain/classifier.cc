#include "services/triage/domain/classifier.h"

#include <string>
#include <utility>

#include "services/triage/domain/text/entities.h"

namespace huiyin::triage {

struct Scratch::Impl {
  text::CodePoints raw;
};
Scratch::Scratch() : impl_(std::make_unique<Impl>()) {}
Scratch::~Scratch() = default;
Scratch::Scratch(Scratch&&) noexcept = default;
Scratch& Scratch::operator=(Scratch&&) noexcept = default;

struct Classifier::Model {
  std::string version = "rules-0";
};

Classifier::Classifier(std::unique_ptr<Model> model) : model_(std::move(model)) {}
Classifier::~Classifier() = default;

absl::StatusOr<std::unique_ptr<Classifier>> Classifier::Load(const std::string&) {
  return std::unique_ptr<Classifier>(new Classifier(std::make_unique<Model>()));
}

void Classifier::Classify(std::string_view text, Scratch& scratch, Classification* out) const {
  constexpr std::size_t kMostEntities = 64;
  *out = Classification{};
  text::DecodeForEntities(text, &scratch.impl_->raw);
  text::FindEntities(scratch.impl_->raw, kMostEntities, &out->entities);
}

Classification Classifier::Classify(std::string_view text) const {
  Scratch scratch;
  Classification out;
  Classify(text, scratch, &out);
  return out;
}

const std::string& Classifier::model_version() const { return model_->version; }

}  // namespace huiyin::triage
