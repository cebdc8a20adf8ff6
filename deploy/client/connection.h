// Channels to the services and the token that goes with every call. See call.h for calling.
#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "absl/status/status.h"
#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "deploy/client/access.h"
#include "libs/core/clock.h"

namespace grpc {
class Channel;
class ClientContext;
}  // namespace grpc

namespace huiyin::client {

// Thread-safe. One channel a service, made at first use.
class Connection {
 public:
  // `clock` must outlive it.
  Connection(Access access, const Clock& clock);
  ~Connection();

  const Access& access() const { return access_; }
  const Clock& clock() const { return clock_; }
  // "tenants/demo", what the parent fields of requests want.
  std::string parent() const { return "tenants/" + access_.tenant; }

  // INVALID_ARGUMENT for an unknown service or an unusable certificate file.
  absl::StatusOr<std::shared_ptr<grpc::Channel>> Channel(std::string_view service);

  // Token and deadline of a call. NOT_FOUND or INVALID_ARGUMENT when no token can be made.
  absl::Status Prepare(grpc::ClientContext& context, absl::Duration timeout);
  absl::Status Prepare(grpc::ClientContext& context) { return Prepare(context, access_.timeout); }

 private:
  struct State;
  const Access access_;
  const Clock& clock_;
  std::unique_ptr<State> state_;
};

// "ingest" for "huiyin.ingest.v1.GetTicketRequest".
std::string ServiceOf(std::string_view message_type);

// A UUID (version 5, RFC 9562) made from `name`: the same name gives the same id, so that what was
// sent before is recognised when it is sent again.
std::string UuidOf(std::string_view name);

}  // namespace huiyin::client
