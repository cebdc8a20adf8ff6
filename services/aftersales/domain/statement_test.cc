#include "services/aftersales/domain/statement.h"

#include "libs/testing/status.h"

namespace huiyin::aftersales {
namespace {

using testing::StatusIs;

TEST(Statement, ReadsCsvWithColumnsInAnyOrderAndQuotes) {
  const auto lines = ReadStatement(StatementFormat::kCsv,
                                   "\xEF\xBB\xBFkey,amount,\"currency\",type,note,id\r\n"
                                   "k1,12.34,CNY,refund,\"a, \"\"b\"\"\",re_1\r\n"
                                   "\n"
                                   "cb,500,JPY,chargeback,,\n");
  ASSERT_OK(lines);
  ASSERT_EQ(lines->size(), 2u);
  EXPECT_EQ((*lines)[0],
            (StatementLine{
                .number = 2, .key = "k1", .gateway_id = "re_1", .amount = Money(1234, "CNY")}));
  EXPECT_EQ((*lines)[1], (StatementLine{.number = 4,
                                        .type = StatementLineType::kChargeback,
                                        .key = "cb",
                                        .amount = Money(500, "JPY")}));
}

TEST(Statement, ReadsJsonLines) {
  const auto lines = ReadStatement(
      StatementFormat::kJsonLines,
      R"({"type": "refund", "key": "k\"1", "amount": "1.234", "currency": "KWD", "x": 7})");
  ASSERT_OK(lines);
  ASSERT_EQ(lines->size(), 1u);
  EXPECT_EQ((*lines)[0].key, "k\"1");
  EXPECT_EQ((*lines)[0].amount, Money(1234, "KWD"));
}

TEST(Statement, NamesEveryLineThatItCannotRead) {
  const auto csv = ReadStatement(StatementFormat::kCsv,
                                 "type,key,amount,currency\n"
                                 "refund,k,1.2.3,CNY\n"
                                 "refund,k,1.234,CNY\n"
                                 "refund,k,-1,CNY\n"
                                 "refund,,1,CNY\n"
                                 "gift,k,1,CNY\n"
                                 "refund,k,1,XXX\n"
                                 "refund,k,1\n"
                                 "refund,\"k,1,CNY\n");
  EXPECT_THAT(csv, StatusIs(absl::StatusCode::kInvalidArgument));
  const auto violations = Violations(csv.status());
  ASSERT_EQ(violations.size(), 8u);
  EXPECT_EQ(violations[0].field, "line 2");
  for (const char* bad : {"{", "[]", "{\"type\":}", "{\"type\":\"refund\"", "x", "{\"a\":{}}",
                          R"({"type":"refund","key":"k","amount":"1","currency":"CNY"} x)"}) {
    EXPECT_THAT(ReadStatement(StatementFormat::kJsonLines, bad),
                StatusIs(absl::StatusCode::kInvalidArgument))
        << bad;
  }
  EXPECT_THAT(ReadStatement(StatementFormat::kCsv, ""), testing::IsOk());
}

}  // namespace
}  // namespace huiyin::aftersales
