// Load on a server over gRPC's callback API. Two ways:
//  - closed loop: a fixed number of calls is under way, each followed at once by the next. Finds
//  how
//    much a server can do.
//  - open loop: calls are due at fixed times, whatever became of the earlier ones, and latency
//  counts
//    from the time a call was due, so a server that stalls is not spared the calls it kept from
//    being sent (coordinated omission).
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"
#include "tests/bench/load/histogram.h"

namespace huiyin::bench {

// One place for a call: its context, messages, stub. Reused for one call after another.
class Slot {
 public:
  virtual ~Slot() = default;
  // Starts a call. `done`, with grpc's status code, is called once, from any thread, and may start
  // the next call of this slot.
  virtual void Start(absl::AnyInvocable<void(int code)> done) = 0;
};

// Makes slot number `index`; calls of different slots run at the same time.
using SlotFactory = std::function<std::unique_ptr<Slot>(int index)>;

struct LoadOptions {
  int slots = 128;        // calls under way at most
  double per_second = 0;  // open loop at this rate; 0: closed loop
  absl::Duration warm_up = absl::Seconds(1);
  absl::Duration duration = absl::Seconds(5);
};

struct LoadResult {
  double ok_per_second = 0;
  std::map<int, uint64_t> codes;  // calls by grpc status code
  Histogram latency;              // of successful calls

  uint64_t failed() const;
  std::string Describe() const;  // one line
};

// Returns when the last call has ended. Calls that end during warm-up do not count.
LoadResult Run(const LoadOptions& options, const SlotFactory& make_slot);

}  // namespace huiyin::bench
