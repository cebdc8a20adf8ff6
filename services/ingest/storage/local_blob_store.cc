#include "services/ingest/storage/local_blob_store.h"

#include <fcntl.h>
#include <magic.h>
#include <openssl/evp.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/core/status.h"

namespace huiyin::ingest {
namespace {

constexpr size_t kChunk = 64 << 10;
// Enough for libmagic to tell what a file is, even MP4 with a long header.
constexpr size_t kHead = 64 << 10;

absl::Status FromErrno(std::string_view what) {
  const int error = errno;
  const std::string text =
      absl::StrCat(std::string(what), ": ", std::generic_category().message(error));
  if (error == ENOSPC || error == EDQUOT) return absl::ResourceExhaustedError(text);
  if (error == ENOENT) return absl::NotFoundError(text);
  return absl::UnavailableError(text);
}

class File {
 public:
  File(const std::string& path, int flags) : fd_(::open(path.c_str(), flags | O_CLOEXEC, 0640)) {}
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  File(const File&) = delete;
  bool ok() const { return fd_ >= 0; }
  int fd() const { return fd_; }

 private:
  const int fd_;
};

absl::StatusOr<std::string> ReadAt(int fd, int64_t offset, size_t max) {
  std::string bytes(max, '\0');
  size_t got = 0;
  while (got < max) {
    const ssize_t n =
        ::pread(fd, bytes.data() + got, max - got, offset + static_cast<int64_t>(got));
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return FromErrno("reading evidence");
    if (n == 0) break;
    got += static_cast<size_t>(n);
  }
  bytes.resize(got);
  return bytes;
}

absl::StatusOr<std::string> ContentType(std::string_view head) {
  // A cookie is not thread-safe; loading the database takes milliseconds, finishing an upload is
  // rare.
  const std::unique_ptr<magic_set, void (*)(magic_t)> cookie(magic_open(MAGIC_MIME_TYPE),
                                                             magic_close);
  if (cookie == nullptr || magic_load(cookie.get(), nullptr) != 0) {
    return absl::UnavailableError("the table of content types cannot be read");
  }
  const char* type = magic_buffer(cookie.get(), head.data(), head.size());
  return type == nullptr ? std::string("application/octet-stream") : std::string(type);
}

// Tenants are made by operators; still, none must lead out of the folder.
std::string SafeName(const std::string& text) {
  std::string name;
  for (const unsigned char c : text) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                       c == '-' || c == '_';
    if (plain) {
      name += static_cast<char>(c);
    } else {
      absl::StrAppend(&name, "%", absl::Hex(c, absl::kZeroPad2));
    }
  }
  return name;
}

}  // namespace

absl::StatusOr<std::unique_ptr<LocalBlobStore>> LocalBlobStore::Open(const std::string& folder) {
  std::error_code error;
  std::filesystem::create_directories(folder, error);
  if (error || ::access(folder.c_str(), W_OK | X_OK) != 0) {
    return absl::UnavailableError(
        absl::StrCat("cannot write evidence to ", folder, ": ",
                     error ? error.message() : std::generic_category().message(errno)));
  }
  return std::unique_ptr<LocalBlobStore>(new LocalBlobStore(folder));
}

std::string LocalBlobStore::FolderOf(const Upload& upload) const {
  const std::string id = SafeName(upload.id.value());
  return absl::StrCat(folder_, "/", SafeName(upload.tenant.value()), "/",
                      id.substr(id.size() < 2 ? 0 : id.size() - 2));
}

std::string LocalBlobStore::PathOf(const Upload& upload) const {
  return absl::StrCat(FolderOf(upload), "/", SafeName(upload.id.value()));
}

absl::Status LocalBlobStore::Write(const Upload& upload, int64_t offset, std::string_view bytes) {
  std::error_code error;
  std::filesystem::create_directories(FolderOf(upload), error);
  const File file(PathOf(upload), O_WRONLY | O_CREAT);
  if (!file.ok()) return FromErrno("opening evidence");
  while (!bytes.empty()) {
    const ssize_t n = ::pwrite(file.fd(), bytes.data(), bytes.size(), offset);
    if (n < 0 && errno == EINTR) continue;
    if (n < 0) return FromErrno("writing evidence");
    bytes.remove_prefix(static_cast<size_t>(n));
    offset += n;
  }
  if (::ftruncate(file.fd(), offset) != 0) return FromErrno("writing evidence");
  return absl::OkStatus();
}

absl::Status LocalBlobStore::Sync(const Upload& upload) {
  const File file(PathOf(upload), O_RDONLY);
  if (!file.ok()) return FromErrno("opening evidence");
  if (::fsync(file.fd()) != 0) return FromErrno("syncing evidence");
  // The folders too: otherwise a crash may lose the file's name.
  for (std::filesystem::path path = FolderOf(upload); path.native().size() >= folder_.size();
       path = path.parent_path()) {
    const File folder(path.string(), O_RDONLY | O_DIRECTORY);
    if (!folder.ok() || ::fsync(folder.fd()) != 0) return FromErrno("syncing evidence");
    if (path.native().size() == folder_.size()) break;
  }
  return absl::OkStatus();
}

absl::StatusOr<BlobFacts> LocalBlobStore::Inspect(const Upload& upload) {
  const File file(PathOf(upload), O_RDONLY);
  if (!file.ok()) return FromErrno("opening evidence");
  const std::unique_ptr<EVP_MD_CTX, void (*)(EVP_MD_CTX*)> digest(EVP_MD_CTX_new(),
                                                                  EVP_MD_CTX_free);
  EVP_DigestInit_ex(digest.get(), EVP_sha256(), nullptr);
  BlobFacts facts;
  std::string head;
  while (facts.size < upload.size) {
    const size_t want = std::min<int64_t>(kChunk, upload.size - facts.size);
    HUIYIN_ASSIGN_OR_RETURN(const std::string bytes, ReadAt(file.fd(), facts.size, want));
    if (bytes.empty()) break;
    if (head.size() < kHead) head += bytes;
    EVP_DigestUpdate(digest.get(), bytes.data(), bytes.size());
    facts.size += static_cast<int64_t>(bytes.size());
  }
  unsigned char sum[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  EVP_DigestFinal_ex(digest.get(), sum, &length);
  facts.sha256 =
      absl::BytesToHexString(absl::string_view(reinterpret_cast<const char*>(sum), length));
  HUIYIN_ASSIGN_OR_RETURN(facts.content_type, ContentType(head));
  return facts;
}

absl::StatusOr<std::string> LocalBlobStore::Read(const Upload& upload, int64_t offset, size_t max) {
  const File file(PathOf(upload), O_RDONLY);
  if (!file.ok()) return FromErrno("opening evidence");
  return ReadAt(file.fd(), offset, max);
}

absl::Status LocalBlobStore::Remove(const Upload& upload) {
  if (::unlink(PathOf(upload).c_str()) != 0 && errno != ENOENT) {
    return FromErrno("removing evidence");
  }
  return absl::OkStatus();
}

}  // namespace huiyin::ingest
