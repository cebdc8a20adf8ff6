#include "libs/http/server.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/redirect_error.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/beast/core.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <thread>
#include <vector>

#include "absl/strings/ascii.h"
#include "absl/strings/str_cat.h"

namespace huiyin::http {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
using asio::ip::tcp;
using Message = beast::http::response<beast::http::string_body>;

constexpr size_t kMaxHeaderBytes = 64 << 10;

Request ToRequest(beast::http::request<beast::http::string_body>&& in) {
  Request request;
  request.method = std::string(in.method_string());
  const std::string target(in.target());
  const size_t mark = target.find('?');
  request.path = target.substr(0, mark);
  if (mark != std::string::npos) request.query = target.substr(mark + 1);
  for (const auto& field : in) {
    request.headers[absl::AsciiStrToLower(std::string(field.name_string()))] =
        std::string(field.value());
  }
  request.body = std::move(in.body());
  return request;
}

Message ToMessage(Response&& response, unsigned version, bool keep_alive) {
  Message message{static_cast<beast::http::status>(response.status), version};
  message.set(beast::http::field::content_type, response.content_type);
  for (const auto& [name, value] : response.headers) message.set(name, value);
  message.body() = std::move(response.body);
  message.keep_alive(keep_alive);
  message.prepare_payload();
  return message;
}

asio::awaitable<void> Serve(tcp::socket socket, const Options& options, const Handler& handler) {
  beast::tcp_stream stream(std::move(socket));
  beast::flat_buffer buffer(kMaxHeaderBytes + options.max_body_bytes);
  beast::error_code error;
  const auto wait = [&error] { return asio::redirect_error(asio::use_awaitable, error); };
  for (;;) {
    stream.expires_after(std::chrono::nanoseconds(absl::ToInt64Nanoseconds(options.idle_timeout)));
    beast::http::request_parser<beast::http::string_body> parser;
    parser.body_limit(options.max_body_bytes);
    parser.header_limit(kMaxHeaderBytes);
    co_await beast::http::async_read(stream, buffer, parser, wait());
    if (error == beast::http::error::body_limit) {
      Message refusal = ToMessage({.status = 413, .body = "the body is too large\n"}, 11, false);
      co_await beast::http::async_write(stream, refusal, wait());
      break;
    }
    if (error) break;
    const unsigned version = parser.get().version();
    const bool keep_alive = parser.get().keep_alive();
    Response response = handler(ToRequest(parser.release()));
    if (response.delay > absl::ZeroDuration()) {
      asio::steady_timer timer(co_await asio::this_coro::executor);
      timer.expires_after(std::chrono::nanoseconds(absl::ToInt64Nanoseconds(response.delay)));
      stream.expires_never();
      co_await timer.async_wait(wait());
    }
    if (response.drop) break;
    Message message = ToMessage(std::move(response), version, keep_alive);
    stream.expires_after(std::chrono::nanoseconds(absl::ToInt64Nanoseconds(options.idle_timeout)));
    co_await beast::http::async_write(stream, message, wait());
    if (error || !keep_alive) break;
  }
  stream.socket().shutdown(tcp::socket::shutdown_both, error);
}

asio::awaitable<void> Accept(tcp::acceptor& acceptor, const Options& options,
                             const Handler& handler) {
  for (;;) {
    boost::system::error_code error;
    // A strand each: the stream's deadline timer and its reads must not run on two threads at once.
    tcp::socket socket(asio::make_strand(acceptor.get_executor()));
    co_await acceptor.async_accept(socket, asio::redirect_error(asio::use_awaitable, error));
    if (error == asio::error::operation_aborted || !acceptor.is_open()) co_return;
    if (error) {  // out of descriptors, for example: let some connections end first
      asio::steady_timer pause(co_await asio::this_coro::executor, std::chrono::milliseconds(100));
      co_await pause.async_wait(asio::redirect_error(asio::use_awaitable, error));
      continue;
    }
    socket.set_option(tcp::no_delay(true), error);
    const auto executor = socket.get_executor();
    asio::co_spawn(executor, Serve(std::move(socket), options, handler), asio::detached);
  }
}

}  // namespace

class Server::Impl {
 public:
  Impl(Options options, Handler handler)
      : options_(std::move(options)), handler_(std::move(handler)), acceptor_(context_) {}
  ~Impl() { Stop(); }

  absl::Status Start() {
    boost::system::error_code error;
    const auto address = asio::ip::make_address(options_.host, error);
    if (error) {
      return absl::InvalidArgumentError(
          absl::StrCat("\"", options_.host, "\" is not an IP address to listen on"));
    }
    const tcp::endpoint endpoint(address, static_cast<uint16_t>(options_.port));
    acceptor_.open(endpoint.protocol(), error);
    if (!error) acceptor_.set_option(tcp::acceptor::reuse_address(true), error);
    if (!error) acceptor_.bind(endpoint, error);
    if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
    if (error) {
      return absl::UnavailableError(absl::StrCat("cannot listen on ", options_.host, ":",
                                                 options_.port, ": ", error.message()));
    }
    port_ = acceptor_.local_endpoint().port();
    asio::co_spawn(context_, Accept(acceptor_, options_, handler_), asio::detached);
    for (int i = 0; i < options_.threads; ++i) {
      threads_.emplace_back([this] { context_.run(); });
    }
    return absl::OkStatus();
  }

  void Stop() {
    context_.stop();
    for (std::thread& thread : threads_) thread.join();
    threads_.clear();
  }

  int port() const { return port_; }

 private:
  const Options options_;
  const Handler handler_;
  asio::io_context context_;
  tcp::acceptor acceptor_;
  std::vector<std::thread> threads_;
  int port_ = 0;
};

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() = default;
int Server::port() const { return impl_->port(); }
void Server::Stop() { impl_->Stop(); }

absl::StatusOr<std::unique_ptr<Server>> Server::Start(const Options& options, Handler handler) {
  auto impl = std::make_unique<Impl>(options, std::move(handler));
  if (absl::Status started = impl->Start(); !started.ok()) return started;
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

}  // namespace huiyin::http
