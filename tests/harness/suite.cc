#include "tests/harness/suite.h"

#include <curl/curl.h>

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "deploy/client/call.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "libs/core/clock.h"
#include "libs/rpc/auth.h"

namespace huiyin::testing {
namespace {

constexpr char kBin[] = HUIYIN_BIN;        // folder of the built programs
constexpr char kSource[] = HUIYIN_SOURCE;  // the checkout
constexpr char kSecret[] = "gateway-secret-of-a-test";
constexpr absl::Duration kStopPatience = absl::Seconds(40);

[[noreturn]] void Die(const std::string& what) {
  std::cerr << "test suite: " << what << std::endl;
  std::abort();
}

std::string Tail(const std::string& file) {
  std::ifstream in(file);
  std::stringstream text;
  text << in.rdbuf();
  const std::string all = text.str();
  return all.size() > 3000 ? all.substr(all.size() - 3000) : all;
}

bool IsServing(client::Connection& connection, const std::string& service) {
  const auto channel = connection.Channel(service);
  if (!channel.ok()) return false;
  grpc::health::v1::Health::Stub stub(*channel);
  grpc::ClientContext context;
  context.set_deadline(absl::ToChronoTime(SystemClock().Now() + absl::Seconds(1)));
  grpc::health::v1::HealthCheckResponse response;
  return stub.Check(&context, {}, &response).ok() &&
         response.status() == grpc::health::v1::HealthCheckResponse::SERVING;
}

size_t AppendTo(char* data, size_t size, size_t count, void* text) {
  static_cast<std::string*>(text)->append(data, size * count);
  return size * count;
}

}  // namespace

Suite::Suite(std::map<std::string, std::vector<std::string>> settings)
    : gateway_port_(FreePort()), redis_(std::make_unique<RedisServer>()) {
  if (const auto made = rpc::CreateKeyFile(folder() + "/jwt-keys.json"); !made.ok()) {
    Die(made.ToString());
  }
  std::ofstream config(config_file());
  config << "keys_file: jwt-keys.json\n";
  for (const std::string& service : client::Services()) {
    config << service << ": unix:" << folder() << "/" << service << ".sock\n";
  }
  config.close();
  connection_ = std::make_unique<client::Connection>(access(), SystemClock());
  StartGateway();
  for (const std::string& service : client::Services()) {
    WriteSettings(service, settings[service]);
    Start(service);
  }
  if (!WaitServing()) {
    for (const std::string& service : client::Services()) {
      if (!IsServing(*connection_, service)) std::cerr << service << ":\n" << Tail(log(service));
    }
    Die("not every service became SERVING");
  }
}

Suite::~Suite() {
  for (auto& [name, process] : services_) process->Signal(SIGTERM);
  for (auto& [name, process] : services_) process->Stop(kStopPatience);
  gateway_->Stop();
}

client::Access Suite::access() const {
  auto access = client::WithFile(client::Access(), config_file());
  if (!access.ok()) Die(access.status().ToString());
  access->subject = "test-suite";
  return *std::move(access);
}

std::unique_ptr<client::Connection> Suite::ConnectAs(const std::string& tenant,
                                                     const std::string& subject,
                                                     std::vector<std::string> roles) const {
  client::Access as = access();
  as.tenant = tenant;
  as.subject = subject;
  as.roles = std::move(roles);
  return std::make_unique<client::Connection>(std::move(as), SystemClock());
}

void Suite::WriteSettings(const std::string& service, const std::vector<std::string>& more) {
  std::ofstream out(absl::StrCat(folder(), "/", service, ".yaml"));
  out << "grpc.listen: unix:" << folder() << "/" << service << ".sock\n"
      << "http.listen: 127.0.0.1:0\n"
      << "redis.address: " << redis_->address() << "\n"
      << "auth.keys_file: " << folder() << "/jwt-keys.json\n";
  for (const std::string& peer : client::Services()) {
    out << "peers." << peer << ": unix:" << folder() << "/" << peer << ".sock\n";
  }
  if (service == "triage") {
    out << "model.file: " << kSource << "/services/triage/model/triage.model\n";
  }
  if (service == "ingest") out << "upload.folder: " << folder() << "/evidence\n";
  if (service == "aftersales") {
    out << "gateway.url: http://127.0.0.1:" << gateway_port_ << "\n"
        << "gateway.secret: " << kSecret << "\n"
        << "carrier.url: http://127.0.0.1:" << gateway_port_ << "\n"
        << "carrier.secret: " << kSecret << "\n";
  }
  bool has_database = false;
  for (const std::string& line : more) {
    out << line << "\n";
    has_database |= line.starts_with("database.dsn:");
  }
  if (!has_database) out << "database.dsn: sqlite:" << database(service) << "\n";
}

void Suite::StartGateway() {
  gateway_ = std::make_unique<ChildProcess>(
      std::vector<std::string>{absl::StrCat(kBin, "/huiyin-gateway-sim"), "--listen",
                               absl::StrCat("127.0.0.1:", gateway_port_), "--state",
                               folder() + "/gateway.db", "--secret", kSecret},
      ProcessOptions{.log_file = log("gateway")});
}

void Suite::Start(const std::string& service) {
  services_[service] = std::make_unique<ChildProcess>(
      std::vector<std::string>{absl::StrCat(kBin, "/huiyin-", service), "--config",
                               absl::StrCat(folder(), "/", service, ".yaml")},
      ProcessOptions{.log_file = log(service)});
}

void Suite::Kill(const std::string& service) {
  services_.at(service)->Signal(SIGKILL);
  services_.at(service)->Wait();
}

void Suite::RestartGateway() {
  gateway_->Signal(SIGKILL);
  gateway_->Wait();
  StartGateway();
}

int Suite::Stop(const std::string& service) { return services_.at(service)->Stop(kStopPatience); }

bool Suite::WaitServing(absl::Duration timeout) {
  return WaitUntil(
      [&] {
        for (const std::string& service : client::Services()) {
          if (!IsServing(*connection_, service)) return false;
        }
        return true;
      },
      timeout);
}

std::string Suite::database(const std::string& service) const {
  return absl::StrCat(folder(), "/", service, ".db");
}

std::string Suite::log(const std::string& service) const {
  return absl::StrCat(folder(), "/", service, ".log");
}

std::string Suite::GatewayControl(const std::string& json_body) {
  const std::unique_ptr<CURL, void (*)(CURL*)> curl(curl_easy_init(), curl_easy_cleanup);
  const std::string url = absl::StrCat("http://127.0.0.1:", gateway_port_, "/control");
  std::string answer;
  curl_easy_setopt(curl.get(), CURLOPT_URL, url.c_str());
  curl_easy_setopt(curl.get(), CURLOPT_TIMEOUT, 5L);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEFUNCTION, AppendTo);
  curl_easy_setopt(curl.get(), CURLOPT_WRITEDATA, &answer);
  if (!json_body.empty()) curl_easy_setopt(curl.get(), CURLOPT_POSTFIELDS, json_body.c_str());
  return curl_easy_perform(curl.get()) == CURLE_OK ? answer : "";
}

Ran RunProgram(const Suite& suite, const std::string& program, std::vector<std::string> arguments,
               absl::Duration timeout) {
  static int count = 0;
  const std::string stem = absl::StrCat(suite.folder(), "/run-", ++count);
  std::vector<std::string> argv = {
      "/bin/sh", "-c", "out=$1; shift; exec \"$@\" >$out.out 2>$out.err",
      "sh",      stem, absl::StrCat(kBin, "/", program)};
  argv.insert(argv.end(), arguments.begin(), arguments.end());
  ChildProcess process(
      argv,
      ProcessOptions{.environment = {"NO_COLOR=1", "HUIYINCTL_CONFIG=" + suite.config_file()}});
  Ran ran;
  ran.code = process.Wait(timeout);
  const auto read = [](const std::string& file) {
    std::ifstream in(file, std::ios::binary);
    std::stringstream text;
    text << in.rdbuf();
    return text.str();
  };
  ran.out = read(stem + ".out");
  ran.err = read(stem + ".err");
  return ran;
}

}  // namespace huiyin::testing
