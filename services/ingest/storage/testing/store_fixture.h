// What the tests of this folder share: a store on each database, and use cases run against it.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "absl/functional/function_ref.h"
#include "libs/db/migrator.h"
#include "libs/testing/fake_clock.h"
#include "libs/testing/sequential_ids.h"
#include "libs/testing/servers/temp_database.h"
#include "libs/testing/status.h"
#include "libs/timers/timers.h"
#include "services/ingest/storage/search_index.h"
#include "services/ingest/storage/sql_store.h"
#include "services/ingest/usecase/append_message.h"
#include "services/ingest/usecase/change_ticket.h"
#include "services/ingest/usecase/merge_tickets.h"
#include "services/ingest/usecase/read_tickets.h"
#include "services/ingest/usecase/take_in_feedback.h"

namespace huiyin::ingest {

std::span<const db::Migration> Schema();

// Writes down what was published, as text: "created t1", "added t1 m2 first", "state t1 NEW>OPEN" …
class RecordingPublisher final : public Publisher {
 public:
  absl::Status TicketCreated(const Caller&, const Ticket& ticket, const Message& first) override {
    return Note("created " + ticket.id.value() + " with " + MessageId(first.ticket, first.number));
  }
  absl::Status MessageAdded(const Caller&, const Ticket& ticket, const Message& message,
                            bool first_response) override {
    return Note("added " + MessageId(message.ticket, message.number) + " to " + ticket.id.value() +
                (first_response ? " first" : ""));
  }
  absl::Status StateChanged(const Caller&, const Ticket& ticket, State from) override {
    return Note("state " + ticket.id.value() + " " + std::string(Name(from)) + ">" +
                std::string(Name(ticket.state)));
  }
  absl::Status Merged(const Caller&, const Ticket& source, const TicketId& target,
                      bool undone) override {
    return Note((undone ? "unmerged " : "merged ") + source.id.value() + " " + target.value());
  }
  absl::Status CustomerErased(const Caller&, const CustomerId& customer, const Erasure&) override {
    return Note("erased " + customer.value());
  }
  std::vector<std::string> events;

 private:
  absl::Status Note(std::string event) {
    events.push_back(std::move(event));
    return absl::OkStatus();
  }
};

class StoreTest : public huiyin::testing::DatabaseTest {
 protected:
  StoreTest() {
    ApplySchema("ingest", Schema());
    ApplySchema("timers", timers::Schema());
    auto search = OpenSearchIndex(database(), temp().dsn());
    EXPECT_OK(search);
    search_ = *std::move(search);
    search_->Start();
  }
  ~StoreTest() override { search_->Stop(); }

  // Runs `body` in a transaction of its own.
  absl::Status Write(absl::FunctionRef<absl::Status(Unit&)> body) {
    return database().Write([&](db::Transaction& tx) {
      SqlStore store(tx, *search_);
      Unit unit{store, published, clock, ids, rules};
      return body(unit);
    });
  }
  absl::Status Read(absl::FunctionRef<absl::Status(Unit&)> body) {
    return database().Read([&](db::Session& session) {
      SqlStore store(session, *search_);
      Unit unit{store, published, clock, ids, rules};
      return body(unit);
    });
  }
  // Runs a use case that gives a value.
  template <class Body>
  auto Do(Body body) -> decltype(body(std::declval<Unit&>())) {
    decltype(body(std::declval<Unit&>())) result = absl::UnknownError("not run");
    const absl::Status status = Write([&](Unit& unit) {
      result = body(unit);
      return result.status();
    });
    if (!status.ok()) return status;
    return result;
  }

  static Caller As(Role role, std::string subject = "someone", std::string tenant = "acme") {
    return {.tenant = TenantId(std::move(tenant)),
            .subject = std::move(subject),
            .roles = 1u << static_cast<int>(role)};
  }

  absl::StatusOr<Intaken> TakeIn(const Feedback& feedback, const std::string& tenant = "acme") {
    return Do([&](Unit& unit) {
      return TakeInFeedback(unit, As(Role::kPlatform, "shop", tenant), feedback);
    });
  }
  // A chat message; aborts the test when it is refused.
  Intaken Chat(const std::string& user, const std::string& text,
               const std::string& external_id = "") {
    const auto taken =
        TakeIn({.identity = {Channel::kChat, user}, .external_id = external_id, .content = text});
    EXPECT_OK(taken);
    return taken.value_or(Intaken{});
  }
  absl::StatusOr<Intaken> Append(const AppendMessageCommand& command,
                                 const Caller& caller = As(Role::kAgent, "ann")) {
    return Do([&](Unit& unit) { return AppendMessage(unit, caller, command); });
  }
  // An agent's public reply.
  absl::StatusOr<Intaken> Reply(const TicketId& ticket, const std::string& body,
                                const std::string& answers = "") {
    return Append({.ticket = ticket,
                   .author = Author::kAgent,
                   .author_id = "ann",
                   .body = body,
                   .answers = answers});
  }
  absl::StatusOr<Ticket> Act(const TicketId& id, Action action) {
    return Do(
        [&](Unit& unit) { return ActOnTicket(unit, As(Role::kAgent, "ann"), id, "", action); });
  }
  Ticket Get(const TicketId& id) {
    Ticket ticket;
    EXPECT_OK(Read([&](Unit& unit) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(ticket, LoadFor(unit, id));
      return absl::OkStatus();
    }));
    return ticket;
  }
  std::vector<Message> Messages(const TicketId& id, const Caller& caller = As(Role::kAgent)) {
    std::vector<Message> messages;
    EXPECT_OK(Read([&](Unit& unit) -> absl::Status {
      HUIYIN_ASSIGN_OR_RETURN(auto page, ListMessages(unit, caller, id, std::nullopt, 500));
      messages = std::move(page.items);
      return absl::OkStatus();
    }));
    return messages;
  }
  std::vector<std::string> Bodies(const TicketId& id, const Caller& caller = As(Role::kAgent)) {
    std::vector<std::string> bodies;
    for (const Message& message : Messages(id, caller)) bodies.push_back(message.body);
    return bodies;
  }
  int64_t Count(const std::string& table) {
    int64_t count = -1;
    EXPECT_OK(database().Read([&](db::Session& session) {
      return session.Query("SELECT COUNT(*) FROM " + table, {},
                           [&](const db::Row& row) { count = row.Int(0); });
    }));
    return count;
  }

  huiyin::testing::FakeClock clock;
  huiyin::testing::SequentialIds ids;
  RecordingPublisher published;
  Rules rules;
  std::unique_ptr<SearchIndex> search_;

 private:
  static absl::StatusOr<Ticket> LoadFor(Unit& unit, const TicketId& id) {
    return GetTicket(unit, As(Role::kAgent), id);
  }
};

}  // namespace huiyin::ingest
