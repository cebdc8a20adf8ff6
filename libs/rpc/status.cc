#include "libs/rpc/status.h"

#include <grpcpp/support/status.h>

#include <string>

#include "absl/strings/cord.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "google/rpc/error_details.pb.h"
#include "google/rpc/status.pb.h"
#include "libs/core/status.h"

namespace huiyin::rpc {
namespace {

constexpr char kDomain[] = "huiyin";
constexpr char kRetryUrl[] = "huiyin/retry_us";
// The message travels twice: percent-encoded in grpc-message and as it is inside the details.
constexpr size_t kMaxEncodedMessage = 1024;
constexpr size_t kMaxDetails = 3072;

size_t EncodedSize(unsigned char c) { return c >= 0x20 && c < 0x7f && c != '%' ? 1 : 3; }

// Cuts at the last whole UTF-8 character that fits.
std::string FitMessage(std::string_view text) {
  size_t encoded = 0;
  size_t end = 0;
  while (end < text.size()) {
    encoded += EncodedSize(static_cast<unsigned char>(text[end]));
    if (encoded > kMaxEncodedMessage - 9) break;  // room for the ellipsis
    ++end;
  }
  if (end == text.size()) return std::string(text);
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return absl::StrCat(absl::string_view(text.data(), end), "…");
}

// Removes violations from the end until `total` (with `request` packed last) fits.
void PackViolations(google::rpc::Status& total, google::rpc::BadRequest& request) {
  auto& list = *request.mutable_field_violations();
  int dropped = 0;
  constexpr size_t kAnyOverhead = 64;
  const size_t room = kMaxDetails - std::min(kMaxDetails, total.ByteSizeLong() + kAnyOverhead);
  while (request.ByteSizeLong() > room && !list.empty()) {
    list.RemoveLast();
    ++dropped;
    if (dropped == 1 && !list.empty()) list.RemoveLast(), ++dropped;  // place for the count
  }
  if (dropped > 0) {
    auto& more = *list.Add();
    more.set_field("…");
    more.set_description(absl::StrCat("and ", dropped, " more"));
  }
  total.add_details()->PackFrom(request);
}

google::rpc::ErrorInfo MakeErrorInfo(const absl::Status& status) {
  google::rpc::ErrorInfo info;
  info.set_domain(kDomain);
  const std::string reason = Reason(status);
  info.set_reason(reason.empty() ? absl::StatusCodeToString(status.code()) : reason);
  size_t size = 0;
  for (const auto& [key, value] : Metadata(status)) {
    size += key.size() + value.size();
    if (size > kMaxDetails / 4) break;
    (*info.mutable_metadata())[key] = value;
  }
  return info;
}

}  // namespace

grpc::Status ToGrpc(const absl::Status& status) {
  if (status.ok()) return grpc::Status::OK;
  google::rpc::Status details;
  details.set_code(static_cast<int>(status.code()));
  const std::string message =
      FitMessage(std::string_view(status.message().data(), status.message().size()));
  details.set_message(message);
  details.add_details()->PackFrom(MakeErrorInfo(status));
  if (const auto delay = RetryDelay(status)) {
    google::rpc::RetryInfo retry;
    retry.mutable_retry_delay()->set_seconds(absl::ToInt64Seconds(*delay));
    retry.mutable_retry_delay()->set_nanos(
        static_cast<int>(absl::ToInt64Nanoseconds(*delay % absl::Seconds(1))));
    details.add_details()->PackFrom(retry);
  }
  if (const auto violations = Violations(status); !violations.empty()) {
    google::rpc::BadRequest request;
    for (const Violation& violation : violations) {
      auto& item = *request.add_field_violations();
      item.set_field(violation.field);
      item.set_description(violation.description);
    }
    PackViolations(details, request);
  }
  return grpc::Status(static_cast<grpc::StatusCode>(status.code()), message,
                      details.SerializeAsString());
}

absl::Status FromGrpc(const grpc::Status& status) {
  if (status.ok()) return absl::OkStatus();
  const auto code = static_cast<absl::StatusCode>(status.error_code());
  google::rpc::Status details;
  if (status.error_details().empty() || !details.ParseFromString(status.error_details())) {
    return absl::Status(code, status.error_message());
  }
  google::rpc::ErrorInfo info;
  google::rpc::BadRequest request;
  std::optional<absl::Duration> delay;
  for (const auto& any : details.details()) {
    google::rpc::RetryInfo retry;
    if (any.Is<google::rpc::ErrorInfo>()) any.UnpackTo(&info);
    if (any.Is<google::rpc::BadRequest>()) any.UnpackTo(&request);
    if (any.UnpackTo(&retry)) {
      delay = absl::Seconds(retry.retry_delay().seconds()) +
              absl::Nanoseconds(retry.retry_delay().nanos());
    }
  }
  std::vector<Violation> violations;
  for (const auto& item : request.field_violations()) {
    violations.push_back({item.field(), item.description()});
  }
  const std::map<std::string, std::string> metadata(info.metadata().begin(), info.metadata().end());
  absl::Status result = Error(code, info.reason(), status.error_message(), metadata);
  if (!violations.empty()) {
    // BadInput knows how violations are carried; what else there is comes from `result`.
    BadInput(violations).ForEachPayload([&](absl::string_view url, const absl::Cord& payload) {
      if (!result.GetPayload(url).has_value()) result.SetPayload(url, payload);
    });
  }
  return delay.has_value() ? RetryAfter(std::move(result), *delay) : result;
}

absl::Status RetryAfter(absl::Status status, absl::Duration delay) {
  status.SetPayload(kRetryUrl, absl::Cord(absl::StrCat(absl::ToInt64Microseconds(delay))));
  return status;
}

std::optional<absl::Duration> RetryDelay(const absl::Status& status) {
  const auto payload = status.GetPayload(kRetryUrl);
  int64_t micros = 0;
  if (!payload.has_value() || !absl::SimpleAtoi(std::string(*payload), &micros)) {
    return std::nullopt;
  }
  return absl::Microseconds(micros);
}

}  // namespace huiyin::rpc
