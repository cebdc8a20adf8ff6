// Every indexed message also holds a token of its tenant, so that a search never reads through the
// hits of others. Tickets are looked up within the tenant afterwards, so a clash of hashes harms
// nobody.
#pragma once

#include <cstdint>
#include <string>

#include "absl/strings/str_cat.h"
#include "libs/core/strong_id.h"

namespace huiyin::ingest {

inline std::string TenantToken(const TenantId& tenant) {
  uint64_t hash = 0xcbf29ce484222325;  // FNV-1a: stored, so it must never change
  for (const char c : tenant.value()) {
    hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
  }
  return absl::StrCat("zt", absl::Hex(hash, absl::kZeroPad16));
}

}  // namespace huiyin::ingest
