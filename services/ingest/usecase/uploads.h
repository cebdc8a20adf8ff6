// Evidence comes in. The bytes go to the blob store outside any transaction; the commands here keep
// what is known about them.
#pragma once

#include "absl/status/statusor.h"
#include "services/ingest/storage/blob_store.h"
#include "services/ingest/usecase/unit.h"

namespace huiyin::ingest {

// `upload` has passed CheckUpload. RESOURCE_EXHAUSTED (TOO_MANY_OPEN_UPLOADS).
absl::StatusOr<Upload> CreateUpload(Unit& unit, const Caller& caller, Upload upload);

// NOT_FOUND (UPLOAD_NOT_FOUND) when there is none or a customer asks for somebody else's.
absl::StatusOr<Upload> GetUpload(Unit& unit, const Caller& caller, const UploadId& id);

// Whether bytes may be written at `offset`: ABORTED (OFFSET_MISMATCH), FAILED_PRECONDITION
// (UPLOAD_FINISHED), OUT_OF_RANGE (UPLOAD_TOO_LARGE).
absl::Status CheckAppend(const Upload& upload, int64_t offset, size_t bytes);

// Bytes up to `received` are durable. ABORTED (OFFSET_MISMATCH) when somebody else got further
// meanwhile.
absl::StatusOr<Upload> NoteReceived(Unit& unit, const Caller& caller, const UploadId& id,
                                    int64_t received_before, int64_t received);

// What FinishUpload demands of the content, `facts` having been found in it.
absl::Status CheckContent(const Upload& upload, const BlobFacts& facts);
absl::StatusOr<Upload> FinishUpload(Unit& unit, const Caller& caller, const UploadId& id,
                                    const BlobFacts& facts);

// The time of an unfinished upload is over: forgets it. Nothing for a finished one. The upload that
// was forgotten, whose bytes may go.
absl::StatusOr<std::optional<Upload>> ExpireUpload(Unit& unit, const TenantId& tenant,
                                                   const UploadId& id);

}  // namespace huiyin::ingest
