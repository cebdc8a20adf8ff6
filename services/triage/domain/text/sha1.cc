#include "services/triage/domain/text/sha1.h"

#include <bit>
#include <cstddef>

namespace huiyin::triage::text {
namespace {

void AddBlock(const std::uint8_t* block, std::array<std::uint32_t, 5>* h) {
  std::array<std::uint32_t, 80> w;
  for (std::size_t i = 0; i < 16; ++i) {
    w[i] = std::uint32_t{block[4 * i]} << 24 | std::uint32_t{block[4 * i + 1]} << 16 |
           std::uint32_t{block[4 * i + 2]} << 8 | std::uint32_t{block[4 * i + 3]};
  }
  for (std::size_t i = 16; i < 80; ++i) {
    w[i] = std::rotl(w[i - 3] ^ w[i - 8] ^ w[i - 14] ^ w[i - 16], 1);
  }
  auto [a, b, c, d, e] = *h;
  for (std::size_t i = 0; i < 80; ++i) {
    std::uint32_t f;
    std::uint32_t k;
    if (i < 20) {
      f = (b & c) | (~b & d), k = 0x5A827999;
    } else if (i < 40) {
      f = b ^ c ^ d, k = 0x6ED9EBA1;
    } else if (i < 60) {
      f = (b & c) | (b & d) | (c & d), k = 0x8F1BBCDC;
    } else {
      f = b ^ c ^ d, k = 0xCA62C1D6;
    }
    const std::uint32_t next = std::rotl(a, 5) + f + e + k + w[i];
    e = d, d = c, c = std::rotl(b, 30), b = a, a = next;
  }
  (*h)[0] += a, (*h)[1] += b, (*h)[2] += c, (*h)[3] += d, (*h)[4] += e;
}

}  // namespace

std::array<std::uint8_t, 20> Sha1(std::string_view text) {
  std::array<std::uint32_t, 5> h = {0x67452301, 0xEFCDAB89, 0x98BADCFE, 0x10325476, 0xC3D2E1F0};
  const auto* bytes = reinterpret_cast<const std::uint8_t*>(text.data());
  std::size_t i = 0;
  for (; i + 64 <= text.size(); i += 64) AddBlock(bytes + i, &h);
  std::array<std::uint8_t, 128> tail{};
  std::size_t n = text.size() - i;
  for (std::size_t k = 0; k < n; ++k) tail[k] = bytes[i + k];
  tail[n] = 0x80;
  const std::size_t length = n < 56 ? 64 : 128;
  const std::uint64_t bits = std::uint64_t{text.size()} * 8;
  for (std::size_t k = 0; k < 8; ++k) {
    tail[length - 1 - k] = static_cast<std::uint8_t>(bits >> (8 * k));
  }
  for (std::size_t k = 0; k < length; k += 64) AddBlock(tail.data() + k, &h);
  std::array<std::uint8_t, 20> out;
  for (std::size_t k = 0; k < 20; ++k) {
    out[k] = static_cast<std::uint8_t>(h[k / 4] >> (24 - 8 * (k % 4)));
  }
  return out;
}

std::string Sha1Hex(std::string_view text) {
  constexpr std::string_view kDigits = "0123456789abcdef";
  std::string out;
  for (std::uint8_t byte : Sha1(text)) {
    out.push_back(kDigits[byte >> 4]);
    out.push_back(kDigits[byte & 15]);
  }
  return out;
}

}  // namespace huiyin::triage::text
