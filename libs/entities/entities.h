// Facts written in a text: contact data, order numbers, amounts, dates, product names.
// Pure functions of the text; linear in its length.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "libs/core/utf8.h"

namespace huiyin::entities {

enum class EntityKind : std::uint8_t {
  kPhone = 0,     // contact data: masked
  kIdCard = 1,    // contact data: masked (mainland identity number, checksum verified)
  kBankCard = 2,  // contact data: masked (Luhn verified)
  kEmail = 3,     // contact data: masked
  kOrderNumber = 4,
  kAmount = 5,
  kDate = 6,
  kProduct = 7,  // a quoted or 【bracketed】 name
};
std::string_view ToString(EntityKind kind);
// True for the kinds that must be masked before a text is stored, logged or sent.
constexpr bool IsContactData(EntityKind kind) { return kind <= EntityKind::kEmail; }

// A fact found in a text; [begin, end) are byte offsets in it.
struct Entity {
  EntityKind kind = EntityKind::kOrderNumber;
  std::uint32_t begin = 0;
  std::uint32_t end = 0;
};

// `text` with contact data replaced by a mask that keeps its kind readable ("138****5678",
// "j***@example.com", "[ID]"…): what may be stored, logged or sent. Text without any is returned
// unchanged. Understands full-width digits and digits spaced or dashed.
std::string MaskContactData(std::string_view text);

// Decodes `text` for FindEntities: full-width forms and other scripts' digits become ASCII,
// zero-width and bidi control characters are left out.
void DecodeForEntities(std::string_view text, CodePoints* out);

// Appends at most `limit` entities of `cps` to *out, in order, not overlapping.
void FindEntities(const CodePoints& cps, std::size_t limit, std::vector<Entity>* out);

// True if the last of the 18 characters (digits, the last may be X) is the GB 11643 check digit and
// the birthday in it is a date.
bool IsIdCard(std::string_view id);

// True if `digits` (13 to 19 of them) pass Luhn and begin as card numbers do.
bool IsBankCard(std::string_view digits);

}  // namespace huiyin::entities
