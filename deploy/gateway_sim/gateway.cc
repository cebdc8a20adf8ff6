#include "deploy/gateway_sim/gateway.h"

#include <openssl/crypto.h>
#include <openssl/hmac.h>

#include <nlohmann/json.hpp>

#include "absl/strings/escaping.h"
#include "absl/strings/numbers.h"
#include "absl/strings/str_cat.h"
#include "absl/strings/strip.h"
#include "libs/core/status.h"
#include "libs/db/migrator.h"

namespace huiyin::gateway_sim {
namespace {

using Json = nlohmann::json;

constexpr absl::Duration kMaxSkew = absl::Minutes(5);
constexpr const char* kCountedFaults[] = {"drop_after_effect", "error_after_effect",
                                          "error_before_effect", "decline", "pending"};

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
)"}};

http::Response JsonResponse(int status, const Json& body) {
  return {.status = status, .body = body.dump() + "\n", .content_type = "application/json"};
}

http::Response Problem(int status, const std::string& message) {
  return JsonResponse(status, {{"error", message}});
}

std::string HmacSha256Hex(const std::string& key, const std::string& text) {
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int length = 0;
  HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()),
       reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest, &length);
  return absl::BytesToHexString({reinterpret_cast<const char*>(digest), length});
}

std::string HeaderOr(const http::Request& request, const std::string& name) {
  const auto it = request.headers.find(name);
  return it == request.headers.end() ? "" : it->second;
}

struct Refund {
  std::string key, id, payment, currency, status;
  int64_t amount = 0;
  bool forgotten = false;
};

Json ToJson(const Refund& refund) {
  Json json = {
      {"id", refund.id},         {"key", refund.key},           {"payment_id", refund.payment},
      {"amount", refund.amount}, {"currency", refund.currency}, {"status", refund.status}};
  if (refund.status == "failed") json["failure"] = "declined";
  return json;
}

absl::StatusOr<std::optional<Refund>> Find(db::Session& session, const std::string& key) {
  std::optional<Refund> found;
  HUIYIN_RETURN_IF_ERROR(session.Query(
      "SELECT id, payment, amount, currency, status, forgotten FROM refund WHERE key = ?", {key},
      [&](const db::Row& row) {
        found = Refund{.key = key,
                       .id = row.Str(0),
                       .payment = row.Str(1),
                       .currency = row.Str(3),
                       .status = row.Str(4),
                       .amount = row.Int(2),
                       .forgotten = row.Bool(5)};
      }));
  return found;
}

// The refund that a request asks for, or a sentence that says what is wrong with it.
absl::StatusOr<Refund> Parse(const http::Request& request) {
  Refund refund{.key = HeaderOr(request, "idempotency-key")};
  if (refund.key.empty()) return absl::InvalidArgumentError("header Idempotency-Key is missing");
  const Json body = Json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object() || !body.value("payment_id", Json()).is_string() ||
      !body.value("amount", Json()).is_number_integer() ||
      !body.value("currency", Json()).is_string()) {
    return absl::InvalidArgumentError("expected {payment_id, amount, currency}");
  }
  refund.payment = body["payment_id"];
  refund.amount = body["amount"];
  refund.currency = body["currency"];
  if (refund.amount <= 0) return absl::InvalidArgumentError("amount must be positive");
  refund.id = absl::StrCat("re_", HmacSha256Hex("id", refund.key).substr(0, 20));
  return refund;
}

}  // namespace

Gateway::Gateway(std::unique_ptr<db::Database> database, std::string secret, const Clock& clock)
    : database_(std::move(database)), secret_(std::move(secret)), clock_(clock) {}

absl::StatusOr<std::unique_ptr<Gateway>> Gateway::Open(const std::string& state,
                                                       const std::string& secret,
                                                       const Clock& clock) {
  HUIYIN_ASSIGN_OR_RETURN(auto database,
                          db::Database::Open({.dsn = absl::StrCat("sqlite:", state)}));
  HUIYIN_RETURN_IF_ERROR(db::Migrate(*database, "gateway_sim", kSchema));
  return std::unique_ptr<Gateway>(new Gateway(std::move(database), secret, clock));
}

http::Response Gateway::Handle(const http::Request& request) {
  if (request.path == "/control") {
    return request.method == "POST" ? Control(request) : Statistics();
  }
  http::Response response = Merchant(request);
  std::lock_guard lock(mutex_);
  response.delay = absl::Milliseconds(faults_.latency_ms);
  return response;
}

http::Response Gateway::Merchant(const http::Request& request) {
  if (!SignatureHolds(request)) return Problem(401, "the signature is missing, old or wrong");
  {
    std::lock_guard lock(mutex_);
    ++calls_;
    if (faults_.outage) return Problem(503, "outage");
  }
  if (request.path != "/v1/refunds") return Problem(404, "no such resource");
  if (request.method == "POST") return CreateRefund(request);
  const std::string_view query = request.query;
  if (request.method != "GET" || query.substr(0, 4) != "key=")
    return Problem(400, "expected GET ?key=");
  return FindRefund(std::string(query.substr(4)));
}

http::Response Gateway::CreateRefund(const http::Request& request) {
  absl::StatusOr<Refund> asked = Parse(request);
  if (!asked.ok()) return Problem(400, std::string(asked.status().message()));
  if (Take("error_before_effect")) return Problem(500, "internal error");
  asked->status = Take("decline") ? "failed" : Take("pending") ? "pending" : "succeeded";

  Refund answer = *asked;
  bool conflict = false;
  const absl::Status stored = database_->Write([&](db::Transaction& tx) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(const std::optional<Refund> known, Find(tx, asked->key));
    if (known.has_value() && !known->forgotten) {
      conflict = known->payment != asked->payment || known->amount != asked->amount ||
                 known->currency != asked->currency;
      answer = *known;
      return absl::OkStatus();
    }
    const int effect = asked->status == "failed" ? 0 : 1;
    return tx
        .Execute(
            "INSERT INTO refund (key, id, payment, amount, currency, status, forgotten, effects) "
            "VALUES (?, ?, ?, ?, ?, ?, 0, ?) ON CONFLICT (key) DO UPDATE SET "
            "payment = excluded.payment, amount = excluded.amount, currency = excluded.currency, "
            "status = excluded.status, forgotten = 0, effects = refund.effects + excluded.effects",
            {asked->key, asked->id, asked->payment, asked->amount, asked->currency, asked->status,
             effect})
        .status();
  });
  if (!stored.ok()) return Problem(500, std::string(stored.message()));
  if (conflict) return Problem(409, "this Idempotency-Key was used with another body");
  if (Take("drop_after_effect")) return {.drop = true};
  if (Take("error_after_effect")) return Problem(500, "internal error");
  return JsonResponse(200, ToJson(answer));
}

http::Response Gateway::FindRefund(const std::string& key) {
  std::optional<Refund> found;
  const absl::Status read = database_->Read([&](db::Session& session) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(found, Find(session, key));
    return absl::OkStatus();
  });
  if (!read.ok()) return Problem(500, std::string(read.message()));
  // A forgotten key still names its refund: gateways drop keys, not the payments made with them.
  return found.has_value() ? JsonResponse(200, ToJson(*found)) : Problem(404, "no such refund");
}

http::Response Gateway::Control(const http::Request& request) {
  const Json body = Json::parse(request.body, nullptr, false);
  if (!body.is_object()) return Problem(400, "expected a JSON object; see README.md");
  const char* sql = nullptr;
  {
    std::lock_guard lock(mutex_);
    for (const auto& [field, value] : body.items()) {
      if (field == "latency_ms" && value.is_number_integer()) {
        faults_.latency_ms = value;
      } else if (field == "outage" && value.is_boolean()) {
        faults_.outage = value;
      } else if (field == "forget_keys" && value == true) {
        sql = "UPDATE refund SET forgotten = 1";
      } else if (field == "settle" && value == true) {
        sql = "UPDATE refund SET status = 'succeeded' WHERE status = 'pending'";
      } else if (std::find(std::begin(kCountedFaults), std::end(kCountedFaults), field) !=
                     std::end(kCountedFaults) &&
                 value.is_number_integer()) {
        faults_.next[field] = value;
      } else {
        return Problem(400, absl::StrCat("cannot use \"", field, "\"; see README.md"));
      }
    }
  }
  if (sql != nullptr) {
    const absl::Status done =
        database_->Write([&](db::Transaction& tx) { return tx.Execute(sql).status(); });
    if (!done.ok()) return Problem(500, std::string(done.message()));
  }
  return Statistics();
}

http::Response Gateway::Statistics() {
  Json json;
  const absl::Status read = database_->Read([&](db::Session& session) {
    return session.Query(
        "SELECT COUNT(*), COALESCE(SUM(effects), 0), "
        "COALESCE(SUM(CASE WHEN effects > 1 THEN 1 ELSE 0 END), 0) FROM refund",
        {}, [&](const db::Row& row) {
          json = {{"refunds", row.Int(0)}, {"effects", row.Int(1)}, {"paid_twice", row.Int(2)}};
        });
  });
  if (!read.ok()) return Problem(500, std::string(read.message()));
  std::lock_guard lock(mutex_);
  json["calls"] = calls_;
  return JsonResponse(200, json);
}

bool Gateway::SignatureHolds(const http::Request& request) const {
  const std::string timestamp = HeaderOr(request, "x-huiyin-timestamp");
  const std::string given = HeaderOr(request, "x-huiyin-signature");
  int64_t seconds = 0;
  if (!absl::SimpleAtoi(timestamp, &seconds)) return false;
  if (absl::AbsDuration(clock_.Now() - absl::FromUnixSeconds(seconds)) > kMaxSkew) return false;
  const std::string target =
      request.query.empty() ? request.path : absl::StrCat(request.path, "?", request.query);
  const std::string expected = HmacSha256Hex(
      secret_, absl::StrCat(timestamp, ".", request.method, ".", target, ".", request.body));
  return given.size() == expected.size() &&
         CRYPTO_memcmp(given.data(), expected.data(), expected.size()) == 0;
}

bool Gateway::Take(const std::string& fault) {
  std::lock_guard lock(mutex_);
  int& left = faults_.next[fault];
  if (left <= 0) return false;
  --left;
  return true;
}

}  // namespace huiyin::gateway_sim
