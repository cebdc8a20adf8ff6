// The survey service put together; the only place that names concrete types.
#pragma once

#include "libs/host/host.h"

namespace huiyin::survey {

host::Program Program();

}  // namespace huiyin::survey
