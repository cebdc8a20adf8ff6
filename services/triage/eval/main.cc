// huiyin-eval: measures the triage model on the data folder.
#include <filesystem>
#include <fstream>
#include <iostream>
#include <string>

#include "CLI/CLI.hpp"
#include "services/triage/eval/measures.h"

int main(int argc, char** argv) {
  std::string model = "services/triage/model/triage.model";
  std::string data = "../shared/data";
  std::string output = "build/eval/summary.json";
  CLI::App app("Measures the triage model");
  app.add_option("--model", model)->capture_default_str();
  app.add_option("--data", data, "folder of measuring data")->capture_default_str();
  app.add_option("--output", output, "summary to write")->capture_default_str();
  CLI11_PARSE(app, argc, argv);
  if (!std::filesystem::is_directory(data)) {
    std::cerr << "huiyin-eval: nothing to measure on: there is no data folder at " << data << "\n";
    return 2;
  }
  const auto classifier = huiyin::triage::Classifier::Load(model);
  if (!classifier.ok()) {
    std::cerr << "huiyin-eval: " << classifier.status() << "\n";
    return 1;
  }
  const auto report = huiyin::triage::eval::Evaluate(**classifier, data);
  if (!report.ok()) {
    std::cerr << "huiyin-eval: " << report.status() << "\n";
    return 1;
  }
  std::cout << huiyin::triage::eval::ToTable(*report);
  std::error_code ignored;
  std::filesystem::create_directories(std::filesystem::path(output).parent_path(), ignored);
  std::ofstream file(output);
  file << huiyin::triage::eval::ToJson(*report);
  if (!file.flush()) {
    std::cerr << "huiyin-eval: cannot write " << output << "\n";
    return 1;
  }
  return 0;
}
