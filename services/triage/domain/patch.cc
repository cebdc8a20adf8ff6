#include "services/triage/domain/patch.h"

#include <cstring>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "services/triage/domain/text/model_file.h"
#include "services/triage/domain/text/sha1.h"

namespace huiyin::triage {
namespace {

// "HYPATCH1", u32 length of the base's version, u32 rows, the version, the rows, the weights.
constexpr std::string_view kMagic = "HYPATCH1";
constexpr std::size_t kHeader = 16;

void PutNumber(std::uint32_t number, std::string* out) {
  for (unsigned shift = 0; shift < 32; shift += 8) {
    out->push_back(static_cast<char>(number >> shift & 0xFF));
  }
}

std::uint32_t NumberAt(std::string_view bytes, std::size_t at) {
  std::uint32_t number = 0;
  for (unsigned i = 0; i < 4; ++i) {
    number |= std::uint32_t{static_cast<unsigned char>(bytes[at + i])} << (8 * i);
  }
  return number;
}

}  // namespace

std::string Pack(const Patch& patch) {
  std::string out(kMagic);
  PutNumber(static_cast<std::uint32_t>(patch.base_version.size()), &out);
  PutNumber(static_cast<std::uint32_t>(patch.rows.size()), &out);
  out += patch.base_version;
  for (std::uint32_t row : patch.rows) PutNumber(row, &out);
  out.append(reinterpret_cast<const char*>(patch.weights.data()), patch.weights.size());
  return out;
}

absl::StatusOr<Patch> Unpack(std::string_view bytes) {
  const absl::Status bad = absl::DataLossError("not a model patch");
  if (bytes.size() < kHeader || !bytes.starts_with(kMagic)) return bad;
  const std::size_t version = NumberAt(bytes, 8);
  const std::size_t rows = NumberAt(bytes, 12);
  if (version > bytes.size() || rows > bytes.size() ||
      bytes.size() != kHeader + version + rows * (4 + text::kLinearColumns)) {
    return bad;
  }
  Patch patch;
  patch.base_version = bytes.substr(kHeader, version);
  for (std::size_t i = 0; i < rows; ++i) {
    patch.rows.push_back(NumberAt(bytes, kHeader + version + 4 * i));
  }
  const std::string_view weights = bytes.substr(kHeader + version + 4 * rows);
  patch.weights.resize(weights.size());
  std::memcpy(patch.weights.data(), weights.data(), weights.size());
  return patch;
}

std::string VersionOf(const Patch& patch) {
  return absl::StrCat(patch.base_version, "+", text::Sha1Hex(Pack(patch)).substr(0, 8));
}

}  // namespace huiyin::triage
