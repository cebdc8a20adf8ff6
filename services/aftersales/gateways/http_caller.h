// HTTP calls to gateways: many at once, connections kept, one thread (curl's multi interface).
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/functional/any_invocable.h"
#include "absl/time/time.h"

namespace huiyin::aftersales {

struct HttpRequest {
  std::string method = "GET";  // or "POST"
  std::string url;
  std::vector<std::string> headers;  // "Name: value"
  std::string body;
};

struct HttpAnswer {
  int status = 0;                              // 0: there was no answer, for `problem`
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
  std::string problem;
};

// Thread-safe. When destroyed, calls under way are answered with status 0.
class HttpCaller {
 public:
  using Done = absl::AnyInvocable<void(HttpAnswer)>;
  struct Options {
    absl::Duration timeout = absl::Seconds(10);  // of one call, connecting included
    int max_connections = 256;
  };

  explicit HttpCaller(const Options& options);
  ~HttpCaller();

  // Returns at once; `done` is called exactly once, from another thread, and must not block.
  void Start(HttpRequest request, Done done);

 private:
  class Driver;
  std::unique_ptr<Driver> driver_;
};

}  // namespace huiyin::aftersales
