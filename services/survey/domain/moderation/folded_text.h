// One spelling for letters that look or mean the same. Pure functions.
#pragma once

#include <string>
#include <string_view>

namespace huiyin::survey {

// Unicode's NFKC_Casefold – full-width, styled and upper-case letters become plain lower-case ones,
// invisible characters vanish – without strokes laid over letters, with one blank for several, and
// with Cyrillic and Greek letters inside Latin words as the Latin ones they look like. Invalid
// UTF-8 becomes U+FFFD.
std::u32string FoldText(std::string_view text);

bool IsLetterOrDigit(char32_t c);

// Of a script without blanks between words (Chinese, Japanese, Thai …), or Korean, whose words
// carry endings: words are found inside others.
bool IsDense(char32_t c);

}  // namespace huiyin::survey
