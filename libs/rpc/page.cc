#include "libs/rpc/page.h"

#include <google/protobuf/message.h>
#include <openssl/sha.h>

#include <algorithm>
#include <memory>

#include "absl/strings/escaping.h"
#include "absl/strings/str_cat.h"
#include "libs/core/status.h"

namespace huiyin::rpc {
namespace {

constexpr size_t kFingerprintBytes = 8;

// First bytes of the SHA-256 over the request's content. Requests hold no maps, so equal content
// serializes equally within one version of the service; after an upgrade a token may be refused,
// and the list starts anew.
std::string Fingerprint(const google::protobuf::Message& request) {
  const std::unique_ptr<google::protobuf::Message> query(request.New());
  query->CopyFrom(request);
  for (const char* name : {"page_size", "page_token"}) {
    query->GetReflection()->ClearField(query.get(), query->GetDescriptor()->FindFieldByName(name));
  }
  const std::string content = absl::StrCat(query->GetTypeName(), "\n", query->SerializeAsString());
  unsigned char digest[SHA256_DIGEST_LENGTH];
  SHA256(reinterpret_cast<const unsigned char*>(content.data()), content.size(), digest);
  return std::string(reinterpret_cast<const char*>(digest), kFingerprintBytes);
}

}  // namespace

std::string Page::Next(std::string_view next) const {
  return absl::WebSafeBase64Escape(
      absl::StrCat(query, absl::string_view(next.data(), next.size())));
}

absl::StatusOr<Page> ReadPage(const google::protobuf::Message& request, PageLimits limits) {
  const auto* fields = request.GetDescriptor();
  const auto* reflection = request.GetReflection();
  const int size = reflection->GetInt32(request, fields->FindFieldByName("page_size"));
  const std::string token = reflection->GetString(request, fields->FindFieldByName("page_token"));

  InputCheck check;
  check.Require(size >= 0, "page_size", "must not be negative");
  Page page{.size = size == 0 ? limits.standard : std::min(size, limits.maximum),
            .query = Fingerprint(request)};
  if (!token.empty()) {
    std::string content;
    if (check.Require(absl::WebSafeBase64Unescape(token, &content) &&
                          content.size() > kFingerprintBytes &&
                          content.compare(0, kFingerprintBytes, page.query) == 0,
                      "page_token", "is not a token of this query; start again without it")) {
      page.position = content.substr(kFingerprintBytes);
    }
  }
  HUIYIN_RETURN_IF_ERROR(check.ToStatus());
  return page;
}

}  // namespace huiyin::rpc
