// Ids that a test can predict: 00000000-0000-7000-8000-000000000001, …2, …3.
#pragma once

#include <atomic>
#include <cstdio>

#include "libs/core/id.h"

namespace huiyin::testing {

// Thread-safe.
class SequentialIds final : public IdGenerator {
 public:
  std::string NewId() override {
    char text[37];
    std::snprintf(text, sizeof text, "00000000-0000-7000-8000-%012llx",
                  static_cast<unsigned long long>(++last_));
    return text;
  }

 private:
  std::atomic<uint64_t> last_{0};
};

}  // namespace huiyin::testing
