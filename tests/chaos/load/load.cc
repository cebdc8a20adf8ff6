#include "tests/chaos/load/load.h"

#include <functional>
#include <iterator>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"
#include "libs/core/clock.h"
#include "libs/core/status.h"
#include "tests/harness/flows.h"

namespace huiyin::testing {
namespace {

constexpr absl::Duration kPatience = absl::Seconds(90);
constexpr absl::Duration kPause = absl::Milliseconds(20);
constexpr int64_t kPricesMinor[] = {1999, 19900};  // cheap goods are kept by the customer

// What a caller may be told while a process is gone or coming up. CANCELLED, when the caller has
// not cancelled: gRPC breaks off calls that arrive in the very moment its server shuts down.
bool MayPass(const absl::Status& status) {
  return absl::IsCancelled(status) || absl::IsUnavailable(status) ||
         absl::IsDeadlineExceeded(status) || absl::IsAborted(status) ||
         absl::IsResourceExhausted(status);
}

}  // namespace

// One customer after another, each with a ticket or a return.
class Load::Client {
 public:
  Client(Load& load, uint64_t seed, int number)
      : load_(load), random_(seed), name_(absl::StrCat(seed, "-", number)) {
    client::Access access = load.suite_.access();
    access.timeout = absl::Seconds(3);
    connection_ = std::make_unique<client::Connection>(access, SystemClock());
  }

  void Work() {
    for (int episode = 0; !load_.stopping_; ++episode) {
      const std::string customer = absl::StrCat("customer-", name_, "-", episode);
      if (random_() % 100 < load_.returns_percent_) {
        Return(customer);
      } else {
        Complain(customer);
      }
    }
  }

 private:
  // Calls until it is acknowledged. False when it is refused or stays impossible.
  bool Insist(const std::string& what, const std::function<absl::Status()>& call) {
    const absl::Time deadline = SystemClock().Now() + kPatience;
    for (;;) {
      const absl::Status status = call();
      if (status.ok()) {
        ++load_.acknowledged_;
        return true;
      }
      if (!MayPass(status) || SystemClock().Now() > deadline) {
        std::lock_guard lock(load_.mutex_);
        load_.journal_.refusals.push_back(absl::StrCat(what, ": ", status.ToString()));
        return false;
      }
      absl::SleepFor(kPause);
    }
  }

  bool Say(const std::string& customer, int number, Journal::Ticket& ticket) {
    auto request = ChatMessage(customer, absl::StrCat("快递三天没动了 ", number),
                               client::UuidOf(absl::StrCat(customer, " says ", number)));
    request.mutable_feedback()->set_customer_id(customer);
    request.mutable_feedback()->set_external_message_id(absl::StrCat(customer, "/", number));
    return Insist("message", [&] {
      const auto response = Create(*connection_, request);
      if (!response.ok()) return response.status();
      ticket.name = response->ticket().name();
      ticket.id = response->ticket().id();
      ++ticket.messages;
      return absl::OkStatus();
    });
  }

  void Complain(const std::string& customer) {
    Journal::Ticket ticket;
    const int messages = 1 + static_cast<int>(random_() % 3);
    const bool resolve = random_() % 3 == 0;
    for (int i = 0; i < messages; ++i) {
      if (!Say(customer, i, ticket)) break;
    }
    if (ticket.messages == 0) return;
    if (resolve) {
      ticket.resolved = Insist("resolution", [&] {
        return Resolve(*connection_, ticket.name, client::UuidOf(customer + " resolved"));
      });
    }
    std::lock_guard lock(load_.mutex_);
    load_.journal_.tickets.push_back(std::move(ticket));
  }

  void Return(const std::string& customer) {
    const int64_t price = kPricesMinor[random_() % std::size(kPricesMinor)];
    const auto order = DeliveredOrder("ORDER-" + customer, customer, price, SystemClock().Now());
    if (!Insist("order", [&] { return Push(*connection_, order); })) return;
    std::string rma;
    if (!Insist("return", [&] {
          const auto filed = ReturnGoods(*connection_, order, "", customer);
          if (filed.ok()) rma = filed->name();
          return filed.status();
        })) {
      return;
    }
    std::lock_guard lock(load_.mutex_);
    load_.journal_.rmas.push_back(rma);
    load_.journal_.refund_minor += price;
  }

  Load& load_;
  std::mt19937_64 random_;
  const std::string name_;
  std::unique_ptr<client::Connection> connection_;
};

Load::Load(Suite& suite, uint64_t seed, int clients, int returns_percent)
    : suite_(suite), returns_percent_(static_cast<uint64_t>(returns_percent)) {
  for (int i = 0; i < clients; ++i) {
    threads_.emplace_back([this, seed, i] { Client(*this, seed + i, i).Work(); });
  }
}

Load::~Load() { Stop(); }

bool Load::WaitForMore(int64_t calls) const {
  const int64_t enough = acknowledged_ + calls;
  return WaitUntil([&] { return acknowledged_ >= enough; }, absl::Minutes(1));
}

Journal Load::Stop() {
  stopping_ = true;
  for (std::thread& thread : threads_) thread.join();
  threads_.clear();
  std::lock_guard lock(mutex_);
  return journal_;
}

}  // namespace huiyin::testing
