// How programs outside the services reach them: where they are, and as whom to call.
#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "absl/status/statusor.h"
#include "absl/time/time.h"

namespace huiyin::client {

// The services, in the order they are shown: "ingest", "triage", "aftersales", "survey",
// "analytics".
const std::vector<std::string>& Services();

struct Access {
  std::map<std::string, std::string> addresses;  // service → "host:port", "dns:///…", "unix:PATH"
  std::string ca_file;                           // of the services' certificates; empty: plain text
  std::string cert_file, key_file;               // own certificate for mutual TLS; both or none
  std::string token;      // a bearer token; empty: one is made with keys_file
  std::string keys_file;  // libs/rpc/auth.h
  std::string tenant = "demo";
  std::string subject = "huiyinctl";
  std::vector<std::string> roles = {"agent", "lead", "platform", "operator"};
  absl::Duration timeout = absl::Seconds(10);  // of one call
};

// The local runner's addresses (deploy/run): ports 7401 to 7405 of the loopback interface.
Access LocalAccess();

// `access` with what a YAML file says: a service's name → address, and "keys_file" (relative to the
// file), "ca_file", "tenant". NOT_FOUND without the file; INVALID_ARGUMENT names an unknown key.
absl::StatusOr<Access> WithFile(Access access, const std::string& file);

// "var/huiyinctl.yaml" in the working directory or a folder above it; empty when there is none.
std::string FindLocalFile();

}  // namespace huiyin::client
