// Where the bytes of evidence are kept: outside the database.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "services/ingest/domain/upload.h"

namespace huiyin::ingest {

struct BlobFacts {
  int64_t size = 0;
  std::string sha256;        // 64 lower-case hexadecimal digits
  std::string content_type;  // found in the bytes
};

// Thread-safe for different uploads; calls about one upload must not overlap. Blocking. Errors:
// RESOURCE_EXHAUSTED (disk full), UNAVAILABLE (I/O error), NOT_FOUND.
class BlobStore {
 public:
  virtual ~BlobStore() = default;
  // Writes at `offset`; what was there before from `offset` on is replaced.
  virtual absl::Status Write(const Upload& upload, int64_t offset, std::string_view bytes) = 0;
  // What was written is durable when this returns OK.
  virtual absl::Status Sync(const Upload& upload) = 0;
  // Looks at the first `upload.size` bytes.
  virtual absl::StatusOr<BlobFacts> Inspect(const Upload& upload) = 0;
  // Up to `max` bytes from `offset`; empty at the end.
  virtual absl::StatusOr<std::string> Read(const Upload& upload, int64_t offset, size_t max) = 0;
  // Removing what is not there is fine.
  virtual absl::Status Remove(const Upload& upload) = 0;
};

}  // namespace huiyin::ingest
