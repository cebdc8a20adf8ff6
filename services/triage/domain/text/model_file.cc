#include "services/triage/domain/text/model_file.h"

#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "absl/status/status.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "services/triage/domain/text/normalise.h"

namespace huiyin::triage::text {
namespace {

constexpr std::array<char, 8> kMagic = {'H', 'U', 'I', 'Y', 'I', 'N', 'T', 'M'};
constexpr std::size_t kAlign = 64;
constexpr std::uint32_t kMostSections = 64;

struct Header {
  std::array<char, 8> magic;
  std::uint32_t format;
  std::uint32_t sections;
  std::uint64_t size;      // of the whole file
  std::uint64_t checksum;  // of everything after the header
  std::array<char, 32> version;
};
struct Entry {
  std::uint32_t section;
  std::uint32_t reserved;
  std::uint64_t offset;
  std::uint64_t size;
};
static_assert(sizeof(Header) == 64 && sizeof(Entry) == 24);

// 64-bit multiply-and-fold over words: detects any change of a file; not for security.
std::uint64_t Checksum(std::span<const std::byte> bytes) {
  constexpr std::uint64_t kMultiplier = 0x9E3779B97F4A7C15ull;
  std::uint64_t h = bytes.size() * kMultiplier;
  std::size_t i = 0;
  for (; i + 8 <= bytes.size(); i += 8) {
    std::uint64_t word;
    std::memcpy(&word, bytes.data() + i, 8);
    h = (h ^ word) * kMultiplier;
    h ^= h >> 32;
  }
  for (; i < bytes.size(); ++i) {
    h = (h ^ static_cast<std::uint64_t>(bytes[i])) * kMultiplier;
    h ^= h >> 32;
  }
  return h;
}

const Header& HeaderOf(const std::byte* data) { return *reinterpret_cast<const Header*>(data); }
std::span<const Entry> EntriesOf(const std::byte* data) {
  return {reinterpret_cast<const Entry*>(data + sizeof(Header)), HeaderOf(data).sections};
}

std::size_t Align(std::size_t n) { return (n + kAlign - 1) / kAlign * kAlign; }

}  // namespace

absl::StatusOr<std::unique_ptr<ModelFile>> ModelFile::Map(const std::string& path) {
  const int fd = ::open(path.c_str(), O_RDONLY | O_CLOEXEC);
  if (fd < 0) return absl::NotFoundError(absl::StrCat("no model file ", path));
  struct stat info;
  const bool known = ::fstat(fd, &info) == 0;
  const std::size_t size = known ? static_cast<std::size_t>(info.st_size) : 0;
  void* memory = MAP_FAILED;
  if (size >= sizeof(Header)) memory = ::mmap(nullptr, size, PROT_READ, MAP_SHARED, fd, 0);
  ::close(fd);
  if (memory == MAP_FAILED) {
    return absl::DataLossError(absl::StrCat(path, " is no model file: ", size, " bytes"));
  }
  std::unique_ptr<ModelFile> file(new ModelFile(static_cast<const std::byte*>(memory), size));
  if (absl::Status s = file->Check(); !s.ok()) {
    return absl::DataLossError(absl::StrCat(path, ": ", std::string(s.message())));
  }
  const Header& header = HeaderOf(file->data_);
  file->version_ =
      std::string(header.version.data(), ::strnlen(header.version.data(), header.version.size()));
  return file;
}

ModelFile::~ModelFile() { ::munmap(const_cast<std::byte*>(data_), size_); }

absl::Status ModelFile::Check() const {
  const Header& header = HeaderOf(data_);
  if (header.magic != kMagic) return absl::DataLossError("not a model file");
  if (header.format != kModelFormat) {
    return absl::DataLossError(
        absl::StrCat("model format ", header.format, ", this program reads ", kModelFormat));
  }
  if (header.size != size_) {
    return absl::DataLossError(absl::StrCat("truncated: ", size_, " bytes of ", header.size));
  }
  if (header.sections > kMostSections || sizeof(Header) + header.sections * sizeof(Entry) > size_) {
    return absl::DataLossError("bad section table");
  }
  if (Checksum({data_ + sizeof(Header), size_ - sizeof(Header)}) != header.checksum) {
    return absl::DataLossError("checksum does not match");
  }
  for (const Entry& e : EntriesOf(data_)) {
    if (e.offset % kAlign != 0 || e.offset > size_ || e.size > size_ - e.offset) {
      return absl::DataLossError(absl::StrCat("section ", e.section, " lies outside the file"));
    }
  }
  return CheckShapes();
}

absl::Status ModelFile::CheckShapes() const {
  const auto expect = [&](Section section, std::size_t bytes) {
    if (Bytes(section).size() == bytes) return absl::OkStatus();
    return absl::DataLossError(absl::StrFormat("section %d has %d bytes, expected %d",
                                               static_cast<int>(section), Bytes(section).size(),
                                               bytes));
  };
  if (absl::Status s = expect(Section::kParameters, sizeof(Parameters)); !s.ok()) return s;
  const Parameters& p = parameters();
  if (p.linear_bits > 24 || p.polarity_bits > kKnownBits || p.token_bits > 16 ||
      p.language_bits > 24) {
    return absl::DataLossError("table size out of range");
  }
  const std::pair<Section, std::size_t> shapes[] = {
      {Section::kFoldBlocks, (FoldTables::kCodePoints >> FoldTables::kBlockBits) * 2},
      {Section::kFoldSimplified, FoldTables::kHanCount * 4},
      {Section::kKnownFeatures, (std::size_t{1} << kKnownBits) / 8},
      {Section::kLinear, (std::size_t{1} << p.linear_bits) * kLinearColumns},
      {Section::kKnownPolarity, (std::size_t{1} << kKnownBits) / 8},
      {Section::kPolarity, std::size_t{1} << p.polarity_bits},
      {Section::kConvTokens, (std::size_t{1} << p.token_bits) * kConvRow},
      {Section::kConvOutput, kOutputs * kConvInputs * sizeof(std::int16_t)},
      {Section::kLanguage, (std::size_t{1} << p.language_bits) * kLanguageColumns},
  };
  for (const auto& [section, bytes] : shapes) {
    if (absl::Status s = expect(section, bytes); !s.ok()) return s;
  }
  return absl::OkStatus();
}

std::span<const std::byte> ModelFile::Bytes(Section section) const {
  for (const Entry& e : EntriesOf(data_)) {
    if (e.section == static_cast<std::uint32_t>(section)) return {data_ + e.offset, e.size};
  }
  return {};
}

const Parameters& ModelFile::parameters() const {
  return *reinterpret_cast<const Parameters*>(Bytes(Section::kParameters).data());
}

void ModelWriter::AddBytes(Section section, std::span<const std::byte> bytes) {
  parts_.push_back({section, {bytes.begin(), bytes.end()}});
}

absl::Status ModelWriter::Write(const std::string& path, std::string_view release) const {
  std::vector<Entry> entries;
  std::size_t end = Align(sizeof(Header) + parts_.size() * sizeof(Entry));
  for (const Part& part : parts_) {
    entries.push_back({static_cast<std::uint32_t>(part.section), 0, end, part.bytes.size()});
    end = Align(end + part.bytes.size());
  }
  std::vector<std::byte> file(end);
  std::ranges::copy(std::as_bytes(std::span(entries)), file.data() + sizeof(Header));
  for (std::size_t i = 0; i < parts_.size(); ++i) {
    std::ranges::copy(parts_[i].bytes, file.data() + entries[i].offset);
  }
  Header header{kMagic, kModelFormat, static_cast<std::uint32_t>(parts_.size()), end, 0, {}};
  header.checksum = Checksum({file.data() + sizeof(Header), end - sizeof(Header)});
  const std::string version =
      absl::StrFormat("%s-%08x", std::string(release), header.checksum >> 32);
  if (version.size() >= header.version.size()) {
    return absl::InvalidArgumentError("release name is too long");
  }
  std::memcpy(header.version.data(), version.data(), version.size());
  std::memcpy(file.data(), &header, sizeof(Header));
  const std::string temporary = path + ".new";
  std::ofstream out(temporary, std::ios::binary | std::ios::trunc);
  out.write(reinterpret_cast<const char*>(file.data()), static_cast<std::streamsize>(end));
  out.close();
  if (!out || std::rename(temporary.c_str(), path.c_str()) != 0) {
    return absl::UnavailableError(absl::StrCat("cannot write ", path));
  }
  return absl::OkStatus();
}

}  // namespace huiyin::triage::text
