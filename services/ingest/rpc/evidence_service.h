// huiyin.ingest.v1.EvidenceService.
#pragma once

#include <mutex>
#include <string>

#include "absl/container/flat_hash_set.h"
#include "huiyin/ingest/v1/evidence_service.grpc.pb.h"
#include "libs/db/group_commit.h"
#include "libs/rpc/methods.h"
#include "services/ingest/storage/blob_store.h"
#include "services/ingest/usecase/open_unit.h"

namespace huiyin::ingest {

// Uploads that a call is working on: the bytes of one upload are for one call at a time.
// Thread-safe.
class BusyUploads {
 public:
  class Hold {
   public:
    Hold(BusyUploads* busy, std::string id) : busy_(busy), id_(std::move(id)) {}
    Hold(Hold&& other) noexcept
        : busy_(std::exchange(other.busy_, nullptr)), id_(std::move(other.id_)) {}
    ~Hold();

   private:
    BusyUploads* busy_;
    std::string id_;
  };
  // ABORTED (UPLOAD_BUSY) while another call holds it.
  absl::StatusOr<Hold> Take(const UploadId& id);

 private:
  std::mutex mutex_;
  absl::flat_hash_set<std::string> ids_;
};

// Thread-safe. All references must outlive it.
class EvidenceService final : public v1::EvidenceService::CallbackService {
 public:
  EvidenceService(rpc::Methods& methods, db::GroupCommit& writer, BlobStore& blobs, Units units,
                  int64_t max_bytes)
      : methods_(methods),
        writer_(writer),
        blobs_(blobs),
        units_(std::move(units)),
        max_bytes_(max_bytes) {}

  using Context = grpc::CallbackServerContext;
  grpc::ServerUnaryReactor* CreateUpload(Context* context, const v1::CreateUploadRequest* request,
                                         v1::Upload* response) override;
  grpc::ServerReadReactor<v1::AppendUploadRequest>* AppendUpload(Context* context,
                                                                 v1::Upload* response) override;
  grpc::ServerUnaryReactor* FinishUpload(Context* context, const v1::FinishUploadRequest* request,
                                         v1::Upload* response) override;
  grpc::ServerUnaryReactor* GetUpload(Context* context, const v1::GetUploadRequest* request,
                                      v1::Upload* response) override;
  grpc::ServerWriteReactor<v1::ReadUploadResponse>* ReadUpload(
      Context* context, const v1::ReadUploadRequest* request) override;

 private:
  absl::StatusOr<Upload> Load(const Caller& caller, const UploadId& id);
  absl::StatusOr<Upload> Append(const Caller& caller,
                                rpc::StreamReader<v1::AppendUploadRequest>& in);
  // Makes the bytes up to `received` count.
  absl::StatusOr<Upload> Note(const Caller& caller, const Upload& upload, int64_t received);
  absl::StatusOr<Upload> Finish(const Caller& caller, const UploadId& id);
  absl::Status Send(const Caller& caller, const v1::ReadUploadRequest& request,
                    rpc::StreamWriter<v1::ReadUploadResponse>& out);

  rpc::Methods& methods_;
  db::GroupCommit& writer_;
  BlobStore& blobs_;
  const Units units_;
  const int64_t max_bytes_;
  BusyUploads busy_;
};

}  // namespace huiyin::ingest
