#include "services/aftersales/domain/customs.h"

#include <gmock/gmock.h>

#include "libs/testing/status.h"

namespace huiyin::aftersales {
namespace {

class Customs : public ::testing::Test {
 protected:
  Customs() {
    order_.country_of_sale = "CN";
    order_.country_of_delivery = "DE";
    order_.currency = "EUR";
    order_.lines.push_back({.line_id = "l1",
                            .product_name = "Kettle",
                            .hs_code = "851679",
                            .origin_country = "CN",
                            .quantity = 3,
                            .unit_price = 1000,
                            .discount = 1});
    order_.shipments.push_back(
        {.shipment_id = "s", .invoice_number = "INV-7", .items = {{"l1", 3}}});
    RmaLine line;
    line.id = "1";
    line.order_line_id = "l1";
    rma_.lines.push_back(line);
    verdict_.lines.push_back({.rma_line_id = "1"});
    EXPECT_OK(Apply(rma_, {.type = ActionType::kSubmitted, .line_id = "1", .quantity = 2}));
    EXPECT_OK(Apply(rma_, {.type = ActionType::kSubmitted}));
    EXPECT_OK(Apply(rma_, {.type = ActionType::kApproved, .line_id = "1", .quantity = 2}));
    EXPECT_OK(Apply(rma_, {.type = ActionType::kApproved}));
  }
  ReturnShipment Plan() const { return PlanReturn(order_, rma_, verdict_); }

  Order order_;
  Rma rma_;
  Verdict verdict_;
};

TEST_F(Customs, ReturnedGoodsReferToTheInvoiceTheyLeftWith) {
  const ReturnShipment plan = Plan();
  EXPECT_TRUE(plan.customs);
  EXPECT_EQ(plan.export_reason, "RETURNED_GOODS");
  EXPECT_THAT(plan.outbound_invoices, ::testing::ElementsAre("INV-7"));
  ASSERT_EQ(plan.lines.size(), 1u);
  EXPECT_EQ(plan.lines[0].hs_code, "851679");
  EXPECT_EQ(plan.lines[0].origin_country, "CN");
  EXPECT_EQ(plan.lines[0].quantity, 2);
  EXPECT_EQ(plan.lines[0].value, 1999);  // ⅔ of 2999, to the nearest
  EXPECT_TRUE(plan.missing.empty());
}

TEST_F(Customs, WhatADeclarationLacksIsNamed) {
  order_.shipments[0].invoice_number = "";
  order_.lines[0].hs_code = "";
  EXPECT_THAT(Plan().missing, ::testing::ElementsAre("outbound_invoices", "lines[0].hs_code"));
}

TEST_F(Customs, WhatHasArrivedIsNotSentAgainNorKept) {
  EXPECT_OK(Apply(rma_, {.type = ActionType::kReceived, .line_id = "1", .quantity = 2}));
  EXPECT_OK(Apply(rma_, {.type = ActionType::kReceived}));
  EXPECT_TRUE(Plan().lines.empty());
  EXPECT_EQ(Plan().route, ReturnRoute::kDirect);
  EXPECT_FALSE(Plan().customs);
}

TEST_F(Customs, NoBorderNoDeclaration) {
  order_.country_of_sale = "FR";
  EXPECT_FALSE(Plan().customs);
  order_.country_of_sale = "GB";
  EXPECT_TRUE(Plan().customs);
  verdict_.lines[0].route = ReturnRoute::kLocalHub;
  verdict_.lines[0].hub = "EU-1";
  EXPECT_FALSE(Plan().customs);
  EXPECT_EQ(Plan().to_country, "DE");
  verdict_.lines[0].route = ReturnRoute::kConsolidate;
  EXPECT_TRUE(Plan().customs);
  rma_.lines[0].keep_goods = true;
  EXPECT_EQ(Plan().route, ReturnRoute::kKeep);
  EXPECT_FALSE(Plan().customs);
}

}  // namespace
}  // namespace huiyin::aftersales
