#include "libs/host/dead_letter_service.h"

#include "huiyin/ops/v1/dead_letter_service.grpc.pb.h"
#include "libs/core/status.h"
#include "libs/events/dead_letters.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/page.h"
#include "libs/rpc/proto_time.h"

namespace huiyin::host {
namespace {

namespace pb = ::huiyin::ops::v1;

constexpr rpc::PageLimits kLettersPerPage = {.standard = 50, .maximum = 500};

pb::DeadLetter ToProto(const events::DeadLetter& letter) {
  pb::DeadLetter proto;
  proto.set_id(letter.id);
  proto.set_consumer(letter.consumer);
  proto.set_event_id(letter.event.event_id);
  proto.set_type(letter.event.type);
  proto.set_tenant(letter.event.tenant);
  proto.set_topic(letter.event.topic);
  proto.set_aggregate_id(letter.event.aggregate_id);
  proto.set_sequence(letter.event.sequence);
  *proto.mutable_occurred_at() = rpc::ToProto(letter.event.occurred_at);
  *proto.mutable_parked_at() = rpc::ToProto(letter.parked_at);
  proto.set_attempts(letter.attempts);
  proto.set_error(letter.error);
  return proto;
}

class DeadLetterService final : public pb::DeadLetterService::CallbackService {
 public:
  DeadLetterService(rpc::Methods& methods, db::Database& database,
                    events::ConsumerRunner& consumers)
      : methods_(methods), database_(database), consumers_(consumers) {}

  grpc::ServerUnaryReactor* ListDeadLetters(grpc::CallbackServerContext* context,
                                            const pb::ListDeadLettersRequest* request,
                                            pb::ListDeadLettersResponse* response) override {
    return methods_.Read(context, request, response,
                         [this](const rpc::RequestContext&, const pb::ListDeadLettersRequest& in) {
                           return List(in);
                         });
  }

  // Not a Methods::Write: the runner has its own transaction, which removes the letter, so a repeat
  // finds nothing and does nothing.
  grpc::ServerUnaryReactor* ReplayDeadLetter(grpc::CallbackServerContext* context,
                                             const pb::ReplayDeadLetterRequest* request,
                                             pb::ReplayDeadLetterResponse* response) override {
    return methods_.Read(context, request, response,
                         [this](const rpc::RequestContext&, const pb::ReplayDeadLetterRequest& in)
                             -> absl::StatusOr<pb::ReplayDeadLetterResponse> {
                           const absl::Status replayed = consumers_.Replay(in.id());
                           if (absl::IsNotFound(replayed)) {
                             return Error(
                                 absl::StatusCode::kNotFound, "DEAD_LETTER_NOT_FOUND",
                                 "there is no such dead letter; it may have been replayed already");
                           }
                           if (!replayed.ok()) {
                             return Error(absl::StatusCode::kFailedPrecondition, "REPLAY_FAILED",
                                          "the event could not be handled; the dead letter stays",
                                          {{"error", replayed.ToString()}});
                           }
                           return pb::ReplayDeadLetterResponse();
                         });
  }

 private:
  absl::StatusOr<pb::ListDeadLettersResponse> List(const pb::ListDeadLettersRequest& in) {
    HUIYIN_ASSIGN_OR_RETURN(const rpc::Page page, rpc::ReadPage(in, kLettersPerPage));
    std::vector<events::DeadLetter> letters;
    HUIYIN_RETURN_IF_ERROR(database_.Read([&](db::Session& session) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(
          letters, events::ListDeadLetters(session, in.consumer(), page.position, page.size + 1));
      return absl::OkStatus();
    }));
    pb::ListDeadLettersResponse out;
    const bool more = letters.size() > static_cast<size_t>(page.size);
    if (more) letters.pop_back();
    for (const events::DeadLetter& letter : letters) *out.add_dead_letters() = ToProto(letter);
    if (more) out.set_next_page_token(page.Next(letters.back().id));
    return out;
  }

  rpc::Methods& methods_;
  db::Database& database_;
  events::ConsumerRunner& consumers_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeDeadLetterService(rpc::Methods& methods, db::Database& database,
                                                     events::ConsumerRunner& consumers) {
  return std::make_unique<DeadLetterService>(methods, database, consumers);
}

}  // namespace huiyin::host
