#include "tests/chaos/load/redis_command.h"

#include <hiredis/hiredis.h>

#include <memory>

namespace huiyin::testing {

bool RedisCommand(const RedisServer& redis, const std::vector<std::string>& words) {
  const std::string address = redis.tcp_address();
  const size_t colon = address.rfind(':');
  const std::unique_ptr<redisContext, void (*)(redisContext*)> context(
      redisConnect(address.substr(0, colon).c_str(), std::stoi(address.substr(colon + 1))),
      redisFree);
  if (context == nullptr || context->err != 0) return false;
  std::vector<const char*> argv;
  std::vector<size_t> sizes;
  for (const std::string& word : words) {
    argv.push_back(word.data());
    sizes.push_back(word.size());
  }
  const std::unique_ptr<redisReply, void (*)(void*)> reply(
      static_cast<redisReply*>(redisCommandArgv(context.get(), static_cast<int>(argv.size()),
                                                argv.data(), sizes.data())),
      freeReplyObject);
  return reply != nullptr && reply->type != REDIS_REPLY_ERROR;
}

}  // namespace huiyin::testing
