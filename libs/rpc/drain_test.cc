#include <atomic>
#include <thread>

#include "absl/container/flat_hash_set.h"
#include "grpc/health/v1/health.grpc.pb.h"
#include "libs/rpc/thing_server.h"

namespace huiyin::rpc {
namespace {

using testing::StatusIs;

TEST(DrainTest, UnderLoadNoAcknowledgedCallIsLostAndNoneFailsOtherwise) {
  ThingServer things;
  things.Start();
  const std::string token = things.Token({"agent"});
  std::atomic<bool> draining = false;
  std::atomic<int> acknowledged = 0, failed_before = 0, failed_oddly = 0;
  std::vector<std::thread> clients;
  for (int t = 0; t < 8; ++t) {
    clients.emplace_back([&, t] {
      for (int i = 0;; ++i) {
        const bool late = draining;
        pb::CreateThingRequest request;
        request.set_name(absl::StrCat(t, ".", i));
        const auto thing = things.Create(request, token);
        if (thing.ok()) {
          ++acknowledged;
          continue;
        }
        if (!late && !draining) ++failed_before;
        // Turned away, not broken off half-way.
        if (!absl::IsUnavailable(thing.status())) ++failed_oddly;
        return;
      }
    });
  }
  while (acknowledged < 500) std::this_thread::yield();
  draining = true;
  things.server().Drain(absl::Milliseconds(20), SystemClock().Now() + absl::Seconds(20));
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(failed_before, 0);
  EXPECT_EQ(failed_oddly, 0);
  EXPECT_GE(things.ThingsStored(), acknowledged);
  // What was begun and committed was also answered: no call ended without its answer.
  EXPECT_EQ(things.ThingsStored(), acknowledged);
}

TEST(DrainTest, IsIdempotentAndEndsHealthWatches) {
  ThingServer things;
  things.Start();
  auto health = grpc::health::v1::Health::NewStub(things.channel());
  grpc::ClientContext context;
  auto watch = health->Watch(&context, {});
  grpc::health::v1::HealthCheckResponse response;
  ASSERT_TRUE(watch->Read(&response));
  const absl::Time begin = SystemClock().Now();
  things.server().Drain(absl::ZeroDuration(), begin + absl::Seconds(30));
  things.server().Drain(absl::ZeroDuration(), begin + absl::Seconds(30));
  EXPECT_LT(SystemClock().Now() - begin, absl::Seconds(20));
  ASSERT_TRUE(watch->Read(&response));
  EXPECT_EQ(response.status(), response.NOT_SERVING);
  EXPECT_FALSE(watch->Read(&response));
  EXPECT_EQ(watch->Finish().error_code(), grpc::StatusCode::UNAVAILABLE);
}

TEST(DrainTest, ACallUnderWayIsAnswered) {
  ThingServer things;
  absl::Notification busy, go;
  things.handlers.get = [&](const RequestContext&,
                            const pb::GetThingRequest&) -> absl::StatusOr<pb::Thing> {
    busy.Notify();
    go.WaitForNotification();
    return pb::Thing();
  };
  things.Start();
  std::thread caller([&] { EXPECT_OK(things.Get("a", things.Token({"agent"}))); });
  busy.WaitForNotification();
  std::thread drain([&] {
    things.server().Drain(absl::ZeroDuration(), SystemClock().Now() + absl::Seconds(30));
  });
  EXPECT_THAT(things.Get("b", "").status(), ::testing::Not(testing::IsOk()));
  go.Notify();
  caller.join();
  drain.join();
}

TEST(DrainTest, AServerThatNeverStartedGoesQuietly) {
  ThingServer things;
  testing::TempDatabase database(db::Dialect::kSqlite);
  db::GroupCommit writer(database.database(), {});
  auto server = Server::Create(things.options, writer, SystemClock(), things.metrics);
  ASSERT_OK(server);
  (*server)->Drain(absl::ZeroDuration(), SystemClock().Now());
}

}  // namespace
}  // namespace huiyin::rpc
