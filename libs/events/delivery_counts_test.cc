#include "libs/events/delivery_counts.h"

#include <gmock/gmock.h>

#include "libs/events/outbox.h"
#include "libs/testing/sequential_ids.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"

namespace huiyin::events {
namespace {

class DeliveryCountsTest : public huiyin::testing::DatabaseTest {
 protected:
  DeliveryCountsTest() { ApplySchema("events", Schema()); }

  void Write(const std::string& topic, const std::string& aggregate) {
    ASSERT_OK(database().Write([&](db::Transaction& tx) {
      return Append(tx, ids_,
                    {.type = "x.Y",
                     .tenant = "t",
                     .topic = topic,
                     .aggregate_id = aggregate,
                     .occurred_at = absl::UnixEpoch()});
    }));
  }
  void Handled(const std::string& aggregate, int sequence) {
    ASSERT_OK(database().Write([&](db::Transaction& tx) {
      return tx
          .Execute(
              "INSERT INTO inbox (consumer, topic, tenant, aggregate_id, sequence,"
              " event_id, handled_at) VALUES ('c', 'ticket', 't', ?, ?, 'e', 0)",
              {aggregate, sequence})
          .status();
    }));
  }
  void Parked(const std::string& aggregate, int sequence) {
    ASSERT_OK(database().Write([&](db::Transaction& tx) {
      const std::string id = aggregate + std::to_string(sequence);
      return tx
          .Execute(
              "INSERT INTO dead_letter (id, consumer, event_id, type, schema_version,"
              " tenant, topic, aggregate_id, sequence, occurred_at, traceparent, body,"
              " error, attempts, parked_at)"
              " VALUES (?, 'c', ?, 'x.Y', 1, 't', 'ticket', ?, ?, 0, '', ?, '', 1, 0)",
              {id, id, aggregate, sequence, db::Blob{""}})
          .status();
    }));
  }
  DeliveryCounts Count() {
    DeliveryCounts counts;
    EXPECT_OK(database().Read([&](db::Session& session) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(counts, CountDelivery(session));
      return absl::OkStatus();
    }));
    return counts;
  }

  huiyin::testing::SequentialIds ids_;
};
HUIYIN_ON_ALL_DATABASES(DeliveryCountsTest);

TEST_P(DeliveryCountsTest, CountsWhatWasWrittenByTopic) {
  Write("ticket", "1");
  Write("ticket", "1");
  Write("ticket", "2");
  Write("rma", "1");
  const DeliveryCounts counts = Count();
  ASSERT_EQ(counts.written.size(), 2u);
  EXPECT_EQ(counts.written[0].topic, "rma");
  EXPECT_EQ(counts.written[0].written, 1);
  EXPECT_EQ(counts.written[1].written, 3);
  EXPECT_TRUE(counts.seen.empty());
}

TEST_P(DeliveryCountsTest, CountsParkedEventsAsSeenOnce) {
  Handled("1", 1), Handled("1", 2), Handled("1", 3), Parked("1", 2);
  Handled("2", 1), Parked("2", 1);
  const DeliveryCounts counts = Count();
  ASSERT_EQ(counts.seen.size(), 1u);
  EXPECT_EQ(counts.seen[0].consumer, "c");
  EXPECT_EQ(counts.seen[0].topic, "ticket");
  EXPECT_EQ(counts.seen[0].seen, 4);
  EXPECT_EQ(counts.seen[0].parked, 2);
}

TEST_P(DeliveryCountsTest, KeepsCountingWhatTheInboxHasForgotten) {
  Handled("1", 41), Handled("1", 42);
  const DeliveryCounts counts = Count();
  ASSERT_EQ(counts.seen.size(), 1u);
  EXPECT_EQ(counts.seen[0].seen, 42);
}

}  // namespace
}  // namespace huiyin::events
