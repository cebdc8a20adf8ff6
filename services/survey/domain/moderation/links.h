// Addresses of web pages in a text, written plainly or so that filters miss them.
#pragma once

#include <string_view>

namespace huiyin::survey {

// `folded`: as FoldText gives it.
bool HasLink(std::u32string_view folded);

}  // namespace huiyin::survey
