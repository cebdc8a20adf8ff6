// How tickets and messages look in a terminal.
#pragma once

#include <string>

#include "deploy/ctl/ctl.h"

namespace huiyin::ingest::v1 {
class Message;
class Ticket;
}  // namespace huiyin::ingest::v1

namespace huiyin::ctl {

// The columns that AddTicket fills.
terminal::Table TicketTable();
void AddTicket(terminal::Table& table, const ingest::v1::Ticket& ticket,
               const std::string& text = "");
// Everything about one ticket.
void PrintTicket(Ctl& ctl, const ingest::v1::Ticket& ticket);
// A message of the conversation, with its text whole.
void PrintMessage(Ctl& ctl, const ingest::v1::Message& message);

}  // namespace huiyin::ctl
