#include "services/triage/train/trainer.h"

#include <algorithm>
#include <filesystem>
#include <memory>
#include <utility>

#include "absl/strings/str_cat.h"
#include "services/triage/domain/text/features.h"
#include "services/triage/domain/text/language.h"
#include "services/triage/domain/text/model_file.h"
#include "services/triage/domain/text/sha1.h"
#include "services/triage/domain/text/tokens.h"
#include "services/triage/train/compose.h"
#include "services/triage/train/conv_trainer.h"
#include "services/triage/train/fold_baker.h"
#include "services/triage/train/language_trainer.h"
#include "services/triage/train/lessons.h"
#include "services/triage/train/linear_trainer.h"
#include "services/triage/train/quantise.h"

namespace huiyin::triage::train {
namespace {

using text::Section;

constexpr unsigned kLinearBits = 17;
constexpr unsigned kPolarityBits = 20;
constexpr unsigned kTokenBits = 13;
constexpr float kLengthPower = 0.5f;
constexpr float kLessonWeight = 2;
constexpr float kComposedShare = 1.0f;  // messages composed of two, for each that is written
// Of the reviews, those whose hash has at least this second byte; no implied label is among them.
constexpr std::uint8_t kFirstLeaning = 250;
constexpr float kCorrectionWeight = 3;
constexpr float kImpliedWeight = 0.5f;  // of a row whose labels are only implied

const std::vector<Head> kHeads = {{0, kCategoryCount},
                                  {text::kFirstSentiment, kSentimentCount},
                                  {text::kFirstUrgency, kUrgencyCount}};

// A text as both trainers need it.
struct Encoded {
  std::vector<std::uint32_t> features;  // top kKnownBits of the hashes, sorted, distinct
  std::vector<std::uint16_t> tokens;
};

class Encoder {
 public:
  explicit Encoder(const text::FoldTables& tables) : tables_(tables) {}

  Encoded Encode(std::string_view source) {
    text::Normalise(tables_, source, &normal_);
    found_.clear();
    text::ExtractFeatures(normal_, &found_);
    Encoded out;
    for (const text::Feature& f : found_) {
      out.features.push_back(f.hash >> (32 - text::kKnownBits));
    }
    std::sort(out.features.begin(), out.features.end());
    out.features.erase(std::unique(out.features.begin(), out.features.end()), out.features.end());
    text::ExtractTokens(normal_, kTokenBits, &out.tokens);
    return out;
  }

 private:
  text::FoldTables tables_;
  text::NormalText normal_;
  std::vector<text::Feature> found_;
};

std::vector<std::vector<float>> Targets(const Row& row) {
  constexpr float kSecondShare = 0.25f;
  std::vector<std::vector<float>> t(kHeads.size());
  if (row.category) {
    t[0].assign(kCategoryCount, 0);
    t[0][static_cast<std::size_t>(*row.category)] = row.second ? 1 - kSecondShare : 1;
    if (row.second) t[0][static_cast<std::size_t>(*row.second)] += kSecondShare;
  }
  if (row.sentiment) {
    t[1].assign(kSentimentCount, 0);
    t[1][static_cast<std::size_t>(*row.sentiment)] = 1;
  }
  if (row.urgency) {
    t[2].assign(kUrgencyCount, 0);
    t[2][static_cast<std::size_t>(*row.urgency)] = 1;
  }
  return t;
}

// Bits of the features that occur in at least `least` texts.
std::vector<std::uint8_t> KnownFeatures(const std::vector<const Encoded*>& texts,
                                        std::uint8_t least) {
  std::vector<std::uint8_t> count(std::size_t{1} << text::kKnownBits, 0);
  for (const Encoded* e : texts) {
    for (std::uint32_t f : e->features) count[f] += count[f] < 255 ? 1 : 0;
  }
  std::vector<std::uint8_t> bits(count.size() / 8, 0);
  for (std::size_t f = 0; f < count.size(); ++f) {
    if (count[f] >= least) bits[f >> 3] |= static_cast<std::uint8_t>(1 << (f & 7));
  }
  return bits;
}

Sample MakeSample(const Encoded& e, const std::vector<std::uint8_t>& known, unsigned bits) {
  Sample s;
  for (std::uint32_t f : e.features) {
    if ((known[f >> 3] >> (f & 7)) & 1) s.buckets.push_back(f >> (text::kKnownBits - bits));
  }
  return s;
}

LinearOptions CategoryOptions(std::uint64_t seed) {
  LinearOptions o;
  o.bucket_bits = kLinearBits;
  o.columns = text::kLinearColumns;
  o.epochs = 6;
  o.rate = 0.2f;
  o.nb_power = 0.5f;
  o.length_power = kLengthPower;
  o.seed = seed;
  return o;
}

// All that is trained on labelled rows.
struct Core {
  std::vector<std::uint8_t> known;
  LinearModel linear;
  ConvModel conv;
};

struct Labelled {
  Row row;
  Encoded encoded;
};

Core TrainCore(const std::vector<Labelled>& rows, const TrainOptions& options) {
  Core core;
  std::vector<const Encoded*> texts;
  for (const Labelled& l : rows) texts.push_back(&l.encoded);
  core.known = KnownFeatures(texts, 2);
  std::vector<Sample> linear;
  std::vector<ConvSample> conv;
  for (const Labelled& l : rows) {
    Sample s = MakeSample(l.encoded, core.known, kLinearBits);
    s.target = Targets(l.row);
    s.weight = l.row.weight;
    conv.push_back({l.encoded.tokens, s.target, s.weight});
    linear.push_back(std::move(s));
  }
  core.linear = TrainLinear(linear, kHeads, CategoryOptions(options.seed));
  ConvOptions co;
  co.token_bits = kTokenBits;
  co.columns = text::kLinearColumns;
  co.epochs = options.conv_epochs;
  co.seed = options.seed;
  core.conv = TrainConv(conv, kHeads, co);
  return core;
}

void SetMix(text::Parameters* p) {
  // The linear half is the better one alone; the other corrects it.
  const float linear[3] = {1.0f, 1.0f, 1.0f};
  const float conv[3] = {0.6f, 0.8f, 0.6f};
  // What teaching the lessons begins with; it ends with its own.
  const float temperature[3] = {1.5f, 1.5f, 1.8f};
  for (std::size_t h = 0; h < 3; ++h) {
    p->linear_weight[h] = linear[h];
    p->conv_weight[h] = conv[h];
    p->temperature[h] = temperature[h];
  }
  p->neutral.weight[0] = 1;  // as the head says, until judged
  p->haste.weight[1] = 1;
  p->polarity_weight = 20;
  p->length_power = kLengthPower;
  p->second_from = 0.1f;
}

// The polarity table: reviews of one language with two labels, naive-Bayes weighted.
void TrainPolarity(const std::vector<Labelled>& sentiments, std::uint64_t seed, text::Parameters* p,
                   text::ModelWriter* writer) {
  const auto taken = [](const Labelled& l) {
    return l.row.language == "zh" && l.row.sentiment != Sentiment::kNeutral;
  };
  std::vector<const Encoded*> texts;
  for (const Labelled& l : sentiments) {
    if (taken(l)) texts.push_back(&l.encoded);
  }
  const std::vector<std::uint8_t> known = KnownFeatures(texts, 2);
  std::vector<Sample> samples;
  for (const Labelled& l : sentiments) {
    if (!taken(l)) continue;
    Sample s = MakeSample(l.encoded, known, kPolarityBits);
    const bool positive = l.row.sentiment == Sentiment::kPositive;
    s.target = {{positive ? 0.0f : 1.0f, positive ? 1.0f : 0.0f}};
    samples.push_back(std::move(s));
  }
  std::vector<std::int8_t> table(std::size_t{1} << kPolarityBits, 0);
  std::vector<std::uint8_t> bits(known.size(), 0);
  if (!samples.empty()) {
    LinearOptions o;
    o.bucket_bits = kPolarityBits;
    o.columns = 2;
    o.epochs = 8;
    o.rate = 0.1f;
    o.nb_power = 1;
    o.length_power = 0.5f;
    o.seed = seed;
    const LinearModel model = TrainLinear(samples, {{0, 2}}, o);
    std::vector<float> lean(table.size());
    for (std::size_t b = 0; b < lean.size(); ++b) {
      lean[b] = model.weights[2 * b + 1] - model.weights[2 * b];
    }
    p->polarity_scale = Quantise(lean, &table);
    p->polarity_bias = model.bias[1] - model.bias[0];
    bits = known;
  }
  writer->Add<std::uint8_t>(Section::kKnownPolarity, bits);
  writer->Add<std::int8_t>(Section::kPolarity, table);
}

std::vector<Labelled> Encode(std::vector<Row> rows, Encoder* encoder) {
  std::vector<Labelled> out;
  out.reserve(rows.size());
  for (Row& row : rows) {
    Encoded e = encoder->Encode(row.text);
    out.push_back({std::move(row), std::move(e)});
  }
  return out;
}

void Append(std::vector<Labelled> more, std::vector<Labelled>* rows) {
  std::move(more.begin(), more.end(), std::back_inserter(*rows));
}

// Whole messages of the team, and reviews that it labelled beside them.
absl::StatusOr<std::vector<Row>> LoadLessons(const TrainOptions& options) {
  absl::StatusOr<std::vector<Row>> rows = LoadCorpus(options.corpus + "/lessons");
  if (!rows.ok()) return rows;
  absl::StatusOr<std::vector<Row>> reviews =
      LoadReviewLabels(options.corpus + "/lessons/reviews.labels", options.data);
  if (!reviews.ok()) return reviews;
  RemoveMeasuredTexts(options.data, &*reviews);
  std::move(reviews->begin(), reviews->end(), std::back_inserter(*rows));
  return rows;
}

void Tell(const TrainOptions& options, std::string_view what) {
  if (options.progress) options.progress(what);
}

// `common`: the sections that all models of a training have.
absl::Status WriteModel(const Core& core, text::Parameters p, text::ModelWriter common,
                        const std::string& path, const std::string& release) {
  AddLinear(core.linear, &p, &common);
  AddConv(core.conv, &p, &common);
  common.Add<std::uint8_t>(Section::kKnownFeatures, core.known);
  common.Add<text::Parameters>(Section::kParameters, std::span(&p, 1));
  return common.Write(path, release);
}

void AddFold(const FoldData& fold, text::ModelWriter* writer) {
  writer->Add<std::uint16_t>(Section::kFoldBlocks, fold.block_of);
  writer->Add<std::uint32_t>(Section::kFoldEntries, fold.entries);
  writer->Add<std::uint32_t>(Section::kFoldSequences, fold.sequences);
  writer->Add<text::FoldTables::Composition>(Section::kFoldCompositions, fold.compositions);
  writer->Add<std::uint32_t>(Section::kFoldSimplified, fold.simplified);
}

// Every labelled row but the lessons.
absl::StatusOr<std::vector<Labelled>> LoadRows(const TrainOptions& options,
                                               const std::vector<Row>& corpus, Encoder* encoder) {
  std::vector<Labelled> rows = Encode(corpus, encoder);
  if (!options.review_labels.empty()) {
    absl::StatusOr<std::vector<Row>> reviews =
        LoadReviewLabels(options.review_labels, options.data);
    if (!reviews.ok()) return reviews.status();
    RemoveMeasuredTexts(options.data, &*reviews);
    Append(Encode(*std::move(reviews), encoder), &rows);
  }
  std::vector<Row> intents = LoadIntents(options.data);
  RemoveMeasuredTexts(options.data, &intents);
  Append(Encode(std::move(intents), encoder), &rows);
  std::vector<Row> corrections = options.corrections;
  for (Row& row : corrections) row.weight = kCorrectionWeight;
  Append(Encode(std::move(corrections), encoder), &rows);
  std::vector<Row> implied = LoadImplied(options.data);
  RemoveMeasuredTexts(options.data, &implied);
  for (Row& row : implied) row.weight = kImpliedWeight;
  Append(Encode(std::move(implied), encoder), &rows);
  return rows;
}

std::vector<Row> LoadUnmeasuredSentiments(const TrainOptions& options) {
  std::vector<Row> rows = LoadSentiments(options.data);
  RemoveMeasuredTexts(options.data, &rows);
  return rows;
}

// What the lessons are taught with, beside themselves.
std::vector<Row> LoadTaughtWithLessons(const TrainOptions& options) {
  std::vector<Row> taught;
  std::vector<Row> implied = LoadImplied(options.data);
  RemoveMeasuredTexts(options.data, &implied);
  bool other_half = false;
  for (Row& row : implied) {
    // Of half the Chinese reviews what they feel: what they are about is not theirs to say. The
    // others are posts that are off-topic, which our own lines are short of.
    if (row.language == "zh") {
      other_half = !other_half;
      if (other_half) continue;
      row.category.reset();
      row.urgency.reset();
    } else if (row.category && row.category != Category::kOther) {
      continue;
    }
    taught.push_back(std::move(row));
  }
  return taught;
}

absl::Status Teach(const TrainOptions& options, std::vector<Row> lessons, const std::string& base,
                   const std::string& judge) {
  std::vector<Row> more = LoadTaughtWithLessons(options);
  std::move(more.begin(), more.end(), std::back_inserter(lessons));
  Tell(options, absl::StrCat("lessons to teach: ", lessons.size()));
  // Reviews that no lesson repeats: they are not neutral, which is all that is asked of them.
  std::vector<Row> leaning = LoadUnmeasuredSentiments(options);
  std::erase_if(leaning, [](const Row& row) {
    return row.language != "zh" || row.sentiment == Sentiment::kNeutral ||
           text::Sha1(row.text)[1] < kFirstLeaning;
  });
  return TeachLessons({base, judge, options.output, options.release}, lessons, leaning);
}

}  // namespace

absl::Status TrainModel(const TrainOptions& options) {
  absl::StatusOr<FoldData> fold = BakeFoldTables();
  if (!fold.ok()) return fold.status();
  Encoder encoder(fold->View());
  const absl::StatusOr<std::vector<Row>> corpus = LoadCorpus(options.corpus);
  if (!corpus.ok()) return corpus.status();
  absl::StatusOr<std::vector<Labelled>> rows = LoadRows(options, *corpus, &encoder);
  if (!rows.ok()) return rows.status();
  const absl::StatusOr<std::vector<Row>> lessons = LoadLessons(options);
  if (!lessons.ok()) return lessons.status();
  Tell(options, absl::StrCat("rows: ", rows->size(), ", lessons: ", lessons->size()));

  auto p = std::make_unique<text::Parameters>();
  *p = {};
  SetMix(p.get());
  p->linear_bits = kLinearBits;
  p->polarity_bits = kPolarityBits;
  p->token_bits = kTokenBits;
  text::ModelWriter common;
  AddFold(*fold, &common);
  Tell(options, "polarity");
  TrainPolarity(Encode(LoadUnmeasuredSentiments(options), &encoder), options.seed, p.get(),
                &common);
  Tell(options, "languages");
  TrainLanguages(LoadLanguages(options.data), *corpus, fold->View(), options.seed, p.get(),
                 &common);

  // The model that ships knows every lesson. What its probabilities are worth can then not be asked
  // of it: a judge of the same make, that does not know those held back, says it.
  const auto train = [&](std::vector<Row> known, const std::string& path) {
    std::vector<Row> parts = known;
    parts.insert(parts.end(), corpus->begin(), corpus->end());
    const std::size_t others = rows->size();
    Append(Encode(Compose(parts, kComposedShare, options.seed), &encoder), &*rows);
    for (Row& row : known) row.weight = kLessonWeight;
    Append(Encode(std::move(known), &encoder), &*rows);
    const absl::Status written =
        WriteModel(TrainCore(*rows, options), *p, common, path, options.release);
    rows->resize(others);
    return written;
  };
  Tell(options, "linear and convolutional models of the judge");
  const std::string judge = options.output + ".judge";
  std::vector<Row> unheld = *lessons;
  std::erase_if(unheld, [](const Row& row) { return IsHeldBack(row.text); });
  if (absl::Status s = train(std::move(unheld), judge); !s.ok()) return s;
  Tell(options, "linear and convolutional models");
  absl::Status s = train(*lessons, options.output);
  if (s.ok()) s = Teach(options, *lessons, options.output, judge);
  std::error_code ignored;
  std::filesystem::remove(judge, ignored);
  return s;
}

absl::Status TeachLessons(const TrainOptions& options) {
  absl::StatusOr<std::vector<Row>> lessons = LoadLessons(options);
  if (!lessons.ok()) return lessons.status();
  return Teach(options, *std::move(lessons), options.base, "");
}

}  // namespace huiyin::triage::train
