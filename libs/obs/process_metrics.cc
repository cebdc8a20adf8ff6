#include "libs/obs/process_metrics.h"

#include <sys/resource.h>
#include <unistd.h>

#include <filesystem>
#include <fstream>
#include <optional>
#include <sstream>
#include <string>

#ifndef HUIYIN_VERSION
#define HUIYIN_VERSION "unknown"
#endif

namespace huiyin::obs {
namespace {

using prometheus::MetricFamily;
using prometheus::MetricType;

MetricFamily Single(const char* name, const char* help, MetricType type, double value) {
  prometheus::ClientMetric metric;
  (type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
  MetricFamily family;
  family.name = name;
  family.help = help;
  family.type = type;
  family.metric.push_back(std::move(metric));
  return family;
}

// Fields of /proc/self/stat after the command's closing parenthesis, as proc(5) numbers them
// minus 3.
std::optional<std::vector<std::string>> ProcStat() {
  std::ifstream file("/proc/self/stat");
  std::string line;
  if (!std::getline(file, line)) return std::nullopt;
  std::istringstream rest(line.substr(line.rfind(')') + 1));
  std::vector<std::string> fields;
  for (std::string field; rest >> field;) fields.push_back(field);
  if (fields.size() < 22) return std::nullopt;
  return fields;
}

std::optional<double> BootTime() {
  std::ifstream file("/proc/stat");
  for (std::string key; file >> key;) {
    if (key == "btime") {
      double seconds;
      file >> seconds;
      return seconds;
    }
    std::getline(file, key);
  }
  return std::nullopt;
}

}  // namespace

std::vector<MetricFamily> CollectProcessMetrics() {
  std::vector<MetricFamily> all;
  const double ticks = static_cast<double>(sysconf(_SC_CLK_TCK));
  if (const auto stat = ProcStat()) {
    const auto number = [&](int field) { return std::stod((*stat)[field - 3]); };
    all.push_back(Single("process_cpu_seconds_total", "User and system CPU time spent.",
                         MetricType::Counter, (number(14) + number(15)) / ticks));
    all.push_back(Single("process_threads", "Threads.", MetricType::Gauge, number(20)));
    all.push_back(Single("process_resident_memory_bytes", "Resident memory.", MetricType::Gauge,
                         number(24) * static_cast<double>(sysconf(_SC_PAGESIZE))));
    if (const auto boot = BootTime()) {
      all.push_back(Single("process_start_time_seconds", "Start, seconds since 1970.",
                           MetricType::Gauge, *boot + number(22) / ticks));
    }
  }
  std::error_code error;
  double descriptors = 0;
  for (auto it = std::filesystem::directory_iterator("/proc/self/fd", error);
       !error && it != std::filesystem::directory_iterator(); it.increment(error)) {
    ++descriptors;
  }
  if (!error) {
    all.push_back(
        Single("process_open_fds", "Open file descriptors.", MetricType::Gauge, descriptors));
  }
  if (rlimit limit; getrlimit(RLIMIT_NOFILE, &limit) == 0) {
    all.push_back(Single("process_max_fds", "Limit of open file descriptors.", MetricType::Gauge,
                         static_cast<double>(limit.rlim_cur)));
  }
  MetricFamily build =
      Single("huiyin_build_info", "Always 1; the label names the version.", MetricType::Gauge, 1);
  build.metric[0].label = {{"version", HUIYIN_VERSION}};
  all.push_back(std::move(build));
  return all;
}

}  // namespace huiyin::obs
