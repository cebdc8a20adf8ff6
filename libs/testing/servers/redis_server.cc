#include "libs/testing/servers/redis_server.h"

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cstdlib>
#include <cstring>
#include <filesystem>
#include <fstream>
#include <iostream>

namespace huiyin::testing {

RedisServer::RedisServer(bool append_only)
    : append_only_(append_only), socket_(dir_.path() + "/redis.sock"), port_(FreePort()) {
  std::filesystem::create_directory(dir_.path() + "/data");
  Start();
}

RedisServer::~RedisServer() { Kill9(); }

void RedisServer::Start() {
  const std::string log = dir_.path() + "/log";
  server_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{"redis-server", "--bind", "127.0.0.1", "--port",
                               std::to_string(port_), "--unixsocket", socket_, "--dir",
                               dir_.path() + "/data", "--save", "", "--appendonly",
                               append_only_ ? "yes" : "no", "--appendfsync", "always"},
      ProcessOptions{.log_file = log});
  if (!WaitUntil([this] { return !server_->Running() || Answers(); }) || !server_->Running()) {
    std::cerr << "redis-server did not start\n" << std::ifstream(log).rdbuf() << std::endl;
    std::abort();
  }
}

bool RedisServer::Answers() const {
  const int client = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  std::strncpy(address.sun_path, socket_.c_str(), sizeof address.sun_path - 1);
  char answer[8] = {};
  const bool ok = connect(client, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0 &&
                  write(client, "PING\r\n", 6) == 6 && read(client, answer, 5) == 5 &&
                  std::strcmp(answer, "+PONG") == 0;
  close(client);
  return ok;
}

void RedisServer::Kill9() {
  server_->Signal(SIGKILL);
  server_->Wait();
}

void RedisServer::Restart() {
  Kill9();
  Start();
}

void RedisServer::LoseData() {
  Kill9();
  std::filesystem::remove_all(dir_.path() + "/data");
  std::filesystem::create_directory(dir_.path() + "/data");
}

}  // namespace huiyin::testing
