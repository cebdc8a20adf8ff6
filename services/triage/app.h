// The triage service put together.
#pragma once

#include "libs/host/host.h"

namespace huiyin::triage {

host::Program Program();

}  // namespace huiyin::triage
