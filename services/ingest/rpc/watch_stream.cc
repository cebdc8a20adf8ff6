#include "services/ingest/rpc/watch_stream.h"

#include "absl/container/flat_hash_map.h"
#include "libs/core/status.h"
#include "services/ingest/rpc/convert.h"
#include "services/ingest/rpc/page_token.h"
#include "services/ingest/usecase/read_tickets.h"

namespace huiyin::ingest {
namespace {

constexpr absl::Duration kPoll = absl::Milliseconds(200);
constexpr absl::Duration kSignOfLife = absl::Seconds(20);
constexpr int kPage = 500;

class Watch {
 public:
  Watch(const Units& units, const Clock& clock, absl::Duration overlap, const Caller& caller,
        const v1::WatchTicketsRequest& request, rpc::StreamWriter<v1::WatchTicketsResponse>& out)
      : units_(units),
        clock_(clock),
        overlap_(overlap),
        caller_(caller),
        query_(QueryHash(caller, request)),
        out_(out) {}

  absl::Status Serve(const v1::WatchTicketsRequest& request) {
    HUIYIN_RETURN_IF_ERROR(Begin(request));
    if (!SignOfLife()) return absl::OkStatus();
    while (!out_.Cancelled()) {
      HUIYIN_RETURN_IF_ERROR(Follow());
      if (clock_.Now() - last_sent_ >= kSignOfLife && !SignOfLife()) break;
      if (!out_.Sleep(kPoll)) break;
    }
    return absl::OkStatus();
  }

 private:
  absl::Status Begin(const v1::WatchTicketsRequest& request) {
    InputCheck check;
    filter_ = FromProto(check, request.filter());
    check.Require(request.filter().text().empty(), "filter.text", "must be empty here");
    if (filter_.states.empty()) filter_.states.assign(kStates.begin(), kStates.end());
    position_ = {clock_.Now(), 0};
    if (!request.resume_token().empty()) {
      const auto from = ReadToken(query_, request.resume_token(), 2);
      if (check.Require(from.has_value(), "resume_token", "is not of an answer to this watch")) {
        position_ = {absl::FromUnixMicros((*from)[0]), (*from)[1]};
      }
    }
    return check.ToStatus();
  }

  // Sends what has changed since.
  absl::Status Follow() {
    std::vector<Ticket> tickets;
    WatchPosition from = position_;
    do {
      HUIYIN_RETURN_IF_ERROR(units_.read([&](Unit& unit) -> absl::Status {
        HUIYIN_ASSIGN_OR_RETURN(tickets, ChangedTickets(unit, caller_, filter_, from, kPage));
        return absl::OkStatus();
      }));
      for (const Ticket& ticket : tickets) {
        from = {ticket.updated_at, ticket.no};
        if (!Send(ticket)) return absl::OkStatus();
      }
    } while (tickets.size() == static_cast<size_t>(kPage));
    Advance(from);
    return absl::OkStatus();
  }

  bool Send(const Ticket& ticket) {
    int64_t& sent = sent_[ticket.no];
    if (sent == ticket.revision) return true;
    sent = ticket.revision;
    v1::WatchTicketsResponse response;
    ToProto(ticket, response.mutable_ticket());
    const WatchPosition resume = Behind({ticket.updated_at, ticket.no});
    response.set_resume_token(MakeToken(query_, {absl::ToUnixMicros(resume.time), resume.no}));
    last_sent_ = clock_.Now();
    return out_.Write(response);
  }

  bool SignOfLife() {
    v1::WatchTicketsResponse response;
    response.set_resume_token(
        MakeToken(query_, {absl::ToUnixMicros(position_.time), position_.no}));
    last_sent_ = clock_.Now();
    return out_.Write(response);
  }

  // Where to look again so that no late change is missed.
  WatchPosition Behind(const WatchPosition& reached) const {
    if (overlap_ == absl::ZeroDuration()) return reached;
    return {std::max(position_.time, reached.time - overlap_), 0};
  }

  void Advance(const WatchPosition& reached) {
    position_ = Behind(reached);
    // Without overlap nothing comes twice; with it, what is kept is what the overlap holds,
    // bounded.
    if (overlap_ == absl::ZeroDuration() || sent_.size() > kRemembered) sent_.clear();
  }

  static constexpr size_t kRemembered = 100000;

  const Units& units_;
  const Clock& clock_;
  const absl::Duration overlap_;
  const Caller& caller_;
  const uint64_t query_;
  rpc::StreamWriter<v1::WatchTicketsResponse>& out_;
  TicketFilter filter_;
  WatchPosition position_;
  absl::flat_hash_map<int64_t, int64_t> sent_;  // ticket no → revision
  absl::Time last_sent_;
};

}  // namespace

absl::Status ServeWatch(const Units& units, const Clock& clock, absl::Duration overlap,
                        const Caller& caller, const v1::WatchTicketsRequest& request,
                        rpc::StreamWriter<v1::WatchTicketsResponse>& out) {
  return Watch(units, clock, overlap, caller, request, out).Serve(request);
}

}  // namespace huiyin::ingest
