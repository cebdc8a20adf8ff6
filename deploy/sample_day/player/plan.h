// The day as independent threads of story: what must happen in order is in one story, and stories
// can be played side by side.
#pragma once

#include <variant>
#include <vector>

#include "deploy/sample_day/player/day.h"

namespace huiyin::sample_day {

// Points into the Day it was made from.
using Step = std::variant<const Message*, const Action*>;

struct Story {
  std::vector<Step> steps;  // in play order; a message goes before an action of the same time
};

// Everything that shares a channel identity, a customer, an order, a message or an RMA is one
// story. SURVEY actions are left out: they are answers to invitations that come by themselves
// later.
std::vector<Story> StoriesOf(const Day& day);

}  // namespace huiyin::sample_day
