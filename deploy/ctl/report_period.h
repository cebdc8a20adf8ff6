// What questions of huiyinctl report share: a period and filters. For files that declare commands.
#pragma once

#include <google/protobuf/repeated_field.h>

#include <string>
#include <vector>

#include "absl/status/status.h"
#include "deploy/ctl/command.h"
#include "huiyin/analytics/v1/analytics_service.pb.h"

namespace huiyin::ctl {

struct Span {
  std::string from, to;
};

// `standard`: how long ago it begins when nothing is said.
void DeclareSpan(CLI::App& app, Span& span, const std::string& standard);
absl::Status Fill(const Ctl& ctl, const Span& span, const std::string& standard,
                  analytics::v1::Period& period);

// "DIMENSION=VALUE" each; of several for one dimension any may hold.
absl::Status AddFilters(const std::vector<std::string>& texts,
                        google::protobuf::RepeatedPtrField<analytics::v1::Filter>& filters);

}  // namespace huiyin::ctl
