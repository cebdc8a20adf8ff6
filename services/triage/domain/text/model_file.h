// The model file: a header, a table of sections, the sections. Mapped read-only and shared between
// processes; little-endian. A file of another format, or with any byte changed, is refused.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "services/triage/domain/labels.h"
#include "services/triage/domain/text/evidence.h"

namespace huiyin::triage::text {

inline constexpr std::uint32_t kModelFormat = 3;
inline constexpr std::size_t kLinearColumns =
    32;  // 18 categories, 3 sentiments, 4 urgencies, spare
inline constexpr std::size_t kLanguageColumns = 48;
inline constexpr std::size_t kFirstSentiment = kCategoryCount;
inline constexpr std::size_t kFirstUrgency = kFirstSentiment + kSentimentCount;
inline constexpr std::size_t kOutputs = kFirstUrgency + kUrgencyCount;
static_assert(kOutputs <= kLinearColumns);

// Shape of the convolutional half; the trainer and the classifier must agree on it.
inline constexpr std::array<std::size_t, 3> kConvWidths = {2, 3, 4};
inline constexpr std::size_t kConvOffsets = 9;   // sum of the widths
inline constexpr std::size_t kConvFilters = 48;  // per width
inline constexpr std::size_t kConvPooled = kConvFilters * kConvWidths.size();
// What the heads of that half see: the maximum of each filter over the text, then by how much the
// maximum over the second half of the text exceeds the one over the first.
inline constexpr std::size_t kConvInputs = 2 * kConvPooled;
// An input is a whole number of units, at most so many; a weight of an output is a whole number,
// too.
inline constexpr float kConvInputUnit = 1.0f / 256;
inline constexpr int kConvInputMost = 4095;
inline constexpr int kConvWeightMost = 1023;
// Of `count` positions, those that are the first half.
constexpr std::size_t FirstHalf(std::size_t count) { return count / 2; }
inline constexpr std::size_t kConvRow = kConvOffsets * kConvFilters;

// Sections, by number in the file. Never renumber.
enum class Section : std::uint32_t {
  kParameters = 1,
  kFoldBlocks = 2,
  kFoldEntries = 3,
  kFoldSequences = 4,
  kFoldCompositions = 5,
  kFoldSimplified = 6,
  kKnownFeatures = 7,  // bitmap of features the linear half was trained on
  kLinear = 8,         // int8, bucket * kLinearColumns + column
  kKnownPolarity = 9,  // bitmap of features the polarity table was trained on
  kPolarity = 10,      // int8, bucket: speaks for positive (> 0) or negative
  kConvTokens = 11,    // int8, token * kConvRow + offset * kConvFilters + filter
  kConvOutput = 12,    // int16, output * kConvInputs + input
  kLanguage = 13,      // int8, bucket * kLanguageColumns + column
};

// Everything small. Plain numbers; part of the file format.
struct Parameters {
  std::uint32_t linear_bits;
  std::uint32_t polarity_bits;
  std::uint32_t token_bits;
  std::uint32_t language_bits;
  float length_power;  // a text of n features gives each the value n^-length_power
  float linear_scale[kLinearColumns];
  float linear_bias[kLinearColumns];
  float polarity_scale;
  float polarity_bias;
  float conv_scale[kConvPooled];
  float conv_bias[kConvPooled];
  float conv_output_scale[kOutputs];  // of a unit of the input
  float conv_output_bias[kOutputs];
  float language_scale[kLanguageColumns];
  float language_bias[kLanguageColumns];
  // How the parts are joined, and the temperatures that make probabilities honest.
  float linear_weight[3];  // by head: category, sentiment, urgency
  float conv_weight[3];
  float polarity_weight;
  float temperature[3];
  // What all heads together say of the sentiment and of the urgency.
  Opinion neutral;
  Opinion haste;
  float review_below[kCategoryCount];  // category_p below this goes to a person
  float second_from;                   // least probability of a second category worth saying
};

inline constexpr unsigned kKnownBits = 22;  // features are told apart by this many bits of hash

// True if bit `hash >> (32 - kKnownBits)` of the bitmap is set.
inline bool IsKnown(std::span<const std::uint8_t> bitmap, std::uint32_t hash) {
  const std::uint32_t bit = hash >> (32 - kKnownBits);
  return (bitmap[bit >> 3] >> (bit & 7)) & 1;
}

class ModelFile {
 public:
  static absl::StatusOr<std::unique_ptr<ModelFile>> Map(const std::string& path);
  ~ModelFile();
  ModelFile(const ModelFile&) = delete;
  ModelFile& operator=(const ModelFile&) = delete;

  const std::string& version() const { return version_; }
  const Parameters& parameters() const;

  // The section as an array of T; empty if the file has none.
  template <typename T>
  std::span<const T> Get(Section section) const {
    const std::span<const std::byte> bytes = Bytes(section);
    return {reinterpret_cast<const T*>(bytes.data()), bytes.size() / sizeof(T)};
  }

 private:
  ModelFile(const std::byte* data, std::size_t size) : data_(data), size_(size) {}
  std::span<const std::byte> Bytes(Section section) const;
  absl::Status Check() const;
  absl::Status CheckShapes() const;

  const std::byte* data_;
  std::size_t size_;
  std::string version_;
};

// Collects sections and writes the file; used by the trainer and by tests.
class ModelWriter {
 public:
  template <typename T>
  void Add(Section section, std::span<const T> values) {
    AddBytes(section, std::as_bytes(values));
  }
  // Writes to a temporary name beside `path`, then renames. The version is `release` and a hash of
  // the contents.
  absl::Status Write(const std::string& path, std::string_view release) const;

 private:
  void AddBytes(Section section, std::span<const std::byte> bytes);
  struct Part {
    Section section;
    std::vector<std::byte> bytes;
  };
  std::vector<Part> parts_;
};

}  // namespace huiyin::triage::text
