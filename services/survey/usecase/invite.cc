#include "services/survey/usecase/invite.h"

#include <optional>
#include <vector>

#include "libs/core/status.h"

namespace huiyin::survey {
namespace {

// Whom we do not know we cannot count contacts of.
absl::StatusOr<Suppression> CheckCustomer(Unit& unit, const Invitation& invitation,
                                          absl::Time now) {
  if (invitation.customer.empty()) return Suppression::kNone;
  const ContactCaps& caps = unit.setup.rules.caps;
  HUIYIN_RETURN_IF_ERROR(unit.store.LockContact(invitation.tenant, invitation.customer));
  HUIYIN_ASSIGN_OR_RETURN(
      const std::vector<absl::Time> asked,
      unit.store.InvitedSince(invitation.tenant, invitation.customer, now - CapWindow(caps)));
  return CheckCaps(caps, asked, now);
}

}  // namespace

absl::Status ScheduleInvitation(Unit& unit, const Episode& episode) {
  const TriggerRule* rule = unit.setup.rules.For(episode.trigger);
  if (!rule) return absl::OkStatus();
  const Survey* survey = unit.setup.catalogue.Newest(rule->survey_id);
  if (!survey) return absl::OkStatus();

  Invitation invitation;
  invitation.tenant = episode.tenant;
  invitation.id = InvitationId(unit.ids.NewId());
  invitation.trigger = episode.trigger;
  invitation.episode = episode.number;
  invitation.survey_id = survey->id;
  invitation.survey_version = survey->version;
  invitation.customer = episode.customer;
  invitation.ticket = episode.ticket;
  invitation.rma = episode.rma;
  invitation.language =
      episode.language.empty() ? unit.setup.rules.default_language : episode.language;
  invitation.created_at = unit.clock.Now() + rule->delay;
  invitation.expires_at = invitation.created_at + unit.setup.rules.link_lifetime;
  HUIYIN_ASSIGN_OR_RETURN(const bool added, unit.store.AddInvitation(invitation));
  if (!added) return absl::OkStatus();
  return unit.scheduler.Schedule(invitation.id, invitation.created_at);
}

absl::Status CancelScheduled(Unit& unit, const TenantId& tenant, const TicketId& ticket) {
  HUIYIN_ASSIGN_OR_RETURN(const auto removed, unit.store.RemoveScheduled(tenant, ticket));
  for (const InvitationId& id : removed) HUIYIN_RETURN_IF_ERROR(unit.scheduler.Cancel(id));
  return absl::OkStatus();
}

absl::Status MakeInvitation(Unit& unit, const InvitationId& id) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Invitation> found, unit.store.FindInvitation(id));
  if (!found || found->state != InvitationState::kScheduled) return absl::OkStatus();
  Invitation invitation = *std::move(found);
  const absl::Time now = unit.clock.Now();
  HUIYIN_ASSIGN_OR_RETURN(invitation.suppression, CheckCustomer(unit, invitation, now));
  const bool invited = invitation.suppression == Suppression::kNone;
  invitation.state = invited ? InvitationState::kInvited : InvitationState::kSuppressed;
  invitation.created_at = now;
  // Whole seconds: a token is made anew from this whenever it is asked for.
  invitation.expires_at =
      absl::FromUnixSeconds(absl::ToUnixSeconds(now + unit.setup.rules.link_lifetime));
  HUIYIN_RETURN_IF_ERROR(unit.store.UpdateInvitation(invitation, InvitationState::kScheduled));
  if (!invited) return absl::OkStatus();
  const Survey* survey = unit.setup.catalogue.Find(invitation.survey_id, invitation.survey_version);
  if (!survey) return absl::InternalError("an invitation names a survey that is not there");
  return unit.events.Invited(invitation, survey->kind);
}

}  // namespace huiyin::survey
