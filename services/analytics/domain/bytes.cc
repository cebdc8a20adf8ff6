#include "services/analytics/domain/bytes.h"

#include <array>

namespace huiyin::analytics {
namespace {

constexpr std::string_view kDigits = "0123456789abcdef";
constexpr int kNoDigit = -1;
constexpr size_t kUuidChars = 36;

constexpr std::array<int, 256> DigitValues() {
  std::array<int, 256> values{};
  values.fill(kNoDigit);
  for (size_t i = 0; i < kDigits.size(); ++i) {
    values[static_cast<unsigned char>(kDigits[i])] = static_cast<int>(i);
  }
  return values;
}

// A dash stands before these bytes.
constexpr bool DashBefore(size_t byte) { return byte == 4 || byte == 6 || byte == 8 || byte == 10; }

}  // namespace

bool AppendUuid(std::string_view text, std::string& out) {
  static constexpr std::array<int, 256> kValues = DigitValues();
  if (text.size() != kUuidChars) return false;
  std::array<char, kUuidBytes> bytes;
  size_t at = 0;
  for (size_t i = 0; i < kUuidBytes; ++i, at += 2) {
    if (DashBefore(i) && text[at++] != '-') return false;
    const int high = kValues[static_cast<unsigned char>(text[at])];
    const int low = kValues[static_cast<unsigned char>(text[at + 1])];
    if (high < 0 || low < 0) return false;
    bytes[i] = static_cast<char>(high << 4 | low);
  }
  out.append(bytes.data(), bytes.size());
  return true;
}

std::string UuidText(std::string_view bytes) {
  std::string text;
  text.reserve(kUuidChars);
  for (size_t i = 0; i < bytes.size(); ++i) {
    if (DashBefore(i)) text.push_back('-');
    const auto byte = static_cast<unsigned char>(bytes[i]);
    text.push_back(kDigits[byte >> 4]);
    text.push_back(kDigits[byte & 0xF]);
  }
  return text;
}

}  // namespace huiyin::analytics
