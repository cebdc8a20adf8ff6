// A small HTTP/1.1 server for operators' endpoints and simulators: keep-alive, bounded bodies, time
// limits. Not meant to face the internet.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <string>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace huiyin::http {

struct Request {
  std::string method;                          // "GET"
  std::string path;                            // "/metrics", without the query
  std::string query;                           // after '?', still encoded
  std::map<std::string, std::string> headers;  // names in lower case
  std::string body;
};

struct Response {
  int status = 200;
  std::string body;
  std::string content_type = "text/plain; charset=utf-8";
  std::map<std::string, std::string> headers;
  // The answer leaves after this; the thread is not held meanwhile.
  absl::Duration delay = absl::ZeroDuration();
  // Close the connection without any answer (simulators of failing parties).
  bool drop = false;
};

// Called from several threads at once; must not block for long.
using Handler = std::function<Response(const Request&)>;

struct Options {
  std::string host = "127.0.0.1";
  int port = 0;  // 0: any free one
  int threads = 1;
  size_t max_body_bytes = 1 << 20;                  // more → 413
  absl::Duration idle_timeout = absl::Seconds(30);  // a connection without progress is closed
};

// Serves from Start until destroyed or stopped.
class Server {
 public:
  // UNAVAILABLE when the address is in use or not ours.
  static absl::StatusOr<std::unique_ptr<Server>> Start(const Options& options, Handler handler);
  ~Server();

  int port() const;
  // Closes the listener and every connection. Idempotent.
  void Stop();

 private:
  class Impl;
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace huiyin::http
