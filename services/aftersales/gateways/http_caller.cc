#include "services/aftersales/gateways/http_caller.h"

#include <curl/curl.h>

#include <algorithm>
#include <mutex>
#include <thread>

#include "absl/container/flat_hash_map.h"

namespace huiyin::aftersales {
namespace {

constexpr size_t kMaxAnswer = 1 << 20;
constexpr size_t kMaxHeaders = 100;

struct Call {
  HttpRequest request;
  HttpCaller::Done done;
  curl_slist* headers = nullptr;
  HttpAnswer answer;
};

HttpAnswer NoAnswer(std::string problem) { return {.problem = std::move(problem)}; }

size_t Collect(char* data, size_t, size_t size, void* call) {
  std::string& body = static_cast<Call*>(call)->answer.body;
  if (body.size() + size > kMaxAnswer) return 0;  // ends the transfer with an error
  body.append(data, size);
  return size;
}

size_t CollectHeader(char* data, size_t, size_t size, void* call) {
  auto& headers = static_cast<Call*>(call)->answer.headers;
  const std::string_view line(data, size);
  const size_t colon = line.find(':');
  if (colon == line.npos || headers.size() >= kMaxHeaders) return size;
  std::string name(line.substr(0, colon));
  std::transform(name.begin(), name.end(), name.begin(),
                 [](unsigned char c) { return c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c; });
  std::string_view value = line.substr(colon + 1);
  while (!value.empty() && (value.front() == ' ' || value.front() == '\t')) value.remove_prefix(1);
  while (!value.empty() && (value.back() == '\r' || value.back() == '\n' || value.back() == ' ')) {
    value.remove_suffix(1);
  }
  headers[std::move(name)] = std::string(value);
  return size;
}

}  // namespace

class HttpCaller::Driver {
 public:
  explicit Driver(const Options& options)
      : timeout_ms_(static_cast<long>(absl::ToInt64Milliseconds(options.timeout))) {  // NOLINT
    static const CURLcode initialised = curl_global_init(CURL_GLOBAL_DEFAULT);
    (void)initialised;
    multi_ = curl_multi_init();
    const auto connections = static_cast<long>(options.max_connections);  // NOLINT(runtime/int)
    curl_multi_setopt(multi_, CURLMOPT_MAX_TOTAL_CONNECTIONS, connections);
    curl_multi_setopt(multi_, CURLMOPT_MAXCONNECTS, connections);
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
    bool wake = false;
    {
      std::lock_guard lock(mutex_);
      wake = waiting_.empty();  // otherwise it has been woken and not looked yet
      waiting_.push_back(std::move(call));
    }
    if (wake) curl_multi_wakeup(multi_);
  }

 private:
  void Drive() {
    for (;;) {
      std::vector<std::unique_ptr<Call>> fresh;
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
      curl_slist_free_all(call->headers);
      call->done(NoAnswer("the service stopped before the gateway answered"));
      curl_easy_cleanup(handle);
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
    for (const std::string& header : call->request.headers) {
      call->headers = curl_slist_append(call->headers, header.c_str());
    }
    call->headers = curl_slist_append(call->headers, "Expect:");
    curl_easy_setopt(handle, CURLOPT_URL, call->request.url.c_str());
    curl_easy_setopt(handle, CURLOPT_HTTPHEADER, call->headers);
    curl_easy_setopt(handle, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(handle, CURLOPT_PROXY, "");
    curl_easy_setopt(handle, CURLOPT_TIMEOUT_MS, timeout_ms_);
    curl_easy_setopt(handle, CURLOPT_WRITEFUNCTION, Collect);
    curl_easy_setopt(handle, CURLOPT_WRITEDATA, call.get());
    curl_easy_setopt(handle, CURLOPT_HEADERFUNCTION, CollectHeader);
    curl_easy_setopt(handle, CURLOPT_HEADERDATA, call.get());
    if (call->request.method == "POST") {
      curl_easy_setopt(handle, CURLOPT_POST, 1L);
      curl_easy_setopt(handle, CURLOPT_POSTFIELDSIZE,
                       static_cast<long>(call->request.body.size()));  // NOLINT(runtime/int)
      curl_easy_setopt(handle, CURLOPT_POSTFIELDS, call->request.body.c_str());
    } else {
      curl_easy_setopt(handle, CURLOPT_HTTPGET, 1L);
    }
    curl_multi_add_handle(multi_, handle);
    under_way_.emplace(handle, std::move(call));
  }

  void End(CURL* handle, CURLcode result) {
    auto node = under_way_.extract(handle);
    Call& call = *node.mapped();
    long status = 0;  // NOLINT(runtime/int): curl's type
    curl_easy_getinfo(handle, CURLINFO_RESPONSE_CODE, &status);
    curl_multi_remove_handle(multi_, handle);
    curl_easy_reset(handle);
    spare_.push_back(handle);
    curl_slist_free_all(call.headers);
    if (result == CURLE_OK) {
      call.answer.status = static_cast<int>(status);
      call.done(std::move(call.answer));
    } else {
      call.done(NoAnswer(curl_easy_strerror(result)));
    }
  }

  const long timeout_ms_;  // NOLINT(runtime/int): curl's type
  CURLM* multi_;
  std::thread thread_;
  std::mutex mutex_;
  std::vector<std::unique_ptr<Call>> waiting_;
  bool stopping_ = false;
  // Of the driving thread alone:
  absl::flat_hash_map<CURL*, std::unique_ptr<Call>> under_way_;
  std::vector<CURL*> spare_;
};

HttpCaller::HttpCaller(const Options& options) : driver_(std::make_unique<Driver>(options)) {}

HttpCaller::~HttpCaller() = default;

void HttpCaller::Start(HttpRequest request, Done done) {
  auto call = std::make_unique<Call>();
  call->request = std::move(request);
  call->done = std::move(done);
  driver_->Start(std::move(call));
}

}  // namespace huiyin::aftersales
