// A slot that makes one unary call after another through a generated stub.
#pragma once

#include <grpcpp/client_context.h>

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <utility>

#include "absl/time/clock.h"
#include "tests/bench/load/load.h"

namespace huiyin::bench {

template <class Request, class Response>
class UnarySlot final : public Slot {
 public:
  // Starts the call: stub->async()->Method(…).
  using Call = std::function<void(grpc::ClientContext*, const Request*, Response*,
                                  std::function<void(grpc::Status)>)>;
  // Changes the request before each call.
  using Vary = std::function<void(Request&)>;
  // Sees the answer of each call that succeeded; from any thread.
  using See = std::function<void(const Response&)>;

  // A call that is not answered within `limit` fails.
  UnarySlot(Call call, Request request, std::string token, Vary vary, See see = nullptr,
            absl::Duration limit = absl::Seconds(30))
      : call_(std::move(call)),
        request_(std::move(request)),
        authorization_("Bearer " + token),
        vary_(std::move(vary)),
        see_(std::move(see)),
        limit_(limit) {}

  void Start(absl::AnyInvocable<void(int code)> done) override {
    done_ = std::move(done);
    context_.emplace();
    context_->AddMetadata("authorization", authorization_);
    context_->set_deadline(absl::ToChronoTime(absl::Now() + limit_));
    vary_(request_);
    call_(&*context_, &request_, &response_, [this](grpc::Status status) {
      if (see_ && status.ok()) see_(response_);
      auto finished = std::move(done_);  // it may start the next call here
      finished(status.error_code());
    });
  }

 private:
  const Call call_;
  Request request_;
  Response response_;
  const std::string authorization_;
  const Vary vary_;
  const See see_;
  const absl::Duration limit_;
  std::optional<grpc::ClientContext> context_;
  absl::AnyInvocable<void(int code)> done_;
};

}  // namespace huiyin::bench
