// huiyinctl survey: writing surveys, who is asked, when and how often, and making good.
#include <google/protobuf/util/json_util.h>

#include <fstream>
#include <iostream>
#include <sstream>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_join.h"
#include "deploy/client/call.h"
#include "deploy/ctl/command.h"
#include "deploy/ctl/proto_text.h"
#include "huiyin/survey/v1/policy_service.grpc.pb.h"
#include "huiyin/survey/v1/recovery_service.grpc.pb.h"
#include "huiyin/survey/v1/survey_service.grpc.pb.h"

namespace huiyin::ctl {
namespace {

namespace pb = huiyin::survey::v1;
using Stub = pb::SurveyService::Stub;
using PolicyStub = pb::PolicyService::Stub;

// The JSON document in `file` ("-": standard input) as `message`.
absl::Status ReadJson(const std::string& file, google::protobuf::Message& message) {
  std::stringstream text;
  if (file == "-") {
    text << std::cin.rdbuf();
  } else {
    std::ifstream in(file);
    if (!in) return BadUsage(absl::StrCat("cannot read ", file));
    text << in.rdbuf();
  }
  const auto status = google::protobuf::util::JsonStringToMessage(text.str(), &message);
  if (status.ok()) return absl::OkStatus();
  return BadUsage(absl::StrCat(file, " is not the JSON of a ", message.GetDescriptor()->name(),
                               ": ", std::string(status.message())));
}

std::string SurveyName(Ctl& ctl, const std::string& id) {
  return absl::StrCat(ctl.connection().parent(), "/surveys/", id);
}

void PrintSurvey(Ctl& ctl, const pb::Survey& survey) {
  if (ctl.PrintedAsJson(survey)) return;
  ctl.out << BareId(survey.name()) << " version " << survey.version() << ", "
          << Label(survey.state()) << ", for " << Label(survey.purpose()) << '\n';
  terminal::Table table({{"question"}, {"type"}, {"texts", true}, {"choices"}, {"branches"}});
  for (const pb::Question& question : survey.questions()) {
    std::vector<std::string> choices, branches;
    for (const pb::Choice& choice : question.choices()) choices.push_back(choice.choice_id());
    for (const pb::Branch& branch : question.branches()) {
      const std::string when =
          branch.choice_id().empty()
              ? absl::StrCat(branch.has_min_score() ? branch.min_score() : question.min_score(),
                             "–",
                             branch.has_max_score() ? branch.max_score() : question.max_score())
              : branch.choice_id();
      branches.push_back(absl::StrCat(
          when, " → ", branch.next_question_id().empty() ? "end" : branch.next_question_id()));
    }
    table.Add({question.question_id() + (question.required() ? " *" : ""), Label(question.type()),
               std::to_string(question.texts_size()), absl::StrJoin(choices, " "),
               absl::StrJoin(branches, ", ")});
  }
  ctl.Print(table, "It has no questions.");
}

// --- surveys ------------------------------------------------------------------------------------

struct GetArgs {
  std::string id;
  uint32_t version = 0;
};

void Declare(CLI::App& app, GetArgs& a) {
  app.add_option("survey", a.id, "Id of the survey")->required();
  app.add_option("--version", a.version, "Default: the newest, a draft included");
  app.footer("With --json it prints what create and update read.");
}

absl::Status Run(Ctl& ctl, const GetArgs& a) {
  pb::GetSurveyRequest request;
  request.set_name(SurveyName(ctl, a.id));
  request.set_version(a.version);
  HUIYIN_ASSIGN_OR_RETURN(const auto survey,
                          client::Call(ctl.connection(), &Stub::GetSurvey, request));
  PrintSurvey(ctl, survey);
  return absl::OkStatus();
}

struct CreateArgs {
  std::string id, file;
};

void Declare(CLI::App& app, CreateArgs& a) {
  app.add_option("survey", a.id, "Id of the new survey: a-z, 0-9, _ and -")->required();
  app.add_option("file", a.file, "JSON of a huiyin.survey.v1.Survey; -: standard input")
      ->required();
}

absl::Status Run(Ctl& ctl, const CreateArgs& a) {
  pb::CreateSurveyRequest request;
  request.set_parent(ctl.connection().parent());
  request.set_survey_id(a.id);
  request.set_request_id(ctl.NewId());
  HUIYIN_RETURN_IF_ERROR(ReadJson(a.file, *request.mutable_survey()));
  HUIYIN_ASSIGN_OR_RETURN(const auto survey,
                          client::Call(ctl.connection(), &Stub::CreateSurvey, request));
  PrintSurvey(ctl, survey);
  return absl::OkStatus();
}

struct UpdateArgs {
  std::string id, file;
};

void Declare(CLI::App& app, UpdateArgs& a) {
  app.add_option("survey", a.id, "Id of the survey")->required();
  app.add_option("file", a.file, "JSON of a huiyin.survey.v1.Survey; -: standard input")
      ->required();
}

absl::Status Run(Ctl& ctl, const UpdateArgs& a) {
  pb::UpdateSurveyRequest request;
  HUIYIN_RETURN_IF_ERROR(ReadJson(a.file, *request.mutable_survey()));
  request.mutable_survey()->set_name(SurveyName(ctl, a.id));
  request.set_request_id(ctl.NewId());
  HUIYIN_ASSIGN_OR_RETURN(const auto survey,
                          client::Call(ctl.connection(), &Stub::UpdateSurvey, request));
  PrintSurvey(ctl, survey);
  return absl::OkStatus();
}

struct PublishArgs {
  std::string id;
};

void Declare(CLI::App& app, PublishArgs& a) {
  app.add_option("survey", a.id, "Id of the survey")->required();
}

absl::Status Run(Ctl& ctl, const PublishArgs& a) {
  pb::PublishSurveyRequest request;
  request.set_name(SurveyName(ctl, a.id));
  request.set_request_id(ctl.NewId());
  HUIYIN_ASSIGN_OR_RETURN(const auto survey,
                          client::Call(ctl.connection(), &Stub::PublishSurvey, request));
  PrintSurvey(ctl, survey);
  return absl::OkStatus();
}

struct PreviewArgs {
  std::string id, language;
  uint32_t version = 0;
};

void Declare(CLI::App& app, PreviewArgs& a) {
  app.add_option("survey", a.id, "Id of the survey")->required();
  app.add_option("--version", a.version, "Default: the newest, a draft included");
  app.add_option("--language", a.language, "BCP 47");
}

absl::Status Run(Ctl& ctl, const PreviewArgs& a) {
  pb::PreviewSurveyRequest request;
  request.set_name(SurveyName(ctl, a.id));
  request.set_version(a.version);
  request.set_language(a.language);
  HUIYIN_ASSIGN_OR_RETURN(const auto preview,
                          client::Call(ctl.connection(), &Stub::PreviewSurvey, request));
  if (ctl.PrintedAsJson(preview.form())) return absl::OkStatus();
  terminal::Table table({{"question"}, {"asked"}});
  for (const pb::Question& question : preview.form().questions()) {
    table.Add(
        {question.question_id() + (question.required() ? " *" : ""), question.texts(0).text()});
    for (const pb::Choice& choice : question.choices()) {
      table.Add({"", absl::StrCat("· ", choice.texts(0).text())});
    }
  }
  ctl.Print(table, "It has no questions.");
  return absl::OkStatus();
}

// --- policy, preference -------------------------------------------------------------------------

std::string DurationText(const google::protobuf::Duration& duration) {
  return absl::FormatDuration(absl::Seconds(duration.seconds()));
}

struct PolicyArgs {
  std::string file;
};

void Declare(CLI::App& app, PolicyArgs& a) {
  app.add_option("--set", a.file,
                 "Replace it by the JSON of a huiyin.survey.v1.SurveyPolicy; -: standard input");
  app.footer("With --json it prints what --set reads.");
}

absl::StatusOr<pb::SurveyPolicy> GetOrSet(Ctl& ctl, const std::string& file) {
  const std::string name = ctl.connection().parent() + "/surveyPolicy";
  if (file.empty()) {
    pb::GetSurveyPolicyRequest request;
    request.set_name(name);
    return client::Call(ctl.connection(), &PolicyStub::GetSurveyPolicy, request);
  }
  pb::UpdateSurveyPolicyRequest request;
  HUIYIN_RETURN_IF_ERROR(ReadJson(file, *request.mutable_policy()));
  request.mutable_policy()->set_name(name);
  request.set_request_id(ctl.NewId());
  return client::Call(ctl.connection(), &PolicyStub::UpdateSurveyPolicy, request);
}

absl::Status Run(Ctl& ctl, const PolicyArgs& a) {
  HUIYIN_ASSIGN_OR_RETURN(const auto policy, GetOrSet(ctl, a.file));
  if (ctl.PrintedAsJson(policy)) return absl::OkStatus();
  terminal::Table table({{"rule"}, {"when"}, {"asks"}, {"after"}, {"of a hundred", true}});
  for (const pb::TriggerRule& rule : policy.rules()) {
    table.Add({rule.rule_id(), Label(rule.trigger()),
               rule.survey_id().empty() ? "nothing" : rule.survey_id(), DurationText(rule.delay()),
               absl::StrCat(rule.sample_percent())});
  }
  ctl.Print(table, "Nobody is asked.");
  const auto& limits = policy.limits();
  ctl.out << '\n';
  ctl.Print(Ctl::Facts{
      {"cool-down", DurationText(limits.cool_down())},
      {"contacts", absl::StrCat(limits.per_period(), " in ", DurationText(limits.period()))},
      {"quiet", policy.has_quiet_hours() ? absl::StrFormat("%02d:%02d–%02d:%02d",
                                                           policy.quiet_hours().from_minute() / 60,
                                                           policy.quiet_hours().from_minute() % 60,
                                                           policy.quiet_hours().until_minute() / 60,
                                                           policy.quiet_hours().until_minute() % 60)
                                         : "never"},
      {"reminder after", DurationText(policy.reminder_delay())},
      {"links live", DurationText(policy.link_lifetime())}});
  return absl::OkStatus();
}

struct PreferenceArgs {
  std::string customer, zone, language;
  pb::ContactPreference::Consent consent = pb::ContactPreference::CONSENT_UNSPECIFIED;
  bool set = false;
};

void Declare(CLI::App& app, PreferenceArgs& a) {
  app.add_option("customer", a.customer, "Id of the customer")->required();
  app.add_flag("--set", a.set, "Replace consent, time zone and language by those given");
  EnumOption(app, "--consent", a.consent, "Whether surveys may be sent");
  app.add_option("--time-zone", a.zone, "IANA, for example Asia/Shanghai");
  app.add_option("--language", a.language, "BCP 47");
}

absl::StatusOr<pb::ContactPreference> GetOrSet(Ctl& ctl, const PreferenceArgs& a) {
  const std::string name =
      absl::StrCat(ctl.connection().parent(), "/contactPreferences/", a.customer);
  if (!a.set) {
    pb::GetContactPreferenceRequest request;
    request.set_name(name);
    return client::Call(ctl.connection(), &PolicyStub::GetContactPreference, request);
  }
  pb::UpdateContactPreferenceRequest request;
  request.mutable_preference()->set_name(name);
  request.mutable_preference()->set_consent(a.consent);
  request.mutable_preference()->set_time_zone(a.zone);
  request.mutable_preference()->set_language(a.language);
  request.set_request_id(ctl.NewId());
  return client::Call(ctl.connection(), &PolicyStub::UpdateContactPreference, request);
}

absl::Status Run(Ctl& ctl, const PreferenceArgs& a) {
  HUIYIN_ASSIGN_OR_RETURN(const auto preference, GetOrSet(ctl, a));
  if (ctl.PrintedAsJson(preference)) return absl::OkStatus();
  ctl.Print(Ctl::Facts{{"customer", BareId(preference.name())},
                       {"consent", Label(preference.consent())},
                       {"time zone", preference.time_zone()},
                       {"language", preference.language()},
                       {"tier", Label(preference.tier())},
                       {"country", preference.country()}});
  return absl::OkStatus();
}

// --- making good --------------------------------------------------------------------------------

struct RecoveriesArgs {
  pb::Recovery::State state = pb::Recovery::STATE_UNSPECIFIED;
  bool to_call = false;
  int limit = 50;
};

void Declare(CLI::App& app, RecoveriesArgs& a) {
  EnumOption(app, "--state", a.state, "Only in this state");
  app.add_flag("--to-call", a.to_call, "Only those whose customer is still to be called");
  app.add_option("-n,--limit", a.limit, "At most this many (default 50)")
      ->check(CLI::Range(1, 500));
}

absl::Status Run(Ctl& ctl, const RecoveriesArgs& a) {
  pb::ListRecoveriesRequest request;
  request.set_parent(ctl.connection().parent());
  request.set_state(a.state);
  request.set_to_call_only(a.to_call);
  request.set_page_size(a.limit);
  HUIYIN_ASSIGN_OR_RETURN(
      const auto page,
      client::Call(ctl.connection(), &pb::RecoveryService::Stub::ListRecoveries, request));
  terminal::Table table({{"recovery"},
                         {"answered"},
                         {"state"},
                         {"because of"},
                         {"customer"},
                         {"about"},
                         {"ticket"},
                         {"call by"}});
  for (const pb::Recovery& recovery : page.recoveries()) {
    if (ctl.PrintedAsJson(recovery, true)) continue;
    const bool to_call = recovery.call_back() && recovery.call_back_outcome() == 0;
    table.Add(
        {BareId(recovery.name()), TimeText(recovery.create_time()), Label(recovery.state()),
         Label(recovery.reason()), recovery.customer_id(),
         recovery.review().empty() ? recovery.ticket_id() : "its review",
         recovery.recovery_ticket_id(),
         to_call ? TimeText(recovery.call_back_due_time()) : Label(recovery.call_back_outcome())});
  }
  if (!ctl.json) ctl.Print(table, "There is nothing to make good.");
  return absl::OkStatus();
}

struct CallBackArgs {
  std::string id, note;
  pb::Recovery::CallBackOutcome outcome = pb::Recovery::CALL_BACK_OUTCOME_REACHED;
};

void Declare(CLI::App& app, CallBackArgs& a) {
  app.add_option("recovery", a.id, "Id of the recovery")->required();
  EnumOption(app, "--outcome", a.outcome, "What came of the call (default reached)");
  app.add_option("--note", a.note, "What was said");
}

absl::Status Run(Ctl& ctl, const CallBackArgs& a) {
  pb::CompleteCallBackRequest request;
  request.set_name(absl::StrCat(ctl.connection().parent(), "/recoveries/", a.id));
  request.set_outcome(a.outcome);
  request.set_note(a.note);
  request.set_request_id(ctl.NewId());
  HUIYIN_ASSIGN_OR_RETURN(
      const auto recovery,
      client::Call(ctl.connection(), &pb::RecoveryService::Stub::CompleteCallBack, request));
  if (ctl.PrintedAsJson(recovery)) return absl::OkStatus();
  ctl.out << "Noted: " << Label(recovery.call_back_outcome()) << ".\n";
  return absl::OkStatus();
}

}  // namespace

void AddSurveyDefinitions(CLI::App& survey, Ctl& ctl) {
  Command<GetArgs>(survey, ctl, "get", "One survey, as it is written", Declare, Run);
  Command<CreateArgs>(survey, ctl, "create", "Write a new survey, as a draft", Declare, Run);
  Command<UpdateArgs>(survey, ctl, "update", "Change the draft, or begin one", Declare, Run);
  Command<PublishArgs>(survey, ctl, "publish", "Ask the draft from now on", Declare, Run);
  Command<PreviewArgs>(survey, ctl, "preview", "How customers would see it", Declare, Run);
  Command<PolicyArgs>(survey, ctl, "policy", "Who is asked, when and how often", Declare, Run);
  Command<PreferenceArgs>(survey, ctl, "preference", "What a customer has said about being asked",
                          Declare, Run);
  Command<RecoveriesArgs>(survey, ctl, "recoveries", "Unhappy answers and what was done", Declare,
                          Run);
  Command<CallBackArgs>(survey, ctl, "call-back", "Note what came of a call", Declare, Run);
}

}  // namespace huiyin::ctl
