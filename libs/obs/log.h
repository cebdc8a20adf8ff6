// Logs: one JSON object a line on standard error, with time, level, service, event and the fields
// given. A log line never carries message bodies or contact data; ids and counts only.
//
// The logger is the one thing of the process that is not passed around: it is set up once in main,
// and a line may be needed where nothing else is at hand (a destructor, a signal thread). Lines are
// written by a thread of their own from a bounded queue; when it is full the oldest line is
// dropped.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <type_traits>
#include <variant>

#include "absl/status/status.h"

namespace huiyin::obs {

enum class Level { kDebug, kInfo, kWarning, kError };

struct Field {
  template <class T>
  requires std::is_integral_v<T> &&(!std::is_same_v<T, bool>)Field(std::string_view k, T v)
      : key(k), value(static_cast<int64_t>(v)) {}
  Field(std::string_view k, bool v) : key(k), value(v) {}
  Field(std::string_view k, double v) : key(k), value(v) {}
  Field(std::string_view k, std::string_view v) : key(k), value(v) {}
  Field(std::string_view k, const std::string& v) : key(k), value(std::string_view(v)) {}
  Field(std::string_view k, const char* v) : key(k), value(std::string_view(v)) {}
  // Code and message, for example "NOT_FOUND: no such ticket".
  Field(std::string_view k, const absl::Status& v) : key(k), value(v.ToString()) {}

  std::string_view key;
  std::variant<bool, int64_t, double, std::string_view, std::string> value;
};

// Before the first Log; lines below `level` are dropped. Until it is called, lines of kWarning and
// above go to standard error, so tests need no set-up.
void StartLogging(std::string_view service, Level level);
// Writes what is queued. Call at the end of main.
void StopLogging();

bool LogEnabled(Level level);

// `event` names what happened, lower_snake: Log(Level::kInfo, "relay_started", {{"partitions",
// 8}}). The field "traceparent" is written as trace_id and span_id. Thread-safe.
void Log(Level level, std::string_view event, std::initializer_list<Field> fields = {});

// "debug", "info", "warning", "error"; kInfo for anything else.
Level ParseLevel(std::string_view name);

}  // namespace huiyin::obs
