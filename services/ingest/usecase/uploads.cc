#include "services/ingest/usecase/uploads.h"

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "services/ingest/domain/feedback.h"

namespace huiyin::ingest {
namespace {

absl::Status OffsetMismatch(int64_t received) {
  return Error(absl::StatusCode::kAborted, "OFFSET_MISMATCH",
               absl::StrCat("go on at byte ", received),
               {{"received_bytes", absl::StrCat(received)}});
}

}  // namespace

absl::StatusOr<Upload> CreateUpload(Unit& unit, const Caller& caller, Upload upload) {
  HUIYIN_ASSIGN_OR_RETURN(const int open,
                          unit.store.CountOpenUploads(caller.tenant, caller.subject));
  if (open >= unit.rules.max_open_uploads) {
    return Error(absl::StatusCode::kResourceExhausted, "TOO_MANY_OPEN_UPLOADS",
                 absl::StrCat("finish some of your ", open, " unfinished uploads first"));
  }
  upload.id = UploadId(unit.ids.NewId());
  upload.tenant = caller.tenant;
  upload.owner = caller.subject;
  upload.created_at = unit.clock.Now();
  HUIYIN_RETURN_IF_ERROR(
      unit.store.InsertUpload(upload, upload.created_at + unit.rules.upload_expiry));
  return upload;
}

absl::StatusOr<Upload> GetUpload(Unit& unit, const Caller& caller, const UploadId& id) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Upload> upload, unit.store.FindUpload(caller.tenant, id));
  if (!upload.has_value() || (IsCustomerOnly(caller) && upload->owner != caller.subject)) {
    return Error(absl::StatusCode::kNotFound, "UPLOAD_NOT_FOUND", "there is no such upload");
  }
  return *std::move(upload);
}

absl::Status CheckAppend(const Upload& upload, int64_t offset, size_t bytes) {
  if (upload.finished) {
    return Error(absl::StatusCode::kFailedPrecondition, "UPLOAD_FINISHED",
                 "the upload is finished and never changes again");
  }
  if (offset != upload.received) return OffsetMismatch(upload.received);
  if (offset + static_cast<int64_t>(bytes) > upload.size) {
    return Error(absl::StatusCode::kOutOfRange, "UPLOAD_TOO_LARGE",
                 absl::StrCat("the upload was announced with ", upload.size, " bytes"));
  }
  return absl::OkStatus();
}

absl::StatusOr<Upload> NoteReceived(Unit& unit, const Caller& caller, const UploadId& id,
                                    int64_t received_before, int64_t received) {
  HUIYIN_ASSIGN_OR_RETURN(Upload upload, GetUpload(unit, caller, id));
  HUIYIN_RETURN_IF_ERROR(CheckAppend(upload, received_before, received - received_before));
  upload.received = received;
  HUIYIN_RETURN_IF_ERROR(unit.store.UpdateUpload(upload));
  return upload;
}

absl::Status CheckContent(const Upload& upload, const BlobFacts& facts) {
  if (upload.received != upload.size || facts.size < upload.size) {
    return Error(absl::StatusCode::kFailedPrecondition, "UPLOAD_INCOMPLETE",
                 absl::StrCat(upload.received, " of ", upload.size, " bytes are there"),
                 {{"received_bytes", absl::StrCat(upload.received)}});
  }
  if (!upload.sha256.empty() && upload.sha256 != facts.sha256) {
    return Error(absl::StatusCode::kDataLoss, "DIGEST_MISMATCH",
                 "the content has another SHA-256 than announced: upload it again");
  }
  if (!IsAllowedContent(facts.content_type)) {
    return Error(absl::StatusCode::kInvalidArgument, "CONTENT_TYPE_REFUSED",
                 absl::StrCat("content of type ", facts.content_type, " is not kept"),
                 {{"content_type", facts.content_type}});
  }
  return absl::OkStatus();
}

absl::StatusOr<Upload> FinishUpload(Unit& unit, const Caller& caller, const UploadId& id,
                                    const BlobFacts& facts) {
  HUIYIN_ASSIGN_OR_RETURN(Upload upload, GetUpload(unit, caller, id));
  if (upload.finished) return upload;
  HUIYIN_RETURN_IF_ERROR(CheckContent(upload, facts));
  upload.finished = true;
  upload.sha256 = facts.sha256;
  upload.content_type = facts.content_type;
  upload.finished_at = unit.clock.Now();
  HUIYIN_RETURN_IF_ERROR(unit.store.UpdateUpload(upload));
  return upload;
}

absl::StatusOr<std::optional<Upload>> ExpireUpload(Unit& unit, const TenantId& tenant,
                                                   const UploadId& id) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Upload> upload, unit.store.FindUpload(tenant, id));
  if (!upload.has_value() || upload->finished) return std::nullopt;
  HUIYIN_RETURN_IF_ERROR(unit.store.RemoveUpload(*upload));
  return upload;
}

}  // namespace huiyin::ingest
