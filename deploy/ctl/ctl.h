// What every command is given: the connection, where and how to print, and how to end.
#pragma once

#include <functional>
#include <memory>
#include <ostream>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/status.h"
#include "absl/time/time.h"
#include "deploy/client/connection.h"
#include "deploy/terminal/table.h"
#include "libs/core/clock.h"
#include "libs/core/id.h"

namespace google::protobuf {
class Message;
}

namespace huiyin::ctl {

// Exit codes, as --help tells them.
enum ExitCode {
  kDone = 0,
  kFailed = 1,       // the service refused, or something broke
  kBadUsage = 2,     // the command line is wrong; nothing was sent
  kUnreachable = 3,  // no service at the address
  kPartly = 4,       // done in part: some lines refused, some findings
};

// Not thread-safe.
class Ctl {
 public:
  Ctl(std::ostream& out, std::ostream& err, const Clock& clock);

  client::Access access;  // filled from the command line before a command runs
  bool json = false;

  std::ostream& out;
  std::ostream& err;
  const Clock& clock;
  const terminal::Style style;

  // Made at first use, from `access`.
  client::Connection& connection();
  std::string NewId() { return ids_.NewId(); }
  // A command's own end when it is neither success nor error: kPartly.
  void EndAs(ExitCode code) { code_ = code; }

  // With --json: prints `message` (indented; one line when `compact`, for streams) and returns
  // true.
  bool PrintedAsJson(const google::protobuf::Message& message, bool compact = false);
  // A table, or `nothing` when it has no row.
  void Print(const terminal::Table& table, std::string_view nothing);
  // "field   value" lines; empty values are left out.
  using Facts = std::vector<std::pair<std::string, std::string>>;
  void Print(const Facts& facts);

  // The command that was chosen, run after all of the command line is read.
  void Choose(std::function<absl::Status()> command) { command_ = std::move(command); }
  // Runs it, prints its error, returns the exit code.
  int Run();

 private:
  void PrintError(const absl::Status& status);

  UuidV7Generator ids_;
  std::unique_ptr<client::Connection> connection_;
  std::function<absl::Status()> command_;
  ExitCode code_ = kDone;
};

}  // namespace huiyin::ctl
