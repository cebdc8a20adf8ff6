#include "libs/db/sql_text.h"

#include "absl/strings/ascii.h"
#include "absl/strings/match.h"
#include "absl/strings/str_replace.h"
#include "absl/strings/str_split.h"

namespace huiyin::db {
namespace {

// Index after the quoted text or comment that starts at `at`; `at` itself when none does.
size_t SkipQuoted(std::string_view sql, size_t at) {
  std::string_view end;
  if (sql[at] == '\'') end = "'";
  if (sql[at] == '"') end = "\"";
  if (sql.substr(at, 2) == "--") end = "\n";
  if (sql.substr(at, 2) == "/*") end = "*/";
  if (end.empty()) return at;
  const size_t found = sql.find(end, at + 1);
  return found == std::string_view::npos ? sql.size() : found + end.size();
}

}  // namespace

std::string NumberParameters(std::string_view sql) {
  std::string out;
  out.reserve(sql.size() + 16);
  int number = 0;
  for (size_t at = 0; at < sql.size();) {
    const size_t next = SkipQuoted(sql, at);
    if (next != at) {
      out.append(sql.substr(at, next - at));
      at = next;
    } else if (sql[at] == '?') {
      out.append("$").append(std::to_string(++number));
      ++at;
    } else {
      out.push_back(sql[at++]);
    }
  }
  return out;
}

std::vector<std::string> StatementsFor(Dialect dialect, std::string_view script) {
  const bool sqlite = dialect == Dialect::kSqlite;
  std::vector<std::string> statements;
  std::string current;
  bool wanted = true;
  for (absl::string_view line : absl::StrSplit(Absl(script), '\n')) {
    const absl::string_view text = absl::StripAsciiWhitespace(line);
    if (text == "-- @sqlite") wanted = sqlite;
    if (text == "-- @postgres") wanted = !sqlite;
    if (text.empty() || absl::StartsWith(text, "--")) continue;
    current.append(line.data(), line.size()).append("\n");
    // A trigger's body has inner statements; it ends with END; alone.
    const bool trigger = absl::StrContains(current, "CREATE TRIGGER");
    const bool ends =
        trigger && sqlite ? absl::EqualsIgnoreCase(text, "END;") : absl::EndsWith(text, ";");
    if (!ends) continue;
    if (wanted) {
      statements.push_back(absl::StrReplaceAll(
          current, {{"{blob}", sqlite ? "BLOB" : "BYTEA"},
                    {"{without_rowid}", sqlite ? "WITHOUT ROWID" : ""},
                    {"{identity}", sqlite ? "INTEGER PRIMARY KEY AUTOINCREMENT"
                                          : "BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY"}}));
    }
    current.clear();
    wanted = true;
  }
  if (wanted && !absl::StripAsciiWhitespace(current).empty()) statements.push_back(current);
  return statements;
}

}  // namespace huiyin::db
