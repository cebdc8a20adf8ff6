// The seed of a random test.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <iostream>
#include <random>

namespace huiyin::testing {

// A new one each time, unless the environment gives HUIYIN_SEED. Printed, so that what was found
// can be played again.
inline uint64_t Seed() {
  const char* const given = std::getenv("HUIYIN_SEED");
  const uint64_t seed = given != nullptr && *given != '\0' ? std::strtoull(given, nullptr, 10)
                                                           : std::random_device()();
  std::cout << "HUIYIN_SEED=" << seed << std::endl;
  return seed;
}

}  // namespace huiyin::testing
