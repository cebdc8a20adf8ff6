// Metrics of a process, in a registry of its own (no globals). Names and labels are listed in
// tables beside their owners; values appear on /metrics in the Prometheus text format.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

namespace prometheus {
class Registry;
class Counter;
class Gauge;
class Histogram;
}  // namespace prometheus

namespace huiyin::obs {

using Labels = std::map<std::string, std::string>;

// Thread-safe. References it returns stay valid as long as it lives; Add and Observe on them are
// lock-free or nearly so (prometheus-cpp).
class Metrics {
 public:
  Metrics();
  ~Metrics();
  Metrics(const Metrics&) = delete;

  // The same (name, labels) gives the same object. Names: huiyin_<service>_<noun>_<unit>.
  prometheus::Counter& Counter(const std::string& name, const std::string& help,
                               const Labels& labels = {});
  prometheus::Gauge& Gauge(const std::string& name, const std::string& help,
                           const Labels& labels = {});
  prometheus::Histogram& Histogram(const std::string& name, const std::string& help,
                                   const std::vector<double>& buckets, const Labels& labels = {});

  // The exposition text, version 0.0.4, process metrics (CPU, memory, descriptors, start time)
  // included.
  std::string Text() const;

 private:
  std::shared_ptr<prometheus::Registry> registry_;
  struct Families;
  std::unique_ptr<Families> families_;
};

}  // namespace huiyin::obs
