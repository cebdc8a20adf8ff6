#include "libs/host/delivery_service.h"

#include "huiyin/ops/v1/delivery_service.grpc.pb.h"
#include "libs/core/status.h"
#include "libs/events/delivery_counts.h"
#include "libs/rpc/methods.h"

namespace huiyin::host {
namespace {

namespace pb = ::huiyin::ops::v1;

class DeliveryService final : public pb::DeliveryService::CallbackService {
 public:
  DeliveryService(rpc::Methods& methods, db::Database& database)
      : methods_(methods), database_(database) {}

  grpc::ServerUnaryReactor* GetDelivery(grpc::CallbackServerContext* context,
                                        const pb::GetDeliveryRequest* request,
                                        pb::GetDeliveryResponse* response) override {
    return methods_.Read(
        context, request, response,
        [this](const rpc::RequestContext&, const pb::GetDeliveryRequest&) { return Count(); });
  }

 private:
  absl::StatusOr<pb::GetDeliveryResponse> Count() {
    events::DeliveryCounts counts;
    HUIYIN_RETURN_IF_ERROR(database_.Read([&](db::Session& session) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(counts, events::CountDelivery(session));
      return absl::OkStatus();
    }));
    pb::GetDeliveryResponse response;
    for (const auto& written : counts.written) {
      auto& topic = *response.add_written();
      topic.set_topic(written.topic);
      topic.set_written(written.written);
    }
    for (const auto& seen : counts.seen) {
      auto& topic = *response.add_seen();
      topic.set_consumer(seen.consumer);
      topic.set_topic(seen.topic);
      topic.set_seen(seen.seen);
      topic.set_parked(seen.parked);
    }
    return response;
  }

  rpc::Methods& methods_;
  db::Database& database_;
};

}  // namespace

std::unique_ptr<grpc::Service> MakeDeliveryService(rpc::Methods& methods, db::Database& database) {
  return std::make_unique<DeliveryService>(methods, database);
}

}  // namespace huiyin::host
