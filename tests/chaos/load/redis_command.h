// One command to a test's Redis.
#pragma once

#include <string>
#include <vector>

#include "libs/testing/servers/redis_server.h"

namespace huiyin::testing {

// False when Redis does not answer, or with an error.
bool RedisCommand(const RedisServer& redis, const std::vector<std::string>& words);

}  // namespace huiyin::testing
