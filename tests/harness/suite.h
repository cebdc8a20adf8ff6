// The whole of Huiyin for a test: a private Redis, the payment gateway simulator and the five
// services as real processes on SQLite, in a temporary folder, on Unix sockets.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "deploy/client/connection.h"
#include "libs/testing/servers/process.h"
#include "libs/testing/servers/redis_server.h"

namespace huiyin::testing {

// Make it and call it from the main thread (processes die with the thread that started them).
class Suite {
 public:
  // `settings`: service → "key: value" lines on top of the suite's own; "database.dsn" instead of
  // its SQLite file. Aborts the test program when something does not come up, with the end of its
  // log.
  explicit Suite(std::map<std::string, std::vector<std::string>> settings = {});
  ~Suite();  // stops everything
  Suite(const Suite&) = delete;

  // Where the services are, with a key file to make tokens with.
  client::Access access() const;
  // With roles agent, lead, platform and operator in tenant "demo".
  client::Connection& connection() { return *connection_; }
  // As somebody else.
  std::unique_ptr<client::Connection> ConnectAs(const std::string& tenant,
                                                const std::string& subject,
                                                std::vector<std::string> roles) const;

  RedisServer& redis() { return *redis_; }
  ChildProcess& service(const std::string& name) { return *services_.at(name); }
  ChildProcess& gateway() { return *gateway_; }

  // SIGKILL, and nothing more.
  void Kill(const std::string& service);
  // Starts it again after Kill or Stop; does not wait.
  void Start(const std::string& service);
  // SIGKILL of the payment gateway simulator; it is started again at once.
  void RestartGateway();
  // SIGTERM; exit status.
  int Stop(const std::string& service);
  // Until every service is SERVING; false after `timeout`.
  bool WaitServing(absl::Duration timeout = absl::Seconds(30));

  std::string folder() const { return dir_.path(); }
  // Its SQLite file.
  std::string database(const std::string& service) const;
  std::string log(const std::string& service) const;
  std::string config_file() const { return folder() + "/huiyinctl.yaml"; }
  // The gateway simulator's answer to a request of its /control; empty when it does not answer.
  std::string GatewayControl(const std::string& json_body);

 private:
  void WriteSettings(const std::string& service, const std::vector<std::string>& more);
  void StartGateway();

  TempDir dir_;
  const int gateway_port_;
  std::unique_ptr<RedisServer> redis_;
  std::unique_ptr<ChildProcess> gateway_;
  std::map<std::string, std::unique_ptr<ChildProcess>> services_;
  std::unique_ptr<client::Connection> connection_;
};

// Output and exit code of a program of the build, run to its end.
struct Ran {
  int code = -1;
  std::string out, err;
};
Ran RunProgram(const Suite& suite, const std::string& program, std::vector<std::string> arguments,
               absl::Duration timeout = absl::Seconds(60));

}  // namespace huiyin::testing
