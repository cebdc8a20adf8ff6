#include "services/aftersales/domain/digest.h"

#include <openssl/evp.h>

#include <charconv>
#include <memory>

namespace huiyin::aftersales {
namespace {

struct FreeContext {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};

}  // namespace

std::string Sha256Hex(std::string_view bytes) {
  // Fetched and made once: either costs more than a digest.
  static EVP_MD* const sha256 = EVP_MD_fetch(nullptr, "SHA256", nullptr);
  thread_local const std::unique_ptr<EVP_MD_CTX, FreeContext> context(EVP_MD_CTX_new());
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  EVP_DigestInit_ex2(context.get(), sha256, nullptr);
  EVP_DigestUpdate(context.get(), bytes.data(), bytes.size());
  EVP_DigestFinal_ex(context.get(), digest, &size);
  static constexpr char kHex[] = "0123456789abcdef";
  std::string hex;
  hex.reserve(2 * size);
  for (unsigned int i = 0; i < size; ++i) {
    hex.push_back(kHex[digest[i] >> 4]);
    hex.push_back(kHex[digest[i] & 15]);
  }
  return hex;
}

FactWriter& FactWriter::Int(int64_t value) {
  char text[24];
  char* end = std::to_chars(text, text + sizeof text, value).ptr;
  *end++ = ';';
  bytes_.append(text, end - text);
  return *this;
}

FactWriter& FactWriter::Text(std::string_view value) {
  char text[24];
  char* end = std::to_chars(text, text + sizeof text, value.size()).ptr;
  *end++ = ':';
  bytes_.append(text, end - text);
  bytes_.append(value);
  bytes_.push_back(';');
  return *this;
}

int64_t FactReader::Number(char end) {
  int64_t value = 0;
  if (!ok_) return 0;
  const auto [stop, error] = std::from_chars(rest_.data(), rest_.data() + rest_.size(), value);
  const size_t used = stop - rest_.data();
  if (error != std::errc() || used >= rest_.size() || *stop != end) {
    ok_ = false;
    return 0;
  }
  rest_.remove_prefix(used + 1);
  return value;
}

int64_t FactReader::Int() { return Number(';'); }

std::string FactReader::Text() {
  const int64_t size = Number(':');
  if (!ok_ || size < 0 || static_cast<size_t>(size) >= rest_.size() || rest_[size] != ';') {
    ok_ = false;
    return "";
  }
  std::string text(rest_.substr(0, size));
  rest_.remove_prefix(size + 1);
  return text;
}

}  // namespace huiyin::aftersales
