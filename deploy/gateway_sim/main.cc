// huiyin-gateway-sim: see README.md.
#include <CLI/CLI.hpp>
#include <csignal>
#include <iostream>

#include "deploy/gateway_sim/gateway.h"
#include "libs/host/stop_signal.h"
#include "libs/http/server.h"

int main(int argc, char** argv) {
  CLI::App app{"A payment gateway for local runs and tests; deploy/gateway_sim/README.md"};
  std::string listen = "127.0.0.1:7420", state = "var/gateway-sim.db",
              secret = "local-gateway-secret", folder;
  app.add_option("--listen", listen, "IP:PORT; port 0: any free one, printed at start")
      ->capture_default_str();
  app.add_option("--state", state, "SQLite file that keeps the refunds")->capture_default_str();
  app.add_option("--secret", secret, "Shared secret of signatures")->capture_default_str();
  app.add_option("--keys", folder,
                 "Folder of keys; gives the Stripe, Alipay and WeChat Pay faces, and makes what is "
                 "missing in it");
  CLI11_PARSE(app, argc, argv);

  huiyin::host::StopSignal stop;
  std::optional<huiyin::gateway_sim::Keys> keys;
  if (!folder.empty()) {
    auto found = huiyin::gateway_sim::Keys::InFolder(folder, secret);
    if (!found.ok()) {
      std::cerr << "huiyin-gateway-sim: " << found.status().message() << "\n";
      return 1;
    }
    keys = *std::move(found);
  }
  auto gateway =
      huiyin::gateway_sim::Gateway::Open(state, secret, huiyin::SystemClock(), std::move(keys));
  if (!gateway.ok()) {
    std::cerr << "huiyin-gateway-sim: " << gateway.status().message() << "\n";
    return 1;
  }
  const size_t colon = listen.rfind(':');
  if (colon == std::string::npos) {
    std::cerr << "huiyin-gateway-sim: --listen must be IP:PORT\n";
    return 1;
  }
  auto server = huiyin::http::Server::Start(
      {.host = listen.substr(0, colon),
       .port = std::atoi(listen.c_str() + colon + 1),
       .threads = 16},
      [&](const huiyin::http::Request& request) { return (*gateway)->Handle(request); });
  if (!server.ok()) {
    std::cerr << "huiyin-gateway-sim: " << server.status().message() << "\n";
    return 1;
  }
  std::cout << "listening on port " << (*server)->port() << std::endl;
  stop.Wait();
  return 0;
}
