#include "services/triage/domain/policy/kind.h"

#include <array>
#include <charconv>

#include "services/triage/domain/priority.h"
#include "services/triage/domain/routing/plan.h"
#include "services/triage/domain/sla/plan.h"

namespace huiyin::triage {
namespace {

struct Kind {
  PolicyKind kind;
  std::string_view name;
  std::string_view default_version;
  std::optional<std::string_view> (*built_in)(std::string_view version);
  absl::Status (*check)(std::string_view source);
};

constexpr std::array kKinds = {
    Kind{PolicyKind::kPriority, "priority", kDefaultPriorityVersion, BuiltInPrioritySource,
         [](std::string_view source) { return PriorityPolicy::Compile("", source).status(); }},
    Kind{PolicyKind::kSla, "sla", kDefaultSlaVersion, BuiltInSlaSource,
         [](std::string_view source) { return SlaPlan::Compile("", source).status(); }},
    Kind{PolicyKind::kRouting, "routing", kDefaultRoutingVersion, BuiltInRoutingSource,
         [](std::string_view source) { return RoutingPlan::Compile("", source).status(); }},
};

const Kind& Find(PolicyKind kind) { return kKinds[static_cast<size_t>(kind) - 1]; }

}  // namespace

std::string VersionOf(PolicyKind kind, int number) {
  return std::string(Find(kind).name) + "-" + std::to_string(number);
}

std::optional<PolicyNumber> ParseVersion(std::string_view version) {
  for (const Kind& kind : kKinds) {
    if (!version.starts_with(kind.name)) continue;
    std::string_view rest = version.substr(kind.name.size());
    if (!rest.starts_with('-')) continue;
    rest.remove_prefix(1);
    int number = 0;
    const auto parsed = std::from_chars(rest.data(), rest.data() + rest.size(), number);
    if (parsed.ec != std::errc() || parsed.ptr != rest.data() + rest.size() || number < 1) continue;
    return PolicyNumber{kind.kind, number};
  }
  return std::nullopt;
}

absl::Status CheckSource(PolicyKind kind, std::string_view source) {
  return Find(kind).check(source);
}

std::string_view DefaultVersion(PolicyKind kind) { return Find(kind).default_version; }

std::optional<std::string_view> BuiltInSource(PolicyKind kind, std::string_view version) {
  return Find(kind).built_in(version);
}

}  // namespace huiyin::triage
