// W3C trace context (https://www.w3.org/TR/trace-context/, version 00): which request a log line,
// an event or a call belongs to. A context is its traceparent text, "00-<32 hex trace id>-<16 hex
// span id>-<flags>".
#pragma once

#include <string>
#include <string_view>

namespace huiyin::obs {

// True for a well-formed traceparent with non-zero ids.
bool IsTraceparent(std::string_view text);

// A new span under `parent`; a new trace when `parent` is not a traceparent. Thread-safe.
std::string NewSpan(std::string_view parent);

// Parts of a traceparent; empty for anything else. Views into the argument.
std::string_view TraceId(std::string_view traceparent);
std::string_view SpanId(std::string_view traceparent);

}  // namespace huiyin::obs
