#include "libs/host/settings.h"

#include "absl/strings/str_cat.h"

namespace huiyin::host {

std::vector<config::Setting> CommonSettings(const std::string& service) {
  using config::Type;
  return {
      {"log.level", Type::kString, "info", "debug, info, warning or error."},
      {"log.access_every", Type::kInt, "100",
       "One of so many successful calls is logged (0: none, 1: all); failed and slow ones always "
       "are."},

      {"grpc.listen", Type::kString, "127.0.0.1:9090",
       "Address of the gRPC API, HOST:PORT (port 0: any free one) or unix:PATH."},
      {"grpc.cert_file", Type::kFile, "", "Server certificate, PEM; empty: no TLS."},
      {"grpc.key_file", Type::kFile, "", "Its private key, PEM."},
      {"grpc.client_ca_file", Type::kFile, "",
       "Authority that clients' certificates must come from; set: mutual TLS."},
      {"grpc.read_threads", Type::kInt, "8", "Calls that read at once; more wait."},
      {"grpc.stream_threads", Type::kInt, "32", "Streams served at once; more are turned away."},
      {"grpc.max_queue", Type::kInt, "4096", "Reads that may wait; more are turned away."},
      {"grpc.max_in_flight", Type::kInt, "1024", "Calls under way at once; more are turned away."},
      {"grpc.max_message", Type::kBytes, "4MiB",
       "Largest message taken in; larger ones are refused."},
      {"grpc.default_deadline", Type::kDuration, "30s", "Deadline of calls that come without one."},
      {"grpc.max_connection_age", Type::kDuration, "10m",
       "Clients are told to reconnect after this, so that they find new replicas."},

      {"http.listen", Type::kString, "127.0.0.1:9100",
       "Address of /metrics, /livez and /readyz, IP:PORT (port 0: any free one)."},

      {"database.dsn", Type::kString, absl::StrCat("sqlite:var/", service, ".db"),
       "sqlite:FILE, or postgresql://… with user and database; the password may come from "
       "PGPASSFILE.",
       /*secret=*/true},
      {"database.readers", Type::kInt, "8", "Connections for reading at once; more reads wait."},
      {"database.migrate", Type::kBool, "true",
       "Bring the schema up to date at start; false: wait until somebody else has."},
      {"commit.max_group", Type::kInt, "256", "Writes that share one durable commit at most."},
      {"commit.max_queue", Type::kInt, "8192", "Writes that may wait; more are turned away."},

      {"redis.address", Type::kString, "127.0.0.1:6379", "HOST:PORT or unix:PATH of Redis."},
      {"redis.username", Type::kString, "", "ACL user; empty: the default user."},
      {"redis.password", Type::kString, "", "Its password; empty: none.", /*secret=*/true},
      {"events.partitions", Type::kInt, "8",
       "Streams per topic; the same for all services. Let consumers finish before changing it."},
      {"events.retention", Type::kDuration, "168h",
       "How long published events stay in the outbox: the longest outage that can be made good."},
      {"events.group", Type::kInt, "256", "Events handled and committed together at most."},

      {"auth.keys_file", Type::kFile, "var/jwt-keys.json",
       "Keys that tokens are checked and service tokens are signed with; see libs/rpc/auth.h."},

      {"peers.ca_file", Type::kFile, "",
       "Authority of other services' certificates; empty: no TLS between services."},
      {"peers.cert_file", Type::kFile, "", "Own certificate for mutual TLS."},
      {"peers.key_file", Type::kFile, "", "Its private key."},
      {"peers.ingest", Type::kString, "127.0.0.1:7401", "Where ingest's gRPC API is."},
      {"peers.triage", Type::kString, "127.0.0.1:7402", "Where triage's gRPC API is."},
      {"peers.aftersales", Type::kString, "127.0.0.1:7403", "Where aftersales' gRPC API is."},
      {"peers.survey", Type::kString, "127.0.0.1:7404", "Where survey's gRPC API is."},
      {"peers.analytics", Type::kString, "127.0.0.1:7405", "Where analytics' gRPC API is."},

      {"shutdown.linger", Type::kDuration, "0s",
       "After SIGTERM, how long calls are still taken while clients turn away; set it in a "
       "cluster."},
      {"shutdown.drain", Type::kDuration, "20s",
       "Longest that calls under way may take to finish."},
  };
}

}  // namespace huiyin::host
