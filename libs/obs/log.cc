#include "libs/obs/log.h"

#include <spdlog/async.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/spdlog.h>

#include <atomic>
#include <nlohmann/json.hpp>

#include "absl/time/time.h"
#include "libs/core/clock.h"
#include "libs/obs/trace.h"

namespace huiyin::obs {
namespace {

constexpr size_t kQueuedLines = 8192;

struct LevelName {
  Level level;
  const char* name;
};
constexpr LevelName kLevels[] = {{Level::kDebug, "debug"},
                                 {Level::kInfo, "info"},
                                 {Level::kWarning, "warning"},
                                 {Level::kError, "error"}};

std::atomic<Level> g_level{Level::kWarning};
std::string g_service;                    // set once, before threads start
std::shared_ptr<spdlog::logger> g_async;  // null until StartLogging

spdlog::logger& Logger() {
  if (g_async) return *g_async;
  static const auto fallback = [] {
    auto logger = std::make_shared<spdlog::logger>(
        "fallback", std::make_shared<spdlog::sinks::stderr_sink_mt>());
    logger->set_pattern("%v");
    return logger;
  }();
  return *fallback;
}

}  // namespace

void StartLogging(std::string_view service, Level level) {
  g_service = service;
  g_level = level;
  spdlog::init_thread_pool(kQueuedLines, 1);
  g_async = std::make_shared<spdlog::async_logger>(
      "huiyin", std::make_shared<spdlog::sinks::stderr_sink_mt>(), spdlog::thread_pool(),
      spdlog::async_overflow_policy::overrun_oldest);
  g_async->set_pattern("%v");
  g_async->flush_on(spdlog::level::info);  // every line: each is logged at info to spdlog
}

void StopLogging() {
  if (g_async) g_async->flush();
  g_async.reset();
  spdlog::shutdown();
}

bool LogEnabled(Level level) { return level >= g_level.load(std::memory_order_relaxed); }

void Log(Level level, std::string_view event, std::initializer_list<Field> fields) {
  if (!LogEnabled(level)) return;
  nlohmann::ordered_json line;
  line["time"] = absl::FormatTime("%Y-%m-%dT%H:%M:%E6SZ", SystemClock().Now(), absl::UTCTimeZone());
  line["level"] = kLevels[static_cast<int>(level)].name;
  if (!g_service.empty()) line["service"] = g_service;
  line["event"] = event;
  for (const Field& field : fields) {
    if (field.key == "traceparent") {
      const auto* text = std::get_if<std::string_view>(&field.value);
      if (text == nullptr || !IsTraceparent(*text)) continue;
      line["trace_id"] = TraceId(*text);
      line["span_id"] = SpanId(*text);
      continue;
    }
    std::visit([&](const auto& value) { line[std::string(field.key)] = value; }, field.value);
  }
  // Bytes that are not UTF-8 are replaced: a bad byte must not cost the line.
  Logger().info(line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

Level ParseLevel(std::string_view name) {
  for (const auto& [level, text] : kLevels) {
    if (name == text) return level;
  }
  return Level::kInfo;
}

}  // namespace huiyin::obs
