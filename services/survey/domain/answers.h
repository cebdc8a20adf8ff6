// What may be answered, and what a set of answers means.
#pragma once

#include <optional>
#include <span>
#include <vector>

#include "absl/status/statusor.h"
#include "services/survey/domain/invitation.h"
#include "services/survey/domain/survey.h"

namespace huiyin::survey {

inline constexpr size_t kMaxTextCharacters = 4000;

// `before` with `given` laid over it, in the survey's order. INVALID_ARGUMENT with every violation:
// unknown or repeated question, score off the scale, text too long or with control characters, and,
// when `complete`, required questions without an answer. An empty text takes an answer back.
absl::StatusOr<std::vector<Answer>> MergeAnswers(const Survey& survey,
                                                 std::span<const Answer> before,
                                                 std::span<const Answer> given, bool complete);

// Score of the main question; absent while unanswered.
std::optional<int> MainScore(const Survey& survey, std::span<const Answer> answers);

// Judged by the main score; kNone while there is none.
Recovery RecoveryFor(const Survey& survey, std::span<const Answer> answers);

}  // namespace huiyin::survey
