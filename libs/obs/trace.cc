#include "libs/obs/trace.h"

#include <cstdint>
#include <random>

namespace huiyin::obs {
namespace {

constexpr size_t kLength = 55;  // 2 + 1 + 32 + 1 + 16 + 1 + 2

bool IsLowerHex(std::string_view text) {
  return text.find_first_not_of("0123456789abcdef") == std::string_view::npos;
}

bool IsZero(std::string_view text) { return text.find_first_not_of('0') == std::string_view::npos; }

void AppendHex(std::string& out, uint64_t value) {
  static constexpr char kHex[] = "0123456789abcdef";
  for (int shift = 60; shift >= 0; shift -= 4) out.push_back(kHex[value >> shift & 0xf]);
}

// Trace ids need to be unique, not secret.
uint64_t NonZeroRandom() {
  thread_local std::mt19937_64 random{std::random_device{}() ^ uint64_t{std::random_device{}()}
                                                                   << 32};
  uint64_t value;
  do value = random();
  while (value == 0);
  return value;
}

}  // namespace

bool IsTraceparent(std::string_view text) {
  // A later version may be longer (W3C, 3.2.4); only what version 00 defines is read.
  if (text.size() < kLength ||
      (text.size() > kLength && (text.substr(0, 2) == "00" || text[kLength] != '-'))) {
    return false;
  }
  const std::string_view version = text.substr(0, 2), trace = text.substr(3, 32),
                         span = text.substr(36, 16), flags = text.substr(53, 2);
  return text[2] == '-' && text[35] == '-' && text[52] == '-' && IsLowerHex(version) &&
         version != "ff" && IsLowerHex(trace) && !IsZero(trace) && IsLowerHex(span) &&
         !IsZero(span) && IsLowerHex(flags);
}

std::string NewSpan(std::string_view parent) {
  const bool valid = IsTraceparent(parent);
  std::string context = "00-";
  context.reserve(kLength);
  if (valid) {
    context += TraceId(parent);
  } else {
    AppendHex(context, NonZeroRandom());
    AppendHex(context, NonZeroRandom());
  }
  context += '-';
  AppendHex(context, NonZeroRandom());
  context += '-';
  context += valid ? parent.substr(53, 2) : "01";
  return context;
}

std::string_view TraceId(std::string_view traceparent) {
  return IsTraceparent(traceparent) ? traceparent.substr(3, 32) : std::string_view();
}

std::string_view SpanId(std::string_view traceparent) {
  return IsTraceparent(traceparent) ? traceparent.substr(36, 16) : std::string_view();
}

}  // namespace huiyin::obs
