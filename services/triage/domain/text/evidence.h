// What the three heads say together. Whether a text is neutral and whether it is in a hurry is told
// less by those words alone than by what the text is about and how it feels: who asks for a product
// is neutral, who misses part of an order is in a hurry. Two logistic regressions over the heads'
// probabilities, learned from messages that the heads did not know.
#pragma once

#include <array>
#include <cstddef>

#include "services/triage/domain/labels.h"

namespace huiyin::triage::text {

// The odds (log) of neutral and of HIGH or URGENT, how surely the text leans one way if it is not
// neutral (odds, too), how long it is (log), then the probabilities of every label.
inline constexpr std::size_t kEvidence = 4 + kCategoryCount + kSentimentCount + kUrgencyCount;
using Evidence = std::array<float, kEvidence>;

// A question that is answered from the evidence. Plain numbers; part of the model file.
struct Opinion {
  float weight[kEvidence];
  float bias;
};

// From the probabilities of each head, in the order of their labels, and the number of tokens.
Evidence EvidenceOf(const float* category, const float* sentiment, const float* urgency,
                    std::size_t tokens);

// Probability that the answer is yes.
float Answer(const Opinion& opinion, const Evidence& evidence);

// Gives the neutral sentiment the probability `p`; the others share the rest as they did.
void SetNeutral(float p, float* sentiment);
// Gives HIGH and URGENT together the probability `p`; the labels on each side share as they did.
void SetHaste(float p, float* urgency);

}  // namespace huiyin::triage::text
