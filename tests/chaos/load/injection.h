// Makes system calls of a running process fail or wait, from outside (strace's fault injection).
#pragma once

#include <memory>
#include <string>

#include "libs/testing/servers/process.h"

namespace huiyin::testing {

// From the end of the constructor to the destructor, the calls of process `pid` on the file `path`
// go as `fault` says, in strace's words: "pwrite64:error=ENOSPC", "fdatasync:delay_exit=5000".
// Aborts the test program when it cannot be attached. Not thread-safe.
class Injection {
 public:
  Injection(pid_t pid, const std::string& path, const std::string& fault);
  ~Injection();
  Injection(const Injection&) = delete;

 private:
  std::unique_ptr<ChildProcess> strace_;
};

}  // namespace huiyin::testing
