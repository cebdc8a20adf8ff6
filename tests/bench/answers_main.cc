// bench_answers: customers answering their surveys, one line of JSON on standard output.
//
//   bench_answers seed --database sqlite:PATH --tokens FILE --count 100000
//   bench_answers answer --target 127.0.0.1:9090 --tokens FILE --keys K
//                        [--channels 2] [--in_flight 64] [--seconds 5] [--warm_up 1]
//
// seed: makes so many invitations in the database of a survey service that has started once, and
// writes a token a line. answer: finishes one survey a call in a closed loop, each token once, and
// leaves those that it did not get to in the file for the next run.
#include <atomic>
#include <cstdio>
#include <fstream>
#include <memory>
#include <vector>

#include "huiyin/survey/v1/survey_service.grpc.pb.h"
#include "libs/core/id.h"
#include "libs/core/status.h"
#include "services/survey/domain/token.h"
#include "services/survey/storage/sql_store.h"
#include "tests/bench/load/client.h"
#include "tests/bench/load/flags.h"
#include "tests/bench/load/unary_slot.h"

namespace {

namespace pb = huiyin::survey::v1;
namespace bench = huiyin::bench;
namespace survey = huiyin::survey;
using AnswerSlot = bench::UnarySlot<pb::SubmitAnswerRequest, pb::SubmitAnswerResponse>;

struct Flags {
  std::string target, tokens, database, keys;
  bench::LoopFlags loop;
  int count = 100'000;
};

survey::Invitation Invitation(huiyin::IdGenerator& ids, absl::Time now) {
  survey::Invitation invitation;
  invitation.tenant = huiyin::TenantId("bench");
  invitation.id = survey::InvitationId(ids.NewId());
  invitation.ticket = huiyin::TicketId(ids.NewId());
  invitation.subject = invitation.ticket.value();
  invitation.customer = huiyin::CustomerId(invitation.subject);
  invitation.survey_id = "ticket";
  invitation.language = "zh";
  invitation.created_at = now;
  invitation.expires_at = absl::FromUnixSeconds(absl::ToUnixSeconds(now) + 86400);
  return invitation;
}

absl::Status Seed(const Flags& flags) {
  HUIYIN_ASSIGN_OR_RETURN(const auto database, huiyin::db::Database::Open({flags.database}));
  huiyin::UuidV7Generator ids(huiyin::SystemClock());
  const absl::Time now = huiyin::SystemClock().Now();
  std::ofstream out(flags.tokens);
  return database->Write([&](huiyin::db::Transaction& tx) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const std::string secret, survey::InstallationSecret(tx, ""));
    const survey::TokenSigner signer({{1, secret}});
    survey::SqlStore store(tx);
    for (int i = 0; i < flags.count; ++i) {
      survey::Invitation invitation = Invitation(ids, now);
      HUIYIN_RETURN_IF_ERROR(store.AddInvitation(invitation).status());
      invitation.state = survey::InvitationState::kInvited;
      HUIYIN_RETURN_IF_ERROR(
          store.UpdateInvitation(invitation, survey::InvitationState::kScheduled));
      out << signer.Sign(invitation.id, invitation.expires_at) << '\n';
    }
    return absl::OkStatus();
  });
}

std::vector<std::string> ReadTokens(const std::string& file) {
  std::vector<std::string> tokens;
  std::ifstream in(file);
  for (std::string line; std::getline(in, line);) tokens.push_back(line);
  return tokens;
}

int Answer(const Flags& flags) {
  const auto access = bench::Token(flags.keys);
  if (!access.ok()) {
    std::fprintf(stderr, "bench_answers: %s\n", access.status().ToString().c_str());
    return 1;
  }
  const std::vector<std::string> tokens = ReadTokens(flags.tokens);
  std::atomic<size_t> next = 0;
  const auto stubs = bench::Stubs<pb::SurveyService>(flags.target, flags.loop.channels);
  pb::SubmitAnswerRequest answer;
  answer.set_complete(true);
  answer.add_answers()->set_question_id("csat");
  answer.mutable_answers(0)->set_score(5);
  answer.add_answers()->set_question_id("nps");
  answer.mutable_answers(1)->set_score(9);
  huiyin::UuidV7Generator ids(huiyin::SystemClock());
  const bench::LoadResult result = bench::Run(flags.loop.Options(), [&](int index) {
    auto* async = stubs[index % flags.loop.channels]->async();
    return std::make_unique<AnswerSlot>(
        [async](auto* context, auto* request, auto* response, auto done) {
          async->SubmitAnswer(context, request, response, std::move(done));
        },
        answer, *access,
        [&](pb::SubmitAnswerRequest& request) {
          const size_t at = next++;
          request.set_request_id(ids.NewId());
          request.set_token(at < tokens.size() ? tokens[at] : "");
        });
  });
  std::ofstream left(flags.tokens);
  for (size_t i = next; i < tokens.size(); ++i) left << tokens[i] << '\n';
  return bench::Print(result);
}

}  // namespace

int main(int argc, char** argv) {
  bench::SpareDeadlockDetection();
  Flags flags;
  CLI::App app("Load on a survey service");
  app.require_subcommand(1);
  CLI::App* seed = app.add_subcommand("seed", "Make invitations");
  CLI::App* answer = app.add_subcommand("answer", "SubmitAnswer");
  for (CLI::App* command : {seed, answer}) {
    command->add_option("--tokens", flags.tokens, "file of tokens, one a line")->required();
  }
  seed->add_option("--database", flags.database, "of the service")->required();
  seed->add_option("--count", flags.count, "invitations");
  bench::DeclareServer(*answer, flags.target, flags.keys);
  flags.loop.DeclareTo(*answer);
  CLI11_PARSE(app, argc, argv);
  if (answer->parsed()) return Answer(flags);
  const absl::Status seeded = Seed(flags);
  if (seeded.ok()) return 0;
  std::fprintf(stderr, "bench_answers: %s\n", seeded.ToString().c_str());
  return 1;
}
