#include "services/ingest/domain/upload.h"

#include <algorithm>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"
#include "services/ingest/domain/text.h"

namespace huiyin::ingest {

void CheckUpload(InputCheck& check, const Upload& upload, int64_t max_bytes) {
  CheckText(check, "upload.file_name", upload.file_name, {1, 255});
  check.Require(upload.file_name.find_first_of("/\\") == std::string::npos, "upload.file_name",
                "must not have \"/\" or \"\\\"");
  check.Require(upload.size >= 1 && upload.size <= max_bytes, "upload.size_bytes",
                absl::StrCat("must be 1 to ", max_bytes));
  const bool hex = std::all_of(upload.sha256.begin(), upload.sha256.end(), [](char c) {
    return absl::ascii_isxdigit(static_cast<unsigned char>(c));
  });
  check.Require(upload.sha256.empty() || (upload.sha256.size() == 64 && hex), "upload.sha256",
                "must be empty or 64 hexadecimal digits");
}

bool IsAllowedContent(std::string_view content_type) {
  static constexpr std::string_view kAllowed[] = {
      "image/jpeg",  "image/png",  "image/gif",       "image/webp", "image/heic",      "image/heif",
      "video/mp4",   "video/webm", "video/quicktime", "video/3gpp", "audio/mpeg",      "audio/mp4",
      "audio/x-m4a", "audio/ogg",  "audio/x-wav",     "audio/amr",  "application/pdf", "text/plain",
  };
  return std::find(std::begin(kAllowed), std::end(kAllowed), content_type) != std::end(kAllowed);
}

}  // namespace huiyin::ingest
