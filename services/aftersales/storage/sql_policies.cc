#include "libs/core/status.h"
#include "services/aftersales/domain/text.h"
#include "services/aftersales/storage/sql_store.h"
#include "services/aftersales/storage/sql_where.h"

namespace huiyin::aftersales {
namespace {

constexpr std::string_view kColumns =
    "policy_id, version, content_hash, rule_count, note, created_by, created_at, "
    "(SELECT MAX(p.published_at) FROM policy_publication p "
    "WHERE p.tenant = policy_document.tenant AND p.version = policy_document.version)";

PolicyDocument ReadDocument(const db::Row& row) {
  PolicyDocument document;
  document.id = row.Str(0);
  document.version = row.Str(1);
  document.content_hash = row.Str(2);
  document.rules = row.Int(3);
  document.note = row.Str(4);
  document.created_by = row.Str(5);
  document.created = row.Time(6);
  document.published = row.OptionalTime(7);
  return document;
}

constexpr std::string_view kPublicationColumns =
    "sequence, version, below, note, published_by, published_at";

Publication ReadPublication(const db::Row& row) {
  return {.sequence = row.Int(0),
          .version = row.Str(1),
          .below = row.Int(2),
          .note = row.Str(3),
          .by = row.Str(4),
          .at = row.Time(5)};
}

VerdictBytes ReadVerdict(const db::Row& row) {
  return {.rma = RmaId(row.Str(0)),
          .policy_version = row.Str(1),
          .inputs = row.Str(2),
          .verdict = row.Str(3)};
}

}  // namespace

absl::Status SqlStore::InsertPolicy(const TenantId& tenant, const PolicyDocument& document) {
  return session_
      .Execute(
          "INSERT INTO policy_document (tenant, version, policy_id, yaml, content_hash, "
          "rule_count, note, created_by, created_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
          {tenant.value(), document.version, document.id, document.yaml, document.content_hash,
           document.rules, document.note, document.created_by, document.created})
      .status();
}

absl::StatusOr<std::optional<PolicyDocument>> SqlStore::FindPolicy(const TenantId& tenant,
                                                                   const std::string& version) {
  static const std::string kSql = Concat("SELECT ", kColumns,
                                         ", yaml FROM policy_document "
                                         "WHERE tenant = ? AND version = ?");
  std::optional<PolicyDocument> document;
  HUIYIN_RETURN_IF_ERROR(session_
                             .QueryOne(kSql, {tenant.value(), version},
                                       [&](const db::Row& row) {
                                         document = ReadDocument(row);
                                         document->yaml = row.Str(8);
                                       })
                             .status());
  return document;
}

absl::StatusOr<std::vector<PolicyDocument>> SqlStore::ListPolicies(const TenantId& tenant,
                                                                   const std::string& after,
                                                                   size_t limit) {
  Where where;
  where.And("tenant = ?", {tenant.value()});
  if (!after.empty()) where.And("policy_id < ?", {after});
  where.AddValue(limit);
  std::vector<PolicyDocument> documents;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      Concat("SELECT ", kColumns, " FROM policy_document", where.sql(),
             " ORDER BY policy_id DESC LIMIT ?"),
      where.values(), [&](const db::Row& row) { documents.push_back(ReadDocument(row)); }));
  return documents;
}

absl::StatusOr<std::optional<Publication>> SqlStore::LastPublication(const TenantId& tenant) {
  static const std::string kSql = Concat("SELECT ", kPublicationColumns,
                                         " FROM policy_publication WHERE tenant = ? "
                                         "ORDER BY sequence DESC LIMIT 1");
  std::optional<Publication> found;
  HUIYIN_RETURN_IF_ERROR(session_
                             .QueryOne(kSql, {tenant.value()},
                                       [&](const db::Row& row) { found = ReadPublication(row); })
                             .status());
  return found;
}

absl::StatusOr<std::optional<Publication>> SqlStore::FindPublication(const TenantId& tenant,
                                                                     int64_t sequence) {
  static const std::string kSql = Concat("SELECT ", kPublicationColumns,
                                         " FROM policy_publication "
                                         "WHERE tenant = ? AND sequence = ?");
  std::optional<Publication> found;
  HUIYIN_RETURN_IF_ERROR(session_
                             .QueryOne(kSql, {tenant.value(), sequence},
                                       [&](const db::Row& row) { found = ReadPublication(row); })
                             .status());
  return found;
}

absl::Status SqlStore::InsertPublication(const TenantId& tenant, const Publication& publication) {
  const absl::Status status =
      session_
          .Execute(
              "INSERT INTO policy_publication (tenant, sequence, version, below, note, "
              "published_by, published_at) VALUES (?, ?, ?, ?, ?, ?, ?)",
              {tenant.value(), publication.sequence, publication.version, publication.below,
               publication.note, publication.by, publication.at})
          .status();
  return absl::IsAlreadyExists(status)
             ? absl::AbortedError("another policy was published meanwhile")
             : status;
}

absl::StatusOr<std::optional<PolicyStore::InForce>> SqlStore::PolicyInForce(
    const TenantId& tenant) {
  std::optional<InForce> found;
  HUIYIN_RETURN_IF_ERROR(
      session_
          .QueryOne("SELECT d.version, d.content_hash FROM policy_publication p "
                    "JOIN policy_document d ON d.tenant = p.tenant AND d.version = p.version "
                    "WHERE p.tenant = ? AND p.sequence = "
                    "(SELECT MAX(sequence) FROM policy_publication WHERE tenant = ?)",
                    {tenant.value(), tenant.value()},
                    [&](const db::Row& row) {
                      found = InForce{row.Str(0), row.Str(1)};
                    })
          .status());
  return found;
}

absl::StatusOr<std::vector<VerdictBytes>> SqlStore::ListVerdicts(const TenantId& tenant,
                                                                 const VerdictFilter& filter,
                                                                 const std::string& after,
                                                                 size_t limit) {
  Where where;
  where.And("tenant = ?", {tenant.value()});
  where.And("rma_id > ?", {after});
  if (filter.from != absl::InfinitePast()) where.And("created_at >= ?", {filter.from});
  if (filter.until != absl::InfiniteFuture()) where.And("created_at < ?", {filter.until});
  where.AddValue(limit);
  std::vector<VerdictBytes> verdicts;
  HUIYIN_RETURN_IF_ERROR(session_.Query(
      Concat("SELECT rma_id, policy_version, inputs, verdict FROM rma", where.sql(),
             " ORDER BY rma_id LIMIT ?"),
      where.values(), [&](const db::Row& row) { verdicts.push_back(ReadVerdict(row)); }));
  return verdicts;
}

absl::StatusOr<std::optional<VerdictBytes>> SqlStore::FindVerdictBytes(const TenantId& tenant,
                                                                       const RmaId& rma) {
  std::optional<VerdictBytes> found;
  HUIYIN_RETURN_IF_ERROR(session_
                             .QueryOne("SELECT rma_id, policy_version, inputs, verdict FROM rma "
                                       "WHERE tenant = ? AND rma_id = ? AND verdict <> ''",
                                       {tenant.value(), rma.value()},
                                       [&](const db::Row& row) { found = ReadVerdict(row); })
                             .status());
  return found;
}

}  // namespace huiyin::aftersales
