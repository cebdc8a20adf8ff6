#include "services/aftersales/domain/statement.h"

#include <algorithm>
#include <map>

#include "libs/core/status.h"
#include "services/aftersales/domain/gateway_rules.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

constexpr size_t kMaxViolations = 20;
constexpr size_t kMaxField = 200;

using Fields = std::map<std::string, std::string, std::less<>>;

// The next line of `text`, without its end.
std::string_view TakeLine(std::string_view& text) {
  const size_t end = std::min(text.find('\n'), text.size());
  std::string_view line = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

// RFC 4180 without line breaks inside quotes; nothing when the quotes do not fit.
std::optional<std::vector<std::string>> CsvFields(std::string_view line) {
  std::vector<std::string> fields(1);
  bool quoted = false, closed = false;
  for (size_t i = 0; i < line.size(); ++i) {
    const char c = line[i];
    if (quoted) {
      if (c != '"') {
        fields.back() += c;
      } else if (i + 1 < line.size() && line[i + 1] == '"') {
        fields.back() += '"';
        ++i;
      } else {
        quoted = false;
        closed = true;
      }
    } else if (c == ',') {
      fields.emplace_back();
      closed = false;
    } else if (c == '"' && fields.back().empty() && !closed) {
      quoted = true;
    } else if (c == '"' || closed) {
      return std::nullopt;
    } else {
      fields.back() += c;
    }
  }
  if (quoted) return std::nullopt;
  return fields;
}

// A flat JSON object of texts and numbers; nothing for anything else.
class FlatJson {
 public:
  explicit FlatJson(std::string_view text) : text_(text) {}

  std::optional<Fields> Read() {
    Fields fields;
    if (!Skip('{')) return std::nullopt;
    if (Skip('}')) return AtEnd() ? std::optional(fields) : std::nullopt;
    do {
      const std::optional<std::string> name = Text();
      if (!name || !Skip(':')) return std::nullopt;
      std::optional<std::string> value = Value();
      if (!value) return std::nullopt;
      fields[*name] = *std::move(value);
    } while (Skip(','));
    if (!Skip('}') || !AtEnd()) return std::nullopt;
    return fields;
  }

 private:
  void Blanks() {
    while (!text_.empty() && (text_[0] == ' ' || text_[0] == '\t')) text_.remove_prefix(1);
  }
  bool AtEnd() {
    Blanks();
    return text_.empty();
  }
  bool Skip(char c) {
    Blanks();
    if (text_.empty() || text_[0] != c) return false;
    text_.remove_prefix(1);
    return true;
  }
  // A text without escapes other than \" and \\: keys, codes and amounts need no more.
  std::optional<std::string> Text() {
    if (!Skip('"')) return std::nullopt;
    std::string out;
    while (!text_.empty() && text_[0] != '"') {
      if (text_[0] == '\\') {
        text_.remove_prefix(1);
        if (text_.empty() || (text_[0] != '"' && text_[0] != '\\')) return std::nullopt;
      }
      out += text_[0];
      text_.remove_prefix(1);
    }
    if (!Skip('"')) return std::nullopt;
    return out;
  }
  std::optional<std::string> Value() {
    Blanks();
    if (!text_.empty() && text_[0] == '"') return Text();
    const size_t end = std::min(text_.find_first_of(",} \t"), text_.size());
    std::string out(text_.substr(0, end));
    text_.remove_prefix(end);
    if (out.empty() || out.find_first_of("{[") != out.npos) return std::nullopt;
    return out;
  }

  std::string_view text_;
};

// The line that these fields make, or what is wrong with them.
absl::StatusOr<StatementLine> FromFields(const Fields& fields) {
  const auto field = [&](std::string_view name) {
    const auto found = fields.find(name);
    return found == fields.end() ? std::string() : found->second;
  };
  StatementLine line;
  const std::string type = field("type");
  if (type == "chargeback") {
    line.type = StatementLineType::kChargeback;
  } else if (type == "chargeback_won") {
    line.type = StatementLineType::kChargebackWon;
  } else if (type != "refund") {
    return absl::InvalidArgumentError("type must be refund, chargeback or chargeback_won");
  }
  line.key = field("key");
  line.gateway_id = field("id");
  if (line.key.empty() || line.key.size() > kMaxField || line.gateway_id.size() > kMaxField) {
    return absl::InvalidArgumentError("key must have 1 to 200 characters, id at most 200");
  }
  const std::string currency = field("currency");
  const absl::StatusOr<int> exponent = CurrencyExponent(currency);
  if (!exponent.ok()) return absl::InvalidArgumentError("currency must be an ISO 4217 code");
  const absl::StatusOr<int64_t> minor = FromDecimal(field("amount"), *exponent);
  if (!minor.ok() || *minor <= 0) {
    return absl::InvalidArgumentError("amount must be a decimal number above 0");
  }
  line.amount = Money(*minor, currency);
  return line;
}

}  // namespace

absl::StatusOr<std::vector<StatementLine>> ReadStatement(StatementFormat format,
                                                         std::string_view text) {
  std::vector<StatementLine> lines;
  std::vector<Violation> violations;
  std::vector<std::string> columns;
  if (text.starts_with("\xEF\xBB\xBF")) text.remove_prefix(3);  // a byte order mark
  for (int64_t number = 1; !text.empty(); ++number) {
    const std::string_view raw = TakeLine(text);
    if (raw.empty()) continue;
    Fields fields;
    if (format == StatementFormat::kCsv) {
      const auto values = CsvFields(raw);
      if (values && columns.empty()) {
        columns = *values;
        continue;
      }
      if (values && values->size() == columns.size()) {
        for (size_t i = 0; i < columns.size(); ++i) fields[columns[i]] = (*values)[i];
      }
    } else if (auto read = FlatJson(raw).Read()) {
      fields = *std::move(read);
    }
    absl::StatusOr<StatementLine> line = FromFields(fields);
    if (line.ok()) {
      line->number = number;
      lines.push_back(*std::move(line));
    } else if (violations.size() < kMaxViolations) {
      violations.push_back({Concat("line ", number), std::string(line.status().message())});
    }
    if (lines.size() > kMaxStatementLines) {
      return BadInput({{"data", Concat("has more than ", kMaxStatementLines, " lines")}});
    }
  }
  if (!violations.empty()) return BadInput(violations);
  return lines;
}

}  // namespace huiyin::aftersales
