// Evidence on its way in: what may be announced, and which kinds of content are kept.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "absl/time/time.h"
#include "libs/core/status.h"
#include "services/ingest/domain/ticket.h"

namespace huiyin::ingest {

struct Upload {
  UploadId id;
  TenantId tenant;
  std::string owner;  // subject of the caller that announced it
  bool finished = false;
  std::string file_name;
  int64_t size = 0;      // announced
  int64_t received = 0;  // stored so far
  std::string sha256;    // announced (may be empty) until finished, then the content's; lower case
  std::string content_type;
  absl::Time created_at;
  std::optional<absl::Time> finished_at;

  friend bool operator==(const Upload&, const Upload&) = default;
};

// Adds every violation of a new upload's fields.
void CheckUpload(InputCheck& check, const Upload& upload, int64_t max_bytes);

// Whether content of this media type (found in the bytes) is kept: pictures, video, sound, PDF,
// plain text.
bool IsAllowedContent(std::string_view content_type);

}  // namespace huiyin::ingest
