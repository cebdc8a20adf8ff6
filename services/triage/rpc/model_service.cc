#include "services/triage/rpc/model_service.h"

#include <atomic>
#include <string>

#include "absl/cleanup/cleanup.h"
#include "absl/strings/str_cat.h"
#include "huiyin/triage/v1/model_service.grpc.pb.h"
#include "libs/core/status.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/proto_time.h"
#include "services/triage/usecase/train_candidate.h"

namespace huiyin::triage {
namespace {

constexpr int kModelsListed = 100;
// Choices of a model are few and touch one table: they share a group.
constexpr uint64_t kChoices = 1;

// Versions that decide and read along, by the store.
struct Chosen {
  std::string decides;
  std::string along;
};

absl::StatusOr<Chosen> ReadChosen(ModelStore& store, const std::string& shipped) {
  Chosen chosen;
  HUIYIN_ASSIGN_OR_RETURN(chosen.decides, VersionInForce(store, shipped));
  HUIYIN_ASSIGN_OR_RETURN(const auto along, store.CurrentChoice(ModelRole::kReadsAlong));
  if (along.has_value()) chosen.along = along->version;
  return chosen;
}

void ToProto(const Comparison& c, v1::ModelComparison& proto) {
  proto.set_messages(c.messages);
  proto.set_current_right(c.current_right);
  proto.set_candidate_right(c.candidate_right);
  proto.set_difference(c.difference);
  proto.set_difference_low(c.low);
  proto.set_difference_high(c.high);
}

v1::Model ToProto(const CandidateModel& model, const Chosen& chosen) {
  v1::Model proto;
  proto.set_name(absl::StrCat("models/", model.version));
  proto.set_version(model.version);
  proto.set_base_version(model.base_version);
  proto.set_state(static_cast<v1::Model::State>(model.state));
  proto.set_reason(model.reason);
  proto.set_corrections(model.corrections);
  ToProto(model.on_corrections, *proto.mutable_on_corrections());
  ToProto(model.on_held_messages, *proto.mutable_on_held_messages());
  *proto.mutable_create_time() = rpc::ToProto(model.created);
  proto.set_created_by(model.created_by);
  proto.set_in_force(model.version == chosen.decides);
  proto.set_shadow(model.version == chosen.along);
  return proto;
}

v1::ModelInForce ToProto(const InForce& in_force) {
  v1::ModelInForce proto;
  proto.set_version(in_force.version);
  proto.set_previous_version(in_force.previous);
  return proto;
}

// The version that a request names, once the request is sound.
template <class Request>
absl::StatusOr<std::string> CheckedVersion(const Request& request, bool mandatory) {
  InputCheck check;
  check.Require(IsUuid(request.request_id()), "request_id", "must be a UUID");
  check.Require(!mandatory || !request.version().empty(), "version",
                "must name a model; ListModels tells which there are");
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return request.version();
}

class Service final : public v1::ModelService::CallbackService {
 public:
  Service(rpc::Methods& methods, ModelServiceParts parts)
      : methods_(methods), parts_(std::move(parts)), shipped_(parts_.models->shipped()) {}

  grpc::ServerWriteReactor<v1::TrainCandidateResponse>* TrainCandidate(
      grpc::CallbackServerContext* context, const v1::TrainCandidateRequest* request) override {
    return methods_.ServerStream<v1::TrainCandidateResponse>(
        context, request,
        [this](const rpc::RequestContext& ctx, const v1::TrainCandidateRequest& in,
               rpc::StreamWriter<v1::TrainCandidateResponse>& out) { return Train(ctx, in, out); });
  }

  grpc::ServerUnaryReactor* ListModels(grpc::CallbackServerContext* context,
                                       const v1::ListModelsRequest* request,
                                       v1::ListModelsResponse* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext&,
               const v1::ListModelsRequest&) -> absl::StatusOr<v1::ListModelsResponse> {
          v1::ListModelsResponse out;
          out.set_shipped_version(shipped_->model_version());
          HUIYIN_RETURN_IF_ERROR(parts_.on_snapshot([&](ModelStore& store) -> absl::Status {
            HUIYIN_ASSIGN_OR_RETURN(const Chosen chosen, ReadChosen(store, out.shipped_version()));
            HUIYIN_ASSIGN_OR_RETURN(const auto models, store.ListModels(kModelsListed));
            out.set_version_in_force(chosen.decides);
            for (const CandidateModel& m : models) *out.add_models() = ToProto(m, chosen);
            return absl::OkStatus();
          }));
          return out;
        });
  }

  grpc::ServerUnaryReactor* ActivateModel(grpc::CallbackServerContext* context,
                                          const v1::ActivateModelRequest* request,
                                          v1::ModelInForce* response) override {
    return methods_.Write(
        context, request, response,
        [](const rpc::RequestContext&, const v1::ActivateModelRequest& in) {
          return CheckedVersion(in, true);
        },
        [](const std::string&) { return kChoices; },
        [this](const rpc::RequestContext& ctx, const std::string& version, db::Transaction& tx) {
          return Choose(tx, [&](ModelUnit& unit) {
            return triage::ActivateModel(unit, ctx.caller, version);
          });
        });
  }

  grpc::ServerUnaryReactor* RollbackModel(grpc::CallbackServerContext* context,
                                          const v1::RollbackModelRequest* request,
                                          v1::ModelInForce* response) override {
    return methods_.Write(
        context, request, response,
        [](const rpc::RequestContext&,
           const v1::RollbackModelRequest& in) -> absl::StatusOr<std::string> {
          InputCheck check;
          check.Require(IsUuid(in.request_id()), "request_id", "must be a UUID");
          HUIYIN_RETURN_IF_ERROR(check.ToStatus());
          return in.request_id();
        },
        [](const std::string&) { return kChoices; },
        [this](const rpc::RequestContext& ctx, const std::string&, db::Transaction& tx) {
          return Choose(tx,
                        [&](ModelUnit& unit) { return triage::RollbackModel(unit, ctx.caller); });
        });
  }

  grpc::ServerUnaryReactor* ShadowModel(grpc::CallbackServerContext* context,
                                        const v1::ShadowModelRequest* request,
                                        v1::ShadowModelResponse* response) override {
    return methods_.Write(
        context, request, response,
        [](const rpc::RequestContext&, const v1::ShadowModelRequest& in) {
          return CheckedVersion(in, false);
        },
        [](const std::string&) { return kChoices; },
        [this](const rpc::RequestContext& ctx, const std::string& version,
               db::Transaction& tx) -> absl::StatusOr<v1::ShadowModelResponse> {
          HUIYIN_RETURN_IF_ERROR(parts_.in_transaction(
              tx, [&](ModelUnit& unit) { return triage::ShadowModel(unit, ctx.caller, version); }));
          v1::ShadowModelResponse out;
          out.set_version(version);
          return out;
        });
  }

  grpc::ServerUnaryReactor* GetShadowReport(grpc::CallbackServerContext* context,
                                            const v1::GetShadowReportRequest* request,
                                            v1::ShadowReport* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext&, const v1::GetShadowReportRequest&) { return Report(); });
  }

 private:
  absl::StatusOr<v1::ModelInForce> Choose(
      db::Transaction& tx, absl::FunctionRef<absl::StatusOr<InForce>(ModelUnit&)> command) {
    v1::ModelInForce out;
    HUIYIN_RETURN_IF_ERROR(parts_.in_transaction(tx, [&](ModelUnit& unit) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(const InForce in_force, command(unit));
      out = ToProto(in_force);
      return absl::OkStatus();
    }));
    return out;
  }

  absl::StatusOr<v1::ShadowReport> Report() {
    v1::ShadowReport out;
    HUIYIN_RETURN_IF_ERROR(parts_.on_snapshot([&](ModelStore& store) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(const Chosen chosen, ReadChosen(store, shipped_->model_version()));
      if (chosen.along.empty()) {
        return Error(absl::StatusCode::kFailedPrecondition, "NO_SHADOW",
                     "no model reads along; ShadowModel lets one");
      }
      HUIYIN_ASSIGN_OR_RETURN(const ShadowAgreement a,
                              store.Agreement(chosen.decides, chosen.along));
      out.set_current_version(chosen.decides);
      out.set_shadow_version(chosen.along);
      out.set_decisions(a.decisions);
      out.set_same_category(a.same_category);
      out.set_same_sentiment(a.same_sentiment);
      out.set_same_urgency(a.same_urgency);
      out.set_current_needs_review(a.current_review);
      out.set_shadow_needs_review(a.shadow_review);
      return absl::OkStatus();
    }));
    return out;
  }

  absl::Status Train(const rpc::RequestContext& ctx, const v1::TrainCandidateRequest& in,
                     rpc::StreamWriter<v1::TrainCandidateResponse>& out) {
    InputCheck check;
    check.Require(IsUuid(in.request_id()), "request_id", "must be a UUID");
    HUIYIN_RETURN_IF_ERROR(check.ToStatus());
    if (training_.exchange(true)) {
      return Error(absl::StatusCode::kAborted, "TRAINING_RUNNING",
                   "a candidate is being trained already; try again when it is done");
    }
    const absl::Cleanup done = [this] { training_ = false; };

    std::optional<CandidateModel> made;
    std::vector<CorrectedDecision> corrected;
    HUIYIN_RETURN_IF_ERROR(parts_.on_snapshot([&](ModelStore& store) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(made, store.FindModelByRequest(in.request_id()));
      if (made.has_value()) return absl::OkStatus();
      HUIYIN_ASSIGN_OR_RETURN(corrected, store.ListCorrected(kMostCorrections));
      return absl::OkStatus();
    }));
    if (!made.has_value()) {
      HUIYIN_ASSIGN_OR_RETURN(made, Make(ctx, in.request_id(), corrected, out));
    }
    v1::TrainCandidateResponse last;
    last.set_step(v1::TrainCandidateResponse::STEP_DONE);
    HUIYIN_RETURN_IF_ERROR(parts_.on_snapshot([&](ModelStore& store) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(const Chosen chosen, ReadChosen(store, shipped_->model_version()));
      *last.mutable_model() = ToProto(*made, chosen);
      return absl::OkStatus();
    }));
    out.Write(last);
    return absl::OkStatus();
  }

  absl::StatusOr<CandidateModel> Make(const rpc::RequestContext& ctx, const std::string& request_id,
                                      const std::vector<CorrectedDecision>& corrected,
                                      rpc::StreamWriter<v1::TrainCandidateResponse>& out) {
    const auto tell = [&](TrainStep step, int done, int total) {
      v1::TrainCandidateResponse progress;
      progress.set_step(static_cast<v1::TrainCandidateResponse::Step>(
          static_cast<int>(step) + v1::TrainCandidateResponse::STEP_READING));
      progress.set_done(done);
      progress.set_total(total);
      return out.Write(progress);
    };
    const std::shared_ptr<const Models> models = parts_.models->Get();
    HUIYIN_ASSIGN_OR_RETURN(Trained trained, triage::TrainCandidate({*shipped_, *models->current,
                                                                     parts_.held, parts_.messages},
                                                                    corrected, tell));
    CandidateModel model = std::move(trained.model);
    HUIYIN_RETURN_IF_ERROR(parts_.write([&](ModelUnit& unit) -> absl::Status {
      // The same corrections give the same candidate: it is there already, with its first trial.
      HUIYIN_ASSIGN_OR_RETURN(auto known, unit.store.FindModel(model.version));
      if (known.has_value()) {
        model = *std::move(known);
        return absl::OkStatus();
      }
      model.id = unit.ids.NewId();
      model.request_id = request_id;
      model.created = unit.clock.Now();
      model.created_by = ctx.caller.subject;
      return unit.store.InsertModel(model, trained.patch);
    }));
    return model;
  }

  rpc::Methods& methods_;
  const ModelServiceParts parts_;
  const std::shared_ptr<const Classifier> shipped_;
  std::atomic<bool> training_ = false;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeModelService(rpc::Methods& methods, ModelServiceParts parts) {
  return std::make_unique<Service>(methods, std::move(parts));
}

}  // namespace huiyin::triage
