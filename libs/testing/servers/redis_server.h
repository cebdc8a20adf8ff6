// A private Redis for tests: a Unix socket and a free port, append-only file with fsync at every
// write, in a temporary folder.
#pragma once

#include <memory>
#include <string>

#include "libs/testing/servers/process.h"

namespace huiyin::testing {

// Aborts the test program when redis-server is not installed or does not start. Not thread-safe.
class RedisServer {
 public:
  explicit RedisServer(bool append_only = true);
  ~RedisServer();

  // "unix:PATH" and "127.0.0.1:PORT"; the same after a restart.
  std::string address() const { return "unix:" + socket_; }
  std::string tcp_address() const { return "127.0.0.1:" + std::to_string(port_); }
  pid_t pid() const { return server_->pid(); }
  // Where its append-only file is.
  std::string folder() const { return dir_.path(); }

  void Kill9();
  // Starts it again after Kill9 (or kills it first); what the append-only file holds is there
  // again.
  void Restart();
  // Kill9, then removes all it has on disk, so that Restart comes up empty.
  void LoseData();
  void Pause() { server_->Signal(SIGSTOP); }
  void Resume() { server_->Signal(SIGCONT); }

 private:
  void Start();
  bool Answers() const;

  TempDir dir_;
  const bool append_only_;
  const std::string socket_;
  const int port_;
  std::unique_ptr<ChildProcess> server_;
};

}  // namespace huiyin::testing
