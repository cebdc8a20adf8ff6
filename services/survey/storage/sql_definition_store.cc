#include "services/survey/storage/sql_definition_store.h"

#include <array>
#include <utility>

#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "services/survey/storage/definition_json.h"

namespace huiyin::survey {
namespace {

constexpr char kSurveyColumns[] = "survey_id, version, state, updated_at, definition";

absl::StatusOr<SurveyPtr> ReadSurvey(const db::Row& row) {
  Survey survey;
  survey.id = row.Str(0);
  survey.version = static_cast<uint32_t>(row.Int(1));
  survey.state = static_cast<SurveyState>(row.Int(2));
  survey.updated_at = row.Time(3);
  if (!SurveyFromJson(row.Text(4), survey)) {
    return absl::DataLossError(absl::StrCat("the definition of survey ", survey.id, " version ",
                                            survey.version, " cannot be read"));
  }
  return std::make_shared<const Survey>(std::move(survey));
}

}  // namespace

absl::StatusOr<SurveyPtr> SqlDefinitionStore::OneSurvey(std::string_view sql, db::Values args) {
  absl::StatusOr<SurveyPtr> found = SurveyPtr();
  HUIYIN_RETURN_IF_ERROR(
      session_.Query(sql, args, [&](const db::Row& row) { found = ReadSurvey(row); }));
  return found;
}

absl::StatusOr<SurveyPtr> SqlDefinitionStore::FindSurvey(const TenantId& tenant,
                                                         const std::string& id, uint32_t version) {
  static const std::string kSql =
      absl::StrCat("SELECT ", kSurveyColumns,
                   " FROM survey_version WHERE tenant = ? AND survey_id = ? AND version = ?");
  const std::array<db::Value, 3> args = {tenant.value(), id, version};
  return OneSurvey(kSql, args);
}

absl::StatusOr<SurveyPtr> SqlDefinitionStore::NewestSurvey(const TenantId& tenant,
                                                           const std::string& id,
                                                           bool published_only) {
  static const std::string kSql =
      absl::StrCat("SELECT ", kSurveyColumns,
                   " FROM survey_version WHERE tenant = ? AND survey_id = ? AND state >= ? "
                   "ORDER BY version DESC LIMIT 1");
  const std::array<db::Value, 3> args = {
      tenant.value(), id, published_only ? SurveyState::kPublished : SurveyState::kDraft};
  return OneSurvey(kSql, args);
}

absl::StatusOr<std::vector<SurveyPtr>> SqlDefinitionStore::NewestSurveys(const TenantId& tenant) {
  static const std::string kSql = absl::StrCat(
      "SELECT ", kSurveyColumns,
      " FROM survey_version v WHERE tenant = ? AND version = (SELECT MAX(version) FROM "
      "survey_version o WHERE o.tenant = v.tenant AND o.survey_id = v.survey_id) "
      "ORDER BY survey_id");
  std::vector<SurveyPtr> surveys;
  absl::Status unreadable;
  HUIYIN_RETURN_IF_ERROR(session_.Query(kSql, {tenant.value()}, [&](const db::Row& row) {
    absl::StatusOr<SurveyPtr> survey = ReadSurvey(row);
    if (survey.ok()) {
      surveys.push_back(*std::move(survey));
    } else {
      unreadable = survey.status();
    }
  }));
  HUIYIN_RETURN_IF_ERROR(unreadable);
  return surveys;
}

absl::Status SqlDefinitionStore::PutSurvey(const TenantId& tenant, const Survey& survey) {
  const std::string definition = SurveyToJson(survey);
  return session_
      .Execute(
          "INSERT INTO survey_version (tenant, survey_id, version, state, updated_at, "
          "definition) VALUES (?, ?, ?, ?, ?, ?) "
          "ON CONFLICT (tenant, survey_id, version) DO UPDATE SET state = excluded.state, "
          "updated_at = excluded.updated_at, definition = excluded.definition",
          {tenant.value(), survey.id, survey.version, survey.state, survey.updated_at, definition})
      .status();
}

absl::StatusOr<std::optional<StoredRules>> SqlDefinitionStore::FindRules(const TenantId& tenant) {
  std::optional<StoredRules> found;
  bool readable = true;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query("SELECT policy, updated_at FROM survey_policy WHERE tenant = ?",
                     {tenant.value()}, [&](const db::Row& row) {
                       found.emplace();
                       found->updated_at = row.Time(1);
                       readable = RulesFromJson(row.Text(0), found->rules);
                     }));
  if (!readable) return absl::DataLossError("the survey policy cannot be read");
  return found;
}

absl::Status SqlDefinitionStore::PutRules(const TenantId& tenant, const StoredRules& rules) {
  const std::string policy = RulesToJson(rules.rules);
  return session_
      .Execute(
          "INSERT INTO survey_policy (tenant, policy, updated_at) VALUES (?, ?, ?) "
          "ON CONFLICT (tenant) DO UPDATE SET policy = excluded.policy, "
          "updated_at = excluded.updated_at",
          {tenant.value(), policy, rules.updated_at})
      .status();
}

absl::StatusOr<std::optional<Customer>> SqlDefinitionStore::FindCustomer(const TenantId& tenant,
                                                                         const CustomerId& id) {
  std::optional<Customer> found;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT consent, zone, language, tier, country FROM customer WHERE tenant = ? AND "
      "customer_id = ?",
      {tenant.value(), id.value()}, [&](const db::Row& row) {
        found = Customer{tenant,     id,         static_cast<Consent>(row.Int(0)),
                         row.Str(1), row.Str(2), static_cast<int>(row.Int(3)),
                         row.Str(4)};
      }));
  return found;
}

absl::Status SqlDefinitionStore::PutCustomer(const Customer& c) {
  return session_
      .Execute(
          "INSERT INTO customer (tenant, customer_id, consent, zone, language, tier, country) "
          "VALUES (?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, customer_id) DO UPDATE SET "
          "consent = excluded.consent, zone = excluded.zone, language = excluded.language, "
          "tier = excluded.tier, country = excluded.country",
          {c.tenant.value(), c.id.value(), c.consent, c.zone, c.language, c.tier, c.country})
      .status();
}

absl::StatusOr<EpisodeFacts> SqlDefinitionStore::FindFacts(const TenantId& tenant,
                                                           const std::string& subject) {
  EpisodeFacts facts;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query("SELECT channel, agent, queue, category, product, exchange FROM episode_facts "
                     "WHERE tenant = ? AND "
                     "subject = ?",
                     {tenant.value(), subject}, [&](const db::Row& row) {
                       facts = {static_cast<int>(row.Int(0)),
                                row.Str(1),
                                row.Str(2),
                                static_cast<int>(row.Int(3)),
                                row.Str(4),
                                0,
                                row.Bool(5)};
                     }));
  return facts;
}

absl::Status SqlDefinitionStore::PutFacts(const TenantId& tenant, const std::string& subject,
                                          const EpisodeFacts& facts) {
  return session_
      .Execute(
          "INSERT INTO episode_facts (tenant, subject, channel, agent, queue, category, "
          "product, exchange) VALUES (?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, subject) DO "
          "UPDATE "
          "SET channel = excluded.channel, agent = excluded.agent, queue = excluded.queue, "
          "category = excluded.category, product = excluded.product, "
          "exchange = excluded.exchange",
          {tenant.value(), subject, facts.channel, facts.agent, facts.queue, facts.category,
           facts.product, facts.exchange})
      .status();
}

}  // namespace huiyin::survey
