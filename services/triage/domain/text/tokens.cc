#include "services/triage/domain/text/tokens.h"

#include "services/triage/domain/text/features.h"

namespace huiyin::triage::text {
namespace {

constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15ull;

std::uint16_t Token(std::uint64_t h, unsigned bits) {
  const std::uint64_t range = (std::uint64_t{1} << bits) - 1;
  return static_cast<std::uint16_t>(1 + ((h * kMultiplier) >> 32) % range);
}

}  // namespace

void ExtractTokens(const NormalText& text, unsigned bits, std::vector<std::uint16_t>* out) {
  std::uint64_t word = 0;
  for (std::size_t i = 0; i < text.size() && out->size() < kMostTokens; ++i) {
    const char32_t c = text.cp[i];
    const Script script = ScriptOf(c);
    if (script != Script::kNone && !IsDense(script)) {
      word = (word ^ c) * kMultiplier;
      word ^= word >> 29;
      continue;
    }
    if (word != 0) out->push_back(Token(word, bits));
    word = 0;
    if (c != ' ') out->push_back(Token(c, bits));
  }
  if (word != 0 && out->size() < kMostTokens) out->push_back(Token(word, bits));
}

}  // namespace huiyin::triage::text
