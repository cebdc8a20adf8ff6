// What the load programs share: where the server is, and who they are.
#pragma once

#include <grpcpp/create_channel.h>

#include <memory>
#include <string>
#include <vector>

#include "absl/status/statusor.h"
#include "huiyin/ingest/v1/ticket_service.pb.h"
#include "libs/core/clock.h"
#include "libs/rpc/auth.h"

namespace huiyin::bench {

// A token of tenant "bench" that may do what platforms and agents may.
inline absl::StatusOr<std::string> Token(const std::string& keys_file) {
  return rpc::MintToken(keys_file, {"bench", "bench", {"platform", "agent"}, absl::Hours(1)},
                        SystemClock().Now());
}

// Number `index` of several connections to one server.
inline std::shared_ptr<grpc::Channel> Connect(const std::string& target, int index) {
  grpc::ChannelArguments arguments;
  arguments.SetInt("bench.channel", index);  // or the channels would share one connection
  return grpc::CreateCustomChannel(target, grpc::InsecureChannelCredentials(), arguments);
}

// Stubs of `Service` on so many connections.
template <class Service>
std::vector<std::unique_ptr<typename Service::Stub>> Stubs(const std::string& target, int count) {
  std::vector<std::unique_ptr<typename Service::Stub>> stubs;
  for (int i = 0; i < count; ++i) stubs.push_back(Service::NewStub(Connect(target, i)));
  return stubs;
}

// A message of the length that most customers' messages have; every one from another customer.
inline void Fill(ingest::v1::Feedback& feedback, const std::string& id) {
  feedback.set_channel(huiyin::common::v1::CHANNEL_CHAT);
  feedback.set_external_user_id(id);
  feedback.set_external_message_id(id);
  feedback.set_subject("快递还没有到");
  feedback.set_order_id("SO-2026-0071342");
  feedback.set_language("zh");
  feedback.set_text(
      "你好,我上周三买的吹风机一直没有发货,物流信息已经三天没有更新了,请帮我查一下到底什么时候能到,"
      "如果这周到不了我就申请退款。");
}

}  // namespace huiyin::bench
