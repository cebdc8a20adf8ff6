#include "services/triage/train/language_trainer.h"

#include <algorithm>
#include <array>
#include <optional>
#include <string_view>

#include "services/triage/domain/text/language.h"
#include "services/triage/train/linear_trainer.h"
#include "services/triage/train/quantise.h"

namespace huiyin::triage::train {
namespace {

using text::kLanguages;
using text::Script;

constexpr unsigned kLanguageBits = 16;

// Near neighbours that the model does not tell apart.
constexpr std::array<std::array<std::string_view, 2>, 2> kMerged = {{{"bs", "hr"}, {"nn", "nb"}}};

std::optional<std::size_t> ColumnOf(std::string_view tag) {
  for (const auto& [from, to] : kMerged) {
    if (tag == from) tag = to;
  }
  for (std::size_t c = 0; c < kLanguages.size(); ++c) {
    if (kLanguages[c].tag == tag) return c;
  }
  return std::nullopt;
}

// The columns of one script, as a head. They stand together in kLanguages.
Head HeadOf(Script script) {
  Head head{kLanguages.size(), 0};
  for (std::size_t c = 0; c < kLanguages.size(); ++c) {
    if (kLanguages[c].script != script) continue;
    head.first = std::min(head.first, c);
    ++head.count;
  }
  return head;
}

constexpr std::array<Script, 4> kScripts = {Script::kLatin, Script::kCyrillic, Script::kArabic,
                                            Script::kHan};

class Collector {
 public:
  explicit Collector(const text::FoldTables& tables) : tables_(tables) {
    for (Script s : kScripts) heads.push_back(HeadOf(s));
  }

  void Add(std::string_view language, std::string_view source) {
    const std::optional<std::size_t> column = ColumnOf(language);
    if (!column) return;
    text::Normalise(tables_, source, &normal_);
    hashes_.clear();
    text::LanguageFeatures(normal_, kLanguages[*column].script, &hashes_);
    if (hashes_.empty()) return;
    Sample s;
    for (std::uint32_t h : hashes_) s.buckets.push_back(h >> (32 - kLanguageBits));
    s.target.resize(heads.size());
    for (std::size_t h = 0; h < heads.size(); ++h) {
      if (*column < heads[h].first || *column >= heads[h].first + heads[h].count) continue;
      s.target[h].assign(heads[h].count, 0);
      s.target[h][*column - heads[h].first] = 1;
    }
    samples.push_back(std::move(s));
  }

  std::vector<Head> heads;
  std::vector<Sample> samples;

 private:
  const text::FoldTables& tables_;
  text::NormalText normal_;
  std::vector<std::uint32_t> hashes_;
};

}  // namespace

void TrainLanguages(const std::vector<LanguageRow>& rows, const std::vector<Row>& corpus,
                    const text::FoldTables& tables, std::uint64_t seed, text::Parameters* p,
                    text::ModelWriter* writer) {
  constexpr std::size_t kMostOfOneLanguage = 1500;  // rows of the corpus, which is mostly Chinese
  Collector collector(tables);
  for (const LanguageRow& row : rows) collector.Add(row.language, row.text);
  std::array<std::size_t, kLanguages.size()> taken{};
  for (const Row& row : corpus) {
    const std::optional<std::size_t> column = ColumnOf(row.language);
    if (column && ++taken[*column] <= kMostOfOneLanguage) collector.Add(row.language, row.text);
  }
  LinearOptions o;
  o.bucket_bits = kLanguageBits;
  o.columns = text::kLanguageColumns;
  o.epochs = 8;
  o.rate = 0.3f;
  o.seed = seed;
  const LinearModel model = TrainLinear(collector.samples, collector.heads, o);
  p->language_bits = kLanguageBits;
  writer->Add<std::int8_t>(
      text::Section::kLanguage,
      QuantiseColumns(model.weights, text::kLanguageColumns, p->language_scale));
  std::copy(model.bias.begin(), model.bias.end(), p->language_bias);
}

}  // namespace huiyin::triage::train
