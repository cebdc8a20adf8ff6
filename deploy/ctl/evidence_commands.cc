// huiyinctl evidence: files that customers send along.
#include <grpcpp/client_context.h>
#include <openssl/evp.h>

#include <filesystem>
#include <fstream>
#include <vector>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/terminal/text.h"
#include "huiyin/ingest/v1/evidence_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::ingest::v1;
using Stub = pb::EvidenceService::Stub;

constexpr size_t kPart = 256 << 10;
constexpr absl::Duration kPatience = absl::Minutes(10);

std::string Name(const std::string& id) { return ResourceName("-", "uploads", id); }

absl::Status Show(Ctl& ctl, const pb::Upload& upload) {
  if (ctl.PrintedAsJson(upload)) return absl::OkStatus();
  ctl.Print(
      Ctl::Facts{{"upload", upload.name()},
                 {"state", Label(upload.state())},
                 {"file", upload.file_name()},
                 {"bytes", absl::StrCat(upload.received_bytes(), " of ", upload.size_bytes())},
                 {"type", upload.content_type()},
                 {"sha256", upload.sha256()},
                 {"finished", TimeText(upload.finish_time())}});
  return absl::OkStatus();
}

struct Put {
  std::string file;
};

void Declare(CLI::App& app, Put& a) {
  app.add_option("file", a.file, "File to send")->required()->check(CLI::ExistingFile);
}

absl::StatusOr<std::string> Sha256Of(const std::string& file) {
  std::ifstream in(file, std::ios::binary);
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> hash(EVP_MD_CTX_new(), EVP_MD_CTX_free);
  EVP_DigestInit_ex(hash.get(), EVP_sha256(), nullptr);
  std::vector<char> part(kPart);
  while (in.read(part.data(), static_cast<std::streamsize>(part.size())), in.gcount() > 0) {
    EVP_DigestUpdate(hash.get(), part.data(), in.gcount());
  }
  if (in.bad()) return BadUsage(file + " cannot be read");
  std::string digest(32, '\0');
  EVP_DigestFinal_ex(hash.get(), reinterpret_cast<unsigned char*>(digest.data()), nullptr);
  return absl::BytesToHexString(digest);
}

// Sends the file's bytes to an upload that was announced.
absl::Status Append(Ctl& ctl, const std::string& file, const std::string& name) {
  HUIYIN_ASSIGN_OR_RETURN(const auto channel, ctl.connection().Channel("ingest"));
  Stub stub(channel);
  grpc::ClientContext context;
  HUIYIN_RETURN_IF_ERROR(ctl.connection().Prepare(context, kPatience));
  pb::Upload upload;
  const auto stream = stub.AppendUpload(&context, &upload);
  std::ifstream in(file, std::ios::binary);
  std::vector<char> bytes(kPart);
  pb::AppendUploadRequest part;
  part.set_name(name);
  int64_t offset = 0;
  while (in.read(bytes.data(), static_cast<std::streamsize>(bytes.size())), in.gcount() > 0) {
    part.set_offset(offset);
    part.set_data(bytes.data(), in.gcount());
    if (!stream->Write(part)) break;
    offset += in.gcount();
  }
  stream->WritesDone();
  return rpc::FromGrpc(stream->Finish());
}

absl::Status Run(Ctl& ctl, const Put& a) {
  pb::CreateUploadRequest create;
  create.set_request_id(ctl.NewId());
  create.mutable_upload()->set_file_name(std::filesystem::path(a.file).filename());
  create.mutable_upload()->set_size_bytes(static_cast<int64_t>(std::filesystem::file_size(a.file)));
  HUIYIN_ASSIGN_OR_RETURN(*create.mutable_upload()->mutable_sha256(), Sha256Of(a.file));
  HUIYIN_ASSIGN_OR_RETURN(const auto upload,
                          client::Call(ctl.connection(), &Stub::CreateUpload, create));
  HUIYIN_RETURN_IF_ERROR(Append(ctl, a.file, upload.name()));
  pb::FinishUploadRequest finish;
  finish.set_request_id(ctl.NewId());
  finish.set_name(upload.name());
  HUIYIN_ASSIGN_OR_RETURN(const auto finished,
                          client::Call(ctl.connection(), &Stub::FinishUpload, finish));
  return Show(ctl, finished);
}

struct Get {
  std::string upload, output;
};

void Declare(CLI::App& app, Get& a) {
  app.add_option("upload", a.upload, "Id or resource name")->required();
  app.add_option("-o,--output", a.output, "Write the bytes to this file; it must not exist yet");
}

absl::Status Run(Ctl& ctl, const Get& a) {
  pb::GetUploadRequest request;
  request.set_name(Name(a.upload));
  HUIYIN_ASSIGN_OR_RETURN(const auto upload,
                          client::Call(ctl.connection(), &Stub::GetUpload, request));
  if (a.output.empty()) return Show(ctl, upload);
  if (std::filesystem::exists(a.output)) return BadUsage(a.output + " is there already");
  std::ofstream out(a.output, std::ios::binary);
  pb::ReadUploadRequest read;
  read.set_name(request.name());
  HUIYIN_RETURN_IF_ERROR(client::Stream(ctl.connection(), &Stub::ReadUpload, read, kPatience,
                                        [&](const pb::ReadUploadResponse& part) {
                                          out << part.data();
                                          return out.good();
                                        }));
  out.close();
  if (!out.good()) {
    return Error(absl::StatusCode::kDataLoss, "WRITE_FAILED", a.output + " could not be written");
  }
  return Show(ctl, upload);
}

}  // namespace

void AddEvidenceCommands(CLI::App& app, Ctl& ctl) {
  CLI::App& evidence = Group(app, "evidence", "Files that customers send along");
  Command<Put>(evidence, ctl, "put", "Send a file", Declare, Run);
  Command<Get>(evidence, ctl, "get", "What is stored, or its bytes", Declare, Run);
}

}  // namespace huiyin::ctl
