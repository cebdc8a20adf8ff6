// The committed model, for tests.
#pragma once

#include <memory>
#include <string>

#include "gtest/gtest.h"
#include "services/triage/domain/classifier.h"

namespace huiyin::triage {

inline std::string ModelPath() { return HUIYIN_SOURCE_DIR "/services/triage/model/triage.model"; }

inline const Classifier& ShippedModel() {
  static const std::unique_ptr<Classifier> classifier = [] {
    absl::StatusOr<std::unique_ptr<Classifier>> loaded = Classifier::Load(ModelPath());
    EXPECT_TRUE(loaded.ok()) << loaded.status();
    return loaded.ok() ? *std::move(loaded) : nullptr;
  }();
  return *classifier;
}

}  // namespace huiyin::triage
