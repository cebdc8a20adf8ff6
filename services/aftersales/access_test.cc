// Who may call what and sees what, over the whole service as it is served.
#include <google/protobuf/descriptor.h>
#include <google/protobuf/message.h>

#include <set>

#include "huiyin/aftersales/v1/order_service.grpc.pb.h"
#include "huiyin/aftersales/v1/policy_service.pb.h"
#include "huiyin/aftersales/v1/refund_service.pb.h"
#include "huiyin/aftersales/v1/rma_progress_service.pb.h"
#include "huiyin/aftersales/v1/rma_service.grpc.pb.h"
#include "libs/rpc/proto_time.h"
#include "libs/testing/host/access_check.h"
#include "libs/testing/status.h"
#include "services/aftersales/app.h"
#include "services/aftersales/storage/sql_store.h"

namespace huiyin::aftersales {
namespace {

constexpr char kRequestId[] = "0192f0c1-2b3c-7d4e-8f50-61728394a5b6";

class Access : public ::testing::Test {
 protected:
  Access() : host_(Program(), db::Dialect::kSqlite) {
    PutOrder();
    FileRma();
    BookParcel();
  }

  void PutOrder() {
    v1::UpsertOrdersRequest request;
    v1::Order& order = *request.mutable_order();
    order.set_order_id("order-1");
    order.set_customer_id("c1");
    order.set_version(1);
    order.set_country_of_sale("CN");
    order.set_country_of_delivery("CN");
    order.set_currency("CNY");
    const absl::Time now = host_.fake_clock().Now();
    *order.mutable_ordered_at() = rpc::ToProto(now - absl::Hours(72));
    v1::OrderLine& line = *order.add_lines();
    line.set_line_id("l1");
    line.set_sku("secret-sku");
    line.set_product_id("secret-product");
    line.set_product_name("secret-name");
    line.set_quantity(2);
    line.set_unit_price_minor(9900);
    v1::Payment& payment = *order.add_payments();
    payment.set_payment_id("pay-1");
    payment.set_method("secret-method");
    payment.set_gateway("stripe");
    payment.set_captured_minor(19800);
    *payment.mutable_captured_at() = order.ordered_at();
    v1::Shipment& shipment = *order.add_shipments();
    shipment.set_shipment_id("s1");
    *shipment.mutable_delivered_at() = rpc::ToProto(now - absl::Hours(24));
    v1::ShipmentItem& item = *shipment.add_items();
    item.set_line_id("l1");
    item.set_quantity(2);
    grpc::ClientContext context;
    host_.Prepare(context, {"platform"});
    const auto stream = v1::OrderService::NewStub(host_.channel())->UpsertOrders(&context);
    stream->Write(request);
    stream->WritesDone();
    v1::UpsertOrdersResponse answer;
    EXPECT_TRUE(stream->Read(&answer));
    EXPECT_TRUE(stream->Finish().ok());
  }
  void FileRma() {
    v1::CreateRmaRequest request;
    request.set_request_id("0192f0c1-2b3c-7d4e-8f50-000000000001");
    request.mutable_rma()->set_order_id("order-1");
    request.mutable_rma()->set_customer_note("secret-words");
    v1::RmaLine& line = *request.mutable_rma()->add_lines();
    line.set_order_line_id("l1");
    line.set_kind(v1::RMA_KIND_REFUND_ONLY);
    line.set_reason("DEFECTIVE");
    line.set_quantity(1);
    grpc::ClientContext context;
    host_.Prepare(context, {"customer"}, "t1", "c1");
    const auto status =
        v1::RmaService::NewStub(host_.channel())->CreateRma(&context, request, &rma_);
    EXPECT_TRUE(status.ok()) << status.error_message();
  }
  // Full names of the services that the host offers: each method of them is counted.
  std::vector<std::string> Served() {
    std::set<std::string> names;
    const std::string text = host_.metrics().Text();
    const std::string_view label = "grpc_service=\"";
    for (size_t at = 0; (at = text.find(label, at)) != text.npos;) {
      at += label.size();
      names.insert(text.substr(at, text.find('"', at) - at));
    }
    return {names.begin(), names.end()};
  }
  void BookParcel() {
    EXPECT_OK(host_.database().Write([&](db::Transaction& tx) {
      Parcel parcel;
      parcel.id = ParcelId("parcel-1");
      parcel.rma = RmaId(rma_.rma_id());
      parcel.order = OrderId("order-1");
      parcel.customer = CustomerId("c1");
      parcel.state = ParcelState::kLabelled;
      parcel.carrier = "secret-carrier";
      parcel.tracking = "secret-tracking";
      return SqlStore(tx).InsertParcel(TenantId("t1"), parcel);
    }));
  }
  std::string RefundId() {
    std::string id;
    EXPECT_OK(host_.database().Read([&](db::Session& session) {
      return session.Query("SELECT refund_id FROM refund", {},
                           [&](const db::Row& row) { id = row.Str(0); });
    }));
    return id;
  }
  // The request names what belongs to the owner, as far as its fields say what they name.
  void Fill(google::protobuf::Message& request, const std::string& refund) const {
    const std::string& type = request.GetDescriptor()->name();
    const auto set = [&](const std::string& field, const std::string& value) {
      const auto* found = request.GetDescriptor()->FindFieldByName(field);
      if (found == nullptr || found->is_repeated() ||
          found->cpp_type() != google::protobuf::FieldDescriptor::CPPTYPE_STRING) {
        return;
      }
      request.GetReflection()->SetString(&request, found, value);
    };
    set("name", type.find("Refund") != type.npos   ? refund
                : type.find("Order") != type.npos  ? "order-1"
                : type.find("Policy") != type.npos ? "default-2"
                : type.find("Parcel") != type.npos ? "parcel-1"
                                                   : rma_.rma_id());
    set("request_id", kRequestId);
    set("order", "order-1");
    set("order_id", "order-1");
    set("rma", rma_.rma_id());
    set("note", "x");
    set("reason", "x");
    set("payment_id", "pay-1");
  }

  testing::TestHost host_;
  v1::Rma rma_;
};

TEST_F(Access, NobodySeesOrChangesWhatIsNotTheirs) {
  const std::string refund = RefundId();
  ASSERT_FALSE(refund.empty());
  const std::vector<std::string> services = Served();
  ASSERT_THAT(services, ::testing::Contains("huiyin.aftersales.v1.ParcelService"));
  const int shown = testing::CheckAccess(
      host_, {.services = services,
              .tenant = "t1",
              .customer = "c1",
              .fill = [&](google::protobuf::Message& request) { Fill(request, refund); },
              .secrets = {"secret-", "stripe"}});
  EXPECT_GE(shown, 20);  // owners did see theirs
}

}  // namespace
}  // namespace huiyin::aftersales
