// A policy document as parsed, before it means anything: scalars, lists and maps that know their
// line, so that every mistake can be shown where it stands.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "absl/status/statusor.h"

namespace huiyin::aftersales {

struct Node {
  enum class Kind { kNull, kScalar, kList, kMap };
  Kind kind = Kind::kNull;
  int line = 0;  // from 1
  std::string text;
  std::vector<Node> items;
  struct Member;
  std::vector<Member> fields;  // of a map, in the document's order

  const Node* Field(std::string_view name) const;
};

struct Node::Member {
  std::string name;
  Node value;
};

// Parses YAML. INVALID_ARGUMENT, with the line, for what is not YAML, a key that appears twice, or
// a document of more than 1 MiB.
absl::StatusOr<Node> ParseYaml(std::string_view text);

// Reads values and collects what is wrong, each with its line.
class DocumentCheck {
 public:
  void Add(const Node& at, std::string_view what);
  bool ok() const { return errors_.empty(); }
  // INVALID_ARGUMENT listing "line 12: …" for everything found.
  absl::Status ToStatus() const;

  // A whole number min…max; 0 and an error otherwise.
  int64_t Int(const Node& node, int64_t min, int64_t max);
  bool Bool(const Node& node);  // true or false; false and an error otherwise
  std::string Text(const Node& node);
  std::vector<std::string> Texts(const Node& node);
  // {CNY: 5000, USD: 700}: minor units by ISO 4217 code.
  std::map<std::string, int64_t, std::less<>> Amounts(const Node& node);
  // Complains about fields of the map that are not in `known`, and when it is no map.
  void Fields(const Node& node, std::initializer_list<std::string_view> known);

 private:
  std::vector<std::pair<int, std::string>> errors_;
};

}  // namespace huiyin::aftersales
