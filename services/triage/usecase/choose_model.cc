#include "services/triage/usecase/choose_model.h"

#include "libs/core/status.h"

namespace huiyin::triage {
namespace {

// Checks that `version` can be used on top of the shipped model.
absl::Status CheckUsable(ModelUnit& unit, const std::string& version, bool must_be_ready) {
  if (version == unit.shipped_version) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(const auto model, unit.store.FindModel(version));
  if (!model.has_value()) {
    return Error(absl::StatusCode::kNotFound, "MODEL_NOT_FOUND",
                 "no candidate of this version; list the models to see which there are",
                 {{"version", version}});
  }
  if (model->base_version != unit.shipped_version) {
    return Error(
        absl::StatusCode::kFailedPrecondition, "MODEL_OF_ANOTHER_RELEASE",
        "the candidate was made from another release's model; train a new one",
        {{"base_version", model->base_version}, {"shipped_version", unit.shipped_version}});
  }
  if (must_be_ready && model->state != ModelState::kReady) {
    return Error(absl::StatusCode::kFailedPrecondition, "MODEL_REJECTED",
                 "the candidate was refused: " + model->reason, {{"version", version}});
  }
  return absl::OkStatus();
}

ModelChoice MakeChoice(ModelUnit& unit, const Caller& caller, ModelRole role,
                       const std::string& version, const std::string& previous) {
  return {.id = unit.ids.NewId(),
          .role = role,
          .version = version,
          .previous = previous,
          .at = unit.clock.Now(),
          .by = caller.subject};
}

}  // namespace

absl::StatusOr<std::string> VersionInForce(ModelStore& store, const std::string& shipped_version) {
  HUIYIN_ASSIGN_OR_RETURN(const auto choice, store.CurrentChoice(ModelRole::kDecides));
  return choice.has_value() ? choice->version : shipped_version;
}

absl::StatusOr<InForce> ActivateModel(ModelUnit& unit, const Caller& caller,
                                      const std::string& version) {
  HUIYIN_RETURN_IF_ERROR(CheckUsable(unit, version, true));
  HUIYIN_ASSIGN_OR_RETURN(const auto before, unit.store.CurrentChoice(ModelRole::kDecides));
  const std::string previous = before.has_value() ? before->version : unit.shipped_version;
  if (version == previous) return InForce{version, previous};
  HUIYIN_RETURN_IF_ERROR(unit.store.InsertChoice(MakeChoice(
      unit, caller, ModelRole::kDecides, version, before.has_value() ? before->id : "")));
  return InForce{version, previous};
}

absl::StatusOr<InForce> RollbackModel(ModelUnit& unit, const Caller& caller) {
  HUIYIN_ASSIGN_OR_RETURN(const auto current, unit.store.CurrentChoice(ModelRole::kDecides));
  if (!current.has_value() ||
      (current->previous.empty() && current->version == unit.shipped_version)) {
    return Error(absl::StatusCode::kFailedPrecondition, "NOTHING_TO_ROLL_BACK",
                 "the shipped model is in force, and nothing was before it");
  }
  std::string version = unit.shipped_version;
  std::string before_that;
  if (!current->previous.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(const auto previous, unit.store.FindChoice(current->previous));
    if (previous.has_value()) {
      version = previous->version;
      before_that = previous->previous;
    }
  }
  HUIYIN_RETURN_IF_ERROR(CheckUsable(unit, version, false));
  HUIYIN_RETURN_IF_ERROR(
      unit.store.InsertChoice(MakeChoice(unit, caller, ModelRole::kDecides, version, before_that)));
  return InForce{version, current->version};
}

absl::Status ShadowModel(ModelUnit& unit, const Caller& caller, const std::string& version) {
  if (!version.empty()) HUIYIN_RETURN_IF_ERROR(CheckUsable(unit, version, false));
  return unit.store.InsertChoice(MakeChoice(unit, caller, ModelRole::kReadsAlong, version, ""));
}

}  // namespace huiyin::triage
