// What Methods works with; made by the server. Internal to libs/rpc.
#pragma once

#include <atomic>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <unordered_set>

#include "libs/rpc/executor.h"
#include "libs/rpc/method_table.h"
#include "libs/rpc/methods.h"
#include "libs/rpc/middleware/chain.h"

namespace huiyin::rpc {

// Thread-safe.
class Methods::Impl {
 public:
  struct Options {
    Chain::Options chain;
    int read_threads;
    int stream_threads;
    size_t max_queue;
  };
  Impl(const Options& options, Authenticator& authenticator, db::GroupCommit& writer,
       const Clock& clock)
      : chain(options.chain, authenticator, clock),
        writer(writer),
        clock(clock),
        reads(options.read_threads, options.max_queue),
        streams(options.stream_threads, 0) {}

  // Before the first call.
  void SetTable(std::unique_ptr<MethodTable> table) {
    owned_table_ = std::move(table);
    table_.store(owned_table_.get(), std::memory_order_release);
  }
  // Null before SetTable, and for methods that no service of this server has.
  const Method* Find(const google::protobuf::Descriptor* in,
                     const google::protobuf::Descriptor* out, bool client_streams,
                     bool server_streams) const {
    const MethodTable* table = table_.load(std::memory_order_acquire);
    return table == nullptr ? nullptr : table->Find(in, out, client_streams, server_streams);
  }

  // Streams under way; those that follow something end when the server drains.
  void AddStream(internal::StreamCore* stream);
  void RemoveStream(internal::StreamCore* stream);
  void DrainStreams();

  Chain chain;
  db::GroupCommit& writer;
  const Clock& clock;
  std::atomic<uint64_t> writes{0};
  Executor reads;
  Executor streams;

 private:
  std::unique_ptr<MethodTable> owned_table_;
  std::atomic<const MethodTable*> table_{nullptr};
  std::mutex mutex_;
  bool draining_ = false;
  std::unordered_set<internal::StreamCore*> open_streams_;
};

}  // namespace huiyin::rpc
