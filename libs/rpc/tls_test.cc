// Transport security of server and channel, with certificates made for the test, and reflection.
#include <grpcpp/generic/generic_stub.h>
#include <openssl/ec.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include <cstdio>
#include <memory>

#include "libs/rpc/server.h"
#include "libs/rpc/thing_server.h"

namespace huiyin::rpc {
namespace {

using ::testing::HasSubstr;
using testing::StatusIs;

using Key = std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)>;
using Certificate = std::unique_ptr<X509, decltype(&X509_free)>;

void AddExtension(X509* certificate, int nid, const char* value) {
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, nullptr, nid, value), X509_EXTENSION_free);
  ASSERT_NE(extension, nullptr);
  X509_add_ext(certificate, extension.get(), -1);
}

// An authority that signs certificates for 127.0.0.1, as files.
class Authority {
 public:
  explicit Authority(std::string folder) : folder_(std::move(folder)) {
    key_.reset(EVP_EC_gen("P-256"));
    certificate_ = Make(key_.get(), "authority", true);
    WriteCertificate(ca_file(), certificate_.get());
  }

  std::string ca_file() const { return folder_ + "/ca.pem"; }
  std::string cert_file(const std::string& name) const { return folder_ + "/" + name + ".pem"; }
  std::string key_file(const std::string& name) const { return folder_ + "/" + name + ".key"; }

  void Issue(const std::string& name) {
    const Key key(EVP_EC_gen("P-256"), EVP_PKEY_free);
    const Certificate certificate = Make(key.get(), name, false);
    WriteCertificate(cert_file(name), certificate.get());
    FILE* file = std::fopen(key_file(name).c_str(), "w");
    ASSERT_NE(file, nullptr);
    PEM_write_PrivateKey(file, key.get(), nullptr, nullptr, 0, nullptr, nullptr);
    std::fclose(file);
  }

 private:
  Certificate Make(EVP_PKEY* key, const std::string& name, bool authority) {
    Certificate made(X509_new(), X509_free);
    X509_set_version(made.get(), 2);
    ASN1_INTEGER_set(X509_get_serialNumber(made.get()), ++serial_);
    X509_gmtime_adj(X509_getm_notBefore(made.get()), -60);
    X509_gmtime_adj(X509_getm_notAfter(made.get()), 3600);
    X509_set_pubkey(made.get(), key);
    X509_NAME* subject = X509_get_subject_name(made.get());
    X509_NAME_add_entry_by_txt(subject, "CN", MBSTRING_ASC,
                               reinterpret_cast<const unsigned char*>(name.c_str()), -1, -1, 0);
    X509_set_issuer_name(made.get(),
                         authority ? subject : X509_get_subject_name(certificate_.get()));
    AddExtension(made.get(), NID_basic_constraints, authority ? "critical,CA:TRUE" : "CA:FALSE");
    if (!authority) AddExtension(made.get(), NID_subject_alt_name, "IP:127.0.0.1");
    X509_sign(made.get(), key_.get(), EVP_sha256());
    return made;
  }

  static void WriteCertificate(const std::string& path, X509* certificate) {
    FILE* file = std::fopen(path.c_str(), "w");
    ASSERT_NE(file, nullptr);
    PEM_write_X509(file, certificate);
    std::fclose(file);
  }

  const std::string folder_;
  Key key_{nullptr, EVP_PKEY_free};
  Certificate certificate_{nullptr, X509_free};
  int64_t serial_ = 0;
};

class TlsTest : public ::testing::Test {
 protected:
  TlsTest() {
    ours_.Issue("server");
    ours_.Issue("client");
    theirs_.Issue("client");
    things_.options.cert_file = ours_.cert_file("server");
    things_.options.key_file = ours_.key_file("server");
  }

  ChannelOptions Trusting(const Authority& authority) {
    return {.target = absl::StrCat("127.0.0.1:", things_.server().port()),
            .ca_file = authority.ca_file()};
  }
  ChannelOptions WithCertificateOf(const Authority& authority) {
    ChannelOptions options = Trusting(ours_);
    options.cert_file = authority.cert_file("client");
    options.key_file = authority.key_file("client");
    return options;
  }

  absl::Status Get(const ChannelOptions& options) {
    const auto channel = MakeChannel(options);
    if (!channel.ok()) return channel.status();
    grpc::ClientContext context;
    things_.Prepare(context);
    pb::GetThingRequest request;
    request.set_name("lamp");
    pb::Thing thing;
    return FromGrpc(pb::ThingService::NewStub(*channel)->GetThing(&context, request, &thing));
  }

  testing::TempDir our_folder_, their_folder_;
  Authority ours_{our_folder_.path()}, theirs_{their_folder_.path()};
  ThingServer things_;
};

TEST_F(TlsTest, AnswersWhoTrustsItsAuthorityAndNobodyElse) {
  things_.Start();
  EXPECT_OK(Get(Trusting(ours_)));
  EXPECT_THAT(Get(Trusting(theirs_)), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Get({.target = Trusting(ours_).target}), StatusIs(absl::StatusCode::kUnavailable))
      << "plain text";
}

TEST_F(TlsTest, MutualTlsAnswersOnlyCertificatesOfItsAuthority) {
  things_.options.client_ca_file = ours_.ca_file();
  things_.Start();
  EXPECT_OK(Get(WithCertificateOf(ours_)));
  EXPECT_THAT(Get(WithCertificateOf(theirs_)), StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(Get(Trusting(ours_)), StatusIs(absl::StatusCode::kUnavailable)) << "no certificate";
}

TEST_F(TlsTest, AMissingCertificateStopsTheStart) {
  things_.options.cert_file = "/nowhere/server.pem";
  obs::Metrics metrics;
  db::GroupCommit writer(things_.database(), {});
  const auto server = Server::Create(things_.options, writer, *things_.clock, metrics);
  ASSERT_FALSE(server.ok());
  EXPECT_THAT(server.status().message(), HasSubstr("/nowhere/server.pem"));
}

TEST(ReflectionTest, NamesTheServicesToAnyTool) {
  ThingServer things;
  things.Start();
  // grpc.reflection.v1alpha.ServerReflectionRequest{list_services: ""}, on the wire.
  const grpc::Slice ask(std::string("\x3a\x00", 2));
  const grpc::ByteBuffer request(&ask, 1);
  grpc::GenericStub stub(things.channel());
  grpc::ClientContext context;
  ThingServer::Prepare(context, "");
  grpc::CompletionQueue queue;
  const auto call = stub.PrepareCall(
      &context, "/grpc.reflection.v1alpha.ServerReflection/ServerReflectionInfo", &queue);
  void* tag = nullptr;
  bool ok = false;
  const auto next = [&] { return queue.Next(&tag, &ok) && ok; };
  call->StartCall(nullptr);
  ASSERT_TRUE(next());
  call->Write(request, nullptr);
  ASSERT_TRUE(next());
  grpc::ByteBuffer answer;
  call->Read(&answer, nullptr);
  ASSERT_TRUE(next());
  grpc::Slice bytes;
  ASSERT_TRUE(answer.DumpToSingleSlice(&bytes).ok());
  const std::string text(reinterpret_cast<const char*>(bytes.begin()), bytes.size());
  EXPECT_THAT(text, HasSubstr("huiyin.testing.v1.ThingService"));
  EXPECT_THAT(text, HasSubstr("grpc.health.v1.Health"));
  call->WritesDone(nullptr);
  ASSERT_TRUE(next());
  grpc::Status status;
  call->Finish(&status, nullptr);
  ASSERT_TRUE(next());
  EXPECT_OK(FromGrpc(status));
  queue.Shutdown();
  while (queue.Next(&tag, &ok)) {
  }
}

}  // namespace
}  // namespace huiyin::rpc
