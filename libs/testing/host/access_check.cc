#include "libs/testing/host/access_check.h"

#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>
#include <grpcpp/generic/generic_stub.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <memory>

#include "huiyin/common/v1/access.pb.h"

namespace huiyin::testing {
namespace {

using google::protobuf::Message;
using google::protobuf::MethodDescriptor;

struct Answer {
  grpc::StatusCode code = grpc::StatusCode::OK;
  std::string bytes;  // of all answers and of the error
};

std::string Bytes(const grpc::ByteBuffer& buffer) {
  std::vector<grpc::Slice> slices;
  std::string bytes;
  if (!buffer.Dump(&slices).ok()) return bytes;
  for (const grpc::Slice& slice : slices) {
    bytes.append(reinterpret_cast<const char*>(slice.begin()), slice.size());
  }
  return bytes;
}

// One request, then the end of requests, then everything that comes back: unary or streaming.
Answer Call(TestHost& host, const MethodDescriptor& method, const Message& request,
            const std::vector<std::string>& roles, const std::string& tenant,
            const std::string& subject) {
  grpc::ClientContext context;
  host.Prepare(context, roles, tenant, subject);
  grpc::CompletionQueue queue;
  const auto wait = [&queue] {
    void* tag = nullptr;
    bool ok = false;
    return queue.Next(&tag, &ok) && ok;
  };
  grpc::GenericStub stub(host.channel());
  const auto call =
      stub.PrepareCall(&context, "/" + method.service()->full_name() + "/" + method.name(), &queue);
  call->StartCall(nullptr);
  wait();
  const grpc::Slice slice(request.SerializeAsString());
  call->Write(grpc::ByteBuffer(&slice, 1), nullptr);
  wait();
  call->WritesDone(nullptr);
  wait();
  Answer answer;
  grpc::ByteBuffer buffer;
  for (bool more = true; more;) {
    call->Read(&buffer, nullptr);
    more = wait();
    if (more) answer.bytes += Bytes(buffer);
  }
  grpc::Status status;
  call->Finish(&status, nullptr);
  wait();
  answer.code = status.error_code();
  answer.bytes += status.error_message() + status.error_details();
  return answer;
}

class Checker {
 public:
  Checker(TestHost& host, const AccessCheck& check) : host_(host), check_(check) {}

  int Run() {
    for (const std::string& name : check_.services) {
      const auto* service =
          google::protobuf::DescriptorPool::generated_pool()->FindServiceByName(name);
      EXPECT_NE(service, nullptr) << name;
      for (int i = 0; service != nullptr && i < service->method_count(); ++i) {
        Check(*service->method(i));
      }
    }
    return shown_;
  }

 private:
  void Check(const MethodDescriptor& method) {
    const common::v1::Access& access = method.options().GetExtension(common::v1::access);
    const Answer nobody = Make(method, {}, check_.tenant, "");
    if (!access.anonymous()) {
      EXPECT_EQ(nobody.code, grpc::StatusCode::UNAUTHENTICATED) << method.full_name();
      ExpectNothing(method, nobody, "without a token");
    }
    const auto& roles = *google::protobuf::GetEnumDescriptor<common::v1::Role>();
    for (int i = 0; i < roles.value_count(); ++i) {
      const int role = roles.value(i)->number();
      if (role == common::v1::ROLE_UNSPECIFIED) continue;
      const bool allowed =
          std::find(access.roles().begin(), access.roles().end(), role) != access.roles().end();
      CheckRole(method, static_cast<common::v1::Role>(role), allowed);
    }
  }

  void CheckRole(const MethodDescriptor& method, common::v1::Role role, bool allowed) {
    std::string name = common::v1::Role_Name(role).substr(std::string("ROLE_").size());
    std::transform(name.begin(), name.end(), name.begin(),
                   [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
    const std::string who = method.full_name() + " as " + name;
    const bool customer = role == common::v1::ROLE_CUSTOMER;
    const Answer foreign = Make(method, {name}, check_.tenant + "-other", check_.customer);
    ExpectNothing(method, foreign, name + " of another tenant");
    if (customer) {
      ExpectNothing(method, Make(method, {name}, check_.tenant, check_.customer + "-other"),
                    "another customer");
    }
    const Answer own = Make(method, {name}, check_.tenant, customer ? check_.customer : "somebody");
    if (allowed) {
      EXPECT_NE(own.code, grpc::StatusCode::PERMISSION_DENIED) << who;
      shown_ += Shows(own);
    } else {
      EXPECT_EQ(own.code, grpc::StatusCode::PERMISSION_DENIED) << who;
      EXPECT_EQ(foreign.code, grpc::StatusCode::PERMISSION_DENIED) << who;
      ExpectNothing(method, own, name);
    }
  }

  Answer Make(const MethodDescriptor& method, const std::vector<std::string>& roles,
              const std::string& tenant, const std::string& subject) {
    const std::unique_ptr<Message> request(google::protobuf::MessageFactory::generated_factory()
                                               ->GetPrototype(method.input_type())
                                               ->New());
    check_.fill(*request);
    return Call(host_, method, *request, roles, tenant, subject);
  }

  bool Shows(const Answer& answer) const {
    return std::any_of(
        check_.secrets.begin(), check_.secrets.end(),
        [&](const std::string& secret) { return answer.bytes.find(secret) != std::string::npos; });
  }
  void ExpectNothing(const MethodDescriptor& method, const Answer& answer,
                     const std::string& who) const {
    EXPECT_FALSE(Shows(answer)) << method.full_name() << " shows foreign data to " << who;
  }

  TestHost& host_;
  const AccessCheck& check_;
  int shown_ = 0;
};

}  // namespace

int CheckAccess(TestHost& host, const AccessCheck& check) { return Checker(host, check).Run(); }

}  // namespace huiyin::testing
