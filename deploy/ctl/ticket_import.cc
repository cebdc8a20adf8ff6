// huiyinctl ticket import: a file of messages through ImportTickets.
//
// Batches are sent ahead of their answers, a bounded number of them. What is not answered when the
// stream breaks is sent again on a new one: items stored already come back as duplicates, so
// nothing is stored twice, now or in a later run on the same file.
#include <grpcpp/channel.h>
#include <grpcpp/client_context.h>

#include <condition_variable>
#include <deque>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <mutex>
#include <thread>

#include "deploy/ctl/command.h"
#include "deploy/ctl/feedback_file.h"
#include "deploy/ctl/proto_text.h"
#include "deploy/terminal/progress.h"
#include "deploy/terminal/text.h"
#include "huiyin/ingest/v1/ticket_service.grpc.pb.h"
#include "libs/rpc/status.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::ingest::v1;
namespace common = huiyin::common::v1;

constexpr int kBatch = 500;
constexpr size_t kBatchBytes = 1 << 20;
constexpr size_t kAhead = 16;  // batches sent and not answered
constexpr int kShownErrors = 20;
constexpr absl::Duration kPatience = absl::Seconds(60);
constexpr absl::Duration kRetry = absl::Seconds(1);
constexpr absl::Duration kStreamLife = absl::Hours(24);

struct Import {
  std::string file, format = "tsv";
  int text_column = 0;
  common::Channel channel = common::CHANNEL_API;
};

void Declare(CLI::App& app, Import& a) {
  app.add_option("-f,--file", a.file, "File to read; \"-\" reads standard input")->required();
  app.add_option("--format", a.format, "tsv (default), or jsonl: a Feedback in JSON per line")
      ->check(CLI::IsMember({"tsv", "jsonl"}));
  app.add_option("--text-column", a.text_column,
                 "TSV: column that holds the text, from 1 (default: the last)")
      ->check(CLI::Range(1, 1000));
  EnumOption(app, "--channel", a.channel, "Channel of lines that name none (default api)");
  app.footer(
      "Safe to run twice: a line that was stored is recognised by its content and number.\n"
      "Example: huiyinctl ticket import -f openings.tsv --text-column 2 --channel chat");
}

// A batch and where its items come from.
struct Batch {
  pb::ImportTicketsRequest request;
  std::vector<int64_t> lines;
};

class Importer {
 public:
  Importer(Ctl& ctl, FeedbackFile& file, terminal::Progress& progress)
      : ctl_(ctl), file_(file), progress_(progress) {}

  absl::Status Run();
  void PrintSummary(absl::Time started) const;
  bool AnyRefused() const { return refused_ > 0; }

 private:
  using Stream = grpc::ClientReaderWriter<pb::ImportTicketsRequest, pb::ImportTicketsResponse>;

  absl::Status RunStream();
  void Send(Stream& stream);
  bool Fill(Batch& batch);
  void Take(const Batch& batch, const pb::ImportTicketsResponse& response);
  void Refuse(int64_t line, const std::string& why);

  Ctl& ctl_;
  FeedbackFile& file_;
  terminal::Progress& progress_;

  std::mutex mutex_;
  std::condition_variable changed_;
  std::deque<Batch> unanswered_;  // guarded by mutex_; the first `sent_` are on the stream
  size_t sent_ = 0;               // guarded by mutex_
  bool file_ended_ = false;       // guarded by mutex_
  bool broken_ = false;           // guarded by mutex_

  std::mutex results_mutex_;
  std::map<pb::IntakeOutcome, int64_t> outcomes_;
  int64_t done_ = 0;
  int64_t refused_ = 0;
  std::vector<std::string> errors_;
};

void Importer::Refuse(int64_t line, const std::string& why) {
  std::lock_guard lock(results_mutex_);
  ++refused_;
  ++done_;
  if (errors_.size() < kShownErrors) {
    errors_.push_back(absl::StrCat("line ", line, ": ", terminal::OneLine(why)));
  }
}

// Reads the file's next lines into `batch`; false when there are none.
bool Importer::Fill(Batch& batch) {
  size_t bytes = 0;
  while (batch.request.items_size() < kBatch && bytes < kBatchBytes) {
    pb::Feedback feedback;
    const auto more = file_.Next(feedback);
    if (!more.ok()) {
      Refuse(file_.line(), std::string(more.status().message()));
      continue;
    }
    if (!*more) break;
    bytes += feedback.ByteSizeLong();
    *batch.request.add_items() = std::move(feedback);
    batch.lines.push_back(file_.line());
  }
  return batch.request.items_size() > 0;
}

// Writes until the file has ended or the stream is broken, at most kAhead batches ahead.
void Importer::Send(Stream& stream) {
  for (;;) {
    const pb::ImportTicketsRequest* next = nullptr;
    {
      std::unique_lock lock(mutex_);
      changed_.wait(lock, [&] { return broken_ || sent_ < kAhead; });
      if (broken_) return;
      if (sent_ == unanswered_.size()) {
        Batch batch;
        if (file_ended_ || !Fill(batch)) {
          file_ended_ = true;
          stream.WritesDone();
          return;
        }
        unanswered_.push_back(std::move(batch));
      }
      next = &unanswered_[sent_].request;  // a deque keeps its elements in place
      ++sent_;
    }
    if (!stream.Write(*next)) return;
  }
}

void Importer::Take(const Batch& batch, const pb::ImportTicketsResponse& response) {
  for (int i = 0; i < response.results_size() && i < batch.request.items_size(); ++i) {
    const pb::ImportResult& result = response.results(i);
    if (result.has_error()) {
      std::string why = absl::StrCat(result.error().message(), " (", result.error().reason(), ")");
      for (const auto& field : result.error().fields()) {
        absl::StrAppend(&why, "; ", field.field(), ": ", field.description());
      }
      Refuse(batch.lines[i], why);
    } else {
      std::lock_guard lock(results_mutex_);
      ++outcomes_[result.outcome()];
      ++done_;
    }
  }
  std::lock_guard lock(results_mutex_);
  progress_.Update(done_, refused_ == 0 ? "" : absl::StrCat(refused_, " refused"));
}

absl::Status Importer::RunStream() {
  HUIYIN_ASSIGN_OR_RETURN(const auto channel, ctl_.connection().Channel("ingest"));
  pb::TicketService::Stub stub(channel);
  grpc::ClientContext context;
  HUIYIN_RETURN_IF_ERROR(ctl_.connection().Prepare(context, kStreamLife));
  const auto stream = stub.ImportTickets(&context);
  {
    std::lock_guard lock(mutex_);
    sent_ = 0;
    broken_ = false;
  }
  std::thread sender([&] { Send(*stream); });
  pb::ImportTicketsResponse response;
  while (stream->Read(&response)) {
    Batch batch;
    {
      std::lock_guard lock(mutex_);
      if (sent_ == 0) break;  // an answer to nothing: the server is out of its mind
      batch = std::move(unanswered_.front());
      unanswered_.pop_front();
      --sent_;
    }
    changed_.notify_one();
    Take(batch, response);
  }
  {
    std::lock_guard lock(mutex_);
    broken_ = true;
  }
  changed_.notify_one();
  sender.join();
  return rpc::FromGrpc(stream->Finish());
}

absl::Status Importer::Run() {
  absl::Time last_progress = absl::InfinitePast();
  for (;;) {
    const int64_t before = done_;
    const absl::Status status = RunStream();
    if (done_ > before) last_progress = ctl_.clock.Now();
    if (status.ok() && file_ended_ && unanswered_.empty()) return absl::OkStatus();
    // CANCELLED is gRPC's word for a call that a server breaks off as it shuts down.
    const bool may_pass = status.ok() || absl::IsUnavailable(status) || absl::IsCancelled(status) ||
                          absl::IsResourceExhausted(status) || absl::IsDeadlineExceeded(status);
    if (!may_pass || ctl_.clock.Now() - last_progress > kPatience) return status;
    progress_.Update(done_, absl::StrCat("waiting: ", std::string(status.message())));
    absl::SleepFor(kRetry);
  }
}

void Importer::PrintSummary(absl::Time started) const {
  if (ctl_.json) {
    std::string counts;
    for (const auto& [outcome, count] : outcomes_) {
      absl::StrAppend(&counts, "\"", Label(outcome), "\": ", count, ", ");
    }
    ctl_.out << "{" << counts << "\"refused\": " << refused_ << "}\n";
    return;
  }
  const double seconds = std::max(1e-3, absl::ToDoubleSeconds(ctl_.clock.Now() - started));
  ctl_.out << terminal::Grouped(done_) << " messages in " << terminal::ShortDuration(seconds)
           << " (" << terminal::Grouped(static_cast<int64_t>(static_cast<double>(done_) / seconds))
           << "/s)\n";
  terminal::Table table({{""}, {"", true}});
  for (const auto& [outcome, count] : outcomes_) {
    table.Add({"  " + Label(outcome), terminal::Grouped(count)});
  }
  if (refused_ > 0) {
    table.Add({"  refused", {terminal::Grouped(refused_), terminal::Tone::kBad}});
  }
  table.Print(ctl_.out, ctl_.style);
  for (const std::string& error : errors_) ctl_.err << error << '\n';
  if (refused_ > static_cast<int64_t>(errors_.size())) {
    ctl_.err << "… and " << refused_ - static_cast<int64_t>(errors_.size()) << " more\n";
  }
}

// Lines of a file, for the progress bar; 0 when it cannot be told.
int64_t CountLines(const std::string& file) {
  std::error_code error;
  if (!std::filesystem::is_regular_file(file, error)) return 0;
  std::ifstream in(file, std::ios::binary);
  int64_t lines = 0;
  std::string line;
  while (std::getline(in, line)) lines += line.find_first_not_of(" \t\r") != std::string::npos;
  return lines;
}

absl::Status Run(Ctl& ctl, const Import& a) {
  std::ifstream opened;
  if (a.file != "-") {
    opened.open(a.file, std::ios::binary);
    if (!opened) return BadUsage(a.file + " cannot be read");
  }
  FileOptions options;
  options.format = a.format == "jsonl" ? FileFormat::kJsonl : FileFormat::kTsv;
  options.text_column = a.text_column;
  options.channel = a.channel;
  FeedbackFile file(a.file == "-" ? std::cin : opened, options);
  const absl::Time started = ctl.clock.Now();
  terminal::Progress progress(ctl.err, ctl.clock, ctl.style.columns > 0 && !ctl.json, "importing",
                              a.file == "-" ? 0 : CountLines(a.file));
  Importer importer(ctl, file, progress);
  const absl::Status status = importer.Run();
  progress.Finish();
  importer.PrintSummary(started);
  if (importer.AnyRefused()) ctl.EndAs(kPartly);
  return status;
}

}  // namespace

void AddTicketImport(CLI::App& ticket, Ctl& ctl) {
  Command<Import>(ticket, ctl, "import", "Take in a file of messages", Declare, Run);
}

}  // namespace huiyin::ctl
