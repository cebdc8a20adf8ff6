// Any bytes get an answer: classification, entities and masking neither crash nor point outside the
// text, entities are in order and apart, probabilities are probabilities, and text without contact
// data leaves masking as it came. Built with -fsanitize=fuzzer this is
// a libFuzzer target; linked with fuzz_corpus_main.cc it runs the committed corpus as a test.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "services/triage/domain/classifier.h"

namespace {

using huiyin::triage::Classification;
using huiyin::triage::Classifier;

const Classifier& Model() {
  static const std::unique_ptr<Classifier> model = [] {
    auto loaded = Classifier::Load(HUIYIN_SOURCE_DIR "/services/triage/model/triage.model");
    if (!loaded.ok()) std::abort();
    return *std::move(loaded);
  }();
  return *model;
}

void Expect(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static thread_local huiyin::triage::Scratch scratch;
  static thread_local Classification out;
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  Model().Classify(text, scratch, &out);
  bool contact = false;
  std::size_t end = 0;
  for (const auto& e : out.entities) {
    Expect(e.begin >= end && e.begin < e.end && e.end <= size);
    end = e.end;
    contact |= huiyin::triage::IsContactData(e.kind);
  }
  for (const auto& t : out.terms) Expect(t.begin < t.end && t.end <= size);
  Expect(out.category_p > 0 && out.category_p <= 1.0001f);
  Expect(out.sentiment_p > 0 && out.sentiment_p <= 1.0001f);
  Expect(out.urgency_p > 0 && out.urgency_p <= 1.0001f);
  constexpr std::size_t kLooked = 32 * 1024;  // Classify looks for entities in this much, and at 64
  const std::string masked = huiyin::triage::MaskContactData(text);
  if (!contact && size <= kLooked && out.entities.size() < 64) Expect(masked == text);
  return 0;
}
