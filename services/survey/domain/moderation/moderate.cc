#include "services/survey/domain/moderation/moderate.h"

#include <openssl/sha.h>

#include <array>

#include "absl/strings/escaping.h"
#include "libs/entities/entities.h"
#include "services/survey/domain/moderation/folded_text.h"
#include "services/survey/domain/moderation/links.h"
#include "services/survey/domain/moderation/terms.h"

namespace huiyin::survey {
namespace {

// Letters and digits alone: spacing and punctuation make no new text.
void NoteLetters(std::u32string_view folded, ModeratedText& out) {
  constexpr int kDenseWeight = 3;  // about as many letters as its word would have
  std::string letters;
  for (const char32_t c : folded) {
    if (!IsLetterOrDigit(c)) continue;
    for (int shift = 0; shift < 24; shift += 8) {
      letters += static_cast<char>(static_cast<uint32_t>(c) >> shift & 0xFF);
    }
    out.weight += IsDense(c) ? kDenseWeight : 1;
  }
  if (letters.empty()) return;
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(letters.data()), letters.size(), digest.data());
  out.key = absl::BytesToHexString({reinterpret_cast<const char*>(digest.data()), 16});
}

}  // namespace

ModeratedText Moderate(std::string_view text) {
  ModeratedText out;
  out.text = entities::MaskContactData(text);
  if (out.text != text) out.findings.Add(Finding::kContactData);
  // Read as it was written: the mask's own signs look like somebody's starring out.
  const std::u32string folded = FoldText(text);
  if (HasTerm(AbuseTerms(), folded)) out.findings.Add(Finding::kAbuse);
  if (HasLink(folded) || HasTerm(SolicitationTerms(), folded)) out.findings.Add(Finding::kLink);
  NoteLetters(FoldText(out.text), out);
  return out;
}

}  // namespace huiyin::survey
