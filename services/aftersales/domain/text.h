// Text put together from std types; absl::StrCat of this platform does not take std::string_view.
#pragma once

#include <string>
#include <string_view>
#include <type_traits>

namespace huiyin::aftersales {

// Concat("line ", 12, ": ", name): texts and integers, in order.
template <class... Parts>
std::string Concat(const Parts&... parts) {
  std::string out;
  const auto append = [&out](const auto& part) {
    using Part = std::decay_t<decltype(part)>;
    if constexpr (std::is_integral_v<Part>) {
      out += std::to_string(part);
    } else {
      out += std::string_view(part);
    }
  };
  (append(parts), ...);
  return out;
}

}  // namespace huiyin::aftersales
