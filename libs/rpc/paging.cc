#include "libs/rpc/paging.h"

#include <google/protobuf/message.h>

#include <algorithm>
#include <memory>

#include "absl/strings/escaping.h"
#include "libs/core/status.h"

namespace huiyin::rpc {
namespace {

using google::protobuf::FieldDescriptor;
using google::protobuf::Message;

// Eight bytes that change with the question (FNV-1a of its bytes). Not a secret: a forged token
// reaches nothing that the same caller could not list anyway.
std::string QuestionDigest(const Message& request) {
  const std::unique_ptr<Message> question(request.New());
  question->CopyFrom(request);
  for (const char* name : {"page_size", "page_token"}) {
    const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName(name);
    if (field) question->GetReflection()->ClearField(question.get(), field);
  }
  uint64_t hash = 0xcbf29ce484222325;
  for (const char c : question->SerializeAsString()) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  std::string bytes;
  for (int shift = 0; shift < 64; shift += 8) bytes.push_back(static_cast<char>(hash >> shift));
  return bytes;
}

}  // namespace

absl::StatusOr<int> PageSize(int requested, int standard, int maximum) {
  if (requested < 0) return BadInput({{"page_size", "must not be negative"}});
  return requested == 0 ? standard : std::min(requested, maximum);
}

std::string MakePageToken(const Message& request, std::string_view position) {
  return absl::WebSafeBase64Escape(QuestionDigest(request).append(position));
}

absl::StatusOr<std::string> PagePosition(const Message& request) {
  const FieldDescriptor* field = request.GetDescriptor()->FindFieldByName("page_token");
  const std::string token = request.GetReflection()->GetString(request, field);
  if (token.empty()) return std::string();
  const std::string digest = QuestionDigest(request);
  std::string bytes;
  if (!absl::WebSafeBase64Unescape(token, &bytes) || bytes.size() <= digest.size() ||
      bytes.compare(0, digest.size(), digest) != 0) {
    return BadInput({{"page_token", "is not the next_page_token of an answer to this question"}});
  }
  return bytes.substr(digest.size());
}

}  // namespace huiyin::rpc
