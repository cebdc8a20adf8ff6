#include "services/analytics/usecase/event_feed.h"

#include <algorithm>
#include <utility>

#include "libs/core/status.h"

namespace huiyin::analytics {
namespace {

constexpr int kEventsAtOnce = 4000;
constexpr size_t kReadyAtMost = 3;

}  // namespace

EventFeed::EventFeed(InSnapshot read, DecodeFact decode)
    : read_(std::move(read)), decode_(std::move(decode)), thread_([this] { Run(); }) {}

EventFeed::~EventFeed() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_all();
  thread_.join();
}

absl::StatusOr<std::vector<DecodedEvent>> EventFeed::Next(int64_t position, int64_t until) {
  std::unique_lock lock(mutex_);
  const bool follows =
      !ready_.empty() ? ready_.front().front().position == position + 1 : wanted_ == position;
  if (!follows || !status_.ok()) {
    ready_.clear();
    wanted_ = position;
    status_ = absl::OkStatus();
    ++round_;
  }
  until_ = until;
  changed_.notify_all();
  changed_.wait(lock, [&] { return !ready_.empty() || !status_.ok() || wanted_ >= until_; });
  HUIYIN_RETURN_IF_ERROR(status_);
  if (ready_.empty()) return std::vector<DecodedEvent>();
  std::vector<DecodedEvent> events = std::move(ready_.front());
  ready_.pop_front();
  changed_.notify_all();
  return events;
}

void EventFeed::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    changed_.wait(lock, [&] {
      return stopping_ || (status_.ok() && wanted_ < until_ && ready_.size() < kReadyAtMost);
    });
    if (stopping_) return;
    const int64_t from = wanted_, until = until_;
    const uint64_t round = round_;
    lock.unlock();
    auto events = Read(from, until);
    lock.lock();
    if (round != round_) continue;
    if (!events.ok()) {
      status_ = events.status();
    } else if (events->empty()) {
      wanted_ = until_ = from;  // the log ends here
    } else {
      wanted_ = events->back().position;
      ready_.push_back(*std::move(events));
    }
    changed_.notify_all();
  }
}

absl::StatusOr<std::vector<DecodedEvent>> EventFeed::Read(int64_t position, int64_t until) {
  std::vector<DecodedEvent> events;
  const int limit = static_cast<int>(std::min<int64_t>(kEventsAtOnce, until - position));
  events.reserve(static_cast<size_t>(limit));
  absl::Status decoded;
  HUIYIN_RETURN_IF_ERROR(read_([&](Store& store) {
    return store.ReadEvents(position, limit, [&](const LoggedEvent& event) {
      auto fact = decode_(event);
      if (!fact.ok()) {
        decoded.Update(fact.status());
        return;
      }
      events.push_back({event.position, event.tenant, event.type, event.at, *std::move(fact)});
    });
  }));
  HUIYIN_RETURN_IF_ERROR(decoded);
  return events;
}

}  // namespace huiyin::analytics
