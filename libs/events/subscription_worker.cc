// SubscriptionWorker: its thread, its partitions, and what comes in from their streams.
#include "libs/events/subscription_worker.h"

#include <prometheus/counter.h>
#include <prometheus/gauge.h>

#include <algorithm>

#include "libs/core/status.h"
#include "libs/events/codec.h"
#include "libs/events/inbox.h"
#include "libs/events/partition_leases.h"
#include "libs/obs/log.h"

namespace huiyin::events {
namespace {

constexpr absl::Duration kRedisTimeout = absl::Seconds(2);
constexpr absl::Duration kLongestWait = absl::Milliseconds(200);  // Stop takes this long at most
constexpr absl::Duration kPurgeInterval = absl::Minutes(10);
constexpr int64_t kPurgeAtOnce = 1000;

std::set<StreamName> AllStreams(const Subscription& subscription, int partitions) {
  std::set<StreamName> all;
  for (const std::string& topic : subscription.topics) {
    for (int partition = 0; partition < partitions; ++partition) all.insert({topic, partition});
  }
  return all;
}

}  // namespace

SubscriptionWorker::SubscriptionWorker(const ConsumerOptions& options, Subscription subscription,
                                       std::unique_ptr<Handler> handler, db::Database& database,
                                       db::GroupCommit& writer, const Clock& clock,
                                       IdGenerator& ids, obs::Metrics& metrics)
    : options_(options),
      subscription_(std::move(subscription)),
      handler_(std::move(handler)),
      database_(database),
      writer_(writer),
      clock_(clock),
      ids_(ids),
      holder_(ids.NewId()),
      all_(AllStreams(subscription_, options_.bus.partitions)),
      numbers_([&] {
        const obs::Labels labels = {{"consumer", subscription_.consumer}};
        const auto counter = [&](const char* name, const char* help) -> prometheus::Counter& {
          return metrics.Counter(name, help, labels);
        };
        const auto gauge = [&](const char* name, const char* help) -> prometheus::Gauge& {
          return metrics.Gauge(name, help, labels);
        };
        return Numbers{
            counter("huiyin_events_handled_total", "Events whose effect was committed."),
            counter("huiyin_events_duplicates_total", "Redeliveries found in the inbox."),
            counter("huiyin_events_failed_attempts_total", "Attempts at events that failed."),
            counter("huiyin_events_parked_total", "Events given up and kept as dead letters."),
            counter("huiyin_events_gaps_total", "Events handled without their predecessor."),
            counter("huiyin_events_deleted_unread_total",
                    "Stream entries that vanished before they were acknowledged."),
            gauge("huiyin_events_consumer_lag_events", "Events published and not yet handled."),
            gauge("huiyin_events_consumer_lag_seconds", "Age of the oldest event being handled."),
            gauge("huiyin_events_held", "Events held in memory: new, waiting or being retried."),
            gauge("huiyin_events_partitions_held", "Partitions that this replica reads.")};
      }()) {}

void SubscriptionWorker::Start() {
  std::lock_guard lock(mutex_);
  if (thread_.joinable() || stopping_) return;
  thread_ = std::thread([this] { Serve(); });
}

void SubscriptionWorker::AskToStop() {
  std::lock_guard lock(mutex_);
  stopping_ = true;
  changed_.notify_all();
}

void SubscriptionWorker::Stop() {
  AskToStop();
  std::thread thread;
  {
    std::lock_guard lock(mutex_);
    thread = std::move(thread_);
  }
  if (thread.joinable()) thread.join();
}

bool SubscriptionWorker::Sleep(absl::Duration longest) {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, absl::ToChronoNanoseconds(longest), [this] { return stopping_; });
  return !stopping_;
}

void SubscriptionWorker::Serve() {
  do {
    const absl::Status status = Round();
    if (!status.ok()) {
      if (!failing_) {
        obs::Log(obs::Level::kWarning, "consumer_failed",
                 {{"consumer", subscription_.consumer}, {"error", status}});
      }
      FinishCommit();
      // What was delivered over the old connection and not received is claimed over the next one.
      reader_.reset();
      connection_.reset();
      unclaimed_ = partitions_;
      Sleep(kLongestWait);
    }
    failing_ = !status.ok();
  } while (Sleep(absl::ZeroDuration()));
  FinishCommit();
  if (reader_ != nullptr) reader_->Settle().IgnoreError();  // or they come again
  const absl::Status released = writer_.Run(0, [this](db::Transaction& tx) {
    return ReleasePartitions(tx, subscription_.consumer, holder_);
  });
  if (!released.ok()) {
    obs::Log(obs::Level::kWarning, "leases_not_released", {{"error", released}});
  }
}

absl::Status SubscriptionWorker::Round() {
  const absl::Time now = clock_.Now();
  const bool tick = now >= next_tick_ || now < next_tick_ - options_.lease;
  if (tick) {
    FinishCommit();  // partitions that go to others take their held events along
    next_tick_ = now + options_.lease / 3;
    HUIYIN_RETURN_IF_ERROR(Share(now));
    Purge(now);
  }
  if (partitions_.empty()) {
    Sleep(kLongestWait);
    return absl::OkStatus();
  }
  HUIYIN_RETURN_IF_ERROR(Connect());
  HUIYIN_RETURN_IF_ERROR(ClaimNew());
  HUIYIN_RETURN_IF_ERROR(ReadNew(now));
  HUIYIN_RETURN_IF_ERROR(ParkUndecodable());
  HUIYIN_RETURN_IF_ERROR(HandleReady(clock_.Now()));
  return tick ? Measure(now) : absl::OkStatus();
}

absl::Status SubscriptionWorker::Share(absl::Time now) {
  std::set<StreamName> shared;
  HUIYIN_RETURN_IF_ERROR(writer_.Run(0, [&](db::Transaction& tx) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(
        shared, SharePartitions(tx, subscription_.consumer, holder_, all_, now, options_.lease));
    return absl::OkStatus();
  }));
  if (shared == partitions_) return absl::OkStatus();
  for (const StreamName& name : shared) {
    if (!partitions_.contains(name)) unclaimed_.insert(name);
  }
  partitions_ = std::move(shared);
  std::erase_if(unclaimed_, [this](const auto& name) { return !partitions_.contains(name); });
  std::erase_if(handled_number_, [this](const auto& e) { return !partitions_.contains(e.first); });
  std::erase_if(undecodable_, [this](const auto& d) { return !partitions_.contains(d.stream); });
  held_.KeepOnly(partitions_);
  numbers_.partitions.Set(static_cast<double>(partitions_.size()));
  return absl::OkStatus();
}

absl::Status SubscriptionWorker::Connect() {
  if (reader_ != nullptr) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(connection_, redis::Connection::Open(options_.bus, kRedisTimeout));
  reader_ = std::make_unique<StreamReader>(*connection_, subscription_.consumer);
  return absl::OkStatus();
}

absl::Status SubscriptionWorker::ClaimNew() {
  while (!unclaimed_.empty()) {
    HUIYIN_ASSIGN_OR_RETURN(StreamReader::Claimed claimed, reader_->ClaimAll(*unclaimed_.begin()));
    if (claimed.deleted > 0) {
      numbers_.deleted.Increment(static_cast<double>(claimed.deleted));
      obs::Log(obs::Level::kError, "stream_entries_vanished",
               {{"stream", unclaimed_.begin()->Key()}, {"entries", claimed.deleted}});
    }
    Take(std::move(claimed.deliveries));
    unclaimed_.erase(unclaimed_.begin());
  }
  return absl::OkStatus();
}

absl::Status SubscriptionWorker::ReadNew(absl::Time now) {
  const absl::Time next = std::max(held_.NextDue(), pause_until_);
  absl::Duration wait = std::clamp(next - now, absl::ZeroDuration(), kLongestWait);
  if (held_.HasReady() && pause_until_ <= now) wait = absl::ZeroDuration();
  if (committing_ != nullptr) wait = absl::ZeroDuration();
  if (held_.size() >= options_.max_held) {
    HUIYIN_RETURN_IF_ERROR(reader_->Settle());
    Sleep(wait);
    return absl::OkStatus();
  }
  HUIYIN_ASSIGN_OR_RETURN(std::vector<Delivery> deliveries,
                          reader_->Read(partitions_, subscription_.max_group, wait));
  idle_ = deliveries.empty();
  Take(std::move(deliveries));
  return absl::OkStatus();
}

void SubscriptionWorker::Take(std::vector<Delivery> deliveries) {
  for (Delivery& delivery : deliveries) {
    handled_number_.try_emplace(delivery.stream, delivery.number - 1);
    auto event = Decode(delivery.bytes);
    if (event.ok()) {
      delivery.bytes.clear();
      held_.Add(std::move(delivery), *std::move(event));
    } else {
      undecodable_.push_back(std::move(delivery));
    }
  }
}

absl::Status SubscriptionWorker::ParkUndecodable() {
  if (undecodable_.empty()) return absl::OkStatus();
  const absl::Time now = clock_.Now();
  HUIYIN_RETURN_IF_ERROR(writer_.Run(0, [&](db::Transaction& tx) -> absl::Status {
    for (const Delivery& delivery : undecodable_) {
      HUIYIN_RETURN_IF_ERROR(
          Park(tx, {.id = ids_.NewId(),
                    .consumer = subscription_.consumer,
                    .event = {.event_id = delivery.stream.Key() + "/" + delivery.entry_id,
                              .topic = delivery.stream.topic,
                              .body = delivery.bytes},
                    .error = "not an event envelope",
                    .attempts = 1,
                    .parked_at = now}));
    }
    return absl::OkStatus();
  }));
  numbers_.parked.Increment(static_cast<double>(undecodable_.size()));
  reader_->Acknowledge(undecodable_);
  undecodable_.clear();
  return absl::OkStatus();
}

absl::Status SubscriptionWorker::Measure(absl::Time now) {
  int64_t lag = 0;
  for (const StreamName& name : partitions_) {
    HUIYIN_ASSIGN_OR_RETURN(const int64_t newest, reader_->NewestNumber(name));
    int64_t& handled = handled_number_.try_emplace(name, newest).first->second;
    if (newest < handled || (idle_ && !held_.Holds(name))) handled = newest;
    lag += newest - handled;
  }
  numbers_.lag_events.Set(static_cast<double>(lag));
  const absl::Time oldest = held_.OldestOccurrence();
  numbers_.lag_seconds.Set(oldest == absl::InfiniteFuture() ? 0
                                                            : absl::ToDoubleSeconds(now - oldest));
  numbers_.held.Set(static_cast<double>(held_.size()));
  return absl::OkStatus();
}

void SubscriptionWorker::Purge(absl::Time now) {
  if (now < next_purge_) return;
  next_purge_ = now + kPurgeInterval;
  int64_t purged = kPurgeAtOnce;
  while (purged == kPurgeAtOnce) {
    const absl::Status status = writer_.Run(0, [&](db::Transaction& tx) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(purged, PurgeInbox(tx, now - options_.inbox_retention, kPurgeAtOnce));
      return absl::OkStatus();
    });
    if (!status.ok()) return;
  }
}

}  // namespace huiyin::events
