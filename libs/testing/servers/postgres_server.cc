#include "libs/testing/servers/postgres_server.h"

#include <libpq-fe.h>
#include <pwd.h>
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace huiyin::testing {
namespace {

namespace fs = std::filesystem;
constexpr char kUser[] = "postgres";  // initdb and the server refuse to run as root

[[noreturn]] void Die(const std::string& what, const std::string& log) {
  std::cerr << what << "\n" << std::ifstream(log).rdbuf() << std::endl;
  std::abort();
}

// The newest version that is installed: /usr/lib/postgresql/<version>/bin/.
std::string Program(const std::string& name) {
  std::string found = name;  // else from PATH
  int newest = 0;
  std::error_code none;
  for (const auto& entry : fs::directory_iterator("/usr/lib/postgresql", none)) {
    const int version = std::atoi(entry.path().filename().c_str());
    if (version > newest && fs::exists(entry.path() / "bin" / name)) {
      newest = version;
      found = entry.path() / "bin" / name;
    }
  }
  return found;
}

bool RunSql(const std::string& dsn, const std::string& sql, bool must_work = true) {
  PGconn* connection = PQconnectdb(dsn.c_str());
  bool ok = PQstatus(connection) == CONNECTION_OK;
  if (ok && !sql.empty()) {
    PGresult* result = PQexec(connection, sql.c_str());
    ok = PQresultStatus(result) == PGRES_COMMAND_OK;
    PQclear(result);
  }
  if (!ok && must_work) std::cerr << sql << ": " << PQerrorMessage(connection) << std::endl;
  PQfinish(connection);
  return ok;
}

}  // namespace

PostgresServer::PostgresServer() {
  const std::string data = dir_.path() + "/data", log = dir_.path() + "/log";
  fs::create_directory(data);
  fs::permissions(data, fs::perms::owner_all);
  if (geteuid() == 0) {
    const passwd* user = getpwnam(kUser);
    if (user == nullptr) Die("no user postgres: install the package postgresql", log);
    for (const std::string& path : {dir_.path(), data}) {
      if (chown(path.c_str(), user->pw_uid, user->pw_gid) != 0) Die("chown " + path, log);
    }
  }
  ChildProcess initdb({Program("initdb"), "-D", data, "-U", "huiyin", "-A", "trust", "-E", "UTF8",
                       "--no-locale", "--no-sync"},
                      {.log_file = log, .user = kUser});
  if (initdb.Wait(absl::Seconds(120)) != 0) Die("initdb failed", log);
  Start();
}

PostgresServer::~PostgresServer() {
  Resume();
  server_->Signal(SIGQUIT);  // at once, without a last checkpoint
  server_->Wait();
}

PostgresServer& PostgresServer::Shared() {
  static PostgresServer server;
  return server;
}

void PostgresServer::Start() {
  const std::string log = dir_.path() + "/log";
  server_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{Program("postgres"), "-D", dir_.path() + "/data", "-k", dir_.path(),
                               "-c", "listen_addresses=", "-c", "max_connections=200", "-c",
                               "shared_buffers=32MB"},
      ProcessOptions{.log_file = log, .user = kUser, .death_signal = SIGQUIT});
  const auto ready = [this] { return !server_->Running() || RunSql(Dsn("postgres"), "", false); };
  if (!WaitUntil(ready, absl::Seconds(60)) || !server_->Running()) {
    Die("PostgreSQL did not start", log);
  }
}

std::string PostgresServer::Dsn(const std::string& database) const {
  return "host=" + dir_.path() + " user=huiyin dbname=" + database;
}

std::string PostgresServer::CreateDatabase() {
  const std::string name = "test" + std::to_string(++created_);
  if (!RunSql(Dsn("postgres"), "CREATE DATABASE " + name)) std::abort();
  return Dsn(name);
}

void PostgresServer::DropDatabase(const std::string& dsn) {
  const std::string name = dsn.substr(dsn.rfind('=') + 1);
  RunSql(Dsn("postgres"), "DROP DATABASE IF EXISTS " + name + " WITH (FORCE)");
}

void PostgresServer::SignalAll(int signal) {
  if (!server_->Running()) return;
  // Children first: a postmaster that goes on would restart them.
  std::ifstream children("/proc/" + std::to_string(server_->pid()) + "/task/" +
                         std::to_string(server_->pid()) + "/children");
  for (pid_t child; children >> child;) kill(child, signal);
  server_->Signal(signal);
}

void PostgresServer::Kill9() {
  SignalAll(SIGKILL);
  server_->Wait();
}
void PostgresServer::Restart() {
  Kill9();
  Start();
}
void PostgresServer::Pause() { SignalAll(SIGSTOP); }
void PostgresServer::Resume() { SignalAll(SIGCONT); }

}  // namespace huiyin::testing
