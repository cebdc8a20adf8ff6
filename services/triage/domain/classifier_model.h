// What a Classifier is made of. For classifier.cc and tuner.cc alone.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "services/triage/domain/classifier.h"
#include "services/triage/domain/text/language.h"
#include "services/triage/domain/text/model_file.h"
#include "services/triage/domain/text/normalise.h"
#include "services/triage/domain/text/scorer.h"

namespace huiyin::triage {

text::FoldTables FoldTablesOf(const text::ModelFile& file);

struct Classifier::Model {
  // `changed`: the linear table with a patch applied; empty for the file's own.
  Model(std::shared_ptr<const text::ModelFile> f, std::string name,
        std::vector<std::int8_t> changed)
      : file(std::move(f)),
        version(std::move(name)),
        own_linear(std::move(changed)),
        fold(FoldTablesOf(*file)),
        scorer(*file, own_linear.empty() ? file->Get<std::int8_t>(text::Section::kLinear)
                                         : std::span<const std::int8_t>(own_linear)),
        language(file->parameters(), file->Get<std::int8_t>(text::Section::kLanguage), fold) {}

  // The features that spoke for `output`, strongest first, none inside another.
  void Explain(const text::NormalText& normal, const text::ScoreScratch& score, std::size_t output,
               std::vector<Term>* terms) const;

  std::shared_ptr<const text::ModelFile> file;
  std::string version;
  std::vector<std::int8_t> own_linear;
  text::FoldTables fold;
  text::Scorer scorer;
  text::LanguageModel language;
};

}  // namespace huiyin::triage
