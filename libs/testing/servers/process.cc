#include "libs/testing/servers/process.h"

#include <arpa/inet.h>
#include <fcntl.h>
#include <grp.h>
#include <netinet/in.h>
#include <pwd.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <thread>

#include "absl/time/clock.h"

extern char** environ;

namespace huiyin::testing {
namespace {

[[noreturn]] void Die(const char* what) {
  std::perror(what);
  std::abort();
}

// Between fork and exec: only async-signal-safe calls on what the parent prepared.
struct Prepared {
  std::vector<char*> argv, environment;
  int log = -1;
  const passwd* user = nullptr;
  int death_signal = 0;
  pid_t parent = 0;
};

[[noreturn]] void RunChild(const Prepared& prepared) {
  sigset_t none;
  sigemptyset(&none);
  sigprocmask(SIG_SETMASK, &none, nullptr);
  if (prepared.log >= 0) {
    dup2(prepared.log, STDOUT_FILENO);
    dup2(prepared.log, STDERR_FILENO);
  }
  if (prepared.user != nullptr) {
    if (setgroups(0, nullptr) != 0 || setgid(prepared.user->pw_gid) != 0 ||
        setuid(prepared.user->pw_uid) != 0) {
      _exit(127);
    }
  }
  // After setuid, which clears it. The parent may have died before.
  prctl(PR_SET_PDEATHSIG, prepared.death_signal);
  if (getppid() != prepared.parent) _exit(127);
  execvpe(prepared.argv[0], prepared.argv.data(), prepared.environment.data());
  _exit(127);
}

}  // namespace

TempDir::TempDir() {
  const char* root = std::getenv("TMPDIR");
  path_ = std::string(root != nullptr && *root != '\0' ? root : "/tmp") + "/huiyin-test-XXXXXX";
  if (mkdtemp(path_.data()) == nullptr) Die("mkdtemp");
}

TempDir::~TempDir() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

ChildProcess::ChildProcess(std::vector<std::string> argv, const ProcessOptions& options) {
  Prepared prepared;
  for (std::string& arg : argv) prepared.argv.push_back(arg.data());
  prepared.argv.push_back(nullptr);
  std::vector<std::string> extra = options.environment;
  for (std::string& variable : extra) prepared.environment.push_back(variable.data());
  for (char** variable = environ; *variable != nullptr; ++variable) {
    prepared.environment.push_back(*variable);
  }
  prepared.environment.push_back(nullptr);
  if (!options.log_file.empty()) {
    prepared.log = open(options.log_file.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0644);
    if (prepared.log < 0) Die(options.log_file.c_str());
  }
  if (!options.user.empty() && geteuid() == 0) {
    prepared.user = getpwnam(options.user.c_str());
    if (prepared.user == nullptr) Die(("no user " + options.user).c_str());
  }
  prepared.death_signal = options.death_signal;
  prepared.parent = getpid();
  pid_ = fork();
  if (pid_ < 0) Die("fork");
  if (pid_ == 0) RunChild(prepared);
  if (prepared.log >= 0) close(prepared.log);
}

ChildProcess::~ChildProcess() {
  if (!Running()) return;
  Signal(SIGKILL);
  Wait();
}

bool ChildProcess::Running() {
  if (ended_) return false;
  int status = 0;
  if (waitpid(pid_, &status, WNOHANG) == 0) return true;
  ended_ = true;
  exit_ = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  return false;
}

void ChildProcess::Signal(int signal) {
  if (Running()) kill(pid_, signal);
}

int ChildProcess::Wait(absl::Duration timeout) {
  return WaitUntil([this] { return !Running(); }, timeout) ? exit_ : -1;
}

int ChildProcess::Stop(absl::Duration timeout) {
  Signal(SIGTERM);
  if (Wait(timeout) < 0 && !ended_) {
    Signal(SIGKILL);
    Wait();
  }
  return exit_;
}

int FreePort() {
  const int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof address;
  if (listener < 0 || bind(listener, reinterpret_cast<sockaddr*>(&address), size) != 0 ||
      getsockname(listener, reinterpret_cast<sockaddr*>(&address), &size) != 0) {
    Die("no free port");
  }
  close(listener);
  return ntohs(address.sin_port);
}

bool WaitUntil(const std::function<bool()>& ready, absl::Duration timeout) {
  const absl::Time deadline = absl::Now() + timeout;
  while (!ready()) {
    if (absl::Now() > deadline) return false;
    absl::SleepFor(absl::Milliseconds(2));
  }
  return true;
}

}  // namespace huiyin::testing
