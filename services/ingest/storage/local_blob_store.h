// The BlobStore in a local folder: FOLDER/<tenant>/<first two characters of the id's end>/<id>.
#pragma once

#include <memory>
#include <string>

#include "services/ingest/storage/blob_store.h"

namespace huiyin::ingest {

class LocalBlobStore final : public BlobStore {
 public:
  // Makes `folder` when it is not there. UNAVAILABLE when it cannot be written.
  static absl::StatusOr<std::unique_ptr<LocalBlobStore>> Open(const std::string& folder);

  absl::Status Write(const Upload& upload, int64_t offset, std::string_view bytes) override;
  absl::Status Sync(const Upload& upload) override;
  absl::StatusOr<BlobFacts> Inspect(const Upload& upload) override;
  absl::StatusOr<std::string> Read(const Upload& upload, int64_t offset, size_t max) override;
  absl::Status Remove(const Upload& upload) override;

 private:
  explicit LocalBlobStore(std::string folder) : folder_(std::move(folder)) {}
  std::string FolderOf(const Upload& upload) const;
  std::string PathOf(const Upload& upload) const;

  const std::string folder_;
};

}  // namespace huiyin::ingest
