#include "libs/events/consumer_runner.h"

#include <vector>

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "libs/events/dead_letters.h"
#include "libs/events/subscription_worker.h"

namespace huiyin::events {

class ConsumerRunner::Impl {
 public:
  Impl(ConsumerOptions options, db::Database& database, db::GroupCommit& writer, const Clock& clock,
       IdGenerator& ids, obs::Metrics& metrics)
      : options_(std::move(options)),
        database_(database),
        writer_(writer),
        clock_(clock),
        ids_(ids),
        metrics_(metrics) {}

  void Add(Subscription subscription, std::unique_ptr<Handler> handler) {
    workers_.push_back(std::make_unique<SubscriptionWorker>(options_, std::move(subscription),
                                                            std::move(handler), database_, writer_,
                                                            clock_, ids_, metrics_));
  }
  void Start() {
    for (auto& worker : workers_) worker->Start();
  }
  void Stop() {
    for (auto& worker : workers_) worker->AskToStop();
    for (auto& worker : workers_) worker->Stop();
  }

  absl::Status Replay(std::string_view id) {
    DeadLetter letter;
    HUIYIN_RETURN_IF_ERROR(database_.Read([&](db::Session& session) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(letter, GetDeadLetter(session, id));
      return absl::OkStatus();
    }));
    for (auto& worker : workers_) {
      if (worker->consumer() == letter.consumer) return worker->Replay(letter);
    }
    return absl::FailedPreconditionError(
        absl::StrCat("this service no longer has a consumer named ", letter.consumer));
  }

 private:
  const ConsumerOptions options_;
  db::Database& database_;
  db::GroupCommit& writer_;
  const Clock& clock_;
  IdGenerator& ids_;
  obs::Metrics& metrics_;
  std::vector<std::unique_ptr<SubscriptionWorker>> workers_;
};

ConsumerRunner::ConsumerRunner(ConsumerOptions options, db::Database& database,
                               db::GroupCommit& writer, const Clock& clock, IdGenerator& ids,
                               obs::Metrics& metrics)
    : impl_(std::make_unique<Impl>(std::move(options), database, writer, clock, ids, metrics)) {}
ConsumerRunner::~ConsumerRunner() { Stop(); }
void ConsumerRunner::Add(Subscription subscription, std::unique_ptr<Handler> handler) {
  impl_->Add(std::move(subscription), std::move(handler));
}
void ConsumerRunner::Start() { impl_->Start(); }
void ConsumerRunner::Stop() { impl_->Stop(); }
absl::Status ConsumerRunner::Replay(std::string_view id) { return impl_->Replay(id); }

}  // namespace huiyin::events
