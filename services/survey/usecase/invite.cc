#include "services/survey/usecase/invite.h"

#include <algorithm>
#include <optional>
#include <utility>
#include <vector>

#include "libs/core/status.h"
#include "services/survey/usecase/definitions.h"
#include "services/survey/usecase/policy.h"

namespace huiyin::survey {
namespace {

// Whom we do not know we cannot count contacts of.
absl::StatusOr<Suppression> CheckContact(Unit& unit, const Rules& rules, const Customer& customer,
                                         const Invitation& invitation) {
  if (!MayAsk(rules, customer.consent)) return Suppression::kNoConsent;
  const bool to_review =
      invitation.purpose == Purpose::kProductReview && !invitation.facts.product.empty();
  if (to_review && invitation.products.empty()) return Suppression::kAlreadyReviewed;
  if (customer.id.empty()) return Suppression::kNone;
  const ContactCaps& caps = rules.CapsOf(customer.tier);
  const absl::Time now = unit.clock.Now();
  HUIYIN_RETURN_IF_ERROR(unit.store.LockContact(invitation.tenant, invitation.customer));
  HUIYIN_ASSIGN_OR_RETURN(const std::vector<Contact> contacts,
                          unit.store.ContactsSince(invitation.tenant, invitation.customer,
                                                   invitation.id, now - CapWindow(caps)));
  return CheckCaps(caps, contacts, now);
}

// What the events before have told of the episode's subject, and of whom it is about.
absl::StatusOr<EpisodeFacts> GatherFacts(Unit& unit, const Episode& episode,
                                         const Customer& customer) {
  HUIYIN_ASSIGN_OR_RETURN(EpisodeFacts facts,
                          unit.definitions.FindFacts(episode.tenant, episode.subject));
  if (episode.facts.channel != 0) facts.channel = episode.facts.channel;
  if (!episode.facts.agent.empty()) facts.agent = episode.facts.agent;
  if (!episode.facts.product.empty()) facts.product = episode.facts.product;
  facts.tier = customer.tier;
  return facts;
}

absl::Status ChooseProducts(Unit& unit, Invitation& invitation) {
  if (invitation.purpose != Purpose::kProductReview) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(
      auto received,
      unit.reviews.ReceivedProducts(invitation.tenant, invitation.customer, invitation.order));
  invitation.products = ProductsToAsk(invitation, std::move(received));
  return absl::OkStatus();
}

Invitation NewInvitation(Unit& unit, const Episode& episode, const Customer& customer,
                         const Survey& survey, const Rules& rules) {
  Invitation invitation;
  invitation.tenant = episode.tenant;
  invitation.id = InvitationId(unit.ids.NewId());
  invitation.trigger = episode.trigger;
  invitation.subject = episode.subject;
  invitation.episode = episode.number;
  invitation.survey_id = survey.id;
  invitation.survey_version = survey.version;
  invitation.purpose = survey.purpose;
  invitation.customer = episode.customer;
  invitation.ticket = episode.ticket;
  invitation.rma = episode.rma;
  invitation.order = episode.order;
  invitation.language = customer.language.empty() ? episode.language : customer.language;
  // An order tells of no language, but of a country.
  if (invitation.language.empty()) invitation.language = LanguageOfCountry(customer.country);
  if (invitation.language.empty()) invitation.language = rules.default_language;
  return invitation;
}

}  // namespace

absl::Status ScheduleInvitation(Unit& unit, const Episode& episode) {
  HUIYIN_ASSIGN_OR_RETURN(const Policy policy,
                          PolicyOf(unit.definitions, unit.setup, episode.tenant));
  HUIYIN_ASSIGN_OR_RETURN(const Customer customer,
                          CustomerOf(unit.definitions, episode.tenant, episode.customer));
  HUIYIN_ASSIGN_OR_RETURN(const EpisodeFacts facts, GatherFacts(unit, episode, customer));
  const TriggerRule* rule = RuleFor(policy.rules, {episode.trigger, facts.channel, customer.tier,
                                                   customer.country, facts.exchange});
  if (!rule || rule->survey_id.empty()) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(const SurveyPtr survey, PublishedSurvey(unit.definitions, unit.setup,
                                                                  episode.tenant, rule->survey_id));
  if (!survey) return absl::OkStatus();
  const absl::Time now = unit.clock.Now();
  const absl::Time ended = episode.ended_at == absl::InfinitePast() ? now : episode.ended_at;
  if (ended + rule->delay + policy.rules.link_lifetime < now) return absl::OkStatus();

  Invitation invitation = NewInvitation(unit, episode, customer, *survey, policy.rules);
  invitation.rule_id = rule->id;
  invitation.facts = facts;
  invitation.created_at = std::max(now, ended + rule->delay);
  invitation.expires_at = invitation.created_at + policy.rules.link_lifetime;
  const bool drawn = IsSampled(*rule, invitation);
  if (!drawn) {
    invitation.state = InvitationState::kSuppressed;
    invitation.suppression = Suppression::kSampledOut;
  }
  HUIYIN_ASSIGN_OR_RETURN(const bool added, unit.store.AddInvitation(invitation));
  if (!added || !drawn) return absl::OkStatus();
  return unit.scheduler.Schedule(invitation.id, invitation.created_at);
}

absl::Status CancelScheduled(Unit& unit, const TenantId& tenant, const TicketId& ticket) {
  HUIYIN_ASSIGN_OR_RETURN(const auto removed, unit.store.RemoveScheduled(tenant, ticket));
  for (const InvitationId& id : removed) HUIYIN_RETURN_IF_ERROR(unit.scheduler.Cancel(id));
  return absl::OkStatus();
}

absl::Status EraseCustomer(Unit& unit, const TenantId& tenant, const CustomerId& customer,
                           const std::string& erasure) {
  if (customer.empty()) return absl::OkStatus();
  HUIYIN_ASSIGN_OR_RETURN(
      const auto removed,
      unit.store.EraseCustomer(tenant, customer, CustomerId("erased-" + erasure)));
  for (const InvitationId& id : removed) HUIYIN_RETURN_IF_ERROR(unit.scheduler.Cancel(id));
  return absl::OkStatus();
}

absl::Status MakeInvitation(Unit& unit, const InvitationId& id) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Invitation> found, unit.store.FindInvitation(id));
  if (!found || found->state != InvitationState::kScheduled) return absl::OkStatus();
  Invitation invitation = *std::move(found);
  HUIYIN_ASSIGN_OR_RETURN(const Policy policy,
                          PolicyOf(unit.definitions, unit.setup, invitation.tenant));
  const Rules& rules = policy.rules;
  HUIYIN_ASSIGN_OR_RETURN(const Customer customer,
                          CustomerOf(unit.definitions, invitation.tenant, invitation.customer));
  const absl::Time now = unit.clock.Now();
  const absl::Time allowed = AfterQuiet(rules.quiet, ZoneOf(rules, customer), now);
  if (allowed > now) return unit.scheduler.Schedule(id, allowed);

  HUIYIN_RETURN_IF_ERROR(ChooseProducts(unit, invitation));
  HUIYIN_ASSIGN_OR_RETURN(invitation.suppression, CheckContact(unit, rules, customer, invitation));
  const bool invited = invitation.suppression == Suppression::kNone;
  invitation.state = invited ? InvitationState::kInvited : InvitationState::kSuppressed;
  invitation.created_at = now;
  // Whole seconds: a token is made anew from this whenever it is asked for.
  invitation.expires_at = absl::FromUnixSeconds(absl::ToUnixSeconds(now + rules.link_lifetime));
  HUIYIN_RETURN_IF_ERROR(unit.store.UpdateInvitation(invitation, InvitationState::kScheduled));
  if (!invited) return absl::OkStatus();
  if (rules.reminder_delay > absl::ZeroDuration() &&
      now + rules.reminder_delay < invitation.expires_at) {
    HUIYIN_RETURN_IF_ERROR(unit.scheduler.ScheduleReminder(id, now + rules.reminder_delay));
  }
  HUIYIN_ASSIGN_OR_RETURN(const SurveyPtr survey,
                          FindSurvey(unit.definitions, unit.setup, invitation.tenant,
                                     invitation.survey_id, invitation.survey_version));
  if (!survey) return absl::InternalError("an invitation names a survey that is not there");
  // Figures of service, which follow the event, are not about products.
  if (invitation.purpose == Purpose::kProductReview) return absl::OkStatus();
  return unit.events.Invited(invitation, *survey);
}

absl::Status RemindCustomer(Unit& unit, const InvitationId& id) {
  HUIYIN_ASSIGN_OR_RETURN(std::optional<Invitation> found, unit.store.FindInvitation(id));
  const absl::Time now = unit.clock.Now();
  if (!found || !CanBeAnswered(*found, now) || found->reminded_at) return absl::OkStatus();
  Invitation invitation = *std::move(found);
  HUIYIN_ASSIGN_OR_RETURN(const Policy policy,
                          PolicyOf(unit.definitions, unit.setup, invitation.tenant));
  HUIYIN_ASSIGN_OR_RETURN(const Customer customer,
                          CustomerOf(unit.definitions, invitation.tenant, invitation.customer));
  const absl::Time allowed = AfterQuiet(policy.rules.quiet, ZoneOf(policy.rules, customer), now);
  if (allowed > now) return unit.scheduler.ScheduleReminder(id, allowed);
  HUIYIN_ASSIGN_OR_RETURN(const Suppression suppression,
                          CheckContact(unit, policy.rules, customer, invitation));
  if (suppression != Suppression::kNone) return absl::OkStatus();
  invitation.reminded_at = now;
  HUIYIN_RETURN_IF_ERROR(unit.store.UpdateInvitation(invitation, invitation.state));
  return unit.events.Reminded(invitation);
}

}  // namespace huiyin::survey
