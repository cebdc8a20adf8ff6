// What the load programs are told and what they print, alike in all.
#pragma once

#include <CLI/CLI.hpp>
#include <cstdio>
#include <string>

#include "absl/synchronization/mutex.h"
#include "tests/bench/load/load.h"

namespace huiyin::bench {

// Calls in a loop, so many under way on each of several connections.
struct LoopFlags {
  int channels = 2, in_flight = 64;
  double seconds = 5, warm_up = 1;

  void DeclareTo(CLI::App& command) {
    command.add_option("--channels", channels, "connections");
    command.add_option("--in_flight", in_flight, "calls under way on each");
    command.add_option("--seconds", seconds, "length of the measurement");
    command.add_option("--warm_up", warm_up, "seconds before it");
  }
  LoadOptions Options() const {
    LoadOptions options;
    options.slots = channels * in_flight;
    options.duration = absl::Seconds(seconds);
    options.warm_up = absl::Seconds(warm_up);
    return options;
  }
};

inline void DeclareServer(CLI::App& command, std::string& target, std::string& keys) {
  command.add_option("--target", target, "host:port")->required();
  command.add_option("--keys", keys, "key file to sign the access token with")->required();
}

// One line of JSON on standard output, a description for people on the other. The exit status: 0
// when any call was answered.
inline int Print(const LoadResult& result) {
  std::fprintf(stderr, "%s\n", result.Describe().c_str());
  std::printf("{\"per_second\": %.1f, \"p50_ms\": %.3f, \"p99_ms\": %.3f, \"failed\": %llu}\n",
              result.ok_per_second, absl::ToDoubleMilliseconds(result.latency.Quantile(0.5)),
              absl::ToDoubleMilliseconds(result.latency.Quantile(0.99)),
              static_cast<unsigned long long>(result.failed()));
  return result.latency.count() == 0 ? 1 : 0;
}

// Debian's Abseil watches for deadlocks, which slows gRPC down; the load should cost little.
inline void SpareDeadlockDetection() {
  absl::SetMutexDeadlockDetectionMode(absl::OnDeadlockCycle::kIgnore);
}

}  // namespace huiyin::bench
