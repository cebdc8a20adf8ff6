// Speed and size of the triage classifier on one core: full decisions (language, category,
// sentiment, urgency, terms, entities) on the test split of zh_online_shopping_10_cats, and
// `fasttext predict` on the same texts with a model of one of those tasks. Without the data folder
// the committed corpus is read instead, and fastText is not compared with.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "CLI/CLI.hpp"
#include "absl/strings/str_cat.h"
#include "nlohmann/json.hpp"
#include "services/triage/domain/classifier.h"
#include "services/triage/domain/text/sha1.h"

namespace {

using huiyin::triage::Classification;
using huiyin::triage::Classifier;
using huiyin::triage::Scratch;
using Clock = std::chrono::steady_clock;

double Seconds(Clock::time_point start) {
  return std::chrono::duration<double>(Clock::now() - start).count();
}

double ResidentMegabytes() {
  std::ifstream statm("/proc/self/statm");
  long pages = 0;
  long resident = 0;
  statm >> pages >> resident;
  return static_cast<double>(resident) * 4096 / 1048576;
}

struct Review {
  std::string label;
  std::string text;
};

struct Reviews {
  std::vector<Review> train;
  std::vector<Review> test;
};

Reviews ReadReviews(const std::string& path) {
  Reviews out;
  std::ifstream in(path);
  std::set<std::string> known;
  for (std::string line; std::getline(in, line);) {
    const std::size_t tab = line.find('\t');
    const std::size_t last = line.rfind('\t');
    if (tab == std::string::npos || !known.insert(line.substr(last + 1)).second) continue;
    Review r{line.substr(0, tab), line.substr(last + 1)};
    (huiyin::triage::text::Sha1(r.text)[0] < 26 ? out.test : out.train).push_back(std::move(r));
  }
  return out;
}

// The texts as fastText likes them: characters apart.
void WriteForFastText(const std::vector<Review>& reviews, const std::string& path) {
  std::ofstream out(path);
  for (const Review& r : reviews) {
    out << "__label__" << r.label;
    for (std::size_t i = 0; i < r.text.size();) {
      std::size_t end = i + 1;
      while (end < r.text.size() && (static_cast<unsigned char>(r.text[end]) & 0xC0) == 0x80) ++end;
      out << ' ' << r.text.substr(i, end - i);
      i = end;
    }
    out << '\n';
  }
}

double TimeCommand(const std::string& command) {
  const Clock::time_point start = Clock::now();
  return std::system(command.c_str()) == 0 ? Seconds(start) : 0;
}

// Messages a second of `fasttext predict`, loading excluded; 0 if it cannot be measured.
double FastTextRate(const Reviews& reviews, const std::string& folder) {
  std::filesystem::create_directories(folder);
  const std::string model = folder + "/fasttext";
  WriteForFastText(reviews.test, folder + "/test.txt");
  std::ofstream(folder + "/empty.txt").flush();
  if (!std::filesystem::exists(model + ".bin")) {
    WriteForFastText(reviews.train, folder + "/train.txt");
    // The settings of the anchor in the data folder's README.
    TimeCommand(absl::StrCat("fasttext supervised -input ", folder, "/train.txt -output ", model,
                             " -wordNgrams 4 -dim 16 -epoch 10 -thread 1 >/dev/null 2>&1"));
  }
  double load = 1e9;
  double all = 1e9;
  for (int i = 0; i < 3; ++i) {
    const std::string predict = absl::StrCat("fasttext predict ", model, ".bin ", folder);
    load = std::min(load, TimeCommand(absl::StrCat(predict, "/empty.txt >/dev/null")));
    all = std::min(all, TimeCommand(absl::StrCat(predict, "/test.txt >/dev/null")));
  }
  return all > load && load > 0 ? static_cast<double>(reviews.test.size()) / (all - load) : 0;
}

}  // namespace

int main(int argc, char** argv) {
  std::string model = "services/triage/model/triage.model";
  std::string data = "../shared/data";
  std::string work = "build/bench";
  std::string json;
  CLI::App app("Measures the triage classifier");
  app.add_option("--model", model)->capture_default_str();
  app.add_option("--data", data)->capture_default_str();
  app.add_option("--work", work, "folder for fastText's model")->capture_default_str();
  app.add_option("--json", json, "file to write the rows to");
  CLI11_PARSE(app, argc, argv);

  const auto classifier = Classifier::Load(model);
  if (!classifier.ok()) {
    std::cerr << classifier.status() << "\n";
    return 1;
  }
  Scratch scratch;
  Classification out;
  Reviews reviews = ReadReviews(data + "/zh/zh_online_shopping_10_cats.tsv");
  const bool have_data = !reviews.test.empty();
  if (!have_data) reviews.train = ReadReviews("services/triage/corpus/zh.tsv").train;
  const std::vector<Review>& texts = have_data ? reviews.test : reviews.train;
  const double texts_loaded = ResidentMegabytes();
  for (const Review& r : texts) (*classifier)->Classify(r.text, scratch, &out);
  // The model's pages and one thread's working memory; not the texts of the benchmark.
  const double model_mb = ResidentMegabytes() - texts_loaded +
                          static_cast<double>(std::filesystem::file_size(model)) / 1048576;

  double best = 1e9;
  std::vector<double> micros;
  for (int round = 0; round < 5; ++round) {
    const Clock::time_point start = Clock::now();
    for (const Review& r : texts) (*classifier)->Classify(r.text, scratch, &out);
    best = std::min(best, Seconds(start));
  }
  for (const Review& r : texts) {
    const Clock::time_point start = Clock::now();
    (*classifier)->Classify(r.text, scratch, &out);
    micros.push_back(Seconds(start) * 1e6);
  }
  std::sort(micros.begin(), micros.end());
  const double rate = static_cast<double>(texts.size()) / best;
  const double p99 = micros[micros.size() * 99 / 100];

  std::map<std::string, double> figures = {
      {"classify_per_s_core", rate}, {"classify_p99_us", p99}, {"model_rss_mb", model_mb}};
  const double fasttext = have_data ? FastTextRate(reviews, work) : 0;
  if (fasttext > 0) {
    figures["fasttext_per_s"] = fasttext;
    figures["classify_vs_fasttext"] = rate / fasttext;
  } else {
    std::cerr << "classify_vs_fasttext: not measured (needs the data folder and fasttext)\n";
  }
  for (const auto& [key, value] : figures) std::cout << key << " " << value << "\n";
  if (!json.empty()) {
    std::ofstream file(json);
    file << nlohmann::json(figures).dump() << "\n";
    if (!file.flush()) return 2;
  }
  return 0;
}
