// Reading JSON that others wrote: a field that is missing or of another type reads as nothing.
#pragma once

#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>

namespace huiyin::aftersales {

inline nlohmann::json ParseJson(std::string_view text) {
  return nlohmann::json::parse(text, nullptr, /*allow_exceptions=*/false);
}
// Bytes that are no UTF-8 are replaced, so this never throws.
inline std::string DumpJson(const nlohmann::json& value) {
  return value.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
}
inline std::string TextIn(const nlohmann::json& object, const char* field) {
  if (!object.is_object()) return "";
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}
inline std::optional<int64_t> IntegerIn(const nlohmann::json& object, const char* field) {
  if (!object.is_object()) return std::nullopt;
  const auto found = object.find(field);
  if (found == object.end() || !found->is_number_integer()) return std::nullopt;
  return found->get<int64_t>();
}
// Null when there is none.
inline nlohmann::json ObjectIn(const nlohmann::json& object, const char* field) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(field);
  return found != object.end() && found->is_object() ? *found : nlohmann::json(nullptr);
}

}  // namespace huiyin::aftersales
