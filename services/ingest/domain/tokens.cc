#include "services/ingest/domain/tokens.h"

#include <unicode/normalizer2.h>
#include <unicode/uchar.h>
#include <unicode/uscript.h>
#include <unicode/utf8.h>

#include <algorithm>
#include <bit>

namespace huiyin::ingest {
namespace {

constexpr size_t kMaxWordBytes = 64;  // longer ones (base64, URLs) are cut: databases limit lexemes

enum class Kind : uint8_t { kSeparator, kWord, kPaired };

bool IsPairedScript(UScriptCode script) {
  switch (script) {
    case USCRIPT_HAN:
    case USCRIPT_HIRAGANA:
    case USCRIPT_KATAKANA:
    case USCRIPT_HANGUL:
    case USCRIPT_BOPOMOFO:
    case USCRIPT_THAI:
    case USCRIPT_LAO:
    case USCRIPT_KHMER:
    case USCRIPT_MYANMAR:
      return true;
    default:
      return false;
  }
}

Kind KindOf(UChar32 c) {
  if (c < 0x80) {
    const bool alnum = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z');
    return alnum ? Kind::kWord : Kind::kSeparator;
  }
  if (c >= 0x4e00 && c <= 0x9fff) return Kind::kPaired;  // nearly all of Chinese, without a lookup
  if (c == 0x30fc) return Kind::kPaired;                 // the long-vowel mark is of script Common
  constexpr uint32_t kLetters = U_GC_L_MASK | U_GC_M_MASK | U_GC_N_MASK;
  if ((U_GET_GC_MASK(c) & kLetters) == 0) return Kind::kSeparator;
  UErrorCode error = U_ZERO_ERROR;
  return IsPairedScript(uscript_getScript(c, &error)) ? Kind::kPaired : Kind::kWord;
}

std::string Normalised(std::string_view text) {
  UErrorCode error = U_ZERO_ERROR;
  const icu::Normalizer2* fold = icu::Normalizer2::getNFKCCasefoldInstance(error);
  std::string out;
  if (U_FAILURE(error) != 0) return std::string(text);
  icu::StringByteSink<std::string> sink(&out, static_cast<int32_t>(text.size()));
  fold->normalizeUTF8(0, icu::StringPiece(text.data(), static_cast<int32_t>(text.size())), sink,
                      nullptr, error);
  return out;
}

struct Token {
  std::string_view text;
  bool lone;  // a paired character without its right neighbour
};

// Calls `each` for every token of normalised text, repeats included.
template <class Each>
void Split(std::string_view text, Each each) {
  const auto* bytes = reinterpret_cast<const uint8_t*>(text.data());
  const auto size = static_cast<int32_t>(text.size());
  Kind run = Kind::kSeparator;
  int32_t run_begin = 0;   // of a word
  int32_t last_begin = 0;  // of the run's last character
  const auto end_run = [&](int32_t end) {
    if (run == Kind::kWord) {
      each(Token{text.substr(run_begin, std::min<size_t>(end - run_begin, kMaxWordBytes)), false});
    } else if (run == Kind::kPaired) {
      each(Token{text.substr(last_begin, end - last_begin), true});
    }
  };
  int32_t at = 0;
  while (at < size) {
    const int32_t begin = at;
    UChar32 c;
    U8_NEXT(bytes, at, size, c);
    const Kind kind = c < 0 ? Kind::kSeparator : KindOf(c);
    if (kind != run) {
      end_run(begin);
      run = kind;
      run_begin = begin;
    } else if (kind == Kind::kPaired) {
      each(Token{text.substr(last_begin, at - last_begin), false});
    }
    last_begin = begin;
  }
  end_run(size);
}

// Cuts may fall inside a character; such a tail is dropped.
std::string_view WholeCharacters(std::string_view token) {
  if (token.size() < kMaxWordBytes) return token;
  size_t end = token.size();
  while (end > 0 && (static_cast<unsigned char>(token[end - 1]) & 0xc0) == 0x80) --end;
  if (end > 0 && static_cast<unsigned char>(token[end - 1]) >= 0xc0) {
    const auto lead = static_cast<unsigned char>(token[end - 1]);
    const size_t need = lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : 2;
    if (token.size() - (end - 1) < need) return token.substr(0, end - 1);
  }
  return token;
}

// FNV-1a, folded: tokens are short.
size_t Hash(std::string_view token) {
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : token) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return hash ^ hash >> 32;
}

}  // namespace

std::string IndexTokens(std::string_view text) {
  const std::string normal = Normalised(text);
  std::vector<std::string_view> tokens;
  tokens.reserve(normal.size() / 3 + 1);
  Split(normal, [&](const Token& token) { tokens.push_back(WholeCharacters(token.text)); });
  std::string out;
  out.reserve(normal.size() * 2);
  // Open addressing, at most half full; much cheaper than sorting.
  std::vector<std::string_view> seen(std::bit_ceil(2 * tokens.size() + 1));
  for (const std::string_view token : tokens) {
    size_t at = Hash(token) & (seen.size() - 1);
    while (!seen[at].empty() && seen[at] != token) at = (at + 1) & (seen.size() - 1);
    if (!seen[at].empty()) continue;
    seen[at] = token;
    if (!out.empty()) out += ' ';
    out += token;
  }
  return out;
}

std::vector<QueryToken> QueryTokens(std::string_view query) {
  const std::string normal = Normalised(query);
  std::vector<QueryToken> tokens;
  std::string_view previous;  // a pair ends where the lone token begins, so that one adds nothing
  Split(normal, [&](const Token& token) {
    const bool tail = token.lone && !previous.empty() &&
                      previous.data() + previous.size() == token.text.data() + token.text.size();
    previous = token.text;
    if (tail) return;
    QueryToken wanted{std::string(WholeCharacters(token.text)), token.lone};
    if (std::find(tokens.begin(), tokens.end(), wanted) == tokens.end()) {
      tokens.push_back(std::move(wanted));
    }
  });
  return tokens;
}

}  // namespace huiyin::ingest
