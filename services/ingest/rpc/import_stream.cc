#include "services/ingest/rpc/import_stream.h"

#include <algorithm>
#include <condition_variable>
#include <deque>
#include <memory>
#include <mutex>
#include <thread>
#include <vector>

#include "libs/core/status.h"
#include "services/ingest/rpc/convert.h"

namespace huiyin::ingest {
namespace {

constexpr int kMaxItems = 500;
// Batches on their way at most: enough that reading, committing and indexing overlap, few enough
// that a slow disk holds the client back instead of filling memory.
constexpr size_t kMaxInFlight = 6;
constexpr absl::Duration kCatchUp = absl::Seconds(30);

struct Item {
  Feedback feedback;
  absl::Status status;  // why it was refused
  Outcome outcome = Outcome::kCreated;
  TicketId ticket;
  std::string message_id;
};

struct Batch {
  std::vector<Item> items;
  bool committed = false;
  absl::Status status;  // of the commit
};

Item CheckItem(const Caller& caller, const v1::Feedback& in, absl::Time now) {
  InputCheck check;
  Item item;
  item.feedback = FromProto(check, "", caller, in);
  check.Require(!item.feedback.external_id.empty(), "external_message_id",
                "is mandatory for imports: it makes them safe to repeat");
  CheckFeedback(check, "", item.feedback, now);
  item.status = check.ToStatus();
  return item;
}

// An answer about the item, as opposed to trouble that concerns the whole batch.
bool IsItemsOwn(const absl::Status& status) {
  return !Reason(status).empty() &&
         (absl::IsInvalidArgument(status) || absl::IsFailedPrecondition(status) ||
          absl::IsNotFound(status));
}

absl::Status TakeInBatch(Unit& unit, const Caller& caller, Batch& batch) {
  for (Item& item : batch.items) {
    if (!item.status.ok()) continue;
    absl::StatusOr<Intaken> taken = TakeInFeedback(unit, caller, item.feedback);
    if (!taken.ok()) {
      if (!IsItemsOwn(taken.status())) return taken.status();
      item.status = taken.status();
      continue;
    }
    item.outcome = taken->outcome;
    item.ticket = taken->ticket.id;
    item.message_id = MessageId(taken->message.ticket, taken->message.number);
  }
  return absl::OkStatus();
}

v1::ImportTicketsResponse Answer(const Batch& batch, const IntakeMetrics& metrics) {
  v1::ImportTicketsResponse response;
  for (const Item& item : batch.items) {
    v1::ImportResult* result = response.add_results();
    result->set_external_message_id(item.feedback.external_id);
    if (item.status.ok()) {
      result->set_outcome(ToProto(item.outcome));
      result->set_ticket_id(item.ticket.value());
      result->set_message_id(item.message_id);
      metrics.Count(item.feedback.identity.channel, item.outcome);
      continue;
    }
    metrics.CountRefused(item.feedback.identity.channel);
    v1::ImportError* error = result->mutable_error();
    error->set_reason(Reason(item.status));
    error->set_message(std::string(item.status.message()));
    for (const Violation& violation : Violations(item.status)) {
      v1::FieldError* field = error->add_fields();
      field->set_field(violation.field);
      field->set_description(violation.description);
    }
  }
  return response;
}

// The batches of one stream, in order. Thread-safe.
class Pipeline {
 public:
  // Waits for room. False when the stream has come to its end: stop reading.
  bool Add(const std::shared_ptr<Batch>& batch) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return broken_ || batches_.size() < kMaxInFlight; });
    if (broken_) return false;
    batches_.push_back(batch);
    return true;
  }
  void Committed(Batch& batch, absl::Status status) {
    std::lock_guard lock(mutex_);
    batch.status = std::move(status);
    batch.committed = true;
    changed_.notify_all();
  }
  void NoMore() {
    std::lock_guard lock(mutex_);
    no_more_ = true;
    changed_.notify_all();
  }
  // The oldest batches, those that are committed or failed; at least one, unless it is the end.
  // They keep their places until Pop.
  std::vector<std::shared_ptr<Batch>> Front() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock,
                  [this] { return batches_.empty() ? no_more_ : batches_.front()->committed; });
    const auto end = std::find_if(batches_.begin(), batches_.end(),
                                  [](const auto& batch) { return !batch->committed; });
    return {batches_.begin(), end};
  }
  void Pop(size_t count) {
    std::lock_guard lock(mutex_);
    batches_.erase(batches_.begin(), batches_.begin() + static_cast<std::ptrdiff_t>(count));
    changed_.notify_all();
  }
  // No further batches are taken; those on their way still pass through Front.
  void Break() {
    std::lock_guard lock(mutex_);
    broken_ = true;
    changed_.notify_all();
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<std::shared_ptr<Batch>> batches_;
  bool no_more_ = false;
  bool broken_ = false;
};

// Answers batches in order until there are no more; the first error ends the stream.
absl::Status AnswerAll(const TicketServiceParts& parts, const IntakeMetrics& metrics,
                       Pipeline& pipeline, rpc::StreamWriter<v1::ImportTicketsResponse>& out) {
  absl::Status ended;
  while (true) {
    const std::vector<std::shared_ptr<Batch>> batches = pipeline.Front();
    if (batches.empty()) return ended;
    if (ended.ok()) ended = parts.catch_up(kCatchUp);  // once for all of them
    for (const std::shared_ptr<Batch>& batch : batches) {
      if (ended.ok()) ended = batch->status;
      if (ended.ok() && !out.Write(Answer(*batch, metrics))) {
        ended = absl::CancelledError("the client has gone");
      }
    }
    if (!ended.ok()) pipeline.Break();
    pipeline.Pop(batches.size());
  }
}

}  // namespace

absl::Status ServeImport(const TicketServiceParts& parts, const IntakeMetrics& metrics,
                         const Caller& caller, rpc::StreamReader<v1::ImportTicketsRequest>& in,
                         rpc::StreamWriter<v1::ImportTicketsResponse>& out) {
  // Shared: the last commit may still be letting go of it when the last answer has been sent.
  const auto pipeline = std::make_shared<Pipeline>();
  absl::Status answered;
  std::thread answers([&] { answered = AnswerAll(parts, metrics, *pipeline, out); });
  absl::Status read;
  v1::ImportTicketsRequest request;
  while (in.Read(request)) {
    if (request.items_size() < 1 || request.items_size() > kMaxItems) {
      read = BadInput({{"items", "must be 1 to 500"}});
      break;
    }
    auto batch = std::make_shared<Batch>();
    batch->items.reserve(request.items_size());
    const absl::Time now = parts.clock.Now();
    for (const v1::Feedback& item : request.items()) {
      batch->items.push_back(CheckItem(caller, item, now));
    }
    if (!pipeline->Add(batch)) break;
    // One key for the stream: its batches are stored in order.
    const auto key = reinterpret_cast<uintptr_t>(pipeline.get()) | 1;
    parts.writer.Submit(
        key,
        [&parts, &caller, batch](db::Transaction& tx) {
          return parts.units.within(tx,
                                    [&](Unit& unit) { return TakeInBatch(unit, caller, *batch); });
        },
        [pipeline, batch](absl::Status status) { pipeline->Committed(*batch, std::move(status)); });
  }
  pipeline->NoMore();
  answers.join();
  return answered.ok() ? read : answered;
}

}  // namespace huiyin::ingest
