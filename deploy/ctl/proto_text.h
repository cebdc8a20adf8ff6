// Generated enums, times and money as text and back. Includes protobuf: for files that print them.
#pragma once

#include <google/protobuf/descriptor.h>
#include <google/protobuf/generated_enum_reflection.h>
#include <google/protobuf/timestamp.pb.h>

#include <CLI/CLI.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "huiyin/common/v1/money.pb.h"

namespace huiyin::ctl {

// "wrong_or_missing_item" for CATEGORY_WRONG_OR_MISSING_ITEM; empty for …_UNSPECIFIED.
std::string EnumLabel(const google::protobuf::EnumDescriptor& type, int value);
// The reverse; also takes the full name. Empty optional for a name it does not have.
const google::protobuf::EnumValueDescriptor* FindEnum(const google::protobuf::EnumDescriptor& type,
                                                      std::string_view label);
// Every label but UNSPECIFIED, with "|" between.
std::string EnumLabels(const google::protobuf::EnumDescriptor& type);

template <class E>
std::string Label(E value) {
  return EnumLabel(*google::protobuf::GetEnumDescriptor<E>(), static_cast<int>(value));
}

// An option that takes a label of E.
template <class E>
CLI::Option* EnumOption(CLI::App& app, const std::string& name, E& value, const std::string& doc) {
  const auto& type = *google::protobuf::GetEnumDescriptor<E>();
  return app
      .add_option_function<std::string>(
          name,
          [&value, &type, name](const std::string& text) {
            const auto* found = FindEnum(type, text);
            if (found == nullptr) {
              throw CLI::ValidationError(name, text + " is not one of " + EnumLabels(type));
            }
            value = static_cast<E>(found->number());
          },
          doc)
      ->type_name(EnumLabels(type));
}

// The same, several times or with commas.
template <class E>
CLI::Option* EnumsOption(CLI::App& app, const std::string& name, std::vector<E>& values,
                         const std::string& doc) {
  const auto& type = *google::protobuf::GetEnumDescriptor<E>();
  return app
      .add_option_function<std::vector<std::string>>(
          name,
          [&values, &type, name](const std::vector<std::string>& texts) {
            for (const std::string& text : texts) {
              const auto* found = FindEnum(type, text);
              if (found == nullptr) {
                throw CLI::ValidationError(name, text + " is not one of " + EnumLabels(type));
              }
              values.push_back(static_cast<E>(found->number()));
            }
          },
          doc)
      ->delimiter(',')
      ->type_name(EnumLabels(type));
}

// "2026-11-22 09:30" in the local time zone; empty when absent.
std::string TimeText(const google::protobuf::Timestamp& time);
absl::Time ToTime(const google::protobuf::Timestamp& time);
google::protobuf::Timestamp FromTime(absl::Time time);
// RFC 3339 ("2026-11-22T09:30:00Z"), a date ("2026-11-22", local midnight), "now", or how long ago:
// "90m", "24h", "7d". BAD_USAGE otherwise.
absl::StatusOr<google::protobuf::Timestamp> ParseTime(std::string_view text, absl::Time now);
// "7d", "24h", "90m", "30s".
absl::StatusOr<absl::Duration> ParseSpan(std::string_view text);

// "12.34 CNY"; empty without currency.
std::string MoneyText(const huiyin::common::v1::Money& money);
// The reverse, exact: "12.34 CNY", "1200 JPY". BAD_USAGE otherwise.
absl::StatusOr<huiyin::common::v1::Money> ParseMoney(std::string_view text);

// "tenants/-/tickets/ID" for a bare id; what has a "/" stays.
std::string ResourceName(std::string_view tenant, std::string_view collection, std::string_view id);
// Last part of a resource name.
std::string BareId(std::string_view name);

}  // namespace huiyin::ctl
