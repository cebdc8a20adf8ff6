// The analytics service put together; the only place that names concrete types.
#pragma once

#include "libs/host/host.h"

namespace huiyin::analytics {

host::Program Program();

}  // namespace huiyin::analytics
