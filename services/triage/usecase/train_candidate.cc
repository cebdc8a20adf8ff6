#include "services/triage/usecase/train_candidate.h"

#include <algorithm>
#include <map>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "libs/core/status.h"
#include "services/triage/domain/text/sha1.h"

namespace huiyin::triage {
namespace {

constexpr size_t kTextsAtOnce = 500;

// A quarter, by hash: a correction once kept back is never taught, whatever comes after it.
bool IsKeptBack(const DecisionId& id) { return text::Sha1(id.value())[0] < 64; }

struct Lessons {
  std::vector<Lesson> taught;
  std::vector<Lesson> kept_back;
};

// The messages that the decision had read.
std::vector<MessageId> ReadBy(const CorrectedDecision& decision) {
  const auto newest =
      std::find(decision.messages.begin(), decision.messages.end(), decision.newest);
  if (newest == decision.messages.end()) return {decision.newest};
  return {decision.messages.begin(), newest + 1};
}

absl::Status Stopped() { return absl::CancelledError("the training was stopped"); }

absl::StatusOr<Lessons> Fetch(MessageSource& source,
                              const std::vector<CorrectedDecision>& corrected,
                              const TrainProgress& progress) {
  std::map<TenantId, std::vector<const CorrectedDecision*>> by_tenant;
  for (const CorrectedDecision& one : corrected) by_tenant[one.tenant].push_back(&one);
  Lessons lessons;
  int done = 0;
  for (const auto& [tenant, decisions] : by_tenant) {
    for (size_t at = 0; at < decisions.size(); at += kTextsAtOnce) {
      const std::span group =
          std::span(decisions).subspan(at, std::min(kTextsAtOnce, decisions.size() - at));
      std::vector<MessageId> wanted;
      for (const CorrectedDecision* one : group) {
        for (MessageId& id : ReadBy(*one)) wanted.push_back(std::move(id));
      }
      HUIYIN_ASSIGN_OR_RETURN(const auto texts, source.Fetch(tenant, wanted));
      for (const CorrectedDecision* one : group) {
        Lesson lesson{"", one->category, one->sentiment, one->urgency};
        for (const MessageId& id : ReadBy(*one)) {
          const auto text = texts.find(id);
          if (text == texts.end()) continue;  // erased since
          absl::StrAppend(&lesson.text, lesson.text.empty() ? "" : "\n", text->second);
        }
        if (lesson.text.empty()) continue;
        (IsKeptBack(one->id) ? lessons.kept_back : lessons.taught).push_back(std::move(lesson));
      }
      done += static_cast<int>(group.size());
      if (!progress(TrainStep::kReading, done, static_cast<int>(corrected.size()))) {
        return Stopped();
      }
    }
  }
  return lessons;
}

void Judge(CandidateModel& model) {
  model.state = ModelState::kRejected;
  if (model.on_corrections.difference <= 0) {
    model.reason = absl::StrFormat(
        "not better on corrections it was not taught: %d of %d right, the model in force %d",
        model.on_corrections.candidate_right, model.on_corrections.messages,
        model.on_corrections.current_right);
  } else if (model.on_held_messages.low < -kToleratedLoss) {
    model.reason =
        absl::StrFormat("may lose %.1f %% on messages that nobody corrected; %.1f %% are tolerated",
                        -100 * model.on_held_messages.low, 100 * kToleratedLoss);
  } else {
    model.state = ModelState::kReady;
  }
}

}  // namespace

absl::StatusOr<Trained> TrainCandidate(const TrainParts& parts,
                                       const std::vector<CorrectedDecision>& corrected,
                                       const TrainProgress& progress) {
  if (parts.held.empty()) {
    return Error(absl::StatusCode::kFailedPrecondition, "NO_HELD_MESSAGES",
                 "held.tsv is not beside the model file: without labelled messages nobody can tell "
                 "whether a candidate has forgotten something");
  }
  HUIYIN_ASSIGN_OR_RETURN(const Lessons lessons, Fetch(parts.messages, corrected, progress));
  if (lessons.taught.size() < kFewestCorrections || lessons.kept_back.size() < kFewestKeptBack) {
    return Error(
        absl::StatusCode::kFailedPrecondition, "TOO_FEW_CORRECTIONS",
        absl::StrCat("there are ", lessons.taught.size(), " corrections to learn from and ",
                     lessons.kept_back.size(), " to try the result on; at least ",
                     kFewestCorrections, " and ", kFewestKeptBack, " are needed"));
  }
  bool go_on = true;
  const Patch patch = Tuner(parts.shipped).Tune(lessons.taught, [&](int pass) {
    go_on = progress(TrainStep::kLearning, pass, Tuner::kPasses);
    return go_on;
  });
  if (!go_on) return Stopped();
  HUIYIN_ASSIGN_OR_RETURN(const auto candidate, parts.shipped.With(patch));

  const int to_compare = static_cast<int>(lessons.kept_back.size() + parts.held.size());
  if (!progress(TrainStep::kComparing, 0, to_compare)) return Stopped();
  Trained out;
  out.model.on_corrections = Compare(parts.current, *candidate, lessons.kept_back);
  out.model.on_held_messages = Compare(parts.current, *candidate, parts.held);
  if (!progress(TrainStep::kComparing, to_compare, to_compare)) return Stopped();
  out.model.version = candidate->model_version();
  out.model.base_version = parts.shipped.model_version();
  out.model.corrections = static_cast<int>(lessons.taught.size());
  Judge(out.model);
  out.patch = Pack(patch);
  return out;
}

}  // namespace huiyin::triage
