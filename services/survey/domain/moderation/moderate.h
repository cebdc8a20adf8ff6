// The automatic check of what buyers write before others can read it. Pure functions of the text.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace huiyin::survey {

// Numbers are stored (as bits) and sent.
enum class Finding { kAbuse = 1, kLink = 2, kContactData = 3, kDuplicate = 4, kMedia = 5 };

// A set of findings.
class Findings {
 public:
  Findings() = default;
  explicit Findings(int64_t bits) : bits_(static_cast<uint32_t>(bits)) {}

  void Add(Finding finding) { bits_ |= Bit(finding); }
  bool Has(Finding finding) const { return (bits_ & Bit(finding)) != 0; }
  bool empty() const { return bits_ == 0; }
  // Whether a person has to look first. Contact data does not need one: it is masked already.
  bool HoldBack() const { return (bits_ & ~Bit(Finding::kContactData)) != 0; }
  int64_t bits() const { return bits_; }

  friend bool operator==(const Findings&, const Findings&) = default;

 private:
  static constexpr uint32_t Bit(Finding finding) { return 1U << static_cast<int>(finding); }
  uint32_t bits_ = 0;
};

// How much of a text there has to be before the same words in another review are no chance, counted
// as in ModeratedText::weight: of the same author, and of anybody.
inline constexpr int kOwnDuplicateWeight = 24;
inline constexpr int kDuplicateWeight = 45;

struct ModeratedText {
  std::string text;   // with contact data masked
  Findings findings;  // kAbuse, kLink and kContactData
  std::string key;    // the same for texts of the same letters and digits; empty without any
  int weight = 0;     // letters and digits; those of scripts without blanks count for three
};

ModeratedText Moderate(std::string_view text);

}  // namespace huiyin::survey
