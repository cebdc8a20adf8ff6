// The triage service put together.
#pragma once

#include "libs/host/host.h"
#include "services/triage/usecase/message_source.h"

namespace huiyin::triage {

host::Program Program();

// Where the texts of messages come from.
using TextSource = std::function<absl::StatusOr<std::shared_ptr<MessageSource>>(host::Host&)>;
// The same with texts from elsewhere than ingest: for tests and benchmarks.
host::Program ProgramWith(TextSource texts);

}  // namespace huiyin::triage
