// Metrics of the process itself, under the names that Prometheus client libraries use:
// process_cpu_seconds_total, process_resident_memory_bytes, process_open_fds, process_max_fds,
// process_threads, process_start_time_seconds; and huiyin_build_info.
#pragma once

#include <prometheus/metric_family.h>

#include <vector>

namespace huiyin::obs {

// Reads /proc/self; a value that cannot be read is left out.
std::vector<prometheus::MetricFamily> CollectProcessMetrics();

}  // namespace huiyin::obs
