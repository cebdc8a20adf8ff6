// Child processes and temporary folders of tests.
#pragma once

#include <signal.h>
#include <sys/types.h>

#include <functional>
#include <string>
#include <vector>

#include "absl/time/time.h"

namespace huiyin::testing {

// A folder under $TMPDIR or /tmp, removed with all it holds when destroyed.
class TempDir {
 public:
  TempDir();
  ~TempDir();
  TempDir(const TempDir&) = delete;
  const std::string& path() const { return path_; }

 private:
  std::string path_;
};

struct ProcessOptions {
  std::string log_file;                  // standard output and error; empty: inherited
  std::string user;                      // run as this user when the test runs as root
  int death_signal = SIGKILL;            // what the child gets when the test process dies
  std::vector<std::string> environment;  // NAME=VALUE, on top of the test's own
};

// A child process, killed when destroyed. It also dies with the thread that started it (Linux ties
// the death signal to the thread), so start children from the main thread. Not thread-safe.
class ChildProcess {
 public:
  // argv[0] is looked up in PATH. Aborts the test program when it cannot fork; a program that
  // cannot be executed exits with 127.
  explicit ChildProcess(std::vector<std::string> argv, const ProcessOptions& options = {});
  ~ChildProcess();
  ChildProcess(const ChildProcess&) = delete;

  pid_t pid() const { return pid_; }
  bool Running();
  // Sends `signal`; nothing when the child has ended.
  void Signal(int signal);
  // Waits for the end. Exit status, or 128 + signal; -1 when it still runs after `timeout`.
  int Wait(absl::Duration timeout = absl::Seconds(30));
  // SIGTERM, Wait, and SIGKILL when that does not help. Exit status as Wait.
  int Stop(absl::Duration timeout = absl::Seconds(30));

 private:
  pid_t pid_ = -1;
  int exit_ = -1;
  bool ended_ = false;
};

// A TCP port of the loopback interface that was free a moment ago.
int FreePort();

// Calls `ready` every few milliseconds until it is true; false after `timeout`. For conditions of
// other processes only; inside one process wait for the event itself.
bool WaitUntil(const std::function<bool()>& ready, absl::Duration timeout = absl::Seconds(30));

}  // namespace huiyin::testing
