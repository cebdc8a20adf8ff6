// Facts written in a message: contact data, order numbers, amounts, dates, product names.
// Pure functions of the text; linear in its length.
#pragma once

#include <cstddef>
#include <string_view>
#include <vector>

#include "services/triage/domain/classifier.h"
#include "services/triage/domain/text/utf8.h"

namespace huiyin::triage::text {

// Decodes `text` for FindEntities: full-width forms and other scripts' digits become ASCII,
// zero-width and bidi control characters are left out.
void DecodeForEntities(std::string_view text, CodePoints* out);

// Appends at most `limit` entities of `cps` to *out, in order, not overlapping.
void FindEntities(const CodePoints& cps, std::size_t limit, std::vector<Entity>* out);

// True if the last of the 18 characters (digits, the last may be X) is the GB 11643 check digit and
// the birthday in it is a date.
bool IsIdCard(std::string_view id);

// True if `digits` (13 to 19 of them) pass Luhn and begin as card numbers do.
bool IsBankCard(std::string_view digits);

}  // namespace huiyin::triage::text
