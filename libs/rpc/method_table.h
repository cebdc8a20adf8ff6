// The methods a server offers, found from their descriptors when it starts. Internal to libs/rpc.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <tuple>
#include <vector>

#include "absl/status/statusor.h"
#include "libs/rpc/middleware/metrics.h"

namespace google::protobuf {
class Descriptor;
class FieldDescriptor;
class MethodDescriptor;
}  // namespace google::protobuf

namespace huiyin::rpc {

struct Method {
  std::string path;        // "/huiyin.ingest.v1.TicketService/CreateTicket"
  uint32_t roles = 0;      // bit r for Role r: who may call it
  bool anonymous = false;  // needs no token
  const google::protobuf::FieldDescriptor* request_id = nullptr;  // null: none
  MethodMetrics metrics;
};

// Immutable once built; thread-safe.
class MethodTable {
 public:
  // `services`: full names. FAILED_PRECONDITION: a method without access rule, or two that types do
  // not tell apart.
  static absl::StatusOr<std::unique_ptr<MethodTable>> Build(
      const std::vector<std::string>& services, obs::Metrics& metrics);

  // Null when there is no such method.
  const Method* Find(const google::protobuf::Descriptor* in,
                     const google::protobuf::Descriptor* out, bool client_streams,
                     bool server_streams) const;

 private:
  using Key = std::tuple<const google::protobuf::Descriptor*, const google::protobuf::Descriptor*,
                         bool, bool>;
  absl::Status Add(const google::protobuf::MethodDescriptor& descriptor, obs::Metrics& metrics);

  std::map<Key, std::unique_ptr<Method>> methods_;
};

}  // namespace huiyin::rpc
