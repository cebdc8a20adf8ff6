// One connection to Redis: hiredis in RAII, with pipelining and time limits.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "absl/status/statusor.h"
#include "absl/time/time.h"
#include "libs/events/relay.h"

struct redisContext;
struct redisReply;

namespace huiyin::events::redis {

// A view of an answer or of a part of one; as long-lived as the Reply it is from.
class ReplyView {
 public:
  explicit ReplyView(const redisReply* reply) : reply_(reply) {}
  bool IsNil() const;
  bool IsError() const;
  // OK, or the error answer as FAILED_PRECONDITION.
  absl::Status status() const;
  // Text of a string, status or error; else empty.
  std::string_view Text() const;
  // An integer, or text that is one; else 0.
  int64_t Int() const;
  // Elements of an array; else 0.
  size_t size() const;
  ReplyView operator[](size_t i) const;
  // Of an array of alternating names and values (XINFO): the value of `name`; nil when absent.
  ReplyView Field(std::string_view name) const;

 private:
  const redisReply* reply_;  // null: nil
};

class Reply : public ReplyView {
 public:
  explicit Reply(redisReply* reply) : ReplyView(reply), owned_(reply) {}

 private:
  struct Free {
    void operator()(redisReply* reply) const;
  };
  std::unique_ptr<redisReply, Free> owned_;
};

// Not thread-safe. After UNAVAILABLE it is of no more use: open another.
class Connection {
 public:
  // Connects and authenticates. `timeout` holds for connecting and for each answer.
  static absl::StatusOr<std::unique_ptr<Connection>> Open(const BusOptions& options,
                                                          absl::Duration timeout);
  ~Connection();

  // Adds a command to the pipeline; sent at the latest by the next Read.
  void Append(std::span<const std::string_view> command);
  void Append(std::initializer_list<std::string_view> command) {
    Append(std::span(command.begin(), command.size()));
  }
  // The next answer, error answers included.
  absl::StatusOr<Reply> Read();
  // Append and Read; an error answer is an error status.
  absl::StatusOr<Reply> Call(std::initializer_list<std::string_view> command);

 private:
  explicit Connection(redisContext* context) : context_(context) {}
  redisContext* const context_;
};

}  // namespace huiyin::events::redis
