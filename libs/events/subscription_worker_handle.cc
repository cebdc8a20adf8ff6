// SubscriptionWorker: what becomes of the events that it holds.
#include <prometheus/counter.h>

#include <algorithm>

#include "libs/core/status.h"
#include "libs/events/inbox.h"
#include "libs/events/subscription_worker.h"
#include "libs/obs/log.h"

namespace huiyin::events {
namespace {

constexpr absl::Duration kLongestRetry = absl::Seconds(30);

// Trouble of something that many events need, not of one event.
bool IsTrouble(const absl::Status& status) {
  return absl::IsUnavailable(status) || absl::IsResourceExhausted(status) ||
         absl::IsDeadlineExceeded(status) || absl::IsCancelled(status);
}

uint64_t KeyOf(const Event& event) {
  return std::hash<std::string>()(event.aggregate_id) | 1;  // not 0, which means any
}

}  // namespace

absl::Status SubscriptionWorker::HandleReady(absl::Time now) {
  if (now < pause_until_) {
    FinishCommit();
    return absl::OkStatus();
  }
  const std::vector<HeldEvent*> group = held_.TakeReady(now, subscription_.max_group);
  // While one group commits, the next is prepared: they have no aggregate in common.
  const bool prepared = group.empty() || Prepare(group);
  FinishCommit();
  if (group.empty()) return absl::OkStatus();
  std::vector<Slot> slots;
  for (HeldEvent* held : group) slots.push_back({held});
  if (!prepared) {
    pause_until_ = now + Backoff(std::min(failed_prepares_++, 5));
    for (Slot& slot : slots) slot.status = absl::UnavailableError("not prepared");
    SettleAll(slots, now);
    return absl::OkStatus();
  }
  failed_prepares_ = 0;
  BeginCommit(std::move(slots), now);
  return absl::OkStatus();
}

// Prepares all together; when that fails for a reason that may lie in one of them, each alone, so
// that it fails alone (its error is found by Apply).
bool SubscriptionWorker::Prepare(const std::vector<HeldEvent*>& group) {
  std::vector<Event> events;
  for (HeldEvent* held : group) {
    held->error = absl::OkStatus();
    if (!held->give_up) events.push_back(held->event);
  }
  if (events.empty()) return true;
  const absl::Status together = handler_->Prepare(events);
  if (together.ok()) return true;
  obs::Log(obs::Level::kWarning, "prepare_failed",
           {{"consumer", subscription_.consumer}, {"error", together}});
  if (IsTrouble(together)) return false;
  for (HeldEvent* held : group) {
    if (held->give_up) continue;
    held->error = handler_->Prepare(std::span(&held->event, 1));
    if (IsTrouble(held->error)) return false;
  }
  return true;
}

void SubscriptionWorker::BeginCommit(std::vector<Slot> slots, absl::Time now) {
  committing_ = std::make_unique<Commit>(std::move(slots), now);
  std::latch& ended = committing_->ended;
  for (Slot& slot : committing_->slots) {
    writer_.Submit(
        KeyOf(slot.held->event),
        [this, &slot, now](db::Transaction& tx) { return Apply(tx, slot, now); },
        [&slot, &ended](absl::Status status) {
          if (!status.ok()) slot.outcome = Outcome::kFailed;
          slot.status = std::move(status);
          ended.count_down();
        });
  }
}

void SubscriptionWorker::FinishCommit() {
  if (committing_ == nullptr) return;
  committing_->ended.wait();
  Acknowledge(committing_->slots);
  SettleAll(committing_->slots, committing_->now);
  committing_.reset();
}

absl::Status SubscriptionWorker::Apply(db::Transaction& tx, Slot& slot, absl::Time now) {
  HeldEvent& held = *slot.held;
  slot.outcome = Outcome::kFailed;
  // Most aggregates have one event: that nothing precedes it need not be looked up.
  if (held.event.sequence != 1 || !held.error.ok()) {
    HUIYIN_ASSIGN_OR_RETURN(const Seen seen, LookUp(tx, subscription_.consumer, held.event));
    if (seen == Seen::kHandled) {
      slot.outcome = Outcome::kDuplicate;
      return absl::OkStatus();
    }
    if (seen == Seen::kAfterAGap && !held.skip_gap) {
      slot.outcome = Outcome::kGap;
      return absl::OkStatus();
    }
  }
  if (!held.give_up) HUIYIN_RETURN_IF_ERROR(held.error);  // Prepare's
  HUIYIN_ASSIGN_OR_RETURN(const bool recorded,
                          RecordHandled(tx, subscription_.consumer, held.event, now));
  if (!recorded) {
    slot.outcome = Outcome::kDuplicate;
    return absl::OkStatus();
  }
  if (held.give_up) {
    slot.outcome = Outcome::kParked;
    return Park(tx, LetterFor(held, now));
  }
  slot.outcome = Outcome::kHandled;
  return handler_->Handle(tx, held.event);
}

DeadLetter SubscriptionWorker::LetterFor(const HeldEvent& held, absl::Time now) const {
  return {.id = ids_.NewId(),
          .consumer = subscription_.consumer,
          .event = held.event,
          .error = held.last_error,
          .attempts = held.attempts,
          .parked_at = now};
}

void SubscriptionWorker::Acknowledge(const std::vector<Slot>& slots) {
  std::vector<Delivery> done;
  for (const Slot& slot : slots) {
    switch (slot.outcome) {
      case Outcome::kHandled:
        numbers_.handled.Increment();
        break;
      case Outcome::kDuplicate:
        numbers_.duplicates.Increment();
        break;
      case Outcome::kParked:
        numbers_.parked.Increment();
        obs::Log(obs::Level::kError, "event_parked",
                 {{"consumer", subscription_.consumer},
                  {"event_id", slot.held->event.event_id},
                  {"type", slot.held->event.type},
                  {"error", slot.held->last_error}});
        break;
      case Outcome::kGap:
      case Outcome::kFailed:
        continue;
    }
    done.push_back(slot.held->delivery);
    int64_t& number = handled_number_[slot.held->delivery.stream];
    number = std::max(number, slot.held->delivery.number);
  }
  reader_->Acknowledge(done);
}

void SubscriptionWorker::SettleAll(const std::vector<Slot>& slots, absl::Time now) {
  // Slots of one aggregate lie side by side.
  for (auto begin = slots.begin(); begin != slots.end();) {
    const Event aggregate = begin->held->event;
    const auto end = std::find_if(begin, slots.end(), [&](const Slot& slot) {
      const Event& event = slot.held->event;
      return event.aggregate_id != aggregate.aggregate_id || event.tenant != aggregate.tenant ||
             event.topic != aggregate.topic;
    });
    absl::Time due = absl::InfinitePast();
    bool undone = false;
    for (auto slot = begin; slot != end; ++slot) {
      if (slot->outcome == Outcome::kFailed || slot->outcome == Outcome::kGap) {
        if (!std::exchange(undone, true)) due = NextAttempt(*slot, now);
      } else {
        held_.Remove(*slot->held);
      }
    }
    held_.Settle(aggregate, due);
    begin = end;
  }
}

absl::Time SubscriptionWorker::NextAttempt(const Slot& slot, absl::Time now) {
  HeldEvent& held = *slot.held;
  if (slot.outcome == Outcome::kGap) {
    held.waits_since = std::min(held.waits_since, now);
    if (now < held.waits_since + options_.gap_patience) {
      return held.waits_since + options_.gap_patience;
    }
    held.skip_gap = true;
    numbers_.gaps.Increment();
    obs::Log(obs::Level::kError, "event_gap",
             {{"consumer", subscription_.consumer},
              {"topic", held.event.topic},
              {"aggregate_id", held.event.aggregate_id},
              {"sequence", held.event.sequence}});
    return absl::InfinitePast();
  }
  const bool database_down =
      absl::IsUnavailable(slot.status) || absl::IsResourceExhausted(slot.status);
  if (database_down || held.give_up) return now + options_.first_retry;
  numbers_.failed.Increment();
  held.last_error = slot.status.ToString();
  ++held.attempts;
  const bool hopeless = absl::IsInvalidArgument(slot.status) || absl::IsDataLoss(slot.status);
  if (hopeless || held.attempts >= subscription_.max_attempts) {
    held.give_up = true;
    return absl::InfinitePast();
  }
  return now + Backoff(held.attempts - 1);
}

absl::Duration SubscriptionWorker::Backoff(int attempts) const {
  return std::min(options_.first_retry * (int64_t{1} << std::min(attempts, 20)), kLongestRetry);
}

absl::Status SubscriptionWorker::Replay(const DeadLetter& letter) {
  std::lock_guard lock(replay_mutex_);
  if (letter.event.type.empty()) {
    return absl::FailedPreconditionError("the entry could not be decoded and cannot be replayed");
  }
  HUIYIN_RETURN_IF_ERROR(handler_->Prepare(std::span(&letter.event, 1)));
  return writer_.Run(KeyOf(letter.event), [&](db::Transaction& tx) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const bool there, RemoveDeadLetter(tx, letter.id));
    if (!there) return absl::NotFoundError("no such dead letter");
    return handler_->Handle(tx, letter.event);
  });
}

}  // namespace huiyin::events
