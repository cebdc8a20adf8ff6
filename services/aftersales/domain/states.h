// The state machines as a document: made from the tables that the code runs on, so that
// services/aftersales/STATES.md cannot tell anything else (states_test.cc compares them;
// huiyin-aftersales-states prints it).
#pragma once

#include <string>

namespace huiyin::aftersales {

// Markdown: actions of an RMA, terms of an exchange, states of a refund.
std::string StatesMarkdown();

}  // namespace huiyin::aftersales
