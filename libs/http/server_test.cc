#include "libs/http/server.h"

#include <arpa/inet.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <unistd.h>

#include "absl/strings/str_cat.h"
#include "libs/testing/status.h"

namespace huiyin::http {
namespace {

using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::StartsWith;

// Sends `text` as it is and returns everything that comes back until the server closes.
std::string Exchange(int port, const std::string& text) {
  const int fd = socket(AF_INET, SOCK_STREAM, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<uint16_t>(port));
  inet_pton(AF_INET, "127.0.0.1", &address.sin_addr);
  EXPECT_EQ(connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof address), 0);
  EXPECT_EQ(send(fd, text.data(), text.size(), MSG_NOSIGNAL), static_cast<ssize_t>(text.size()));
  std::string answer;
  char buffer[4096];
  for (ssize_t n; (n = recv(fd, buffer, sizeof buffer, 0)) > 0;) answer.append(buffer, n);
  close(fd);
  return answer;
}

std::unique_ptr<Server> Echo(Options options = {}) {
  auto server = Server::Start(options, [](const Request& request) {
    if (request.path == "/drop") return Response{.drop = true};
    return Response{.body =
                        absl::StrCat(request.method, " ", request.path, " ", request.query, " ",
                                     request.headers.count("x-a") ? request.headers.at("x-a") : "-",
                                     " ", request.body)};
  });
  EXPECT_OK(server);
  return *std::move(server);
}

TEST(HttpServer, HandsPathQueryHeadersAndBodyToTheHandler) {
  const auto server = Echo();
  EXPECT_THAT(Exchange(server->port(),
                       "POST /a/b?c=d HTTP/1.1\r\nHost: x\r\nX-A: 1\r\nContent-Length: 2\r\n"
                       "Connection: close\r\n\r\nhi"),
              AllOf(StartsWith("HTTP/1.1 200 OK"), EndsWith("POST /a/b c=d 1 hi")));
}

TEST(HttpServer, KeepsTheConnectionForTheNextRequest) {
  const auto server = Echo();
  const std::string answer = Exchange(
      server->port(),
      "GET /1 HTTP/1.1\r\nHost: x\r\n\r\nGET /2 HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  EXPECT_THAT(answer, AllOf(HasSubstr("GET /1"), HasSubstr("GET /2")));
}

TEST(HttpServer, RefusesABodyOverTheLimit) {
  const auto server = Echo({.max_body_bytes = 10});
  EXPECT_THAT(Exchange(server->port(), "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 11\r\n\r\n"),
              StartsWith("HTTP/1.1 413"));
}

TEST(HttpServer, ClosesOnGarbageAndOnCommand) {
  const auto server = Echo();
  EXPECT_EQ(Exchange(server->port(), "\x16\x03\x01 nonsense\r\n\r\n"), "");
  EXPECT_EQ(Exchange(server->port(), "GET /drop HTTP/1.1\r\nHost: x\r\n\r\n"), "");
}

TEST(HttpServer, SaysWhenThePortIsTaken) {
  const auto server = Echo();
  const auto second =
      Server::Start({.port = server->port()}, [](const Request&) { return Response(); });
  EXPECT_THAT(second, testing::StatusIs(absl::StatusCode::kUnavailable));
  EXPECT_THAT(std::string(second.status().message()), HasSubstr("in use"));
}

TEST(HttpServer, StopsWithConnectionsOpen) {
  const auto server = Echo();
  server->Stop();
  server->Stop();
}

}  // namespace
}  // namespace huiyin::http
