// huiyinctl triage train, models, activate, rollback, shadow: the model learns on.
#include "absl/strings/str_format.h"
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "huiyin/triage/v1/model_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::triage::v1;
using Stub = pb::ModelService::Stub;

// "61 of 80 → 70 of 80 (+11.3 points, 95 %: +4.0 to +18.5)".
std::string ComparisonText(const pb::ModelComparison& c) {
  return absl::StrFormat("%d → %d of %d right (%+.1f points, 95 %%: %+.1f to %+.1f)",
                         c.current_right(), c.candidate_right(), c.messages(), 100 * c.difference(),
                         100 * c.difference_low(), 100 * c.difference_high());
}

std::string RoleText(const pb::Model& model) {
  return model.in_force() ? "decides" : model.shadow() ? "reads along" : "";
}

// --- train --------------------------------------------------------------------------------------

struct Train {
  bool from_corrections = false;
};

void Declare(CLI::App& app, Train& a) {
  app.add_flag("--from-corrections", a.from_corrections, "Learn from what agents corrected")
      ->required();
  app.footer("Example: huiyinctl triage train --from-corrections");
}

absl::Status Run(Ctl& ctl, const Train&) {
  pb::TrainCandidateRequest request;
  request.set_request_id(ctl.NewId());
  pb::Model model;
  HUIYIN_RETURN_IF_ERROR(client::Stream(
      ctl.connection(), &Stub::TrainCandidate, request, absl::Minutes(10),
      [&](const pb::TrainCandidateResponse& answer) {
        if (answer.has_model()) model = answer.model();
        if (!ctl.json && !answer.has_model()) {
          ctl.err << Label(answer.step()) << ' ' << answer.done() << '/' << answer.total() << '\n';
        }
        return true;
      }));
  if (ctl.PrintedAsJson(model)) return absl::OkStatus();
  ctl.Print(Ctl::Facts{{"model", model.version()},
                       {"state", Label(model.state())},
                       {"because", model.reason()},
                       {"learned from", absl::StrFormat("%d corrections", model.corrections())},
                       {"on corrections kept back", ComparisonText(model.on_corrections())},
                       {"on other messages", ComparisonText(model.on_held_messages())}});
  return absl::OkStatus();
}

// --- models, activate, rollback -----------------------------------------------------------------

struct List {};
void Declare(CLI::App&, List&) {}

absl::Status Run(Ctl& ctl, const List&) {
  HUIYIN_ASSIGN_OR_RETURN(const auto answer, client::Call(ctl.connection(), &Stub::ListModels,
                                                          pb::ListModelsRequest()));
  if (ctl.PrintedAsJson(answer)) return absl::OkStatus();
  terminal::Table table(
      {{"model"}, {"made"}, {"state"}, {"role"}, {"on corrections kept back"}, {"on others"}});
  table.Add({answer.shipped_version(), "", "shipped",
             answer.version_in_force() == answer.shipped_version() ? "decides" : "", "", ""});
  for (const pb::Model& m : answer.models()) {
    table.Add({m.version(), TimeText(m.create_time()), Label(m.state()), RoleText(m),
               ComparisonText(m.on_corrections()), ComparisonText(m.on_held_messages())});
  }
  ctl.Print(table, "");
  return absl::OkStatus();
}

absl::Status Show(Ctl& ctl, const absl::StatusOr<pb::ModelInForce>& answer) {
  if (!answer.ok()) return answer.status();
  if (ctl.PrintedAsJson(*answer)) return absl::OkStatus();
  ctl.Print(Ctl::Facts{{"decides", answer->version()}, {"before", answer->previous_version()}});
  return absl::OkStatus();
}

struct Activate {
  std::string version;
};

void Declare(CLI::App& app, Activate& a) {
  app.add_option("version", a.version, "A ready candidate, or the shipped model")->required();
}

absl::Status Run(Ctl& ctl, const Activate& a) {
  pb::ActivateModelRequest request;
  request.set_request_id(ctl.NewId());
  request.set_version(a.version);
  return Show(ctl, client::Call(ctl.connection(), &Stub::ActivateModel, request));
}

struct Rollback {};
void Declare(CLI::App&, Rollback&) {}

absl::Status Run(Ctl& ctl, const Rollback&) {
  pb::RollbackModelRequest request;
  request.set_request_id(ctl.NewId());
  return Show(ctl, client::Call(ctl.connection(), &Stub::RollbackModel, request));
}

// --- shadow -------------------------------------------------------------------------------------

struct Shadow {
  std::string version;
  bool off = false;
};

void Declare(CLI::App& app, Shadow& a) {
  auto* version = app.add_option("version", a.version, "Model that is to read along");
  app.add_flag("--off", a.off, "No model reads along any more")->excludes(version);
  app.footer("Without either: how the two agree so far.");
}

std::string Share(int64_t part, int64_t whole) {
  if (whole == 0) return "–";
  return absl::StrFormat("%d of %d (%.1f %%)", part, whole,
                         100.0 * static_cast<double>(part) / static_cast<double>(whole));
}

absl::Status Report(Ctl& ctl) {
  HUIYIN_ASSIGN_OR_RETURN(const auto r, client::Call(ctl.connection(), &Stub::GetShadowReport,
                                                     pb::GetShadowReportRequest()));
  if (ctl.PrintedAsJson(r)) return absl::OkStatus();
  ctl.Print(Ctl::Facts{{"decides", r.current_version()},
                       {"reads along", r.shadow_version()},
                       {"same category", Share(r.same_category(), r.decisions())},
                       {"same sentiment", Share(r.same_sentiment(), r.decisions())},
                       {"same urgency", Share(r.same_urgency(), r.decisions())},
                       {"to a person", Share(r.current_needs_review(), r.decisions())},
                       {"… by the shadow", Share(r.shadow_needs_review(), r.decisions())}});
  return absl::OkStatus();
}

absl::Status Run(Ctl& ctl, const Shadow& a) {
  if (a.version.empty() && !a.off) return Report(ctl);
  pb::ShadowModelRequest request;
  request.set_request_id(ctl.NewId());
  request.set_version(a.version);
  HUIYIN_ASSIGN_OR_RETURN(const auto answer,
                          client::Call(ctl.connection(), &Stub::ShadowModel, request));
  if (ctl.PrintedAsJson(answer)) return absl::OkStatus();
  ctl.Print(Ctl::Facts{{"reads along", answer.version().empty() ? "none" : answer.version()}});
  return absl::OkStatus();
}

}  // namespace

void AddModelCommands(CLI::App& triage, Ctl& ctl) {
  Command<Train>(triage, ctl, "train", "Make a candidate model from corrections", Declare, Run);
  Command<List>(triage, ctl, "models", "Candidates, and which model decides", Declare, Run);
  Command<Activate>(triage, ctl, "activate", "Put a model in force, without restart", Declare, Run);
  Command<Rollback>(triage, ctl, "rollback", "Return to the model before", Declare, Run);
  Command<Shadow>(triage, ctl, "shadow", "Let a model read along, and see how it agrees", Declare,
                  Run);
}

}  // namespace huiyin::ctl
