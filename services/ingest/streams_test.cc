// The streams of ingest over gRPC: imports, watches, evidence.
#include "libs/core/status.h"
#include "services/ingest/testing/test_host.h"

namespace huiyin::ingest {
namespace {

using huiyin::testing::HasReason;
using huiyin::testing::IsOk;
using huiyin::testing::StatusIs;
using ::testing::ElementsAre;
using ::testing::SizeIs;
using Tickets = v1::TicketService::Stub;
using Evidence = v1::EvidenceService::Stub;

class StreamsTest : public ::testing::Test {
 protected:
  static v1::ImportTicketsRequest Batch(int from, int count) {
    v1::ImportTicketsRequest batch;
    for (int i = from; i < from + count; ++i) {
      v1::Feedback* item = batch.add_items();
      item->set_channel(huiyin::common::v1::CHANNEL_API);
      item->set_external_message_id("row-" + std::to_string(i));
      item->set_text("退款 number " + std::to_string(i));
    }
    return batch;
  }
  // Sends all batches, then reads all answers.
  absl::StatusOr<std::vector<v1::ImportResult>> Import(
      const std::vector<v1::ImportTicketsRequest>& batches, const std::string& role = "platform") {
    const auto call = host.As(role);
    const auto stream = host.tickets().ImportTickets(&call->context);
    for (const auto& batch : batches) stream->Write(batch);
    stream->WritesDone();
    std::vector<v1::ImportResult> results;
    v1::ImportTicketsResponse response;
    while (stream->Read(&response)) {
      results.insert(results.end(), response.results().begin(), response.results().end());
    }
    const grpc::Status status = stream->Finish();
    if (!status.ok()) return rpc::FromGrpc(status);
    return results;
  }
  absl::StatusOr<v1::Upload> CreateUpload(const std::string& name, int64_t size,
                                          const std::string& subject = "C1") {
    v1::CreateUploadRequest request;
    request.set_request_id(host.NewId());
    request.mutable_upload()->set_file_name(name);
    request.mutable_upload()->set_size_bytes(size);
    return host.Ask(host.evidence(), &Evidence::CreateUpload, request,
                    host.As("customer", subject));
  }
  absl::StatusOr<v1::Upload> Append(const std::string& name, int64_t offset,
                                    const std::vector<std::string>& parts,
                                    const std::string& subject = "C1") {
    const auto call = host.As("customer", subject);
    v1::Upload upload;
    const auto stream = host.evidence().AppendUpload(&call->context, &upload);
    v1::AppendUploadRequest request;
    request.set_name(name);
    for (const std::string& part : parts) {
      request.set_offset(offset);
      request.set_data(part);
      if (!stream->Write(request)) break;
      offset += static_cast<int64_t>(part.size());
      request.clear_name();
    }
    stream->WritesDone();
    const grpc::Status status = stream->Finish();
    if (!status.ok()) return rpc::FromGrpc(status);
    return upload;
  }
  absl::StatusOr<v1::Upload> Finish(const std::string& name, const std::string& subject = "C1") {
    v1::FinishUploadRequest request;
    request.set_request_id(host.NewId());
    request.set_name(name);
    return host.Ask(host.evidence(), &Evidence::FinishUpload, request,
                    host.As("customer", subject));
  }

  TestHost host;
};

TEST_F(StreamsTest, ImportAnswersEveryItemInOrderAndCanBeFoundAtOnce) {
  const auto results = Import({Batch(0, 500), Batch(500, 500), Batch(1000, 7)});
  ASSERT_OK(results);
  ASSERT_THAT(*results, SizeIs(1007));
  for (int i = 0; i < 1007; ++i) {
    EXPECT_EQ((*results)[i].external_message_id(), "row-" + std::to_string(i));
    EXPECT_EQ((*results)[i].outcome(), v1::INTAKE_OUTCOME_CREATED);
  }
  EXPECT_EQ(host.Count("ticket"), 1007);
  v1::SearchTicketsRequest search;
  search.set_query("退款 1006");
  const auto found = host.Ask(host.tickets(), &Tickets::SearchTickets, search, host.As("agent"));
  ASSERT_OK(found);
  EXPECT_THAT(found->matches(), SizeIs(1));
}

TEST_F(StreamsTest, ImportMayWaitForEachAnswer) {
  const auto call = host.As("platform");
  const auto stream = host.tickets().ImportTickets(&call->context);
  v1::ImportTicketsResponse response;
  for (int i = 0; i < 3; ++i) {
    ASSERT_TRUE(stream->Write(Batch(i, 1)));
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_THAT(response.results(), SizeIs(1));
  }
  stream->WritesDone();
  EXPECT_TRUE(stream->Finish().ok());
}

TEST_F(StreamsTest, ImportIsSafeToRunTwice) {
  const auto first = Import({Batch(0, 20)});
  const auto second = Import({Batch(10, 20)});
  ASSERT_OK(first);
  ASSERT_OK(second);
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ((*second)[i].outcome(),
              i < 10 ? v1::INTAKE_OUTCOME_DUPLICATE : v1::INTAKE_OUTCOME_CREATED);
    if (i < 10) {
      EXPECT_EQ((*second)[i].ticket_id(), (*first)[i + 10].ticket_id());
    }
  }
  EXPECT_EQ(host.Count("ticket"), 30);
}

TEST_F(StreamsTest, ImportRefusesBadItemsAlone) {
  v1::ImportTicketsRequest batch = Batch(0, 3);
  batch.mutable_items(1)->set_text("");
  batch.mutable_items(1)->clear_external_message_id();
  const auto results = Import({batch});
  ASSERT_OK(results);
  EXPECT_EQ((*results)[0].outcome(), v1::INTAKE_OUTCOME_CREATED);
  EXPECT_EQ((*results)[1].outcome(), v1::INTAKE_OUTCOME_UNSPECIFIED);
  EXPECT_EQ((*results)[1].error().reason(), "INVALID_INPUT");
  EXPECT_THAT((*results)[1].error().fields(), SizeIs(2));
  EXPECT_EQ((*results)[2].outcome(), v1::INTAKE_OUTCOME_CREATED);
}

TEST_F(StreamsTest, ImportIsForPlatforms) {
  EXPECT_THAT(Import({Batch(0, 1)}, "customer"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_THAT(Import({Batch(0, 1)}, "agent"), StatusIs(absl::StatusCode::kPermissionDenied));
  EXPECT_EQ(host.Count("ticket"), 0);
}

TEST_F(StreamsTest, ImportRefusesEmptyAndHugeBatches) {
  EXPECT_THAT(Import({Batch(0, 0)}), StatusIs(absl::StatusCode::kInvalidArgument));
  EXPECT_THAT(Import({Batch(0, 501)}), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(StreamsTest, WatchShowsChangesAndResumesWhereItEnded) {
  std::string token;
  {
    const auto call = host.As("agent");
    const auto stream = host.tickets().WatchTickets(&call->context, v1::WatchTicketsRequest());
    v1::WatchTicketsResponse response;
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_FALSE(response.has_ticket());
    host.fake_clock().Advance(absl::Milliseconds(1));
    ASSERT_OK(Import({Batch(0, 1)}));
    ASSERT_TRUE(stream->Read(&response));
    EXPECT_EQ(response.ticket().message_count(), 1u);
    token = response.resume_token();
    call->context.TryCancel();
    stream->Finish();
  }
  host.fake_clock().Advance(absl::Milliseconds(1));
  const auto missed = Import({Batch(1, 1)});
  ASSERT_OK(missed);
  v1::WatchTicketsRequest request;
  request.set_resume_token(token);
  const auto call = host.As("agent");
  const auto stream = host.tickets().WatchTickets(&call->context, request);
  v1::WatchTicketsResponse response;
  ASSERT_TRUE(stream->Read(&response));
  ASSERT_TRUE(stream->Read(&response));
  EXPECT_EQ(response.ticket().id(), (*missed)[0].ticket_id());
  call->context.TryCancel();
  stream->Finish();
}

TEST_F(StreamsTest, WatchRefusesTokensOfOthers) {
  v1::WatchTicketsRequest request;
  request.set_resume_token("AAAA");
  const auto call = host.As("agent");
  const auto stream = host.tickets().WatchTickets(&call->context, request);
  v1::WatchTicketsResponse response;
  EXPECT_FALSE(stream->Read(&response));
  EXPECT_THAT(rpc::FromGrpc(stream->Finish()), StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(StreamsTest, EvidenceIsTakenInPartsCheckedAndGivenBack) {
  const auto created = CreateUpload("note.txt", 11);
  ASSERT_OK(created);
  const std::string name = created->name();
  const auto half = Append(name, 0, {"hello", " "});
  ASSERT_OK(half);
  EXPECT_EQ(half->received_bytes(), 6);
  EXPECT_THAT(Finish(name), HasReason("UPLOAD_INCOMPLETE"));
  EXPECT_THAT(Append(name, 5, {"x"}), HasReason("OFFSET_MISMATCH"));
  EXPECT_THAT(Append(name, 6, {"world, and more"}), HasReason("UPLOAD_TOO_LARGE"));
  ASSERT_OK(Append(name, 6, {"world"}));
  const auto finished = Finish(name);
  ASSERT_OK(finished);
  EXPECT_EQ(finished->content_type(), "text/plain");
  EXPECT_EQ(finished->sha256(), "b94d27b9934d3e08a52e52d7da7dabfac484efe37a5380ee9088f7ace2efcde9");
  EXPECT_OK(Finish(name));
  EXPECT_THAT(Append(name, 11, {"x"}), HasReason("UPLOAD_FINISHED"));

  v1::ReadUploadRequest read;
  read.set_name(name);
  read.set_offset(6);
  const auto call = host.As("agent");
  const auto stream = host.evidence().ReadUpload(&call->context, read);
  v1::ReadUploadResponse part;
  std::string bytes;
  while (stream->Read(&part)) bytes += part.data();
  EXPECT_TRUE(stream->Finish().ok());
  EXPECT_EQ(bytes, "world");

  v1::CreateTicketRequest ticket;
  ticket.set_request_id(host.NewId());
  ticket.mutable_feedback()->set_channel(huiyin::common::v1::CHANNEL_CHAT);
  ticket.mutable_feedback()->set_text("see the note");
  ticket.mutable_feedback()->add_attachments()->set_upload(name);
  EXPECT_OK(host.Ask(host.tickets(), &Tickets::CreateTicket, ticket, host.As("customer", "C1")));
  ticket.set_request_id(host.NewId());
  EXPECT_THAT(host.Ask(host.tickets(), &Tickets::CreateTicket, ticket, host.As("customer", "C2")),
              StatusIs(absl::StatusCode::kInvalidArgument));
}

TEST_F(StreamsTest, EvidenceOfOthersIsNotThere) {
  const auto created = CreateUpload("note.txt", 5);
  ASSERT_OK(created);
  EXPECT_THAT(Append(created->name(), 0, {"hello"}, "C2"), HasReason("UPLOAD_NOT_FOUND"));
  EXPECT_THAT(Finish(created->name(), "C2"), HasReason("UPLOAD_NOT_FOUND"));
  v1::GetUploadRequest get;
  get.set_name(created->name());
  EXPECT_THAT(host.Ask(host.evidence(), &Evidence::GetUpload, get, host.As("agent", "x", "other")),
              HasReason("UPLOAD_NOT_FOUND"));
  EXPECT_OK(host.Ask(host.evidence(), &Evidence::GetUpload, get, host.As("agent")));
}

TEST_F(StreamsTest, ProgramsAreRefusedWhateverTheirName) {
  const std::string program = std::string(
                                  "\x7f"
                                  "ELF\x02\x01\x01",
                                  7) +
                              std::string(57, '\0');
  const auto created = CreateUpload("photo.jpg", static_cast<int64_t>(program.size()));
  ASSERT_OK(created);
  ASSERT_OK(Append(created->name(), 0, {program}));
  EXPECT_THAT(Finish(created->name()), HasReason("CONTENT_TYPE_REFUSED"));
}

TEST_F(StreamsTest, UploadsHaveLimitsAndExpire) {
  EXPECT_THAT(CreateUpload("big.mp4", int64_t{51} << 20),
              StatusIs(absl::StatusCode::kInvalidArgument));
  for (int i = 0; i < 20; ++i) ASSERT_OK(CreateUpload("a.jpg", 5));
  EXPECT_THAT(CreateUpload("a.jpg", 5), HasReason("TOO_MANY_OPEN_UPLOADS"));
  host.fake_clock().Advance(absl::Hours(25));
  host.timers().Wake();
  EXPECT_TRUE(huiyin::testing::WaitUntil([&] { return host.Count("upload") == 0; }));
  EXPECT_OK(CreateUpload("a.jpg", 5));
}

}  // namespace
}  // namespace huiyin::ingest
