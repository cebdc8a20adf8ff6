#include "services/analytics/domain/bytes.h"

#include <gtest/gtest.h>

#include "services/analytics/domain/entities.h"

namespace huiyin::analytics {
namespace {

constexpr const char* kUuid = "018f3c5e-7b1a-7000-8fff-00000000abcd";

TEST(BytesTest, GivesBackEveryText) {
  for (const std::string text :
       {"", "a", kUuid, "018F3C5E-7B1A-7000-8FFF-00000000ABCD",
        "018f3c5e-7b1a-7000-8fff-00000000abc", "018f3c5e-7b1a-7000-8fff-00000000abcg",
        "018f3c5e+7b1a-7000-8fff-00000000abcd", "018f3c5e-7b1a-7000-8fff-00000000abcd0", "\x01",
        "\xff\xfe 退款"}) {
    EXPECT_EQ(FromBytes<std::string>(ToBytes(std::string(text))), text);
  }
  EXPECT_EQ(FromBytes<std::string>(ToBytes(std::string(5000, 'x'))), std::string(5000, 'x'));
}

TEST(BytesTest, UuidsTakeSeventeenBytes) { EXPECT_EQ(ToBytes(std::string(kUuid)).size(), 17u); }

TEST(BytesTest, AShortEndReadsAsFarAsItGoes) {
  const std::string bytes = ToBytes(std::vector<std::string>{kUuid, "order-5", kUuid});
  for (size_t size = 0; size < bytes.size(); ++size) {
    EXPECT_LE(FromBytes<std::vector<std::string>>(bytes.substr(0, size)).size(), 3u);
  }
}

TEST(EntitiesTest, ReadBackAsTheyWere) {
  TicketState ticket;
  ticket.created_at = absl::FromUnixMicros(1'800'000'000'000'001);
  ticket.customer = kUuid;
  ticket.order = "order-5";
  ticket.resolved_at = {absl::FromUnixMicros(-5), absl::FromUnixSeconds(7)};
  ticket.terms = {1, 2, 3, 4, 5, 600};
  ticket.sla = {{.metric = 1, .round = 2, .measured_at = absl::UnixEpoch(), .hit = true}};
  EXPECT_EQ(FromBytes<TicketState>(ToBytes(ticket)), ticket);
  EXPECT_EQ(FromBytes<TicketState>(""), TicketState());

  const std::vector<Contact> contacts = {{absl::FromUnixSeconds(1), kUuid},
                                         {absl::FromUnixSeconds(2), "T-9"}};
  CustomerState customer;
  customer.set_contacts(contacts);
  EXPECT_EQ(FromBytes<CustomerState>(ToBytes(customer)).contacts(), contacts);
}

TEST(MomentTest, IsKnownOrNot) {
  EXPECT_FALSE(Moment());
  EXPECT_FALSE(Moment(std::optional<absl::Time>()));
  EXPECT_EQ(std::optional<absl::Time>(Moment()), std::nullopt);
  const Moment moment(absl::FromUnixMicros(-1));
  ASSERT_TRUE(moment);
  EXPECT_EQ(*moment, absl::FromUnixMicros(-1));
  EXPECT_EQ(Moment().value_or(absl::UnixEpoch()), absl::UnixEpoch());
}

}  // namespace
}  // namespace huiyin::analytics
