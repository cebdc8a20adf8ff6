// SqlStore: evidence.
#include "libs/core/status.h"
#include "libs/timers/timers.h"
#include "services/ingest/storage/sql_store.h"

namespace huiyin::ingest {

absl::StatusOr<std::optional<Upload>> SqlStore::FindUpload(const TenantId& tenant,
                                                           const UploadId& id) {
  std::optional<Upload> upload;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT owner, finished, file_name, size, received, sha256, content_type, created_at, "
      "finished_at FROM upload WHERE tenant = ? AND id = ?",
      {tenant.value(), id.value()}, [&](const db::Row& row) {
        upload = Upload{.id = id,
                        .tenant = tenant,
                        .owner = row.Str(0),
                        .finished = row.Bool(1),
                        .file_name = row.Str(2),
                        .size = row.Int(3),
                        .received = row.Int(4),
                        .sha256 = row.Str(5),
                        .content_type = row.Str(6),
                        .created_at = row.Time(7),
                        .finished_at = row.OptionalTime(8)};
      }));
  return upload;
}

absl::StatusOr<int> SqlStore::CountOpenUploads(const TenantId& tenant, std::string_view owner) {
  int open = 0;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT COUNT(*) FROM upload WHERE tenant = ? AND owner = ? AND finished = 0",
      {tenant.value(), owner}, [&](const db::Row& row) { open = static_cast<int>(row.Int(0)); }));
  return open;
}

absl::Status SqlStore::InsertUpload(const Upload& upload, absl::Time expires) {
  HUIYIN_RETURN_IF_ERROR(
      session_
          .Execute("INSERT INTO upload (tenant, id, owner, finished, file_name, size, received, "
                   "sha256, content_type, created_at) VALUES (?, ?, ?, 0, ?, ?, 0, ?, '', ?)",
                   {upload.tenant.value(), upload.id.value(), upload.owner, upload.file_name,
                    upload.size, upload.sha256, upload.created_at})
          .status());
  return timers::Set(tx(), {.kind = kUploadTimer,
                            .key = upload.id.value(),
                            .due = expires,
                            .payload = upload.tenant.value()});
}

absl::Status SqlStore::UpdateUpload(const Upload& upload) {
  if (upload.finished) {
    HUIYIN_RETURN_IF_ERROR(timers::Cancel(tx(), kUploadTimer, upload.id.value()));
  }
  return session_
      .Execute(
          "UPDATE upload SET finished = ?, received = ?, sha256 = ?, content_type = ?, "
          "finished_at = ? WHERE tenant = ? AND id = ?",
          {upload.finished, upload.received, upload.sha256, upload.content_type, upload.finished_at,
           upload.tenant.value(), upload.id.value()})
      .status();
}

absl::Status SqlStore::RemoveUpload(const Upload& upload) {
  return session_
      .Execute("DELETE FROM upload WHERE tenant = ? AND id = ?",
               {upload.tenant.value(), upload.id.value()})
      .status();
}

}  // namespace huiyin::ingest
