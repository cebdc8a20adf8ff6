// Settings of the triage service, besides those every service has (libs/host/settings.h).
#pragma once

#include "libs/config/settings.h"

namespace huiyin::triage {

inline std::vector<config::Setting> Settings() {
  using config::Type;
  return {
      {"model.file", Type::kFile, "services/triage/model/triage.model",
       "The model that reads messages; see services/triage/MODEL_CARD.md."},
      {"ingest.timeout", Type::kDuration, "5s",
       "Longest a fetch of texts may take; later the events are tried again."},
  };
}

}  // namespace huiyin::triage
