#include "services/ingest/rpc/page_token.h"

#include <google/protobuf/message.h>

#include <memory>

#include "absl/strings/escaping.h"

namespace huiyin::ingest {
namespace {

constexpr size_t kWord = 8;

uint64_t Fnv(uint64_t hash, std::string_view text) {
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  return (hash ^ 0xff) * 0x100000001b3;  // an end mark, so that "a","bc" is not "ab","c"
}

void PutWord(std::string& out, uint64_t word) {
  for (size_t i = 0; i < kWord; ++i) out += static_cast<char>(word >> (8 * i));
}

uint64_t GetWord(std::string_view bytes, size_t index) {
  uint64_t word = 0;
  for (size_t i = 0; i < kWord; ++i) {
    word |= static_cast<uint64_t>(static_cast<unsigned char>(bytes[index * kWord + i])) << (8 * i);
  }
  return word;
}

}  // namespace

uint64_t QueryHash(const Caller& caller, const google::protobuf::Message& request) {
  const std::unique_ptr<google::protobuf::Message> query(request.New());
  query->CopyFrom(request);
  for (const char* name : {"page_size", "page_token", "resume_token"}) {
    const auto* field = query->GetDescriptor()->FindFieldByName(name);
    if (field != nullptr) query->GetReflection()->ClearField(query.get(), field);
  }
  uint64_t hash = Fnv(0xcbf29ce484222325, request.GetDescriptor()->full_name());
  hash = Fnv(hash, caller.tenant.value());
  hash = Fnv(hash, caller.subject);
  return Fnv(hash, query->SerializeAsString());
}

std::string MakeToken(uint64_t query, std::initializer_list<int64_t> positions) {
  std::string bytes;
  PutWord(bytes, query);
  for (const int64_t position : positions) PutWord(bytes, static_cast<uint64_t>(position));
  return absl::WebSafeBase64Escape(bytes);
}

std::optional<std::vector<int64_t>> ReadToken(uint64_t query, std::string_view token,
                                              size_t count) {
  std::string bytes;
  if (!absl::WebSafeBase64Unescape({token.data(), token.size()}, &bytes) ||
      bytes.size() != (count + 1) * kWord || GetWord(bytes, 0) != query) {
    return std::nullopt;
  }
  std::vector<int64_t> positions;
  for (size_t i = 1; i <= count; ++i) positions.push_back(static_cast<int64_t>(GetWord(bytes, i)));
  return positions;
}

}  // namespace huiyin::ingest
