// Streams as a blocking handler sees them, and the reactors behind them.
#pragma once

#include <grpcpp/support/server_callback.h>

#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>

#include "absl/time/time.h"

namespace google::protobuf {
class Descriptor;
}

namespace huiyin::rpc {

// Server side of a stream of answers; for one thread.
template <class Out>
class StreamWriter {
 public:
  virtual ~StreamWriter() = default;
  // Queues `message`; blocks while the client is slow (a few messages wait at most). False when the
  // client has gone or the deadline has passed: stop.
  virtual bool Write(const Out& message) = 0;
  // True when there is no point in going on: the client has gone, or its deadline has passed.
  virtual bool Cancelled() const = 0;
  // Waits for `duration`, for a stream that follows something. False, at once, when the stream is
  // cancelled or the server drains: an endless stream then ends, and its client calls again.
  virtual bool Sleep(absl::Duration duration) = 0;
};

// Server side of a stream of requests; for one thread.
template <class In>
class StreamReader {
 public:
  virtual ~StreamReader() = default;
  // Blocks for the next message (a few are read ahead); false at the end or when the client has
  // gone.
  virtual bool Read(In& message) = 0;
};

namespace internal {

// What the reactors of all kinds share, and how methods.cc drives them. Thread-safe.
class StreamCore {
 public:
  virtual ~StreamCore() = default;

  // Calls the reactor's Finish, once every queued answer is written. From the handler's thread, or,
  // when there was no handler, from the one that made the reactor.
  virtual void FinishStream(grpc::Status status) = 0;

  // The server drains: Sleep ends.
  void Drain();
  bool IsCancelled() const;
  void SetOnDone(std::function<void()> on_done) { on_done_ = std::move(on_done); }

  uint64_t messages_read() const { return messages_read_; }
  uint64_t messages_written() const { return messages_written_; }

 protected:
  // Messages read ahead, and answers waiting, at most: by number and by bytes.
  static constexpr size_t kMaxQueued = 32;
  static constexpr size_t kMaxQueuedBytes = 1 << 20;

  void Cancel();
  bool SleepFor(absl::Duration duration);
  void Done() {
    if (on_done_) on_done_();
  }

  mutable std::mutex mutex_;
  std::condition_variable changed_;
  bool cancelled_ = false;
  bool draining_ = false;
  uint64_t messages_read_ = 0;  // by the handler's thread
  uint64_t messages_written_ = 0;

 private:
  // Not an AnyInvocable: aligned to 16, in a virtual base, it has UBSan complain of the reactors.
  std::function<void()> on_done_;
};

// Requests read ahead. `Reactor` has StartRead(In*).
template <class In, class Reactor>
class ReadAhead : public virtual StreamCore, public StreamReader<In> {
 public:
  bool Read(In& message) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return !arrived_.empty() || ended_ || cancelled_; });
    if (arrived_.empty() || cancelled_) return false;
    message = std::move(arrived_.front());
    arrived_.pop_front();
    bytes_ -= std::min(bytes_, message.ByteSizeLong());
    ++messages_read_;
    const bool resume = paused_ && bytes_ < kMaxQueuedBytes;
    if (resume) paused_ = false;
    lock.unlock();
    if (resume) reactor().StartRead(&next_);
    return true;
  }

 protected:
  void StartReading() { reactor().StartRead(&next_); }
  void ReadDone(bool ok) {
    bool resume = false;
    {
      std::lock_guard lock(mutex_);
      if (ok) {
        bytes_ += next_.ByteSizeLong();
        arrived_.push_back(std::move(next_));
        next_ = In();
        resume = !stopped_ && arrived_.size() < kMaxQueued && bytes_ < kMaxQueuedBytes;
        paused_ = !resume;
      } else {
        ended_ = true;
      }
      changed_.notify_all();
    }
    if (resume) reactor().StartRead(&next_);
  }
  void StopReading() {
    std::lock_guard lock(mutex_);
    stopped_ = true;
  }

 private:
  Reactor& reactor() { return static_cast<Reactor&>(*this); }

  In next_;  // the one gRPC reads into
  std::deque<In> arrived_;
  size_t bytes_ = 0;
  bool paused_ = false;  // no read under way because enough has arrived
  bool ended_ = false;
  bool stopped_ = false;  // the handler has returned
};

// Answers that wait to be sent. `Reactor` has StartWrite(const Out*, options).
template <class Out, class Reactor>
class WriteBehind : public virtual StreamCore, public StreamWriter<Out> {
 public:
  bool Write(const Out& message) override {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] {
      return cancelled_ || (waiting_.size() < kMaxQueued && bytes_ < kMaxQueuedBytes);
    });
    if (cancelled_) return false;
    waiting_.push_back(message);
    bytes_ += message.ByteSizeLong();
    ++messages_written_;
    if (waiting_.size() > 1) return true;  // a write is under way: its end starts the next
    const Out* front = &waiting_.front();
    lock.unlock();
    reactor().StartWrite(front, grpc::WriteOptions());
    return true;
  }
  bool Cancelled() const override { return IsCancelled(); }
  bool Sleep(absl::Duration duration) override { return SleepFor(duration); }

 protected:
  void WriteDone(bool ok) {
    const Out* front = nullptr;
    grpc::WriteOptions options;
    {
      std::lock_guard lock(mutex_);
      bytes_ -= std::min(bytes_, waiting_.front().ByteSizeLong());
      waiting_.pop_front();
      if (!ok) {
        cancelled_ = true;
        waiting_.clear();
      }
      if (!waiting_.empty()) {
        front = &waiting_.front();
        if (waiting_.size() > 1) options.set_buffer_hint();
      }
      changed_.notify_all();
    }
    if (front != nullptr) reactor().StartWrite(front, options);
  }
  // Waits until nothing is being written.
  void Flush() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [this] { return waiting_.empty(); });
  }

 private:
  Reactor& reactor() { return static_cast<Reactor&>(*this); }

  std::deque<Out> waiting_;  // the front is being written
  size_t bytes_ = 0;
};

template <class Out>
class ServerStreamReactor final : public grpc::ServerWriteReactor<Out>,
                                  public WriteBehind<Out, ServerStreamReactor<Out>> {
 public:
  void OnWriteDone(bool ok) override { this->WriteDone(ok); }
  void OnCancel() override { this->Cancel(); }
  void OnDone() override {
    this->Done();
    delete this;
  }
  void FinishStream(grpc::Status status) override {
    this->Flush();
    this->Finish(std::move(status));
  }
};

template <class In>
class ClientStreamReactor final : public grpc::ServerReadReactor<In>,
                                  public ReadAhead<In, ClientStreamReactor<In>> {
 public:
  ClientStreamReactor() { this->StartReading(); }
  void OnReadDone(bool ok) override { this->ReadDone(ok); }
  void OnCancel() override { this->Cancel(); }
  void OnDone() override {
    this->Done();
    delete this;
  }
  void FinishStream(grpc::Status status) override {
    this->StopReading();
    this->Finish(std::move(status));
  }
};

template <class In, class Out>
class BidiStreamReactor final : public grpc::ServerBidiReactor<In, Out>,
                                public ReadAhead<In, BidiStreamReactor<In, Out>>,
                                public WriteBehind<Out, BidiStreamReactor<In, Out>> {
 public:
  BidiStreamReactor() { this->StartReading(); }
  void OnReadDone(bool ok) override { this->ReadDone(ok); }
  void OnWriteDone(bool ok) override { this->WriteDone(ok); }
  void OnCancel() override { this->Cancel(); }
  void OnDone() override {
    this->Done();
    delete this;
  }
  void FinishStream(grpc::Status status) override {
    this->StopReading();
    this->Flush();
    this->Finish(std::move(status));
  }
};

}  // namespace internal
}  // namespace huiyin::rpc
