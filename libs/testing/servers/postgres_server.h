// A private PostgreSQL for tests: Debian's server on a Unix socket in a temporary folder, fsync on.
#pragma once

#include <memory>
#include <string>

#include "libs/testing/servers/process.h"

namespace huiyin::testing {

// Aborts the test program when PostgreSQL is not installed or does not start. Not thread-safe.
class PostgresServer {
 public:
  PostgresServer();
  ~PostgresServer();

  // The one of this test process, started at the first call (from the main thread), stopped at
  // exit.
  static PostgresServer& Shared();

  // Creates an empty database; its DSN.
  std::string CreateDatabase();
  void DropDatabase(const std::string& dsn);

  // Faults, for servers that are not shared. SIGSTOP and SIGCONT reach every process of the server.
  void Kill9();
  void Restart();
  void Pause();
  void Resume();

 private:
  void Start();
  void SignalAll(int signal);
  std::string Dsn(const std::string& database) const;

  TempDir dir_;
  std::unique_ptr<ChildProcess> server_;
  int created_ = 0;
};

}  // namespace huiyin::testing
