// Canonical bytes of a set of facts, and their SHA-256: what makes verdicts reproducible and
// contents comparable.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

namespace huiyin::aftersales {

// SHA-256 of `bytes`, 64 lower-case hex digits.
std::string Sha256Hex(std::string_view bytes);

// Writes fields so that different facts never give the same bytes: integers as decimal followed by
// ';', text as length ':' bytes ';'. Read back by FactReader in the same order.
class FactWriter {
 public:
  FactWriter() { bytes_.reserve(512); }
  FactWriter& Int(int64_t value);
  FactWriter& Text(std::string_view value);
  const std::string& bytes() const { return bytes_; }
  std::string Take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

// Reads what FactWriter wrote. After a mismatch every read gives 0 or "" and ok() is false.
class FactReader {
 public:
  explicit FactReader(std::string_view bytes) : rest_(bytes) {}
  int64_t Int();
  std::string Text();
  bool ok() const { return ok_; }
  bool AtEnd() const { return rest_.empty(); }

 private:
  int64_t Number(char end);
  std::string_view rest_;
  bool ok_ = true;
};

}  // namespace huiyin::aftersales
