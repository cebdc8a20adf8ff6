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

// The questions asked of whoever gives these answers, in order: from the first along the branches.
std::vector<const Question*> AskedQuestions(const Survey& survey, std::span<const Answer> answers);

// `before` with `given` laid over it, in the survey's order. INVALID_ARGUMENT with every violation:
// unknown or repeated question, an answer that the question does not take, and, when `complete`,
// required questions that are asked and have no answer. An empty text or list of picks takes an
// answer back. When `complete`, answers to questions that the branches pass by are left out.
absl::StatusOr<std::vector<Answer>> MergeAnswers(const Survey& survey,
                                                 std::span<const Answer> before,
                                                 std::span<const Answer> given, bool complete);

// Score of the main question; absent while unanswered.
std::optional<int> MainScore(const Survey& survey, std::span<const Answer> answers);

// Judged by the main score, the lowest of several products; kNone while there is none.
Recovery RecoveryFor(const Survey& survey, std::span<const Answer> answers);

}  // namespace huiyin::survey
