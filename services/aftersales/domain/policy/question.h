// What a policy wants to know before it decides, by reason.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace huiyin::aftersales {

struct Question {
  std::string id;                                         // "outer_box"; unique in the document
  bool mandatory = false;                                 // without an answer a person decides
  std::vector<std::string> choices;                       // codes, as YES; empty: free text
  std::map<std::string, std::string, std::less<>> texts;  // by BCP 47 tag; there is always "en"

  // The text for the language: its own, that of its primary subtag, or English.
  const std::string& Text(std::string_view language) const;
};

}  // namespace huiyin::aftersales
