#include "deploy/ctl/proto_text.h"

#include <cctype>
#include <cstdint>

#include "absl/strings/ascii.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/str_join.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"
#include "absl/strings/strip.h"
#include "deploy/ctl/command.h"
#include "libs/core/money.h"

namespace huiyin::ctl {
namespace {

absl::string_view View(std::string_view text) { return {text.data(), text.size()}; }

// "CATEGORY_" of CATEGORY_UNSPECIFIED, the first value of every enum here.
std::string Prefix(const google::protobuf::EnumDescriptor& type) {
  std::string prefix = type.value(0)->name();
  const size_t end = prefix.rfind("UNSPECIFIED");
  return end == std::string::npos ? "" : prefix.substr(0, end);
}

}  // namespace

std::string EnumLabel(const google::protobuf::EnumDescriptor& type, int value) {
  const auto* found = type.FindValueByNumber(value);
  if (found == nullptr) return absl::StrCat(value);
  if (found->index() == 0) return "";
  return absl::AsciiStrToLower(found->name().substr(Prefix(type).size()));
}

const google::protobuf::EnumValueDescriptor* FindEnum(const google::protobuf::EnumDescriptor& type,
                                                      std::string_view label) {
  std::string name = absl::AsciiStrToUpper(View(label));
  for (char& c : name) c = c == '-' || c == ' ' ? '_' : c;
  const auto* found = type.FindValueByName(Prefix(type) + name);
  if (found == nullptr) found = type.FindValueByName(name);
  return found != nullptr && found->index() == 0 ? nullptr : found;
}

std::string EnumLabels(const google::protobuf::EnumDescriptor& type) {
  std::vector<std::string> labels;
  for (int i = 1; i < type.value_count(); ++i) {
    labels.push_back(EnumLabel(type, type.value(i)->number()));
  }
  return absl::StrJoin(labels, "|");
}

absl::Time ToTime(const google::protobuf::Timestamp& time) {
  return absl::FromUnixSeconds(time.seconds()) + absl::Nanoseconds(time.nanos());
}

google::protobuf::Timestamp FromTime(absl::Time time) {
  google::protobuf::Timestamp result;
  const timespec parts = absl::ToTimespec(time);
  result.set_seconds(parts.tv_sec);
  result.set_nanos(static_cast<int32_t>(parts.tv_nsec));
  return result;
}

std::string TimeText(const google::protobuf::Timestamp& time) {
  if (time.seconds() == 0 && time.nanos() == 0) return "";
  return absl::FormatTime("%Y-%m-%d %H:%M:%S", ToTime(time), absl::LocalTimeZone());
}

absl::StatusOr<absl::Duration> ParseSpan(std::string_view text) {
  int64_t days = 0;
  absl::Duration span;
  if (text.ends_with('d') && absl::SimpleAtoi(View(text.substr(0, text.size() - 1)), &days)) {
    span = absl::Hours(24 * days);
  } else if (!absl::ParseDuration(View(text), &span)) {
    return BadUsage(absl::StrCat("\"", View(text), "\" is not a duration such as 90m, 24h or 7d"));
  }
  if (span <= absl::ZeroDuration()) return BadUsage("a duration must be longer than nothing");
  return span;
}

absl::StatusOr<google::protobuf::Timestamp> ParseTime(std::string_view text, absl::Time now) {
  if (text == "now") return FromTime(now);
  absl::Time time;
  std::string error;
  if (absl::ParseTime(absl::RFC3339_full, View(text), &time, &error) ||
      absl::ParseTime("%Y-%m-%d %H:%M", View(text), absl::LocalTimeZone(), &time, &error) ||
      absl::ParseTime("%Y-%m-%d", View(text), absl::LocalTimeZone(), &time, &error)) {
    return FromTime(time);
  }
  if (const auto span = ParseSpan(text); span.ok()) return FromTime(now - *span);
  return BadUsage(absl::StrCat("\"", View(text), "\" is not a time: give 2026-11-22, ",
                               "2026-11-22T09:30:00Z, \"now\", or how long ago: 90m, 24h, 7d"));
}

std::string MoneyText(const huiyin::common::v1::Money& money) {
  return money.currency().empty() ? "" : Money(money.minor_units(), money.currency()).ToString();
}

absl::StatusOr<huiyin::common::v1::Money> ParseMoney(std::string_view text) {
  const auto bad = [&](const std::string& why) {
    return BadUsage(
        absl::StrCat("\"", View(text), "\" is not an amount such as \"12.34 CNY\": ", why));
  };
  const std::vector<std::string> parts = absl::StrSplit(View(text), ' ', absl::SkipEmpty());
  if (parts.size() != 2) return bad("amount, space, currency");
  const std::string currency = absl::AsciiStrToUpper(parts[1]);
  const auto exponent = CurrencyExponent(currency);
  if (!exponent.ok()) return bad(currency + " is not a currency");
  const std::pair<std::string, std::string> number =
      absl::StrSplit(parts[0], absl::MaxSplits('.', 1));
  std::string decimals = number.second;
  if (static_cast<int>(decimals.size()) > *exponent) {
    return bad(absl::StrCat(currency, " has ", *exponent, " decimals"));
  }
  decimals.append(*exponent - decimals.size(), '0');
  huiyin::common::v1::Money money;
  int64_t minor = 0;
  if (number.first.empty() || !absl::SimpleAtoi(number.first + decimals, &minor)) {
    return bad("no number");
  }
  money.set_minor_units(minor);
  money.set_currency(currency);
  return money;
}

std::string ResourceName(std::string_view tenant, std::string_view collection,
                         std::string_view id) {
  if (id.find('/') != std::string_view::npos) return std::string(id);
  return absl::StrCat("tenants/", View(tenant), "/", View(collection), "/", View(id));
}

std::string BareId(std::string_view name) {
  return std::string(name.substr(name.rfind('/') + 1));  // npos + 1 is 0: all of it
}

}  // namespace huiyin::ctl
