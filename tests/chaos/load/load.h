// Customers and agents at work while things break: makes tickets, messages, resolutions and
// returns, tries every call again until it is acknowledged, and keeps a journal of what was.
#pragma once

#include <atomic>
#include <cstdint>
#include <map>
#include <mutex>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "absl/status/status.h"
#include "deploy/client/connection.h"
#include "tests/harness/suite.h"

namespace huiyin::testing {

// What was acknowledged.
struct Journal {
  struct Ticket {
    std::string name, id;
    int messages = 0;
    bool resolved = false;
  };
  std::vector<Ticket> tickets;
  std::vector<std::string> rmas;      // names
  int64_t refund_minor = 0;           // CNY that these returns are worth
  std::vector<std::string> refusals;  // answers that a fault does not explain: there must be none
};

// Thread-safe.
class Load {
 public:
  // Starts at once. `seed` decides what is done, not when; so many customers of a hundred return
  // something. `suite` must outlive it.
  Load(Suite& suite, uint64_t seed, int clients, int returns_percent = 20);
  ~Load();  // Stop()

  int64_t acknowledged() const { return acknowledged_; }
  // Waits until so many further calls are acknowledged; false when that takes longer than a minute.
  bool WaitForMore(int64_t calls) const;
  // Lets every client finish what it is at and gives the journal. Services must be up or coming up.
  Journal Stop();

 private:
  class Client;

  Suite& suite_;
  const uint64_t returns_percent_;
  std::atomic<bool> stopping_{false};
  std::atomic<int64_t> acknowledged_{0};
  std::mutex mutex_;
  Journal journal_;
  std::vector<std::thread> threads_;
};

// Waits for the chain to settle and compares it with the journal: nothing acknowledged is lost,
// each event's effect is there once. Failures are GoogleTest's.
void ExpectTheJournal(Suite& suite, const Journal& journal);

}  // namespace huiyin::testing
