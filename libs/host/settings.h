// Settings that every service has. A service's own are in its config.h.
#pragma once

#include <string>
#include <vector>

#include "libs/config/settings.h"

namespace huiyin::host {

// `service` names the default database file.
std::vector<config::Setting> CommonSettings(const std::string& service);

}  // namespace huiyin::host
