#include "libs/rpc/executor.h"

namespace huiyin::rpc {

Executor::Executor(int threads, size_t max_waiting) : max_waiting_(max_waiting) {
  idle_ = static_cast<size_t>(threads);
  for (int i = 0; i < threads; ++i) threads_.emplace_back([this] { Run(); });
}

Executor::~Executor() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  work_.notify_all();
  for (std::thread& thread : threads_) thread.join();
}

bool Executor::TrySubmit(Task& task) {
  {
    std::lock_guard lock(mutex_);
    if (stopping_ || queue_.size() >= idle_ + max_waiting_) return false;
    queue_.push_back(std::move(task));
  }
  work_.notify_one();
  return true;
}

void Executor::Run() {
  std::unique_lock lock(mutex_);
  while (true) {
    work_.wait(lock, [this] { return stopping_ || !queue_.empty(); });
    if (queue_.empty()) return;
    Task task = std::move(queue_.front());
    queue_.pop_front();
    --idle_;
    lock.unlock();
    std::move(task)();
    task = nullptr;  // its captures end outside the lock
    lock.lock();
    ++idle_;
  }
}

}  // namespace huiyin::rpc
