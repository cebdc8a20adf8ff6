#include "services/aftersales/gateways/http_gateway.h"

#include <curl/curl.h>

#include <deque>
#include <map>
#include <mutex>
#include <nlohmann/json.hpp>
#include <thread>
#include <vector>

#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/gateways/signature.h"

namespace huiyin::aftersales {
namespace {

using nlohmann::json;

constexpr size_t kMaxAnswer = 64 << 10;

GatewayAnswer NoAnswer(std::string reason) {
  return {
      .kind = GatewayAnswer::Kind::kNoAnswer, .gateway_refund_id = "", .reason = std::move(reason)};
}

std::string Text(const json& object, const char* field) {
  const auto found = object.find(field);
  return found != object.end() && found->is_string() ? found->get<std::string>() : "";
}

// The answer that a refund object describes; kNoAnswer when it makes no sense.
GatewayAnswer FromObject(const json& object) {
  static const auto& kKinds = *new std::map<std::string, GatewayAnswer::Kind, std::less<>>{
      {"succeeded", GatewayAnswer::Kind::kPaid},
      {"failed", GatewayAnswer::Kind::kDeclined},
      {"pending", GatewayAnswer::Kind::kPending},
      {"reversed", GatewayAnswer::Kind::kReversed}};
  if (!object.is_object()) return NoAnswer("the gateway's answer is not a JSON object");
  const auto kind = kKinds.find(Text(object, "status"));
  if (kind == kKinds.end()) return NoAnswer("the gateway's answer has no known status");
  return {.kind = kind->second,
          .gateway_refund_id = Text(object, "id"),
          .reason = Text(object, "failure")};
}

GatewayAnswer FromHttp(long status, const std::string& body) {  // NOLINT(runtime/int): curl's type
  const json object = json::parse(body, nullptr, /*allow_exceptions=*/false);
  if (status == 200) return FromObject(object);
  // Some proxy's 404 says nothing about the refund.
  if (status == 404 && object.is_object() && Text(object, "error") == "no such refund") {
    return {.kind = GatewayAnswer::Kind::kNotFound, .gateway_refund_id = "", .reason = ""};
  }
  return NoAnswer(Concat("the gateway answered with HTTP status ", status));
}

struct Call {
  std::string method, target, body;
  std::string idempotency_key;
  PaymentGateway::Done done;

  CURL* handle = nullptr;
  curl_slist* headers = nullptr;
  std::string answer;
};

size_t Collect(char* data, size_t, size_t size, void* call) {
  std::string& answer = static_cast<Call*>(call)->answer;
  if (answer.size() + size > kMaxAnswer) return 0;  // ends the transfer with an error
  answer.append(data, size);
  return size;
}

}  // namespace

class HttpGateway::Driver {
 public:
  Driver(const HttpGatewayOptions& options, const Clock& clock) : options_(options), clock_(clock) {
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)initialised;
    multi_ = curl_multi_init();
    curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS,
                      static_cast<long>(options.max_connections));  // NOLINT(runtime/int)
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS,
                      static_cast<long>(options.max_connections));  // NOLINT(runtime/int)
    thread_ = std::thread([this] { Drive(); });
  }

  ~Driver() {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    curl_multi_wakeup(multi_);
    thread_.join();
    for (CURL* handle : spare_) curl_easy_cleanup(handle);
    curl_multi_cleanup(multi_);
  }

  void Start(std::unique_ptr<Call> call) {
    {
      std::lock_guard lock(mutex_);
      waiting_.push_back(std::move(call));
    }
    curl_multi_wakeup(multi_);
  }

 private:
  void Drive() {
    for (;;) {
      std::deque<std::unique_ptr<Call>> fresh;
      {
        std::lock_guard lock(mutex_);
        if (stopping_) break;
        fresh.swap(waiting_);
      }
      for (std::unique_ptr<Call>& call : fresh) Begin(std::move(call));
      int running = 0;
      curl_multi_perform(multi_, &running);
      int left = 0;
      while (const CURLMsg* message = curl_multi_info_read(multi_, &left)) {
        if (message->msg == CURLMSG_DONE) End(message->easy_handle, message->data.result);
      }
      curl_multi_poll(multi_, nullptr, 0, 1000, nullptr);
    }
    std::lock_guard lock(mutex_);
    for (auto& [handle, call] : under_way_) {
      curl_multi_remove_handle(multi_, handle);
      Finish(*call, NoAnswer("the service stopped before the gateway answered"));
    }
    for (std::unique_ptr<Call>& call : waiting_) {
      call->done(NoAnswer("the service stopped before the gateway was called"));
    }
  }

  void Begin(std::unique_ptr<Call> call) {
    CURL* handle = nullptr;
    if (spare_.empty()) {
      handle = curl_easy_init();
    } else {
      handle = spare_.back();
      spare_.pop_back();
    }
    if (handle == nullptr) {
      call->done(NoAnswer("no memory for a call to the gateway"));
      return;
    }
    call->handle = handle;
    const std::string url = options_.url + call->target;
    const std::string timestamp = std::to_string(absl::ToUnixSeconds(clock_.Now()));
    const std::string signature =
        Sign(options_.secret, SignedText(timestamp, call->method, call->target, call->body));
    for (const std::string& header :
         {std::string("Content-Type: application/json"), std::string("Expect:"),
          Concat("Idempotency-Key: ", call->idempotency_key),
          Concat("X-Huiyin-Timestamp: ", timestamp), Concat("X-Huiyin-Signature: ", signature)}) {
      call->headers = curl_slist_append(call->headers, header.c_str());
    }
    curl_easy_setopt(handle, CURLOPT_URL, url.c_str());
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, call->headers);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS,
                     static_cast<long>(absl::ToInt64Milliseconds(options_.timeout)));  // NOLINT
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, Collect);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, call.get());
    if (call->method == "POST") {
      curl_easy_setopt(handle, CURLOPT_POST, 1L);
      curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE,
                       static_cast<long>(call->body.size()));  // NOLINT(runtime/int)
      curl_easy_setopt(handle, CURLOPT_POSTFIELDS, call->body.c_str());
    } else {
      curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L);
    }
    curl_multi_add_handle(multi_, handle);
    under_way_.emplace(handle, std::move(call));
  }

  void End(CURL* handle, CURLcode result) {
    auto node = under_way_.extract(handle);
    Call& call = *node.mapped();
    long status = 0;  // NOLINT(runtime/int)
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(multi_, handle);
    Finish(call, result == CURLE_OK
                     ? FromHttp(status, call.answer)
                     : NoAnswer(Concat("no answer from the gateway: ",
                                       std::string_view(curl_easy_strerror(result)))));
    curl_easy_reset(handle);
    spare_.push_back(handle);
  }

  static void Finish(Call& call, GatewayAnswer answer) {
    curl_slist_free_all(call.headers);
    call.headers = nullptr;
    call.done(std::move(answer));
  }

  const HttpGatewayOptions& options_;
  const Clock& clock_;
  CURLM* multi_;
  std::thread thread_;
  std::mutex mutex_;
  std::deque<std::unique_ptr<Call>> waiting_;
  bool stopping_ = false;
  // Of the driving thread alone:
  std::map<CURL*, std::unique_ptr<Call>> under_way_;
  std::vector<CURL*> spare_;
};

HttpGateway::HttpGateway(HttpGatewayOptions options, const Clock& clock)
    : options_(std::move(options)), driver_(std::make_unique<Driver>(options_, clock)) {}

HttpGateway::~HttpGateway() = default;

void HttpGateway::Refund(const GatewayRefund& refund, Done done) {
  auto call = std::make_unique<Call>();
  call->method = "POST";
  call->target = "/v1/refunds";
  call->idempotency_key = refund.idempotency_key;
  call->body = json{{"payment_id", refund.payment_id},
                    {"amount", refund.amount.minor()},
                    {"currency", refund.amount.currency()}}
                   .dump(-1, ' ', false, json::error_handler_t::replace);
  call->done = std::move(done);
  driver_->Start(std::move(call));
}

void HttpGateway::Find(const GatewayRefund& refund, Done done) {
  auto call = std::make_unique<Call>();
  call->method = "GET";
  call->target = Concat("/v1/refunds?key=", refund.idempotency_key);
  call->done = std::move(done);
  driver_->Start(std::move(call));
}

absl::StatusOr<GatewayNotice> HttpGateway::ReadNotice(std::string_view, std::string_view body,
                                                      std::string_view signature) {
  const size_t comma = signature.find(",v1=");
  const bool shaped = signature.starts_with("t=") && comma != signature.npos;
  const std::string_view timestamp = shaped ? signature.substr(2, comma - 2) : "";
  const std::string_view given = shaped ? signature.substr(comma + 4) : "";
  if (!shaped || !SameSignature(given, Sign(options_.secret, Concat(timestamp, ".", body)))) {
    return Error(absl::StatusCode::kUnauthenticated, "BAD_SIGNATURE",
                 "the callback's signature is wrong");
  }
  const json object = json::parse(body, nullptr, /*allow_exceptions=*/false);
  GatewayNotice notice;
  notice.answer = FromObject(object);
  if (notice.answer.kind == GatewayAnswer::Kind::kNoAnswer) {
    return BadInput({{"body", notice.answer.reason}});
  }
  notice.idempotency_key = Text(object, "key");
  return notice;
}

}  // namespace huiyin::aftersales
