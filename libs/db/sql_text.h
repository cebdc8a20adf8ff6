// SQL as text: what the dialects spell apart.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "absl/strings/string_view.h"
#include "libs/db/database.h"

namespace huiyin::db {

// `?` → `$1`, `$2` …, except inside quotes and comments.
std::string NumberParameters(std::string_view sql);

// The statements of a migration for `dialect`: see migrator.h.
std::vector<std::string> StatementsFor(Dialect dialect, std::string_view script);

inline absl::string_view Absl(std::string_view text) { return {text.data(), text.size()}; }

}  // namespace huiyin::db
