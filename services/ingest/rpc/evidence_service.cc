#include "services/ingest/rpc/evidence_service.h"

#include "absl/hash/hash.h"
#include "absl/strings/ascii.h"
#include "libs/core/status.h"
#include "services/ingest/rpc/convert.h"
#include "services/ingest/rpc/recall.h"
#include "services/ingest/rpc/run.h"
#include "services/ingest/usecase/uploads.h"

namespace huiyin::ingest {
namespace {

using rpc::RequestContext;

constexpr size_t kMaxPart = 1 << 20;
// Bytes between two notes of how far an upload is: what a broken connection costs at most.
constexpr int64_t kNoteEvery = 8 << 20;
constexpr size_t kSendPart = 64 << 10;

uint64_t KeyOf(const UploadId& id) { return absl::HashOf(id.value()) | 1; }

v1::Upload Answer(const Upload& upload) {
  v1::Upload out;
  ToProto(upload, &out);
  return out;
}

absl::StatusOr<Upload> CheckCreate(const v1::CreateUploadRequest& request, int64_t max_bytes) {
  InputCheck check;
  CheckRequestId(check, request.request_id());
  Upload upload;
  upload.file_name = request.upload().file_name();
  upload.size = request.upload().size_bytes();
  upload.sha256 = absl::AsciiStrToLower(request.upload().sha256());
  CheckUpload(check, upload, max_bytes);
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return upload;
}

absl::StatusOr<UploadId> IdFrom(const Caller& caller, const std::string& name) {
  InputCheck check;
  UploadId id = UploadFromName(check, "name", caller, name);
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return id;
}

}  // namespace

BusyUploads::Hold::~Hold() {
  if (busy_ == nullptr) return;
  std::lock_guard lock(busy_->mutex_);
  busy_->ids_.erase(id_);
}

absl::StatusOr<BusyUploads::Hold> BusyUploads::Take(const UploadId& id) {
  std::lock_guard lock(mutex_);
  if (!ids_.insert(id.value()).second) {
    return Error(absl::StatusCode::kAborted, "UPLOAD_BUSY", "another call works on this upload");
  }
  return Hold(this, id.value());
}

absl::StatusOr<Upload> EvidenceService::Load(const Caller& caller, const UploadId& id) {
  return Look(units_, [&](Unit& unit) { return ingest::GetUpload(unit, caller, id); });
}

grpc::ServerUnaryReactor* EvidenceService::CreateUpload(Context* context,
                                                        const v1::CreateUploadRequest* request,
                                                        v1::Upload* response) {
  return methods_.Write(
      context, request, response,
      [this](const RequestContext&, const v1::CreateUploadRequest& q) {
        return CheckCreate(q, max_bytes_);
      },
      [](const Upload& upload) { return absl::HashOf(upload.file_name) | 1; },
      [this](const RequestContext& c, const Upload& command,
             db::Transaction& tx) -> absl::StatusOr<v1::Upload> {
        HUIYIN_ASSIGN_OR_RETURN(const Upload created, Act(units_, tx, [&](Unit& unit) {
                                  return ingest::CreateUpload(unit, c.caller, command);
                                }));
        return Answer(created);
      },
      Recall(units_));
}

grpc::ServerReadReactor<v1::AppendUploadRequest>* EvidenceService::AppendUpload(
    Context* context, v1::Upload* response) {
  return methods_.ClientStream<v1::AppendUploadRequest>(
      context, response,
      [this](const RequestContext& c,
             rpc::StreamReader<v1::AppendUploadRequest>& in) -> absl::StatusOr<v1::Upload> {
        HUIYIN_ASSIGN_OR_RETURN(const Upload upload, Append(c.caller, in));
        return Answer(upload);
      });
}

absl::StatusOr<Upload> EvidenceService::Append(const Caller& caller,
                                               rpc::StreamReader<v1::AppendUploadRequest>& in) {
  v1::AppendUploadRequest part;
  if (!in.Read(part)) return BadInput({{"name", "is mandatory in the first part"}});
  HUIYIN_ASSIGN_OR_RETURN(const UploadId id, IdFrom(caller, part.name()));
  const std::string name = part.name();
  HUIYIN_ASSIGN_OR_RETURN(const BusyUploads::Hold hold, busy_.Take(id));
  HUIYIN_ASSIGN_OR_RETURN(Upload upload, Load(caller, id));
  int64_t at = upload.received;
  do {
    InputCheck check;
    check.Require(part.name().empty() || part.name() == name, "name",
                  "must be that of the first part");
    check.Require(!part.data().empty() && part.data().size() <= kMaxPart, "data",
                  "must be 1 byte to 1 MiB");
    HUIYIN_RETURN_IF_ERROR(check.ToStatus());
    Upload reached = upload;
    reached.received = at;
    HUIYIN_RETURN_IF_ERROR(ingest::CheckAppend(reached, part.offset(), part.data().size()));
    HUIYIN_RETURN_IF_ERROR(blobs_.Write(upload, at, part.data()));
    at += static_cast<int64_t>(part.data().size());
    if (at - upload.received >= kNoteEvery) {
      HUIYIN_ASSIGN_OR_RETURN(upload, Note(caller, upload, at));
    }
  } while (in.Read(part));
  if (at == upload.received) return upload;
  return Note(caller, upload, at);
}

absl::StatusOr<Upload> EvidenceService::Note(const Caller& caller, const Upload& upload,
                                             int64_t received) {
  HUIYIN_RETURN_IF_ERROR(blobs_.Sync(upload));
  return rpc::Within<db::Transaction>([&](auto run) { return writer_.Run(KeyOf(upload.id), run); },
                                      [&](db::Transaction& tx) {
                                        return Act(units_, tx, [&](Unit& unit) {
                                          return NoteReceived(unit, caller, upload.id,
                                                              upload.received, received);
                                        });
                                      });
}

grpc::ServerUnaryReactor* EvidenceService::FinishUpload(Context* context,
                                                        const v1::FinishUploadRequest* request,
                                                        v1::Upload* response) {
  // Looking at the content takes long, so it is done where reads are done, before the short write.
  // No answer need be remembered: finishing twice is finishing once.
  return methods_.Read(context, request, response,
                       [this](const RequestContext& c,
                              const v1::FinishUploadRequest& q) -> absl::StatusOr<v1::Upload> {
                         InputCheck check;
                         CheckRequestId(check, q.request_id());
                         const UploadId id = UploadFromName(check, "name", c.caller, q.name());
                         HUIYIN_RETURN_IF_ERROR(check.ToStatus());
                         HUIYIN_ASSIGN_OR_RETURN(const Upload upload, Finish(c.caller, id));
                         return Answer(upload);
                       });
}

absl::StatusOr<Upload> EvidenceService::Finish(const Caller& caller, const UploadId& id) {
  HUIYIN_ASSIGN_OR_RETURN(const BusyUploads::Hold hold, busy_.Take(id));
  HUIYIN_ASSIGN_OR_RETURN(const Upload upload, Load(caller, id));
  if (upload.finished) return upload;
  BlobFacts facts;
  if (upload.received > 0) {
    HUIYIN_ASSIGN_OR_RETURN(facts, blobs_.Inspect(upload));
  }
  HUIYIN_RETURN_IF_ERROR(CheckContent(upload, facts));
  return rpc::Within<db::Transaction>([&](auto run) { return writer_.Run(KeyOf(id), run); },
                                      [&](db::Transaction& tx) {
                                        return Act(units_, tx, [&](Unit& unit) {
                                          return ingest::FinishUpload(unit, caller, id, facts);
                                        });
                                      });
}

grpc::ServerUnaryReactor* EvidenceService::GetUpload(Context* context,
                                                     const v1::GetUploadRequest* request,
                                                     v1::Upload* response) {
  return methods_.Read(
      context, request, response,
      [this](const RequestContext& c, const v1::GetUploadRequest& q) -> absl::StatusOr<v1::Upload> {
        HUIYIN_ASSIGN_OR_RETURN(const UploadId id, IdFrom(c.caller, q.name()));
        HUIYIN_ASSIGN_OR_RETURN(const Upload upload, Load(c.caller, id));
        return Answer(upload);
      });
}

grpc::ServerWriteReactor<v1::ReadUploadResponse>* EvidenceService::ReadUpload(
    Context* context, const v1::ReadUploadRequest* request) {
  return methods_.ServerStream<v1::ReadUploadResponse>(
      context, request,
      [this](const RequestContext& c, const v1::ReadUploadRequest& q,
             rpc::StreamWriter<v1::ReadUploadResponse>& out) { return Send(c.caller, q, out); });
}

absl::Status EvidenceService::Send(const Caller& caller, const v1::ReadUploadRequest& request,
                                   rpc::StreamWriter<v1::ReadUploadResponse>& out) {
  HUIYIN_ASSIGN_OR_RETURN(const UploadId id, IdFrom(caller, request.name()));
  HUIYIN_ASSIGN_OR_RETURN(const Upload upload, Load(caller, id));
  if (!upload.finished) {
    return Error(absl::StatusCode::kFailedPrecondition, "UPLOAD_NOT_FINISHED",
                 "the upload is not finished");
  }
  if (request.offset() < 0 || request.offset() > upload.size) {
    return BadInput({{"offset", "must be 0 to the size"}});
  }
  for (int64_t at = request.offset(); at < upload.size;) {
    const size_t want = std::min<int64_t>(kSendPart, upload.size - at);
    HUIYIN_ASSIGN_OR_RETURN(std::string bytes, blobs_.Read(upload, at, want));
    if (bytes.empty()) return absl::DataLossError("stored evidence is shorter than it was");
    v1::ReadUploadResponse part;
    part.set_offset(at);
    at += static_cast<int64_t>(bytes.size());
    part.set_data(std::move(bytes));
    if (!out.Write(part)) return absl::OkStatus();
  }
  return absl::OkStatus();
}

}  // namespace huiyin::ingest
