#include "libs/events/outbox.h"

#include "libs/core/status.h"
#include "libs/events/codec.h"
#include "libs/events/delivery_counts.h"
#include "libs/events/relay_store.h"
#include "libs/testing/sequential_ids.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"

namespace huiyin::events {
namespace {

using ::huiyin::testing::StatusIs;
using ::testing::ElementsAre;

class OutboxTest : public testing::DatabaseTest {
 protected:
  OutboxTest() { ApplySchema("events", Schema()); }

  NewEvent On(std::string aggregate, std::string tenant = "t") {
    return {.type = "huiyin.event.v1.TicketCreated",
            .tenant = tenant,
            .topic = "ticket",
            .aggregate_id = aggregate,
            .occurred_at = absl::FromUnixSeconds(1767225600),
            .body = std::string("\0body", 5)};
  }
  absl::Status Write(const NewEvent& event, absl::Status end = absl::OkStatus()) {
    return database().Write([&](db::Transaction& tx) {
      absl::Status status = Append(tx, ids_, event);
      return status.ok() ? end : status;
    });
  }
  // The number that a query gives.
  int64_t Rows(const std::string& sql) {
    int64_t value = -1;
    EXPECT_OK(database().Read([&](db::Session& session) {
      return session.Query(sql, {}, [&](const db::Row& row) { value = row.Int(0); });
    }));
    return value;
  }
  testing::SequentialIds ids_;
};
HUIYIN_ON_ALL_DATABASES(OutboxTest);

TEST_P(OutboxTest, NumbersTheEventsOfEachAggregateWithoutGaps) {
  ASSERT_OK(Write(On("a")));
  ASSERT_OK(Write(On("b")));
  EXPECT_FALSE(Write(On("a"), absl::InternalError("rolled back")).ok());
  ASSERT_OK(Write(On("a")));
  ASSERT_OK(Write(On("a", "other tenant")));
  std::vector<std::string> rows;
  ASSERT_OK(database().Read([&](db::Session& session) {
    return session.Query("SELECT tenant, aggregate_id, sequence, body FROM outbox ORDER BY id", {},
                         [&](const db::Row& row) {
                           rows.push_back(row.Str(0) + "/" + row.Str(1) + "/" + row.Str(2));
                           EXPECT_EQ(row.Text(3), std::string_view("\0body", 5));
                         });
  }));
  EXPECT_THAT(rows, ElementsAre("t/a/1", "t/b/1", "t/a/2", "other tenant/a/1"));
}

TEST_P(OutboxTest, CountsOnFromFirstEventsThatHaveNoRow) {
  const auto at = [&](Place place) {
    NewEvent event = On("a");
    event.place = place;
    return event;
  };
  ASSERT_OK(Write(at(Place::kFirst)));
  EXPECT_EQ(Rows("SELECT COUNT(*) FROM outbox_sequence"), 0);
  ASSERT_OK(Write(at(Place::kLater)));
  ASSERT_OK(Write(at(Place::kLater)));
  EXPECT_EQ(Rows("SELECT MAX(sequence) FROM outbox WHERE aggregate_id = 'a'"), 3);
  ASSERT_OK(database().Write([&](db::Transaction& tx) {
    std::vector<NewEvent> events = {On("b"), On("b")};
    events[0].place = Place::kFirst;
    events[1].place = Place::kLater;
    return Append(tx, ids_, events);
  }));
  NewEvent later = On("b");
  later.place = Place::kLater;
  ASSERT_OK(Write(later));
  EXPECT_EQ(Rows("SELECT MAX(sequence) FROM outbox WHERE aggregate_id = 'b'"), 3);
}

TEST_P(OutboxTest, FirstEventsAreCountedWhenTheOutboxHasForgottenThem) {
  NewEvent first = On("a");
  first.place = Place::kFirst;
  ASSERT_OK(Write(first));
  const auto written = [&] {
    int64_t count = -1;
    EXPECT_OK(database().Read([&](db::Session& session) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(const DeliveryCounts counts, CountDelivery(session));
      count = counts.written.at(0).written;
      return absl::OkStatus();
    }));
    return count;
  };
  EXPECT_EQ(written(), 1);
  ASSERT_OK(Write(On("b")));  // the outbox keeps its newest row
  ASSERT_OK(database().Write([&](db::Transaction& tx) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const Position newest, NewestRow(tx));
    HUIYIN_RETURN_IF_ERROR(MarkPublished(tx, absl::UnixEpoch(), newest));
    return DeletePublished(tx, absl::UnixEpoch(), 10).status();
  }));
  EXPECT_EQ(Rows("SELECT COUNT(*) FROM outbox WHERE aggregate_id = 'a'"), 0);
  EXPECT_EQ(written(), 2);
  NewEvent later = On("a");
  later.place = Place::kLater;
  ASSERT_OK(Write(later));
  EXPECT_EQ(Rows("SELECT sequence FROM outbox WHERE aggregate_id = 'a'"), 2);
}

TEST_P(OutboxTest, NumbersOfRowsNeverComeAgain) {
  ASSERT_OK(Write(On("a")));
  ASSERT_OK(Write(On("a")));
  const int64_t last = Rows("SELECT MAX(id) FROM outbox");
  ASSERT_OK(database().Write([&](db::Transaction& tx) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const Position newest, NewestRow(tx));
    HUIYIN_RETURN_IF_ERROR(MarkPublished(tx, absl::UnixEpoch(), newest));
    return DeletePublished(tx, absl::UnixEpoch(), 10).status();
  }));
  EXPECT_LE(Rows("SELECT COUNT(*) FROM outbox"), 1);
  ASSERT_OK(Write(On("a")));
  EXPECT_GT(Rows("SELECT MAX(id) FROM outbox"), last);
}

TEST_P(OutboxTest, NumbersSeveralAtOnceInTheirOrder) {
  ASSERT_OK(Write(On("a")));
  ASSERT_OK(database().Write([&](db::Transaction& tx) {
    const std::vector<NewEvent> events = {On("a"), On("a"), On("b"), On("a"), On("b"), On("b")};
    return Append(tx, ids_, events);
  }));
  std::vector<std::string> rows;
  ASSERT_OK(database().Read([&](db::Session& session) {
    return session.Query(
        "SELECT aggregate_id, sequence FROM outbox ORDER BY id", {},
        [&](const db::Row& row) { rows.push_back(row.Str(0) + "/" + row.Str(1)); });
  }));
  EXPECT_THAT(rows, ElementsAre("a/1", "a/2", "a/3", "b/1", "a/4", "b/2", "b/3"));
}

TEST(OutboxUpgrade, GoesOnCountingWhereAnEmptiedOutboxEnded) {
  testing::TempDatabase temp(db::Dialect::kSqlite);
  temp.Migrate("events", Schema().first(1));
  testing::SequentialIds ids;
  const auto write = [&] {
    return temp.database().Write([&](db::Transaction& tx) {
      return Append(tx, ids,
                    {.type = "x.Y", .tenant = "t", .topic = "ticket", .aggregate_id = "a"});
    });
  };
  ASSERT_OK(write());
  ASSERT_OK(write());
  ASSERT_OK(temp.database().Write(
      [](db::Transaction& tx) { return tx.Execute("DELETE FROM outbox").status(); }));
  temp.Migrate("events", Schema());
  ASSERT_OK(write());
  int64_t newest = 0;
  ASSERT_OK(temp.database().Read([&](db::Session& session) {
    return session.Query("SELECT MAX(id) FROM outbox", {},
                         [&](const db::Row& row) { newest = row.Int(0); });
  }));
  EXPECT_EQ(newest, 3);
}

TEST(Codec, GivesBackWhatItWasGiven) {
  const Event event{.event_id = "018f3c5e-0000-7000-8000-000000000001",
                    .type = "huiyin.event.v1.TicketCreated",
                    .schema_version = 2,
                    .tenant = "t",
                    .topic = "ticket",
                    .aggregate_id = "a",
                    .sequence = 7,
                    .occurred_at = absl::FromUnixMicros(-1),
                    .traceparent = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01",
                    .body = std::string("\0\xff", 2)};
  const auto decoded = Decode(Encode(event));
  ASSERT_OK(decoded);
  EXPECT_EQ(decoded->event_id, event.event_id);
  EXPECT_EQ(decoded->type, event.type);
  EXPECT_EQ(decoded->schema_version, 2u);
  EXPECT_EQ(decoded->tenant, "t");
  EXPECT_EQ(decoded->topic, "ticket");
  EXPECT_EQ(decoded->aggregate_id, "a");
  EXPECT_EQ(decoded->sequence, 7u);
  EXPECT_EQ(decoded->occurred_at, event.occurred_at);
  EXPECT_EQ(decoded->traceparent, event.traceparent);
  EXPECT_EQ(decoded->body, event.body);
}

TEST(Codec, RefusesWhatIsNoEvent) {
  EXPECT_THAT(Decode("\xff\xff\xff"), StatusIs(absl::StatusCode::kDataLoss));
  EXPECT_THAT(Decode(""), StatusIs(absl::StatusCode::kDataLoss));
}

}  // namespace
}  // namespace huiyin::events
