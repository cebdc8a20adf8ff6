#include "libs/rpc/method_table.h"

#include <google/protobuf/descriptor.h>

#include "absl/strings/match.h"
#include "absl/strings/str_cat.h"
#include "huiyin/common/v1/access.pb.h"
#include "libs/core/status.h"

namespace huiyin::rpc {
namespace {

const char* Kind(const google::protobuf::MethodDescriptor& method) {
  if (method.client_streaming()) return method.server_streaming() ? "bidi_stream" : "client_stream";
  return method.server_streaming() ? "server_stream" : "unary";
}

}  // namespace

absl::StatusOr<std::unique_ptr<MethodTable>> MethodTable::Build(
    const std::vector<std::string>& services, obs::Metrics& metrics) {
  auto table = std::make_unique<MethodTable>();
  for (const std::string& name : services) {
    const auto* service =
        google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
    if (service == nullptr) {
      return absl::FailedPreconditionError(absl::StrCat("no descriptor of service ", name));
    }
    for (int i = 0; i < service->method_count(); ++i) {
      HUIYIN_RETURN_IF_ERROR(table->Add(*service->method(i), metrics));
    }
  }
  return table;
}

absl::Status MethodTable::Add(const google::protobuf::MethodDescriptor& descriptor,
                              obs::Metrics& metrics) {
  if (!descriptor.options().HasExtension(common::v1::access)) {
    return absl::FailedPreconditionError(absl::StrCat(
        descriptor.full_name(), " has no option (huiyin.common.v1.access): nobody could call it"));
  }
  const auto& access = descriptor.options().GetExtension(common::v1::access);
  auto method = std::make_unique<Method>();
  method->path = absl::StrCat("/", descriptor.service()->full_name(), "/", descriptor.name());
  for (const int role : access.roles()) method->roles |= 1u << role;
  method->anonymous = access.anonymous();
  const auto* field = descriptor.input_type()->FindFieldByName("request_id");
  if (field != nullptr && !field->is_repeated() &&
      field->type() == google::protobuf::FieldDescriptor::TYPE_STRING) {
    method->request_id = field;
  }
  method->metrics = MakeMethodMetrics(metrics, Side::kServer, descriptor.service()->full_name(),
                                      descriptor.name(), Kind(descriptor));
  const Key key(descriptor.input_type(), descriptor.output_type(), descriptor.client_streaming(),
                descriptor.server_streaming());
  const auto [it, added] = methods_.emplace(key, std::move(method));
  if (added) return absl::OkStatus();
  return absl::FailedPreconditionError(
      absl::StrCat(descriptor.full_name(), " has the same request and response as ",
                   it->second->path, ": give it a request message of its own"));
}

const Method* MethodTable::Find(const google::protobuf::Descriptor* in,
                                const google::protobuf::Descriptor* out, bool client_streams,
                                bool server_streams) const {
  const auto it = methods_.find(Key(in, out, client_streams, server_streams));
  return it == methods_.end() ? nullptr : it->second.get();
}

}  // namespace huiyin::rpc
