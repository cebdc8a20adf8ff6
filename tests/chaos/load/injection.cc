#include "tests/chaos/load/injection.h"

#include <filesystem>
#include <fstream>
#include <iostream>

namespace huiyin::testing {
namespace {

// Whether every thread of the process is traced.
bool Attached(pid_t pid) {
  std::error_code gone;
  const auto tasks = "/proc/" + std::to_string(pid) + "/task";
  for (const auto& task : std::filesystem::directory_iterator(tasks, gone)) {
    std::ifstream status(task.path() / "status");
    std::string line;
    while (std::getline(status, line) && !line.starts_with("TracerPid:")) {
    }
    if (line == "TracerPid:\t0") return false;
  }
  return !gone;
}

}  // namespace

Injection::Injection(pid_t pid, const std::string& path, const std::string& fault) {
  const std::string calls = fault.substr(0, fault.find(':'));
  strace_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{"strace", "-f", "-qq", "-o", "/dev/null", "-p", std::to_string(pid),
                               "-P", path, "-e", "trace=" + calls, "-e", "inject=" + fault});
  if (!WaitUntil([&] { return Attached(pid) || !strace_->Running(); }) || !strace_->Running()) {
    std::cerr << "strace cannot attach to process " << pid
              << ": is it installed, and ptrace allowed?" << std::endl;
    std::abort();
  }
}

Injection::~Injection() { strace_->Stop(); }

}  // namespace huiyin::testing
