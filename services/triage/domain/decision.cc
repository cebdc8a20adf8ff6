#include "services/triage/domain/decision.h"

namespace huiyin::triage {
namespace {

// The bytes [begin, end) of `text`, made safe to keep.
std::string Excerpt(std::string_view text, uint32_t begin, uint32_t end) {
  return MaskContactData(text.substr(begin, end - begin));
}

}  // namespace

Reading Read(const Classifier& classifier, std::string_view text) {
  // One scratch a thread: a warm classification allocates nothing.
  thread_local Scratch scratch;
  thread_local Classification found;
  classifier.Classify(text, scratch, &found);

  Reading reading;
  reading.language = found.language;
  reading.mixed_language = found.mixed_language;
  reading.category = found.category;
  reading.category_p = found.category_p;
  reading.second = found.second;
  reading.sentiment = found.sentiment;
  reading.sentiment_p = found.sentiment_p;
  reading.urgency = found.urgency;
  reading.urgency_p = found.urgency_p;
  reading.needs_review = found.needs_review;
  for (const Term& term : found.terms) {
    reading.terms.push_back(Excerpt(text, term.begin, term.end));
  }
  for (const Entity& entity : found.entities) {
    reading.findings.push_back({entity.kind, Excerpt(text, entity.begin, entity.end)});
  }
  reading.model_version = classifier.model_version();
  return reading;
}

}  // namespace huiyin::triage
