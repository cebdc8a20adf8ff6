#include "deploy/sample_day/player/plan.h"

#include <algorithm>
#include <map>
#include <numeric>
#include <string>

namespace huiyin::sample_day {
namespace {

// Sets of steps that grow together (union-find), joined by the keys they share.
class Threads {
 public:
  explicit Threads(size_t steps) : parent_(steps) {
    std::iota(parent_.begin(), parent_.end(), size_t{0});
  }
  void Join(size_t step, const char* kind, const std::string& key) {
    if (key.empty()) return;
    const auto [it, first] = first_.emplace(kind + key, step);
    if (!first) parent_[Root(step)] = Root(it->second);
  }
  size_t Root(size_t step) {
    while (parent_[step] != step) step = parent_[step] = parent_[parent_[step]];
    return step;
  }

 private:
  std::vector<size_t> parent_;
  std::map<std::string, size_t> first_;
};

}  // namespace

std::vector<Story> StoriesOf(const Day& day) {
  struct Timed {
    absl::Duration at;
    Step step;
  };
  std::vector<Timed> steps;
  for (const Message& message : day.messages) steps.push_back({message.at, &message});
  for (const Action& action : day.actions) {
    if (action.type != "SURVEY") steps.push_back({action.at, &action});
  }
  std::stable_sort(steps.begin(), steps.end(),
                   [](const Timed& a, const Timed& b) { return a.at < b.at; });

  Threads threads(steps.size());
  for (size_t i = 0; i < steps.size(); ++i) {
    if (const auto* const* message = std::get_if<const Message*>(&steps[i].step)) {
      threads.Join(i, "identity ", (*message)->channel + "/" + (*message)->external_user_id);
      threads.Join(i, "customer ", (*message)->customer_id);
      threads.Join(i, "message ", (*message)->message_id);
    } else {
      const Action& action = *std::get<const Action*>(steps[i].step);
      threads.Join(i, "customer ", action.customer_id);
      threads.Join(i, "order ", action.order_id);
      threads.Join(i, "message ", action.message_id);
      threads.Join(i, "rma ", action.rma_key);
    }
  }
  std::map<size_t, Story> stories;
  for (size_t i = 0; i < steps.size(); ++i) stories[threads.Root(i)].steps.push_back(steps[i].step);
  std::vector<Story> result;
  for (auto& [root, story] : stories) result.push_back(std::move(story));
  // The longest first, so that none is left over at the end.
  std::stable_sort(result.begin(), result.end(),
                   [](const Story& a, const Story& b) { return a.steps.size() > b.steps.size(); });
  return result;
}

}  // namespace huiyin::sample_day
