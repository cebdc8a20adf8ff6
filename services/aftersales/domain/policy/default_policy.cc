// The documents that ship. One that was ever shipped stays as it is, for its verdicts are replayed:
// a change is a new file in documents/ and a row here.
#include "services/aftersales/domain/policy/policy.h"

namespace huiyin::aftersales {
namespace {

constexpr std::string_view kDocuments[] = {
#include "services/aftersales/domain/policy/documents/default_1.inc"
    ,
#include "services/aftersales/domain/policy/documents/default_2.inc"
    ,
#include "services/aftersales/domain/policy/documents/default_3.inc"
};

}  // namespace

const std::vector<std::shared_ptr<const Policy>>& ShippedPolicies() {
  static const auto& kPolicies = *[] {
    auto* policies = new std::vector<std::shared_ptr<const Policy>>;
    // A mistake in one stops every test.
    for (const std::string_view document : kDocuments) {
      policies->push_back(*Policy::Compile(document));
    }
    return policies;
  }();
  return kPolicies;
}

std::shared_ptr<const Policy> DefaultPolicy() { return ShippedPolicies().back(); }

}  // namespace huiyin::aftersales
