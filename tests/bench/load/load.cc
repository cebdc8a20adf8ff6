#include "tests/bench/load/load.h"

#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/strings/str_cat.h"
#include "absl/time/clock.h"

namespace huiyin::bench {
namespace {

using Steady = std::chrono::steady_clock;

class Runner {
 public:
  Runner(const LoadOptions& options, const SlotFactory& make_slot) : options_(options) {
    for (int i = 0; i < options.slots; ++i) {
      places_.push_back(std::make_unique<Place>());
      places_.back()->slot = make_slot(i);
    }
    begin_ = Steady::now();
    counted_from_ = begin_ + absl::ToChronoNanoseconds(options.warm_up);
    end_ = counted_from_ + absl::ToChronoNanoseconds(options.duration);
  }

  LoadResult Run() {
    if (options_.per_second > 0) {
      OpenLoop();
    } else {
      for (auto& place : places_) Next(*place);
    }
    std::unique_lock lock(mutex_);
    ended_.wait(lock, [this] { return under_way_ == 0; });
    lock.unlock();
    LoadResult result;
    for (const auto& place : places_) {
      result.latency.Merge(place->latency);
      for (const auto& [code, count] : place->codes) result.codes[code] += count;
    }
    result.ok_per_second =
        static_cast<double>(result.codes[0]) / absl::ToDoubleSeconds(options_.duration);
    return result;
  }

 private:
  struct Place {
    std::unique_ptr<Slot> slot;
    Histogram latency;
    std::map<int, uint64_t> codes;
    Steady::time_point due;
  };

  // Closed loop: the next call of this place, unless time is up.
  void Next(Place& place) {
    place.due = Steady::now();
    if (place.due >= end_) return;
    Begin(place);
  }

  void Begin(Place& place) {
    {
      std::lock_guard lock(mutex_);
      ++under_way_;
    }
    place.slot->Start([this, &place](int code) { Ended(place, code); });
  }

  void Ended(Place& place, int code) {
    const Steady::time_point now = Steady::now();
    if (now >= counted_from_ && now < end_) {
      ++place.codes[code];
      if (code == 0) place.latency.Record(absl::FromChrono(now - place.due));
    }
    if (options_.per_second == 0) Next(place);
    std::lock_guard lock(mutex_);
    if (options_.per_second > 0) free_.push_back(&place);
    --under_way_;
    ended_.notify_one();
  }

  void OpenLoop() {
    const std::chrono::duration<double> gap(1 / options_.per_second);
    for (auto& place : places_) free_.push_back(place.get());
    for (uint64_t number = 0;; ++number) {
      const Steady::time_point due =
          begin_ + std::chrono::duration_cast<Steady::duration>(gap * static_cast<double>(number));
      if (due >= end_) return;
      std::this_thread::sleep_until(due);
      Place* place = nullptr;
      {
        // All places taken: the call waits, and its latency shows it.
        std::unique_lock lock(mutex_);
        ended_.wait(lock, [this] { return !free_.empty(); });
        place = free_.back();
        free_.pop_back();
      }
      place->due = due;
      Begin(*place);
    }
  }

  const LoadOptions options_;
  std::vector<std::unique_ptr<Place>> places_;
  Steady::time_point begin_, counted_from_, end_;
  std::mutex mutex_;
  std::condition_variable ended_;
  int under_way_ = 0;
  std::vector<Place*> free_;
};

}  // namespace

uint64_t LoadResult::failed() const {
  uint64_t failed = 0;
  for (const auto& [code, count] : codes) failed += code == 0 ? 0 : count;
  return failed;
}

std::string LoadResult::Describe() const {
  const auto ms = [this](double q) { return absl::ToDoubleMilliseconds(latency.Quantile(q)); };
  char text[200];
  std::snprintf(text, sizeof text, "%.0f/s  p50 %.2f ms  p99 %.2f ms  p99.9 %.2f ms  failed %llu",
                ok_per_second, ms(0.5), ms(0.99), ms(0.999),
                static_cast<unsigned long long>(failed()));
  std::string line = text;
  for (const auto& [code, count] : codes) {
    if (code != 0) absl::StrAppend(&line, " (code ", code, ": ", count, ")");
  }
  return line;
}

LoadResult Run(const LoadOptions& options, const SlotFactory& make_slot) {
  return Runner(options, make_slot).Run();
}

}  // namespace huiyin::bench
