// What taking in a ticket costs the one thread that writes (SQLite): its CPU time, statements and
// share of the commit, without gRPC. The best of several rounds, because other load on the machine
// makes the same instructions take longer. Details of ingest_vs_echo and import_tickets_per_s.
#include <time.h>

#include <algorithm>
#include <cstdlib>
#include <iostream>

#include "huiyin/ingest/v1/ticket_service.pb.h"
#include "libs/core/status.h"
#include "libs/events/outbox.h"
#include "libs/rpc/request_log.h"
#include "libs/rpc/server.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/timers/timers.h"
#include "services/ingest/events/outbox_publisher.h"
#include "services/ingest/rpc/convert.h"
#include "services/ingest/storage/search_index.h"
#include "services/ingest/storage/sql_store.h"
#include "services/ingest/usecase/take_in_feedback.h"
#include "tests/bench/json_report.h"

namespace huiyin::ingest {

std::span<const db::Migration> Schema();

namespace {

constexpr int kRounds = 20, kTicketsPerRound = 4000;

void MustBeOk(const absl::Status& status) {
  if (status.ok()) return;
  std::cerr << status << std::endl;
  std::exit(1);
}

double ThreadMicros() {
  timespec t;
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &t);
  return static_cast<double>(t.tv_sec) * 1e6 + static_cast<double>(t.tv_nsec) * 1e-3;
}

Feedback ChatMessage(const std::string& id) {
  Feedback feedback;
  feedback.identity = {Channel::kChat, id};
  feedback.external_id = id;
  feedback.subject = "快递还没有到";
  feedback.order = OrderId("SO-2026-0071342");
  feedback.language = "zh";
  feedback.content = std::string(
      "你好,我上周三买的吹风机一直没有发货,物流信息已经三天没有更新了,请帮我查一下到底什么时候能到,"
      "如果这周到不了我就申请退款。");
  return feedback;
}

// As Methods::Write does it.
absl::Status Logged(db::Transaction& tx, const Caller& caller, const std::string& id, Unit& unit) {
  v1::CreateTicketRequest request;
  request.set_request_id(id);
  const rpc::LoggedRequest logged = rpc::MakeLoggedRequest(caller, "/create", id, request);
  std::string seen;
  HUIYIN_RETURN_IF_ERROR(rpc::FindAnswer(tx, logged, seen).status());
  HUIYIN_ASSIGN_OR_RETURN(const Intaken taken, TakeInFeedback(unit, caller, ChatMessage(id)));
  v1::CreateTicketResponse answer;
  ToProto(taken.ticket, answer.mutable_ticket());
  return rpc::StoreAnswer(tx, logged, answer.SerializeAsString(), unit.clock.Now());
}

// CPU microseconds per ticket with so many tickets a commit.
double Measure(int group, bool with_request_log) {
  testing::TempDatabase temp(db::Dialect::kSqlite);
  temp.Migrate("events", events::Schema());
  temp.Migrate("timers", timers::Schema());
  temp.Migrate("rpc", rpc::Schema());
  temp.Migrate("ingest", Schema());
  auto search = OpenSearchIndex(temp.database(), temp.dsn());
  MustBeOk(search.status());
  UuidV7Generator ids(SystemClock());
  const Caller caller{TenantId("bench"), "bench", 1u << static_cast<int>(Role::kPlatform),
                      "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"};
  const Rules rules;
  double best = 1e9;
  for (int round = 0; round < kRounds; ++round) {
    const double begin = ThreadMicros();
    for (int done = 0; done < kTicketsPerRound; done += group) {
      MustBeOk(temp.database().Write([&](db::Transaction& tx) -> absl::Status {
        for (int i = 0; i < group; ++i) {
          SqlStore store(tx, **search);
          OutboxPublisher events(tx, SystemClock(), ids);
          Unit unit{store, events, SystemClock(), ids, rules};
          const std::string id = ids.NewId();
          HUIYIN_RETURN_IF_ERROR(with_request_log
                                     ? Logged(tx, caller, id, unit)
                                     : TakeInFeedback(unit, caller, ChatMessage(id)).status());
        }
        return absl::OkStatus();
      }));
    }
    best = std::min(best, (ThreadMicros() - begin) / kTicketsPerRound);
  }
  return best;
}

}  // namespace
}  // namespace huiyin::ingest

int main(int argc, char** argv) {
  using huiyin::ingest::Measure;
  return huiyin::bench::Report(
      argc, argv,
      {{"create_writer_cpu_us", Measure(80, true)}, {"import_writer_cpu_us", Measure(500, false)}});
}
