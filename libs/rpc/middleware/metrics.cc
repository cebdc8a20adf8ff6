#include "libs/rpc/middleware/metrics.h"

#include <prometheus/counter.h>
#include <prometheus/histogram.h>

namespace huiyin::rpc {
namespace {

constexpr const char* kCodeNames[kCodes] = {
    "OK",       "Canceled",       "Unknown",          "InvalidArgument",   "DeadlineExceeded",
    "NotFound", "AlreadyExists",  "PermissionDenied", "ResourceExhausted", "FailedPrecondition",
    "Aborted",  "OutOfRange",     "Unimplemented",    "Internal",          "Unavailable",
    "DataLoss", "Unauthenticated"};

const std::vector<double>& Buckets() {
  static const auto& buckets = *new std::vector<double>{
      .0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10, 30};
  return buckets;
}

}  // namespace

const char* CodeName(int code) {
  return kCodeNames[code >= 0 && code < kCodes ? code : static_cast<int>(grpc::UNKNOWN)];
}

MethodMetrics MakeMethodMetrics(obs::Metrics& metrics, Side side, const std::string& service,
                                const std::string& method, const std::string& type) {
  const std::string prefix = side == Side::kServer ? "grpc_server_" : "grpc_client_";
  obs::Labels labels = {{"grpc_service", service}, {"grpc_method", method}, {"grpc_type", type}};
  MethodMetrics m;
  m.started = &metrics.Counter(prefix + "started_total", "Calls begun.", labels);
  m.received = &metrics.Counter(prefix + "msg_received_total", "Messages received.", labels);
  m.sent = &metrics.Counter(prefix + "msg_sent_total", "Messages sent.", labels);
  m.seconds = &metrics.Histogram(prefix + "handling_seconds", "Time from start to end of a call.",
                                 Buckets(), labels);
  for (int code = 0; code < kCodes; ++code) {
    labels["grpc_code"] = CodeName(code);
    m.handled[code] = &metrics.Counter(prefix + "handled_total", "Calls ended, by code.", labels);
  }
  return m;
}

void MethodMetrics::CountStarted() const { started->Increment(); }

void MethodMetrics::CountEnded(int code, double elapsed_seconds, uint64_t messages_received,
                               uint64_t messages_sent) const {
  if (messages_received > 0) received->Increment(static_cast<double>(messages_received));
  if (messages_sent > 0) sent->Increment(static_cast<double>(messages_sent));
  handled[code >= 0 && code < kCodes ? code : static_cast<int>(grpc::UNKNOWN)]->Increment();
  seconds->Observe(elapsed_seconds);
}

}  // namespace huiyin::rpc
