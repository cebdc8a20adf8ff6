// How soon the early warning sees a defect, and how often it cries wolf: a shop of made-up products
// with injected defects – a lot that fails, a size that runs small, a carrier that is late – is
// looked at day by day, once through all sources of complaints together and once through each
// alone.
//
// A unit that disappoints may be told of by a ticket, a return, a review and a survey answer, each
// with its own chance and delay; all together count it once. So that the ways of looking compare,
// each gets the threshold (of the false discovery rate) at which it raises the same number of false
// alarms on a shop without defects. Delays count from the day the first bad unit was delivered; a
// defect that is not found within the time watched counts as that time.
//
//   bench_detection [--json FILE]
#include <algorithm>
#include <array>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <functional>
#include <map>
#include <random>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "services/analytics/domain/detect.h"
#include "services/analytics/domain/dimensions.h"
#include "tests/bench/json_report.h"

namespace huiyin::analytics {
namespace {

constexpr int kProducts = 60, kSizes = 4, kCarriers = 5;
constexpr int kDays = 84, kWindow = 28, kDefectDay = 40, kLotDays = 14;
constexpr double kUnitsADay = 4;  // of one product
constexpr uint32_t kLogistics = 1, kWrongItem = 3, kQuality = 4;
constexpr int kSources = 4;

// Chance that somebody who is disappointed says so there, and how many days later (exponential
// beyond a shortest delay).
struct SourceModel {
  const char* name;
  double chance;
  int shortest;
  double mean;
};
constexpr SourceModel kModels[kSources] = {{"tickets", 0.45, 0, 2},
                                           {"returns", 0.35, 1, 4},
                                           {"reviews", 0.25, 3, 6},
                                           {"surveys", 0.12, 4, 3}};
// Units that disappoint though nothing is wrong, by issue.
constexpr double kUsualQuality = 0.02, kUsualWrong = 0.015, kUsualLate = 0.03;

enum class Defect { kNone, kLot, kSize, kDelay };
struct Scenario {
  Defect defect;
  const char* name;
  double rate;  // of units that disappoint by it
};
constexpr Scenario kScenarios[] = {{Defect::kLot, "lot fails (12 %)", 0.12},
                                   {Defect::kSize, "size runs small (10 %)", 0.10},
                                   {Defect::kDelay, "carrier is late (9 %)", 0.09}};

struct Unit {
  int day, product, size, lot, carrier;
  uint32_t issue = 0;                 // 0: content
  std::array<int, kSources> told_on;  // day; −1: never
};

std::string Name(const char* what, int number) { return what + std::to_string(number); }

struct Shop {
  std::vector<Unit> units;

  Shop(const Scenario* scenario, uint32_t seed) {
    std::mt19937 random(seed);
    std::uniform_real_distribution<double> uniform;
    for (int day = 0; day < kDays; ++day) {
      for (int product = 0; product < kProducts; ++product) {
        const int count = std::poisson_distribution<int>(kUnitsADay)(random);
        for (int i = 0; i < count; ++i) {
          Unit unit{day,
                    product,
                    static_cast<int>(random() % kSizes),
                    (day + product) / kLotDays,
                    static_cast<int>(random() % kCarriers),
                    0,
                    {}};
          unit.issue = Issue(unit, scenario, uniform(random));
          for (int s = 0; s < kSources; ++s) {
            const bool tells = unit.issue != 0 && uniform(random) < kModels[s].chance;
            const double later = std::exponential_distribution<double>(1 / kModels[s].mean)(random);
            unit.told_on[static_cast<size_t>(s)] =
                tells ? day + kModels[s].shortest + static_cast<int>(later) : -1;
          }
          units.push_back(unit);
        }
      }
    }
  }

  static bool Bad(const Unit& unit, Defect defect) {
    if (unit.day < kDefectDay) return false;
    switch (defect) {
      case Defect::kLot:
        return unit.product == 7 && unit.lot == (kDefectDay + 7) / kLotDays + 1;
      case Defect::kSize:
        return unit.product == 7 && unit.size == 2;
      case Defect::kDelay:
        return unit.carrier == 3;
      case Defect::kNone:
        break;
    }
    return false;
  }

 private:
  static uint32_t Issue(const Unit& unit, const Scenario* scenario, double chance) {
    if (scenario && Bad(unit, scenario->defect)) {
      if (chance < scenario->rate) {
        return scenario->defect == Defect::kLot    ? kQuality
               : scenario->defect == Defect::kSize ? kWrongItem
                                                   : kLogistics;
      }
      chance -= scenario->rate;
    }
    if (chance < kUsualQuality) return kQuality;
    if (chance < kUsualQuality + kUsualWrong) return kWrongItem;
    return chance < kUsualQuality + kUsualWrong + kUsualLate ? kLogistics : 0;
  }
};

// Counts of the window that ends with `today`. `source` < 0: all, a unit once.
std::vector<LotCounts> Look(const Shop& shop, int today, int source) {
  std::map<std::array<int, 4>, LotCounts> lots;
  for (const Unit& unit : shop.units) {
    if (unit.day > today) continue;
    int told = -1;
    for (int s = 0; s < kSources; ++s) {
      const int on = unit.told_on[static_cast<size_t>(s)];
      if ((source < 0 || s == source) && on >= 0 && (told < 0 || on < told)) told = on;
    }
    const bool shipped = unit.day > today - kWindow;
    const bool complains = told >= 0 && told <= today && told > today - kWindow;
    if (!shipped && !complains) continue;
    LotCounts& lot = lots[{unit.product, unit.size, unit.lot, unit.carrier}];
    if (lot.product.empty()) {
      lot.product = Name("P", unit.product);
      lot.sku = lot.product + Name("-S", unit.size);
      lot.lot = lot.product + Name("-L", unit.lot);
      lot.carrier = Name("C", unit.carrier);
    }
    if (shipped) ++lot.units;
    if (complains) {
      ++lot.cases[unit.issue];
      ++lot.complaints[unit.issue][static_cast<size_t>(source < 0 ? 1 : source + 1)];
    }
  }
  std::vector<LotCounts> result;
  for (auto& [key, lot] : lots) result.push_back(std::move(lot));
  return result;
}

struct Alarm {
  int day;
  Subject subject;
  double q;
};

constexpr double kLoosest = 0.5;  // of the thresholds

std::vector<Finding> FindingsOf(const Shop& shop, int day, int source, double max_q_value) {
  DetectOptions options;
  options.max_q_value = max_q_value;
  return Detect(Look(shop, day, source), options);
}

std::vector<Alarm> Watch(const Shop& shop, int source) {
  std::vector<Alarm> alarms;
  for (int day = kWindow; day < kDays; ++day) {
    for (const Finding& f : FindingsOf(shop, day, source, kLoosest)) {
      alarms.push_back({day, f.subject, f.evidence.q_value});
    }
  }
  return alarms;
}

bool IsRight(const Subject& subject, Defect defect) {
  if (defect == Defect::kDelay) return subject == Subject{"carrier", "", "C3"};
  return subject.product == "P7";
}

// Days from the first bad unit until the defect is called at this threshold.
int DaysToDetection(const Scenario& scenario, uint32_t seed, int source, double threshold) {
  const Shop shop(&scenario, seed);
  int first = kDays;
  for (const Unit& unit : shop.units) {
    if (Shop::Bad(unit, scenario.defect)) first = std::min(first, unit.day);
  }
  for (int day = first; day < kDays; ++day) {
    for (const Finding& f : FindingsOf(shop, day, source, threshold)) {
      if (IsRight(f.subject, scenario.defect)) return day - first;
    }
  }
  return kDays - first;
}

// Subjects that were ever called at this threshold, in alerts opened: those standing at once count
// once until they are gone for a day.
int CountAlerts(const std::vector<Alarm>& alarms, double q) {
  std::map<Subject, int> last;
  int opened = 0;
  for (const Alarm& alarm : alarms) {
    if (alarm.q > q) continue;
    const auto [it, added] = last.try_emplace(alarm.subject, alarm.day);
    opened += added || it->second < alarm.day - 1;
    it->second = alarm.day;
  }
  return opened;
}

// Calls `work` with 0 … count − 1, on every core.
void ForEach(int count, const std::function<void(int)>& work) {
  std::atomic<int> next = 0;
  std::vector<std::thread> threads;
  for (unsigned i = 0; i < std::max(1U, std::thread::hardware_concurrency()); ++i) {
    threads.emplace_back([&] {
      for (int index; (index = next++) < count;) work(index);
    });
  }
  for (std::thread& thread : threads) thread.join();
}

}  // namespace
}  // namespace huiyin::analytics

int main(int argc, char** argv) {
  using namespace huiyin::analytics;  // NOLINT(google-build-using-namespace): a program of one file
  constexpr int kQuietShops = 4, kRepeats = 6;
  constexpr int kWatched = kDays - kDefectDay;
  constexpr double kFalsePer1000 = 5;  // alarms per 1 000 product-months, the same for everybody
  std::map<std::string, double> figures;
  std::printf(
      "false alarms at the rate of discovery of the service (0.01), thresholds and median "
      "(mean) days to detection at %.0f false alarms per 1 000 product-months\n\n",
      kFalsePer1000);
  std::printf("%-10s %12s %12s", "source", "false at .01", "threshold");
  for (const Scenario& s : kScenarios) std::printf(" %24s", s.name);
  std::printf("\n");
  for (int source = -1; source < kSources; ++source) {
    const std::string name = source < 0 ? "together" : kModels[source].name;
    std::vector<std::vector<Alarm>> quiet(kQuietShops);
    ForEach(kQuietShops, [&](int i) {
      quiet[static_cast<size_t>(i)] = Watch(Shop(nullptr, 1000 + static_cast<uint32_t>(i)), source);
    });
    const double months = kQuietShops * kProducts * (kDays - kWindow) / 30.0;
    const auto false_rate = [&](double q) {
      int count = 0;
      for (const auto& alarms : quiet) count += CountAlerts(alarms, q);
      return count / months * 1000;
    };
    double threshold = kLoosest;
    while (threshold > 1e-9 && false_rate(threshold) > kFalsePer1000) threshold *= 0.9;
    std::printf("%-10s %12.1f %12.2g", name.c_str(), false_rate(0.01), threshold);
    figures["false_alarms_" + name] = false_rate(0.01);
    for (const Scenario& scenario : kScenarios) {
      std::vector<int> delays(kRepeats);
      ForEach(kRepeats, [&](int i) {
        delays[static_cast<size_t>(i)] =
            DaysToDetection(scenario, 1 + static_cast<uint32_t>(i), source, threshold);
      });
      std::sort(delays.begin(), delays.end());
      double sum = 0;
      for (const int delay : delays) sum += delay;
      const double median = (delays[kRepeats / 2 - 1] + delays[kRepeats / 2]) / 2.0;
      std::printf("          %6.1f (%6.1f)", median, sum / kRepeats);
      const char* const keys[] = {"", "lot", "size", "delay"};
      figures[std::string("detection_days_") + keys[static_cast<int>(scenario.defect)] + "_" +
              name] = sum / kRepeats;
    }
    std::printf("\n");
    std::fflush(stdout);
  }
  std::printf("\n%d products, %d units a day each, %d days watched after the defect begins\n\n",
              kProducts, static_cast<int>(kUnitsADay), kWatched);
  return huiyin::bench::Report(argc, argv, figures);
}
