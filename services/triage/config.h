// Settings of the triage service, besides those every service has (libs/host/settings.h).
#pragma once

#include "libs/config/settings.h"

namespace huiyin::triage {

inline std::vector<config::Setting> Settings() {
  using config::Type;
  return {
      {"model.file", Type::kFile, "services/triage/model/triage.model",
       "The model that reads messages (services/triage/model/MODEL_CARD.md). Beside it lies "
       "held.tsv: "
       "labelled messages that a model learned from corrections must not do worse on."},
      {"ingest.timeout", Type::kDuration, "5s",
       "Longest a fetch of texts may take; later the events are tried again."},
  };
}

}  // namespace huiyin::triage
