#include "libs/rpc/stream.h"

#include <atomic>
#include <thread>

#include "libs/rpc/thing_server.h"

namespace huiyin::rpc {
namespace {

using testing::HasReason;
using testing::StatusIs;

pb::Thing Numbered(int64_t number) {
  pb::Thing thing;
  thing.set_number(number);
  return thing;
}

class StreamTest : public ::testing::Test {
 protected:
  ThingServer things_;
};

TEST_F(StreamTest, AnswersArriveInOrderThenTheStatus) {
  things_.handlers.watch = [](const RequestContext&, const pb::WatchThingsRequest& request,
                              StreamWriter<pb::Thing>& writer) -> absl::Status {
    for (int64_t i = 0; i < request.limit(); ++i) EXPECT_TRUE(writer.Write(Numbered(i)));
    return Error(absl::StatusCode::kOutOfRange, "THE_END", "no more");
  };
  things_.Start();
  grpc::ClientContext context;
  things_.Prepare(context);
  pb::WatchThingsRequest request;
  request.set_limit(1000);
  auto reader = things_.stub().WatchThings(&context, request);
  pb::Thing thing;
  int64_t next = 0;
  while (reader->Read(&thing)) EXPECT_EQ(thing.number(), next++);
  EXPECT_EQ(next, 1000);
  EXPECT_THAT(FromGrpc(reader->Finish()), HasReason("THE_END"));
}

TEST_F(StreamTest, RequestsArriveInOrderToTheLast) {
  things_.handlers.upload = [](const RequestContext&, StreamReader<pb::UploadThingsRequest>& reader)
      -> absl::StatusOr<pb::UploadThingsResponse> {
    pb::UploadThingsResponse response;
    pb::UploadThingsRequest request;
    while (reader.Read(request)) {
      EXPECT_EQ(request.name(), absl::StrCat(response.count()));
      response.set_count(response.count() + 1);
    }
    return response;
  };
  things_.Start();
  grpc::ClientContext context;
  things_.Prepare(context);
  pb::UploadThingsResponse response;
  auto writer = things_.stub().UploadThings(&context, &response);
  for (int i = 0; i < 1000; ++i) {
    pb::UploadThingsRequest request;
    request.set_name(absl::StrCat(i));
    ASSERT_TRUE(writer->Write(request));
  }
  writer->WritesDone();
  EXPECT_OK(FromGrpc(writer->Finish()));
  EXPECT_EQ(response.count(), 1000);
}

TEST_F(StreamTest, BothWaysAtOnce) {
  things_.handlers.exchange = [](const RequestContext&,
                                 StreamReader<pb::ExchangeThingsRequest>& reader,
                                 StreamWriter<pb::Thing>& writer) {
    pb::ExchangeThingsRequest request;
    while (reader.Read(request)) {
      pb::Thing thing;
      thing.set_name(request.name());
      if (!writer.Write(thing)) break;
    }
    return absl::OkStatus();
  };
  things_.Start();
  grpc::ClientContext context;
  things_.Prepare(context);
  auto stream = things_.stub().ExchangeThings(&context);
  std::thread sender([&] {
    for (int i = 0; i < 1000; ++i) {
      pb::ExchangeThingsRequest request;
      request.set_name(absl::StrCat(i));
      EXPECT_TRUE(stream->Write(request));
    }
    stream->WritesDone();
  });
  pb::Thing thing;
  int next = 0;
  while (stream->Read(&thing)) EXPECT_EQ(thing.name(), absl::StrCat(next++));
  sender.join();
  EXPECT_EQ(next, 1000);
  EXPECT_OK(FromGrpc(stream->Finish()));
}

TEST_F(StreamTest, ASlowClientHoldsTheHandlerBack) {
  std::atomic<int64_t> written = 0;
  absl::Notification ended;
  things_.handlers.watch = [&](const RequestContext&, const pb::WatchThingsRequest&,
                               StreamWriter<pb::Thing>& writer) {
    pb::Thing big;
    big.set_name(std::string(100'000, 'x'));
    while (writer.Write(big)) ++written;
    ended.Notify();
    return absl::OkStatus();
  };
  things_.Start();
  grpc::ClientContext context;
  things_.Prepare(context);
  auto reader = things_.stub().WatchThings(&context, {});
  pb::Thing thing;
  for (int i = 0; i < 20; ++i) ASSERT_TRUE(reader->Read(&thing));
  // What is written but not read fits in the queue, gRPC's windows and the sockets' buffers.
  EXPECT_LT(written, 400);
  context.TryCancel();
  ended.WaitForNotification();
}

TEST_F(StreamTest, CancellationWakesAWaitingHandler) {
  absl::Notification sleeping, ended;
  things_.handlers.watch = [&](const RequestContext&, const pb::WatchThingsRequest&,
                               StreamWriter<pb::Thing>& writer) {
    EXPECT_TRUE(writer.Write(Numbered(1)));
    EXPECT_FALSE(writer.Sleep(absl::Hours(1)));
    EXPECT_TRUE(writer.Cancelled());
    EXPECT_FALSE(writer.Write(Numbered(2)));
    ended.Notify();
    return absl::OkStatus();
  };
  things_.Start();
  grpc::ClientContext context;
  things_.Prepare(context);
  auto reader = things_.stub().WatchThings(&context, {});
  pb::Thing thing;
  ASSERT_TRUE(reader->Read(&thing));
  context.TryCancel();
  ended.WaitForNotification();
}

TEST_F(StreamTest, CancellationEndsAReadingHandler) {
  absl::Notification reading, ended;
  things_.handlers.upload = [&](const RequestContext&,
                                StreamReader<pb::UploadThingsRequest>& reader)
      -> absl::StatusOr<pb::UploadThingsResponse> {
    pb::UploadThingsRequest request;
    EXPECT_TRUE(reader.Read(request));
    reading.Notify();
    EXPECT_FALSE(reader.Read(request));
    ended.Notify();
    return pb::UploadThingsResponse();
  };
  things_.Start();
  grpc::ClientContext context;
  things_.Prepare(context);
  pb::UploadThingsResponse response;
  auto writer = things_.stub().UploadThings(&context, &response);
  writer->Write({});
  reading.WaitForNotification();
  context.TryCancel();
  ended.WaitForNotification();
}

TEST_F(StreamTest, AHandlerMayAnswerBeforeItHasReadAll) {
  things_.handlers.upload = [](const RequestContext&, StreamReader<pb::UploadThingsRequest>& reader)
      -> absl::StatusOr<pb::UploadThingsResponse> {
    pb::UploadThingsRequest request;
    EXPECT_TRUE(reader.Read(request));
    return Error(absl::StatusCode::kInvalidArgument, "BAD_THING", "bad");
  };
  things_.Start();
  for (int round = 0; round < 20; ++round) {
    grpc::ClientContext context;
    things_.Prepare(context);
    pb::UploadThingsResponse response;
    auto writer = things_.stub().UploadThings(&context, &response);
    for (int i = 0; i < 200 && writer->Write({}); ++i) {
    }
    writer->WritesDone();
    EXPECT_THAT(FromGrpc(writer->Finish()), HasReason("BAD_THING"));
  }
}

TEST_F(StreamTest, StreamsPassTheMiddleware) {
  things_.options.stream_threads = 1;
  absl::Notification busy;
  things_.handlers.watch = [&](const RequestContext&, const pb::WatchThingsRequest&,
                               StreamWriter<pb::Thing>& writer) {
    writer.Write(Numbered(1));
    writer.Sleep(absl::Hours(1));
    return absl::OkStatus();
  };
  things_.Start();
  const auto status_of = [&](const std::string& token) {
    grpc::ClientContext context;
    ThingServer::Prepare(context, token);
    auto reader = things_.stub().WatchThings(&context, {});
    pb::Thing thing;
    while (reader->Read(&thing)) {
    }
    return FromGrpc(reader->Finish());
  };
  EXPECT_THAT(status_of(""), HasReason("TOKEN_MISSING"));
  EXPECT_THAT(status_of(things_.Token({"customer"})), HasReason("ROLE_NOT_ALLOWED"));

  grpc::ClientContext context;
  things_.Prepare(context);
  auto first = things_.stub().WatchThings(&context, {});
  pb::Thing thing;
  ASSERT_TRUE(first->Read(&thing));
  const absl::Status full = status_of(things_.Token({"agent"}));
  EXPECT_THAT(full, HasReason("OVERLOADED"));
  EXPECT_TRUE(RetryDelay(full).has_value());
  context.TryCancel();
}

TEST_F(StreamTest, ADeadlineEndsAStream) {
  things_.handlers.watch = [&](const RequestContext&, const pb::WatchThingsRequest&,
                               StreamWriter<pb::Thing>& writer) {
    writer.Sleep(absl::Hours(1));
    return absl::OkStatus();
  };
  things_.Start();
  grpc::ClientContext context;
  things_.Prepare(context);
  context.set_deadline(absl::ToChronoTime(SystemClock().Now() + absl::Milliseconds(100)));
  auto reader = things_.stub().WatchThings(&context, {});
  pb::Thing thing;
  EXPECT_FALSE(reader->Read(&thing));
  EXPECT_THAT(FromGrpc(reader->Finish()), StatusIs(absl::StatusCode::kDeadlineExceeded));
}

TEST_F(StreamTest, DrainingEndsAStreamThatFollowsSomething) {
  absl::Notification started;
  things_.handlers.watch = [&](const RequestContext&, const pb::WatchThingsRequest&,
                               StreamWriter<pb::Thing>& writer) -> absl::Status {
    started.Notify();
    while (writer.Sleep(absl::Hours(1))) {
    }
    EXPECT_FALSE(writer.Cancelled());
    writer.Write(Numbered(7));
    return absl::OkStatus();
  };
  things_.Start();
  grpc::ClientContext context;
  things_.Prepare(context);
  auto reader = things_.stub().WatchThings(&context, {});
  started.WaitForNotification();
  const absl::Time begin = SystemClock().Now();
  things_.server().Drain(absl::ZeroDuration(), begin + absl::Seconds(30));
  EXPECT_LT(SystemClock().Now() - begin, absl::Seconds(20));
  pb::Thing thing;
  EXPECT_TRUE(reader->Read(&thing));
  EXPECT_EQ(thing.number(), 7);
  EXPECT_FALSE(reader->Read(&thing));
  EXPECT_OK(FromGrpc(reader->Finish()));
}

TEST_F(StreamTest, TheEndOfTheDeadlineEndsStreamsThatDoNotWantTo) {
  absl::Notification started;
  things_.handlers.upload = [&](const RequestContext&,
                                StreamReader<pb::UploadThingsRequest>& reader)
      -> absl::StatusOr<pb::UploadThingsResponse> {
    started.Notify();
    pb::UploadThingsRequest request;
    while (reader.Read(request)) {
    }
    return pb::UploadThingsResponse();
  };
  things_.Start();
  grpc::ClientContext context;
  things_.Prepare(context);
  pb::UploadThingsResponse response;
  auto writer = things_.stub().UploadThings(&context, &response);
  started.WaitForNotification();
  things_.server().Drain(absl::ZeroDuration(), SystemClock().Now() + absl::Milliseconds(100));
  EXPECT_FALSE(writer->Finish().ok());
}

}  // namespace
}  // namespace huiyin::rpc
