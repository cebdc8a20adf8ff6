// application/x-www-form-urlencoded, as Stripe and Alipay take and send it.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace huiyin::aftersales {

// Everything but letters, digits and "-._~" as %XX.
std::string PercentEncoded(std::string_view text);
std::string FormBody(const std::vector<std::pair<std::string, std::string>>& fields);
// The last of fields with the same name; a broken %XX is kept as it is.
std::map<std::string, std::string> ParseForm(std::string_view body);

}  // namespace huiyin::aftersales
