// A fixed number of threads and a bounded queue in front of them.
#pragma once

#include <condition_variable>
#include <cstddef>
#include <deque>
#include <mutex>
#include <thread>
#include <vector>

#include "absl/functional/any_invocable.h"

namespace huiyin::rpc {

// Thread-safe. Destruction runs what was accepted, then ends.
class Executor {
 public:
  using Task = absl::AnyInvocable<void()>;

  // `max_waiting`: tasks that may wait while every thread is busy; 0: none may.
  Executor(int threads, size_t max_waiting);
  ~Executor();

  // False, and `task` untouched, when there is no place for it.
  bool TrySubmit(Task& task);

 private:
  void Run();

  const size_t max_waiting_;
  std::mutex mutex_;
  std::condition_variable work_;
  std::deque<Task> queue_;
  size_t idle_ = 0;
  bool stopping_ = false;
  std::vector<std::thread> threads_;
};

}  // namespace huiyin::rpc
