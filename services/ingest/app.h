// Puts the ingest service together.
#pragma once

#include "libs/host/host.h"

namespace huiyin::ingest {

host::Program Program();

}  // namespace huiyin::ingest
