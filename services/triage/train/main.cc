// huiyin-train: makes the triage model from the corpus and the data folder.
#include <chrono>
#include <iostream>

#include "CLI/CLI.hpp"
#include "services/triage/train/trainer.h"

int main(int argc, char** argv) {
  huiyin::triage::train::TrainOptions options;
  options.corpus = "services/triage/corpus";
  options.review_labels = "services/triage/corpus/reviews.labels";
  options.data = "../shared/data";
  options.output = "services/triage/model/triage.model";
  CLI::App app("Trains the triage model");
  app.add_option("--corpus", options.corpus, "folder of <language>.tsv")->capture_default_str();
  app.add_option("--review-labels", options.review_labels, "labels of reviews by SHA-1")
      ->capture_default_str();
  app.add_option("--data", options.data, "folder of third-party data")->capture_default_str();
  app.add_option("--output", options.output, "model file to write")->capture_default_str();
  app.add_option("--release", options.release, "first part of the version")->capture_default_str();
  app.add_option("--seed", options.seed, "of all shuffling")->capture_default_str();
  app.add_option("--conv-epochs", options.conv_epochs)->capture_default_str();
  app.add_option("--lessons-on", options.base,
                 "only teach the lessons to this model, as its first half left it");
  CLI11_PARSE(app, argc, argv);
  if (!std::filesystem::is_directory(options.data)) {
    std::cerr << "huiyin-train: no data folder at " << options.data
              << ": training on the committed corpus alone; the model will be weaker, and differ "
                 "from the one that ships\n";
  }
  const auto start = std::chrono::steady_clock::now();
  options.progress = [&](std::string_view what) {
    const std::chrono::duration<double> t = std::chrono::steady_clock::now() - start;
    std::cerr << static_cast<int>(t.count()) << " s: " << what << "\n";
  };
  namespace train = huiyin::triage::train;
  const absl::Status s =
      options.base.empty() ? train::TrainModel(options) : train::TeachLessons(options);
  if (!s.ok()) {
    std::cerr << "huiyin-train: " << s << "\n";
    return 1;
  }
  return 0;
}
