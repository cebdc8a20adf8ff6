#include "services/aftersales/domain/policy/node.h"

#include <yaml-cpp/yaml.h>

#include <algorithm>
#include <charconv>

#include "libs/core/money.h"
#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"

namespace huiyin::aftersales {
namespace {

constexpr size_t kMaxDocument = 1 << 20;
constexpr int kMaxDepth = 16;

absl::Status At(int line, std::string_view what) {
  return BadInput({{Concat("line ", line), std::string(what)}});
}

absl::StatusOr<Node> Convert(const YAML::Node& yaml, int depth) {
  Node node;
  node.line = yaml.Mark().line + 1;
  if (depth > kMaxDepth) return At(node.line, "is nested too deep");
  switch (yaml.Type()) {
    case YAML::NodeType::Scalar:
      node.kind = Node::Kind::kScalar;
      node.text = yaml.Scalar();
      break;
    case YAML::NodeType::Sequence:
      node.kind = Node::Kind::kList;
      for (const YAML::Node& item : yaml) {
        HUIYIN_ASSIGN_OR_RETURN(Node child, Convert(item, depth + 1));
        node.items.push_back(std::move(child));
      }
      break;
    case YAML::NodeType::Map:
      node.kind = Node::Kind::kMap;
      for (const auto& field : yaml) {
        const std::string name = field.first.Scalar();
        if (node.Field(name) != nullptr) {
          return At(field.first.Mark().line + 1, Concat("\"", name, "\" appears twice"));
        }
        HUIYIN_ASSIGN_OR_RETURN(Node child, Convert(field.second, depth + 1));
        node.fields.push_back({name, std::move(child)});
      }
      break;
    default:
      break;
  }
  return node;
}

}  // namespace

const Node* Node::Field(std::string_view name) const {
  for (const auto& [key, value] : fields) {
    if (key == name) return &value;
  }
  return nullptr;
}

absl::StatusOr<Node> ParseYaml(std::string_view text) {
  if (text.size() > kMaxDocument) return At(1, "the document is longer than 1 MiB");
  try {
    return Convert(YAML::Load(std::string(text)), 0);
  } catch (const YAML::Exception& e) {
    return At(e.mark.line + 1, e.msg);
  }
}

void DocumentCheck::Add(const Node& at, std::string_view what) {
  errors_.emplace_back(at.line, std::string(what));
}

absl::Status DocumentCheck::ToStatus() const {
  if (ok()) return absl::OkStatus();
  std::vector<Violation> violations;
  for (const auto& [line, what] : errors_) violations.push_back({Concat("line ", line), what});
  return BadInput(violations);
}

int64_t DocumentCheck::Int(const Node& node, int64_t min, int64_t max) {
  int64_t value = 0;
  const char* end = node.text.data() + node.text.size();
  const auto [stop, error] = std::from_chars(node.text.data(), end, value);
  if (node.kind != Node::Kind::kScalar || error != std::errc() || stop != end || value < min ||
      value > max) {
    Add(node, Concat("must be a whole number from ", min, " to ", max));
    return 0;
  }
  return value;
}

bool DocumentCheck::Bool(const Node& node) {
  if (node.kind != Node::Kind::kScalar || (node.text != "true" && node.text != "false")) {
    Add(node, "must be true or false");
  }
  return node.text == "true";
}

std::string DocumentCheck::Text(const Node& node) {
  if (node.kind != Node::Kind::kScalar || node.text.empty() || node.text.size() > 128) {
    Add(node, "must be a text of 1 to 128 characters");
    return "";
  }
  return node.text;
}

std::vector<std::string> DocumentCheck::Texts(const Node& node) {
  std::vector<std::string> texts;
  if (node.kind != Node::Kind::kList || node.items.empty()) {
    Add(node, "must be a list with at least one member");
    return texts;
  }
  for (const Node& item : node.items) texts.push_back(Text(item));
  return texts;
}

std::map<std::string, int64_t, std::less<>> DocumentCheck::Amounts(const Node& node) {
  std::map<std::string, int64_t, std::less<>> amounts;
  if (node.kind != Node::Kind::kMap || node.fields.empty()) {
    Add(node, "must map currencies to minor units, as {CNY: 50000}");
    return amounts;
  }
  for (const auto& [currency, amount] : node.fields) {
    if (!CurrencyExponent(currency).ok()) Add(amount, Concat(currency, " is no currency"));
    amounts[currency] = Int(amount, 0, 1'000'000'000'000'000);
  }
  return amounts;
}

void DocumentCheck::Fields(const Node& node, std::initializer_list<std::string_view> known) {
  if (node.kind != Node::Kind::kMap) {
    Add(node, "must be a map");
    return;
  }
  for (const auto& [name, value] : node.fields) {
    if (std::find(known.begin(), known.end(), name) == known.end()) {
      Add(value, Concat("\"", name, "\" is not known here"));
    }
  }
}

}  // namespace huiyin::aftersales
