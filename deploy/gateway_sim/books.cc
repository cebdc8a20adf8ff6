#include "deploy/gateway_sim/books.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "libs/core/status.h"
#include "libs/db/migrator.h"

namespace huiyin::gateway_sim {
namespace {

using Json = nlohmann::json;

constexpr const char* kCountedFaults[] = {"drop_after_effect",
                                          "error_after_effect",
                                          "error_before_effect",
                                          "error_replayed",
                                          "decline",
                                          "pending"};

// `effects` counts movements of money with this key: more than 1 only after forget_keys.
constexpr db::Migration kSchema[] = {{1, "0001_refunds.sql", R"(
CREATE TABLE refund (
  key       TEXT PRIMARY KEY,
  id        TEXT NOT NULL,
  payment   TEXT NOT NULL,
  amount    BIGINT NOT NULL,
  currency  TEXT NOT NULL,
  status    TEXT NOT NULL,
  forgotten BIGINT NOT NULL,
  effects   BIGINT NOT NULL
);
)"},
                                     {2, "0002_faces.sql", R"(
ALTER TABLE refund ADD COLUMN face TEXT NOT NULL DEFAULT 'signed_http';
ALTER TABLE refund ADD COLUMN broken BIGINT NOT NULL DEFAULT 0;
CREATE INDEX refund_by_payment ON refund (payment);
)"}};

constexpr char kColumns[] =
    "key, face, id, payment, currency, status, amount, forgotten, broken FROM refund";

Refund Read(const db::Row& row) {
  return {.key = row.Str(0),
          .face = row.Str(1),
          .id = row.Str(2),
          .payment = row.Str(3),
          .currency = row.Str(4),
          .status = row.Str(5),
          .amount = row.Int(6),
          .forgotten = row.Bool(7),
          .broken = row.Bool(8)};
}

absl::StatusOr<std::optional<Refund>> FindIn(db::Session& session, const std::string& key) {
  std::optional<Refund> found;
  HUIYIN_RETURN_IF_ERROR(session.Query(absl::StrCat("SELECT ", kColumns, " WHERE key = ?"), {key},
                                       [&](const db::Row& row) { found = Read(row); }));
  return found;
}

bool SameRequest(const Refund& a, const Refund& b) {
  return a.payment == b.payment && a.amount == b.amount && a.currency == b.currency;
}

}  // namespace

absl::StatusOr<std::unique_ptr<Books>> Books::Open(const std::string& state) {
  HUIYIN_ASSIGN_OR_RETURN(auto database,
                          db::Database::Open({.dsn = absl::StrCat("sqlite:", state)}));
  HUIYIN_RETURN_IF_ERROR(db::Migrate(*database, "gateway_sim", kSchema));
  return std::unique_ptr<Books>(new Books(std::move(database)));
}

bool Books::Enter() {
  std::lock_guard lock(mutex_);
  ++calls_;
  return !faults_.outage && (faults_.outage_every == 0 || calls_ % faults_.outage_every != 0);
}

absl::Duration Books::Latency() {
  std::lock_guard lock(mutex_);
  return absl::Milliseconds(faults_.latency_ms);
}

absl::Status Books::Pay(db::Transaction& tx, const Refund& refund) {
  const int effect = refund.status == "failed" ? 0 : 1;
  return tx
      .Execute(
          "INSERT INTO refund (key, face, id, payment, amount, currency, status, forgotten, "
          "broken, effects) VALUES (?, ?, ?, ?, ?, ?, ?, 0, ?, ?) ON CONFLICT (key) DO UPDATE SET "
          "payment = excluded.payment, amount = excluded.amount, currency = excluded.currency, "
          "status = excluded.status, forgotten = 0, effects = refund.effects + excluded.effects",
          {refund.key, refund.face, refund.id, refund.payment, refund.amount, refund.currency,
           refund.status, refund.broken, effect})
      .status();
}

absl::StatusOr<Outcome> Books::Make(Refund asked, bool forgets) {
  using Kind = Outcome::Kind;
  if (Take("error_before_effect")) return Outcome{.kind = Kind::kError, .refund = {}};
  asked.status = Take("decline") ? "failed" : Take("pending") ? "pending" : "succeeded";
  asked.broken = Take("error_replayed");
  bool block_same_amount = false;
  {
    std::lock_guard lock(mutex_);
    block_same_amount = faults_.same_amount_block;
  }
  Outcome outcome;
  HUIYIN_RETURN_IF_ERROR(
      writer_.Run(absl::HashOf(asked.key), [&](db::Transaction& tx) -> absl::Status {
        outcome = {.kind = Kind::kRefund, .refund = asked};
        HUIYIN_ASSIGN_OR_RETURN(const std::optional<Refund> known, FindIn(tx, asked.key));
        if (known.has_value() && (!forgets || !known->forgotten)) {
          outcome.refund = *known;
          if (!SameRequest(*known, asked)) outcome.kind = Kind::kConflict;
          if (known->broken) outcome.kind = Kind::kError;
          return absl::OkStatus();
        }
        if (block_same_amount) {
          std::optional<Refund> twin;
          HUIYIN_RETURN_IF_ERROR(tx.Query(
              absl::StrCat("SELECT ", kColumns, " WHERE payment = ? AND amount = ? ORDER BY key"),
              {asked.payment, asked.amount}, [&](const db::Row& row) { twin = Read(row); }));
          if (twin) {
            outcome.refund = *twin;
            return absl::OkStatus();
          }
        }
        return Pay(tx, asked);
      }));
  if (outcome.kind != Kind::kRefund) return outcome;
  if (asked.broken || Take("error_after_effect")) outcome.kind = Kind::kError;
  if (Take("drop_after_effect")) outcome.kind = Kind::kDrop;
  return outcome;
}

absl::StatusOr<std::optional<Refund>> Books::Find(const std::string& key) {
  std::optional<Refund> found;
  HUIYIN_RETURN_IF_ERROR(database_->Read([&](db::Session& session) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(found, FindIn(session, key));
    return absl::OkStatus();
  }));
  return found;
}

absl::StatusOr<std::vector<Refund>> Books::OfPayment(const std::string& payment) {
  std::vector<Refund> found;
  HUIYIN_RETURN_IF_ERROR(database_->Read([&](db::Session& session) {
    return session.Query(absl::StrCat("SELECT ", kColumns, " WHERE payment = ? ORDER BY rowid"),
                         {payment}, [&](const db::Row& row) { found.push_back(Read(row)); });
  }));
  return found;
}

absl::Status Books::Set(const std::string& field, const Json& value) {
  const char* sql = nullptr;
  std::vector<db::Value> args;
  std::string key;
  {
    std::lock_guard lock(mutex_);
    if (field == "latency_ms" && value.is_number_integer()) {
      faults_.latency_ms = value;
    } else if (field == "outage" && value.is_boolean()) {
      faults_.outage = value;
    } else if (field == "outage_every" && value.is_number_integer()) {
      faults_.outage_every = value;
    } else if (field == "same_amount_block" && value.is_boolean()) {
      faults_.same_amount_block = value;
    } else if (field == "forget_keys" && value == true) {
      sql = "UPDATE refund SET forgotten = 1";
    } else if (field == "settle" && value == true) {
      sql = "UPDATE refund SET status = 'succeeded' WHERE status = 'pending'";
    } else if (field == "reverse" && value.is_string()) {
      sql = "UPDATE refund SET status = 'reversed' WHERE key = ?";
      key = value;
      args = {key};
    } else if (std::find(std::begin(kCountedFaults), std::end(kCountedFaults), field) !=
                   std::end(kCountedFaults) &&
               value.is_number_integer()) {
      faults_.next[field] = value;
    } else {
      return absl::InvalidArgumentError(absl::StrCat("cannot use \"", field, "\"; see README.md"));
    }
  }
  if (sql == nullptr) return absl::OkStatus();
  return writer_.Run(0, [&](db::Transaction& tx) { return tx.Execute(sql, args).status(); });
}

absl::StatusOr<Json> Books::Statistics() {
  Json json;
  HUIYIN_RETURN_IF_ERROR(database_->Read([&](db::Session& session) {
    return session.Query(
        "SELECT COUNT(*), COALESCE(SUM(effects), 0), "
        "COALESCE(SUM(CASE WHEN effects > 1 THEN 1 ELSE 0 END), 0) FROM refund",
        {}, [&](const db::Row& row) {
          json = {{"refunds", row.Int(0)}, {"effects", row.Int(1)}, {"paid_twice", row.Int(2)}};
        });
  }));
  std::lock_guard lock(mutex_);
  json["calls"] = calls_;
  return json;
}

bool Books::Take(const std::string& fault) {
  std::lock_guard lock(mutex_);
  int& left = faults_.next[fault];
  if (left <= 0) return false;
  --left;
  return true;
}

}  // namespace huiyin::gateway_sim
