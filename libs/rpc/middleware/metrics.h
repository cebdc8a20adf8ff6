// Call metrics with the names and labels of go-grpc-prometheus, so that common dashboards work:
//
//   grpc_server_started_total        counter    calls begun
//   grpc_server_handled_total        counter    calls ended, by grpc_code ("OK", "InvalidArgument")
//   grpc_server_msg_received_total   counter    request messages
//   grpc_server_msg_sent_total       counter    response messages
//   grpc_server_handling_seconds     histogram  from start to end of a call
//
// Labels grpc_service, grpc_method, grpc_type; for clients the same with grpc_client_.
#pragma once

#include <grpcpp/support/status_code_enum.h>

#include <array>
#include <string>

#include "libs/obs/metrics.h"

namespace huiyin::rpc {

enum class Side { kServer, kClient };

inline constexpr int kCodes = 17;  // OK … UNAUTHENTICATED

// Handles of one method's metrics; those they point to belong to the obs::Metrics.
struct MethodMetrics {
  prometheus::Counter* started = nullptr;
  prometheus::Counter* received = nullptr;
  prometheus::Counter* sent = nullptr;
  prometheus::Histogram* seconds = nullptr;
  std::array<prometheus::Counter*, kCodes> handled{};

  void CountStarted() const;
  // `messages_*`: since the start of the call.
  void CountEnded(int code, double elapsed_seconds, uint64_t messages_received,
                  uint64_t messages_sent) const;
};

// Registers all of them at 0.
MethodMetrics MakeMethodMetrics(obs::Metrics& metrics, Side side, const std::string& service,
                                const std::string& method, const std::string& type);

// "OK", "InvalidArgument"; "Unknown" for anything out of range.
const char* CodeName(int code);

}  // namespace huiyin::rpc
