// A compact byte form of small structures: varints and length-prefixed texts. A structure lists its
// fields once, in a member template Fields(Archive&), for both directions. Fields may be added at
// the end: missing ones keep their defaults when old bytes are read. UUIDs, which most texts are,
// take 17 bytes instead of 37.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

#include "absl/container/inlined_vector.h"
#include "absl/time/time.h"

namespace huiyin::analytics {

inline void PutVarint(std::string& out, uint64_t value) {
  while (value >= 0x80) {
    out.push_back(static_cast<char>(value | 0x80));
    value >>= 7;
  }
  out.push_back(static_cast<char>(value));
}

// Reads one and moves `in` past it; 0 at the end.
inline uint64_t GetVarint(std::string_view& in) {
  uint64_t value = 0;
  for (int shift = 0; shift < 64 && !in.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(in.front());
    in.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7F) << shift;
    if (byte < 0x80) break;
  }
  return value;
}

inline uint64_t ZigZag(int64_t value) {
  return static_cast<uint64_t>(value) << 1 ^ static_cast<uint64_t>(value >> 63);
}
inline int64_t UnZigZag(uint64_t value) {
  return static_cast<int64_t>(value >> 1) ^ -static_cast<int64_t>(value & 1);
}

// In place of a text's length, which is written doubled and hence even.
inline constexpr char kUuidMark = 1;
inline constexpr size_t kUuidBytes = 16;
// Appends the 16 bytes of a UUID in lower case; false for any other text.
bool AppendUuid(std::string_view text, std::string& out);
// The text of 16 bytes.
std::string UuidText(std::string_view bytes);

class Writer {
 public:
  std::string bytes;

  void operator()(const std::string& text) {
    const size_t start = bytes.size();
    bytes.push_back(kUuidMark);
    if (AppendUuid(text, bytes)) return;
    bytes.resize(start);
    PutVarint(bytes, text.size() << 1);
    bytes += text;
  }
  template <class T>
  requires std::is_integral_v<T>
  void operator()(const T& number) { PutVarint(bytes, ZigZag(static_cast<int64_t>(number))); }
  void operator()(const absl::Time& time) { (*this)(absl::ToUnixMicros(time)); }
  template <class T>
  void operator()(const std::optional<T>& value) {
    (*this)(value.has_value());
    if (value) (*this)(*value);
  }
  template <class T>
  void operator()(const std::vector<T>& values) {
    PutAll(values);
  }
  template <class T, size_t N>
  void operator()(const absl::InlinedVector<T, N>& values) {
    PutAll(values);
  }
  template <class T>
  requires std::is_class_v<T>
  void operator()(const T& value) { const_cast<T&>(value).Fields(*this); }

 private:
  template <class Values>
  void PutAll(const Values& values) {
    PutVarint(bytes, values.size());
    for (const auto& value : values) (*this)(value);
  }
};

class Reader {
 public:
  explicit Reader(std::string_view bytes) : in_(bytes) {}

  void operator()(std::string& text) {
    if (in_.empty()) return;
    const uint64_t size = GetVarint(in_);
    const std::string_view bytes = in_.substr(0, size == kUuidMark ? kUuidBytes : size >> 1);
    in_.remove_prefix(bytes.size());
    text = size == kUuidMark ? UuidText(bytes) : std::string(bytes);
  }
  template <class T>
  requires std::is_integral_v<T>
  void operator()(T& number) {
    if (!in_.empty()) number = static_cast<T>(UnZigZag(GetVarint(in_)));
  }
  void operator()(absl::Time& time) {
    int64_t micros = absl::ToUnixMicros(time);
    (*this)(micros);
    time = absl::FromUnixMicros(micros);
  }
  template <class T>
  void operator()(std::optional<T>& value) {
    bool given = false;
    (*this)(given);
    value.reset();
    if (given) (*this)(value.emplace());
  }
  template <class T>
  void operator()(std::vector<T>& values) {
    TakeAll(values);
  }
  template <class T, size_t N>
  void operator()(absl::InlinedVector<T, N>& values) {
    TakeAll(values);
  }
  template <class T>
  requires std::is_class_v<T>
  void operator()(T& value) { value.Fields(*this); }

 private:
  template <class Values>
  void TakeAll(Values& values) {
    values.clear();
    for (uint64_t left = in_.empty() ? 0 : GetVarint(in_); left > 0 && !in_.empty(); --left) {
      (*this)(values.emplace_back());
    }
  }

  std::string_view in_;
};

template <class T>
std::string ToBytes(const T& value) {
  Writer writer;
  writer(value);
  return std::move(writer.bytes);
}

template <class T>
T FromBytes(std::string_view bytes) {
  T value;
  Reader reader(bytes);
  reader(value);
  return value;
}

}  // namespace huiyin::analytics
