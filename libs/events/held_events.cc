#include "libs/events/held_events.h"

#include <algorithm>

#include "absl/strings/str_cat.h"

namespace huiyin::events {

std::string HeldEvents::KeyOf(const Event& event) {
  return absl::StrCat(event.topic, "\n", event.tenant, "\n", event.aggregate_id);
}

void HeldEvents::Undelay(const std::string& key, Queue& queue) {
  if (!queue.delayed) return;
  delayed_.erase({queue.due, key});
  queue.delayed = false;
}

bool HeldEvents::Add(Delivery delivery, Event event) {
  const std::string key = KeyOf(event);
  std::unique_ptr<Queue>& queue = queues_[key];
  if (queue == nullptr) {
    queue = std::make_unique<Queue>();
    ready_.push_back(key);
  }
  const uint64_t sequence = event.sequence;
  const auto [held, added] = queue->events.try_emplace(sequence);
  held->second.delivery = std::move(delivery);  // of a redelivery, where to acknowledge it
  if (!added) return false;
  held->second.event = std::move(event);
  ++size_;
  // What the others waited for may have come.
  if (queue->delayed && held == queue->events.begin()) {
    Undelay(key, *queue);
    ready_.push_back(key);
  }
  return true;
}

std::vector<HeldEvent*> HeldEvents::TakeReady(absl::Time now, size_t limit) {
  while (!delayed_.empty() && delayed_.begin()->first <= now) {
    const std::string key = delayed_.begin()->second;
    Undelay(key, *queues_[key]);
    ready_.push_back(key);
  }
  std::vector<HeldEvent*> taken;
  while (taken.size() < limit && !ready_.empty()) {
    const auto found = queues_.find(ready_.front());
    ready_.pop_front();
    if (found == queues_.end()) continue;
    for (auto& [sequence, held] : found->second->events) {
      if (taken.size() == limit) break;
      taken.push_back(&held);
    }
  }
  return taken;
}

void HeldEvents::Remove(const HeldEvent& event) {
  const auto found = queues_.find(KeyOf(event.event));
  if (found != queues_.end()) size_ -= found->second->events.erase(event.event.sequence);
}

void HeldEvents::Settle(const Event& aggregate, absl::Time due) {
  const std::string key = KeyOf(aggregate);
  const auto found = queues_.find(key);
  if (found == queues_.end()) return;
  Queue& queue = *found->second;
  if (queue.events.empty()) {
    queues_.erase(found);
  } else if (due == absl::InfinitePast()) {
    ready_.push_back(key);
  } else {
    queue.due = due;
    queue.delayed = true;
    delayed_.insert({due, key});
  }
}

void HeldEvents::KeepOnly(const std::set<StreamName>& streams) {
  for (auto at = queues_.begin(); at != queues_.end();) {
    Queue& queue = *at->second;
    size_ -= std::erase_if(queue.events, [&](const auto& entry) {
      return !streams.contains(entry.second.delivery.stream);
    });
    if (!queue.events.empty()) {
      ++at;
      continue;
    }
    Undelay(at->first, queue);
    std::erase(ready_, at->first);
    queues_.erase(at++);
  }
}

bool HeldEvents::Holds(const StreamName& stream) const {
  return std::any_of(queues_.begin(), queues_.end(), [&](const auto& queue) {
    return !queue.second->events.empty() &&
           queue.second->events.begin()->second.delivery.stream == stream;
  });
}

absl::Time HeldEvents::NextDue() const {
  return delayed_.empty() ? absl::InfiniteFuture() : delayed_.begin()->first;
}

absl::Time HeldEvents::OldestOccurrence() const {
  absl::Time oldest = absl::InfiniteFuture();
  for (const auto& [key, queue] : queues_) {
    if (queue->events.empty()) continue;
    oldest = std::min(oldest, queue->events.begin()->second.event.occurred_at);
  }
  return oldest;
}

}  // namespace huiyin::events
