#include "deploy/gateway_sim/carrier.h"

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "absl/hash/hash.h"
#include "absl/strings/str_cat.h"
#include "deploy/gateway_sim/face.h"
#include "libs/core/status.h"
#include "libs/db/migrator.h"

namespace huiyin::gateway_sim {
namespace {

using Json = nlohmann::json;

constexpr const char* kFaults[] = {"drop_after_label", "error_after_label", "error_before_label",
                                   "refuse"};

// made: 1 when there is a label; a cancellation may come before it was asked for.
constexpr db::Migration kSchema[] = {{1, "0001_labels.sql", R"(
CREATE TABLE label (
  reference TEXT PRIMARY KEY,
  order_id  TEXT NOT NULL,
  made      BIGINT NOT NULL,
  refused   BIGINT NOT NULL,
  cancelled BIGINT NOT NULL,
  moved     BIGINT NOT NULL
);
)"},
                                     {2, "0002_scans.sql", R"(
CREATE TABLE scan (
  reference TEXT NOT NULL,
  scan_id   TEXT NOT NULL,
  told      TEXT NOT NULL,
  PRIMARY KEY (reference, scan_id)
);
)"}};

struct Label {
  std::string reference;
  bool made = false, refused = false, cancelled = false, moved = false;
};

absl::StatusOr<std::optional<Label>> Find(db::Session& session, const std::string& reference) {
  std::optional<Label> label;
  HUIYIN_RETURN_IF_ERROR(
      session.Query("SELECT made, refused, cancelled, moved FROM label WHERE reference = ?",
                    {reference}, [&](const db::Row& row) {
                      label = {reference, row.Int(0) > 0, row.Bool(1), row.Bool(2), row.Bool(3)};
                    }));
  return label;
}

std::string TrackingOf(const std::string& reference) {
  return absl::StrCat("HY", HmacSha256Hex("tracking", reference).substr(0, 12));
}

Json ToJson(const std::string& reference) {
  const std::string tracking = TrackingOf(reference);
  return {{"reference", reference},
          {"carrier", "SIM"},
          {"tracking", tracking},
          {"label_url", absl::StrCat("https://carrier.invalid/labels/", tracking, ".pdf")}};
}

http::Response Refusal(int status, const std::string& code) {
  return JsonResponse(status, {{"code", code}});
}

std::string TextIn(const Json& object, const char* field) {
  return object.is_object() && object.contains(field) && object[field].is_string()
             ? object[field].get<std::string>()
             : "";
}

}  // namespace

absl::StatusOr<std::unique_ptr<Carrier>> Carrier::Open(const std::string& state, std::string secret,
                                                       const Clock& clock) {
  HUIYIN_ASSIGN_OR_RETURN(auto database,
                          db::Database::Open({.dsn = absl::StrCat("sqlite:", state)}));
  HUIYIN_RETURN_IF_ERROR(db::Migrate(*database, "carrier_sim", kSchema));
  return std::unique_ptr<Carrier>(new Carrier(std::move(database), std::move(secret), clock));
}

bool Carrier::Take(const std::string& fault) {
  std::lock_guard lock(mutex_);
  const auto left = faults_.find(fault);
  return left != faults_.end() && left->second-- > 0;
}

http::Response Carrier::Handle(const http::Request& request) {
  if (request.path == "/carrier/control") {
    return request.method == "POST" ? Control(request) : Statistics();
  }
  if (!SignatureHolds(request, secret_, clock_.Now())) {
    return Problem(401, "the signature is missing, old or wrong");
  }
  {
    std::lock_guard lock(mutex_);
    ++calls_;
    if (outage_) return Problem(503, "outage");
  }
  const Json body = Json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  const std::string reference = TextIn(body, "reference");
  if (request.method != "POST" || reference.empty()) return Problem(400, "expected a reference");
  if (request.path == "/carrier/labels") return Create(body);
  if (request.path == "/carrier/labels/cancel") return Cancel(reference);
  if (request.path == "/carrier/labels/scans") return Scans(reference);
  return Problem(404, "no such resource");
}

http::Response Carrier::Create(const Json& wanted) {
  const std::string reference = TextIn(wanted, "reference");
  if (TextIn(wanted, "from_country").empty() || !wanted.contains("lines") ||
      !wanted["lines"].is_array() || wanted["lines"].empty()) {
    return Problem(400, "expected {reference, order_id, handover, from_country, lines …}");
  }
  if (Take("error_before_label")) return Problem(500, "internal error");
  const bool refuse = Take("refuse");
  std::optional<Label> known;
  const absl::Status done =
      writer_.Run(absl::HashOf(reference), [&](db::Transaction& tx) -> absl::Status {
        HUIYIN_ASSIGN_OR_RETURN(known, Find(tx, reference));
        if (known) return absl::OkStatus();
        return tx
            .Execute(
                "INSERT INTO label (reference, order_id, made, refused, cancelled, moved) "
                "VALUES (?, ?, ?, ?, 0, 0)",
                {reference, TextIn(wanted, "order_id"), refuse ? 0 : 1, refuse ? 1 : 0})
            .status();
      });
  if (!done.ok()) return Problem(500, "the books cannot be written");
  if (Take("drop_after_label")) return {.drop = true};
  if (Take("error_after_label")) return Problem(500, "internal error");
  if (known ? known->refused : refuse) return Refusal(422, "ADDRESS_NOT_SERVED");
  if (known && known->cancelled) return Refusal(422, "CANCELLED");
  return JsonResponse(200, ToJson(reference));
}

http::Response Carrier::Cancel(const std::string& reference) {
  bool moved = false;
  const absl::Status done =
      writer_.Run(absl::HashOf(reference), [&](db::Transaction& tx) -> absl::Status {
        HUIYIN_ASSIGN_OR_RETURN(const std::optional<Label> known, Find(tx, reference));
        moved = known && known->moved;
        if (moved) return absl::OkStatus();
        // Also of a label that was never asked for: when that call comes late, it is refused.
        return tx
            .Execute(
                "INSERT INTO label (reference, order_id, made, refused, cancelled, moved) "
                "VALUES (?, '', 0, 0, 1, 0) "
                "ON CONFLICT (reference) DO UPDATE SET cancelled = 1",
                {reference})
            .status();
      });
  if (!done.ok()) return Problem(500, "the books cannot be written");
  if (moved) return Refusal(409, "ALREADY_HANDED_OVER");
  return JsonResponse(200, {{"reference", reference}});
}

http::Response Carrier::Scans(const std::string& reference) {
  Json answer = ToJson(reference);
  answer["scans"] = Json::array();
  const absl::Status done = database_->Read([&](db::Session& session) {
    return session.Query(
        "SELECT told FROM scan WHERE reference = ? ORDER BY scan_id", {reference},
        [&](const db::Row& row) { answer["scans"].push_back(Json::parse(row.Str(0))); });
  });
  return done.ok() ? JsonResponse(200, answer) : Problem(500, "the books cannot be read");
}

http::Response Carrier::Control(const http::Request& request) {
  const Json body = Json::parse(request.body, nullptr, /*allow_exceptions=*/false);
  if (!body.is_object()) return Problem(400, "expected a JSON object; see README.md");
  if (body.contains("scan")) return Notice(body["scan"]);
  for (const auto& [field, value] : body.items()) {
    const bool counted =
        std::find(std::begin(kFaults), std::end(kFaults), field) != std::end(kFaults);
    std::lock_guard lock(mutex_);
    if (counted && value.is_number_unsigned()) {
      faults_[field] = value.get<int>();
    } else if (field == "outage" && value.is_boolean()) {
      outage_ = value.get<bool>();
    } else {
      return Problem(400, absl::StrCat("cannot use \"", field, "\"; see README.md"));
    }
  }
  return Statistics();
}

http::Response Carrier::Notice(const Json& scan) {
  const std::string reference = TextIn(scan, "reference");
  const std::string kind = TextIn(scan, "kind");
  const int64_t now = absl::ToUnixSeconds(clock_.Now());
  Json told = ToJson(reference);
  told.erase("label_url");
  told["kind"] = kind;
  told["place"] = TextIn(scan, "place");
  told["at"] = scan.contains("at") ? scan["at"] : Json(now);
  const std::string id = absl::StrCat("scan_", HmacSha256Hex("scan", told.dump()).substr(0, 16));
  told["scan_id"] = id;
  const std::string body = told.dump();
  bool known = false;
  const absl::Status done =
      writer_.Run(absl::HashOf(reference), [&](db::Transaction& tx) -> absl::Status {
        HUIYIN_ASSIGN_OR_RETURN(
            const int64_t rows,
            tx.Execute("UPDATE label SET moved = 1 WHERE reference = ?", {reference}));
        known = rows > 0;
        if (!known) return absl::OkStatus();
        return tx
            .Execute(
                "INSERT INTO scan (reference, scan_id, told) VALUES (?, ?, ?) "
                "ON CONFLICT DO NOTHING",
                {reference, id, body})
            .status();
      });
  if (!done.ok()) return Problem(500, "the books cannot be written");
  if (!known || kind.empty()) return Problem(400, "cannot use \"scan\"; see README.md");
  return JsonResponse(
      200,
      {{"body", body},
       {"signature",
        absl::StrCat("t=", now, ",v1=", HmacSha256Hex(secret_, absl::StrCat(now, ".", body)))}});
}

http::Response Carrier::Statistics() {
  Json statistics;
  {
    std::lock_guard lock(mutex_);
    statistics["calls"] = calls_;
  }
  const absl::Status done = database_->Read([&](db::Session& session) {
    return session.Query(
        "SELECT COALESCE(SUM(made), 0), COALESCE(SUM(cancelled), 0), COALESCE(SUM(refused), 0) "
        "FROM label",
        {}, [&](const db::Row& row) {
          statistics["labels"] = row.Int(0);
          statistics["cancelled"] = row.Int(1);
          statistics["refused"] = row.Int(2);
        });
  });
  return done.ok() ? JsonResponse(200, statistics) : Problem(500, "the books cannot be read");
}

}  // namespace huiyin::gateway_sim
