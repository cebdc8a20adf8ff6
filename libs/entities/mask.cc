// Replaces contact data in a text.
#include <algorithm>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "libs/entities/entities.h"

namespace huiyin::entities {
namespace {

std::string Digits(const CodePoints& t, const Entity& e) {
  std::string digits;
  const auto first = std::lower_bound(t.begin.begin(), t.begin.end() - 1, e.begin);
  for (auto i = static_cast<std::size_t>(first - t.begin.begin());
       i < t.size() && t.begin[i] < e.end; ++i) {
    if (t.cp[i] >= '0' && t.cp[i] <= '9') digits.push_back(static_cast<char>(t.cp[i]));
  }
  return digits;
}

std::string Mask(std::string_view source, const CodePoints& t, const Entity& e) {
  switch (e.kind) {
    case EntityKind::kEmail: {
      const std::string_view address = source.substr(e.begin, e.end - e.begin);
      std::size_t at = address.find('@');
      if (at == std::string_view::npos) at = address.find("＠");
      // One letter of a name is no name; of a full-width one the first byte alone is no letter.
      return at == std::string_view::npos || at == 0 ||
                     static_cast<unsigned char>(address[0]) >= 0x80
                 ? std::string("[EMAIL]")
                 : std::string(address.substr(0, 1)) + "***" + std::string(address.substr(at));
    }
    case EntityKind::kIdCard:
      return "[ID]";
    case EntityKind::kBankCard: {
      const std::string digits = Digits(t, e);
      return "[CARD *" + digits.substr(digits.size() - 4) + "]";
    }
    default: {
      const std::string digits = Digits(t, e);
      return digits.substr(0, 3) + "****" + digits.substr(digits.size() - 4);
    }
  }
}

}  // namespace

std::string_view ToString(EntityKind kind) {
  switch (kind) {
    case EntityKind::kPhone:
      return "phone";
    case EntityKind::kIdCard:
      return "id_card";
    case EntityKind::kBankCard:
      return "bank_card";
    case EntityKind::kEmail:
      return "email";
    case EntityKind::kOrderNumber:
      return "order_number";
    case EntityKind::kAmount:
      return "amount";
    case EntityKind::kDate:
      return "date";
    case EntityKind::kProduct:
      return "product";
  }
  return "unknown";
}

std::string MaskContactData(std::string_view source) {
  CodePoints cps;
  DecodeForEntities(source, &cps);
  std::vector<Entity> entities;
  FindEntities(cps, std::numeric_limits<std::size_t>::max(), &entities);
  std::string out;
  std::size_t done = 0;
  for (const Entity& e : entities) {
    if (!IsContactData(e.kind)) continue;
    out.append(source.substr(done, e.begin - done));
    out.append(Mask(source, cps, e));
    done = e.end;
  }
  out.append(source.substr(done));
  return out;
}

}  // namespace huiyin::entities
