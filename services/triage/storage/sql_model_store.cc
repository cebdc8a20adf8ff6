#include "services/triage/storage/sql_model_store.h"

#include "absl/strings/numbers.h"
#include "absl/strings/str_format.h"
#include "absl/strings/str_split.h"
#include "libs/core/status.h"

namespace huiyin::triage {
namespace {

#define HUIYIN_MODEL_COLUMNS                                                                  \
  "version, model_id, request_id, base_version, state, reason, corrections, on_corrections, " \
  "on_held_messages, created_at, created_by"
#define HUIYIN_CHOICE_COLUMNS "choice_id, role, version, previous, chosen_at, chosen_by"

std::string PackComparison(const Comparison& c) {
  return absl::StrFormat("%d\t%d\t%d\t%.17g\t%.17g\t%.17g", c.messages, c.current_right,
                         c.candidate_right, c.difference, c.low, c.high);
}

Comparison UnpackComparison(std::string_view packed) {
  const std::vector<std::string> f =
      absl::StrSplit(absl::string_view(packed.data(), packed.size()), '\t');
  Comparison c;
  if (f.size() != 6) return c;
  (void)absl::SimpleAtoi(f[0], &c.messages);
  (void)absl::SimpleAtoi(f[1], &c.current_right);
  (void)absl::SimpleAtoi(f[2], &c.candidate_right);
  (void)absl::SimpleAtod(f[3], &c.difference);
  (void)absl::SimpleAtod(f[4], &c.low);
  (void)absl::SimpleAtod(f[5], &c.high);
  return c;
}

CandidateModel ToModel(const db::Row& row) {
  CandidateModel model;
  int c = 0;
  model.version = row.Str(c++);
  model.id = row.Str(c++);
  model.request_id = row.Str(c++);
  model.base_version = row.Str(c++);
  model.state = static_cast<ModelState>(row.Int(c++));
  model.reason = row.Str(c++);
  model.corrections = static_cast<int>(row.Int(c++));
  model.on_corrections = UnpackComparison(row.Text(c++));
  model.on_held_messages = UnpackComparison(row.Text(c++));
  model.created = row.Time(c++);
  model.created_by = row.Str(c++);
  return model;
}

ModelChoice ToChoice(const db::Row& row) {
  return {.id = row.Str(0),
          .role = static_cast<ModelRole>(row.Int(1)),
          .version = row.Str(2),
          .previous = row.Str(3),
          .at = row.Time(4),
          .by = row.Str(5)};
}

// The one row of a query, or nullopt.
template <class T>
absl::StatusOr<std::optional<T>> One(db::Session& session, std::string_view sql,
                                     std::initializer_list<db::Value> args,
                                     T (*read)(const db::Row&)) {
  std::optional<T> found;
  HUIYIN_RETURN_IF_ERROR(session.Query(sql, args, [&](const db::Row& row) { found = read(row); }));
  return found;
}

}  // namespace

absl::Status SqlModelStore::InsertModel(const CandidateModel& model, const std::string& patch) {
  const std::string on_corrections = PackComparison(model.on_corrections);
  const std::string on_held = PackComparison(model.on_held_messages);
  return session_
      .Execute("INSERT INTO model (" HUIYIN_MODEL_COLUMNS
               ", patch) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
               {model.version, model.id, model.request_id, model.base_version, model.state,
                model.reason, model.corrections, on_corrections, on_held, model.created,
                model.created_by, db::Blob{patch}})
      .status();
}

absl::StatusOr<std::optional<CandidateModel>> SqlModelStore::FindModel(const std::string& version) {
  return One(session_, "SELECT " HUIYIN_MODEL_COLUMNS " FROM model WHERE version = ?", {version},
             ToModel);
}

absl::StatusOr<std::optional<CandidateModel>> SqlModelStore::FindModelByRequest(
    const std::string& request_id) {
  return One(session_, "SELECT " HUIYIN_MODEL_COLUMNS " FROM model WHERE request_id = ?",
             {request_id}, ToModel);
}

absl::StatusOr<std::optional<std::string>> SqlModelStore::FindPatch(const std::string& version) {
  return One<std::string>(session_, "SELECT patch FROM model WHERE version = ?", {version},
                          [](const db::Row& row) { return row.Str(0); });
}

absl::StatusOr<std::vector<CandidateModel>> SqlModelStore::ListModels(int limit) {
  std::vector<CandidateModel> models;
  HUIYIN_RETURN_IF_ERROR(
      session_.Query("SELECT " HUIYIN_MODEL_COLUMNS " FROM model ORDER BY model_id DESC LIMIT ?",
                     {limit}, [&](const db::Row& row) { models.push_back(ToModel(row)); }));
  return models;
}

absl::Status SqlModelStore::InsertChoice(const ModelChoice& choice) {
  return session_
      .Execute("INSERT INTO model_choice (" HUIYIN_CHOICE_COLUMNS ") VALUES (?, ?, ?, ?, ?, ?)",
               {choice.id, choice.role, choice.version, choice.previous, choice.at, choice.by})
      .status();
}

absl::StatusOr<std::optional<ModelChoice>> SqlModelStore::CurrentChoice(ModelRole role) {
  return One(session_,
             "SELECT " HUIYIN_CHOICE_COLUMNS
             " FROM model_choice WHERE role = ? ORDER BY choice_id DESC LIMIT 1",
             {role}, ToChoice);
}

absl::StatusOr<std::optional<ModelChoice>> SqlModelStore::FindChoice(const std::string& id) {
  return One(session_, "SELECT " HUIYIN_CHOICE_COLUMNS " FROM model_choice WHERE choice_id = ?",
             {id}, ToChoice);
}

absl::StatusOr<std::vector<CorrectedDecision>> SqlModelStore::ListCorrected(int limit) {
  std::vector<CorrectedDecision> all;
  // A label that a person set has probability 1, which the model never gives. Nothing is learned
  // from customers who were erased.
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT d.tenant, d.decision_id, d.message_id, t.messages, d.category, d.category_p, "
      "d.sentiment, d.sentiment_p, d.urgency, d.urgency_p FROM correction c "
      "JOIN decision d ON d.tenant = c.tenant AND d.decision_id = c.corrected_by "
      "JOIN ticket t ON t.tenant = d.tenant AND t.ticket_id = d.ticket_id "
      "WHERE d.erased = 0 ORDER BY c.corrected_by DESC LIMIT ?",
      {limit}, [&](const db::Row& row) {
        CorrectedDecision one{.tenant = TenantId(row.Text(0)),
                              .id = DecisionId(row.Text(1)),
                              .newest = MessageId(row.Text(2))};
        const std::string messages = row.Str(3);
        for (absl::string_view id : absl::StrSplit(messages, '\n', absl::SkipEmpty())) {
          one.messages.emplace_back(std::string(id));
        }
        if (row.Real(5) >= 1) one.category = static_cast<Category>(row.Int(4));
        if (row.Real(7) >= 1) one.sentiment = static_cast<Sentiment>(row.Int(6));
        if (row.Real(9) >= 1) one.urgency = static_cast<Urgency>(row.Int(8));
        all.push_back(std::move(one));
      }));
  return all;
}

absl::Status SqlModelStore::InsertShadow(const TenantId& tenant, const DecisionId& decision,
                                         const Reading& current, const Reading& shadow) {
  return session_
      .Execute(
          "INSERT INTO shadow_reading (tenant, decision_id, current_version, shadow_version, "
          "same_category, same_sentiment, same_urgency, current_review, shadow_review) "
          "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT (tenant, decision_id) DO NOTHING",
          {tenant.value(), decision.value(), current.model_version, shadow.model_version,
           current.category == shadow.category, current.sentiment == shadow.sentiment,
           current.urgency == shadow.urgency, current.needs_review, shadow.needs_review})
      .status();
}

absl::StatusOr<ShadowAgreement> SqlModelStore::Agreement(const std::string& current,
                                                         const std::string& shadow) {
  ShadowAgreement out;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      "SELECT COUNT(*), CAST(COALESCE(SUM(same_category), 0) AS BIGINT), "
      "CAST(COALESCE(SUM(same_sentiment), 0) AS BIGINT), "
      "CAST(COALESCE(SUM(same_urgency), 0) AS BIGINT), "
      "CAST(COALESCE(SUM(current_review), 0) AS BIGINT), "
      "CAST(COALESCE(SUM(shadow_review), 0) AS BIGINT) "
      "FROM shadow_reading WHERE shadow_version = ? AND current_version = ?",
      {shadow, current}, [&](const db::Row& row) {
        out = {row.Int(0), row.Int(1), row.Int(2), row.Int(3), row.Int(4), row.Int(5)};
      }));
  return out;
}

}  // namespace huiyin::triage
