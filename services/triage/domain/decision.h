// A decision on a ticket, as it is stored: what the text says, who goes first, and everything
// needed to show and replay it. Decisions are never changed; a newer one replaces an older one.
// Only erasing the customer takes something out of them.
#pragma once

#include <string>
#include <vector>

#include "absl/time/time.h"
#include "libs/core/strong_id.h"
#include "services/triage/domain/classifier.h"
#include "services/triage/domain/priority.h"

namespace huiyin::triage {

using DecisionId = StrongId<struct DecisionTag>;
using MessageId = StrongId<struct MessageTag>;

// A fact found in the text; contact data is masked already.
struct Finding {
  EntityKind kind;
  std::string text;

  friend bool operator==(const Finding&, const Finding&) = default;
};

// What a text says, free of the text itself.
struct Reading {
  std::string language = "und";
  std::string mixed_language;
  Category category = Category::kOther;
  float category_p = 0;
  std::optional<Category> second;
  Sentiment sentiment = Sentiment::kNeutral;
  float sentiment_p = 0;
  Urgency urgency = Urgency::kNormal;
  float urgency_p = 0;
  bool needs_review = true;
  std::vector<std::string> terms;  // contact data masked
  std::vector<Finding> findings;
  std::string model_version;

  friend bool operator==(const Reading&, const Reading&) = default;
};

struct Decision {
  TenantId tenant;
  DecisionId id;
  TicketId ticket;
  MessageId message;  // the newest that was read
  Reading reading;
  PriorityInputs inputs;
  PriorityVerdict verdict;
  absl::Time created;
  std::string corrected_by;  // agent; empty when the model decided
  DecisionId replaces;       // empty for the first
  // The customer was erased: terms, findings, and of the inputs tier, earlier tickets and order
  // value are gone.
  bool erased = false;
};

// Reads `text` with `classifier`; terms and findings come out masked.
Reading Read(const Classifier& classifier, std::string_view text);

}  // namespace huiyin::triage
