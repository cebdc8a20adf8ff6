#include "services/triage/events/ticket_handler.h"

#include <map>
#include <utility>

#include "libs/core/status.h"
#include "services/triage/events/codec.h"
#include "services/triage/usecase/routing.h"
#include "services/triage/usecase/sla.h"

namespace huiyin::triage {
namespace {

// A customer message of the group and the messages that are read with it.
struct ToRead {
  std::string event_id;
  TenantId tenant;
  std::vector<MessageId> messages;
};

// Which messages are read for each event of the group. Later messages of a ticket see the earlier
// ones of the same group, which the store does not know yet.
absl::StatusOr<std::vector<ToRead>> Plan(Store& store, std::span<const events::Event> group) {
  std::vector<ToRead> plan;
  std::map<std::pair<TenantId, TicketId>, TicketFacts> ahead;
  for (const events::Event& event : group) {
    absl::StatusOr<std::optional<CustomerSpoke>> spoke = ReadCustomerSpoke(event);
    if (!spoke.ok() || !spoke->has_value()) continue;  // Handle reports what cannot be read
    CustomerSpoke& said = **spoke;
    const auto key = std::pair(said.tenant, said.ticket);
    if (const auto it = ahead.find(key); it != ahead.end() && !said.opened.has_value()) {
      said.opened = it->second;
    }
    absl::StatusOr<TicketFacts> facts = WithMessage(store, said);
    if (!facts.ok() && facts.status().code() == absl::StatusCode::kNotFound) continue;
    HUIYIN_RETURN_IF_ERROR(facts.status());
    plan.push_back({event.event_id, said.tenant, facts->messages});
    ahead[key] = *std::move(facts);
  }
  return plan;
}

absl::StatusOr<std::map<TenantId, std::map<MessageId, std::string>>> FetchTexts(
    MessageSource& source, const std::vector<ToRead>& plan) {
  std::map<TenantId, std::vector<MessageId>> wanted;
  for (const ToRead& item : plan) {
    auto& ids = wanted[item.tenant];
    ids.insert(ids.end(), item.messages.begin(), item.messages.end());
  }
  std::map<TenantId, std::map<MessageId, std::string>> texts;
  for (const auto& [tenant, ids] : wanted) {
    HUIYIN_ASSIGN_OR_RETURN(texts[tenant], source.Fetch(tenant, ids));
  }
  return texts;
}

}  // namespace

TicketHandler::TicketHandler(CurrentModels models, MessageSource& messages, OnSnapshot read,
                             InTransaction write, KeepShadow keep_shadow)
    : models_(std::move(models)),
      messages_(messages),
      read_(std::move(read)),
      write_(std::move(write)),
      keep_shadow_(std::move(keep_shadow)) {}

absl::Status TicketHandler::Prepare(std::span<const events::Event> group) {
  std::vector<ToRead> plan;
  HUIYIN_RETURN_IF_ERROR(read_([&](Store& store) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(plan, Plan(store, group));
    return absl::OkStatus();
  }));
  HUIYIN_ASSIGN_OR_RETURN(const auto texts, FetchTexts(messages_, plan));
  const std::shared_ptr<const Models> models = models_();
  for (const ToRead& item : plan) {
    const std::map<MessageId, std::string>& known = texts.at(item.tenant);
    std::string together;
    for (const MessageId& id : item.messages) {
      const auto text = known.find(id);
      if (text == known.end()) continue;  // erased since: decide on what is left
      if (!together.empty()) together += '\n';
      together += text->second;
    }
    Readings readings{Read(*models->current, together), std::nullopt};
    if (models->shadow != nullptr) readings.shadow = Read(*models->shadow, together);
    Keep(item.event_id, std::move(readings));
  }
  return absl::OkStatus();
}

absl::Status TicketHandler::Handle(db::Transaction& tx, const events::Event& event) {
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<OrderFacts> order, ReadOrder(event));
  if (order.has_value()) {
    return write_(tx, [&](Unit& unit) { return unit.desk.PutOrder(*order); });
  }
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<ErasedCustomer> gone, ReadErased(event));
  if (gone.has_value()) {
    return write_(tx, [&](Unit& unit) {
      return unit.store.EraseCustomer(gone->tenant, gone->customer, gone->at);
    });
  }
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<TicketMoment> moment, ReadMoment(event));
  if (moment.has_value()) {
    return write_(tx, [&](Unit& unit) {
      HUIYIN_RETURN_IF_ERROR(RouteNotes(unit, moment->tenant, moment->ticket, moment->what));
      return ClockNotes(unit, moment->tenant, moment->ticket, moment->what, moment->at);
    });
  }
  HUIYIN_ASSIGN_OR_RETURN(const std::optional<CustomerSpoke> spoke, ReadCustomerSpoke(event));
  if (!spoke.has_value()) return absl::OkStatus();
  const std::shared_ptr<const Readings> readings = Find(event.event_id);
  if (readings == nullptr) {
    return absl::UnavailableError(
        "the event's texts have not been read; it will be prepared again");
  }
  Decision decision;
  HUIYIN_RETURN_IF_ERROR(write_(tx, [&](Unit& unit) -> absl::Status {
    HUIYIN_ASSIGN_OR_RETURN(decision, Decide(unit, *spoke, readings->current, event.traceparent));
    return absl::OkStatus();
  }));
  if (!readings->shadow.has_value()) return absl::OkStatus();
  return keep_shadow_(tx, decision, readings->current, *readings->shadow);
}

void TicketHandler::Keep(const std::string& event_id, Readings readings) {
  auto kept = std::make_shared<const Readings>(std::move(readings));
  std::lock_guard lock(mutex_);
  if (!readings_.insert_or_assign(event_id, std::move(kept)).second) return;
  oldest_first_.push_back(event_id);
  if (oldest_first_.size() > kKept) {
    readings_.erase(oldest_first_.front());
    oldest_first_.pop_front();
  }
}

std::shared_ptr<const TicketHandler::Readings> TicketHandler::Find(const std::string& event_id) {
  std::lock_guard lock(mutex_);
  const auto it = readings_.find(event_id);
  return it == readings_.end() ? nullptr : it->second;
}

}  // namespace huiyin::triage
