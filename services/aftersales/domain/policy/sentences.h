// The sentence that a verdict has for the customer, in the customer's language.
#pragma once

#include <string>
#include <string_view>

#include "services/aftersales/domain/policy/facts.h"

namespace huiyin::aftersales {

// One sentence for the whole verdict, in inputs.language or, where that is none of the supported
// languages, English.
std::string CustomerSentence(const VerdictInputs& inputs, const Verdict& verdict);

// One sentence for a single line's verdict.
std::string LineSentence(const VerdictInputs& inputs, const LineFacts& line,
                         const LineVerdict& verdict, int64_t ship_within_days);

// True for languages (BCP 47, by primary subtag) that sentences exist in.
bool HasSentences(std::string_view language);

}  // namespace huiyin::aftersales
