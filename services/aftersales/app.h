// The aftersales service put together: the only place that names concrete types.
#pragma once

#include "libs/host/host.h"

namespace huiyin::aftersales {

std::span<const db::Migration> Schema();
host::Program Program();

}  // namespace huiyin::aftersales
