// Speed and size of the triage classifier on one core: full decisions (language, category,
// sentiment, urgency, terms, entities) on the test split of zh_online_shopping_10_cats. Against
// `fasttext predict`, which gives one label (the sentiment) to the same texts, stands what gives
// labels alone: all four of them, but no terms and entities. Without the data folder the committed
// corpus is read instead, and fastText is not compared with.
#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iostream>
#include <map>
#include <optional>
#include <set>
#include <sstream>
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

// A round reads the texts so many times, so that starting a program and loading its model weigh
// little.
constexpr int kPasses = 4;
constexpr int kRounds = 5;

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

// The texts as fastText likes them, characters apart, `passes` times over.
void WriteForFastText(const std::vector<Review>& reviews, int passes, const std::string& path) {
  std::ostringstream lines;
  for (const Review& r : reviews) {
    lines << "__label__" << r.label;
    for (std::size_t i = 0; i < r.text.size();) {
      std::size_t end = i + 1;
      while (end < r.text.size() && (static_cast<unsigned char>(r.text[end]) & 0xC0) == 0x80) ++end;
      lines << ' ' << r.text.substr(i, end - i);
      i = end;
    }
    lines << '\n';
  }
  std::ofstream out(path);
  for (int i = 0; i < passes; ++i) out << lines.str();
}

double TimeCommand(const std::string& command) {
  const Clock::time_point start = Clock::now();
  return std::system(command.c_str()) == 0 ? Seconds(start) : 0;
}

// `fasttext predict` on the test texts, with a model of one of the classifier's tasks.
class FastText {
 public:
  // Trains the model unless `folder` has it already.
  FastText(const Reviews& reviews, const std::string& folder)
      : texts_(reviews.test.size() * kPasses), folder_(folder) {
    std::filesystem::create_directories(folder);
    const std::string model = folder + "/fasttext";
    WriteForFastText(reviews.test, kPasses, folder + "/test.txt");
    std::ofstream(folder + "/empty.txt").flush();
    if (!std::filesystem::exists(model + ".bin")) {
      WriteForFastText(reviews.train, 1, folder + "/train.txt");
      // The settings of the anchor in the data folder's README.
      TimeCommand(absl::StrCat("fasttext supervised -input ", folder, "/train.txt -output ", model,
                               " -wordNgrams 4 -dim 16 -epoch 10 -thread 1 >/dev/null 2>&1"));
    }
  }

  // Messages a second now, loading excluded; 0 if it cannot be measured.
  double Rate() const {
    const std::string predict =
        absl::StrCat("fasttext predict ", folder_, "/fasttext.bin ", folder_);
    const double load = TimeCommand(absl::StrCat(predict, "/empty.txt >/dev/null"));
    const double all = TimeCommand(absl::StrCat(predict, "/test.txt >/dev/null"));
    return all > load && load > 0 ? static_cast<double>(texts_) / (all - load) : 0;
  }

 private:
  std::size_t texts_;
  std::string folder_;
};

double Median(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  return values[values.size() / 2];
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

  Reviews reviews = ReadReviews(data + "/zh/zh_online_shopping_10_cats.tsv");
  const bool have_data = !reviews.test.empty();
  if (!have_data) reviews.train = ReadReviews("services/triage/corpus/zh.tsv").train;
  const std::vector<Review>& texts = have_data ? reviews.test : reviews.train;
  const double before = ResidentMegabytes();
  const auto classifier = Classifier::Load(model);
  if (!classifier.ok()) {
    std::cerr << classifier.status() << "\n";
    return 1;
  }
  Scratch scratch;
  Classification out;
  for (const Review& r : texts) (*classifier)->Classify(r.text, scratch, &out);
  // The model, what is made of it, and one thread's working memory.
  const double model_mb = ResidentMegabytes() - before;

  // Each round measures both sides: what else the machine does comes and goes, and meets them
  // alike.
  std::optional<FastText> fasttext;
  if (have_data) fasttext.emplace(reviews, work);
  const auto rate = [&](auto&& read) {
    const Clock::time_point start = Clock::now();
    for (int i = 0; i < kPasses; ++i) {
      for (const Review& r : texts) read(r.text);
    }
    return static_cast<double>(texts.size() * kPasses) / Seconds(start);
  };
  std::vector<double> rates;
  std::vector<double> p99s;
  std::vector<double> fasttext_rates;
  std::vector<double> ratios;
  for (int round = 0; round < kRounds; ++round) {
    rates.push_back(rate([&](const auto& t) { (*classifier)->Classify(t, scratch, &out); }));
    if (fasttext) {
      const double labels = rate([&](const auto& t) { (*classifier)->Label(t, scratch, &out); });
      fasttext_rates.push_back(fasttext->Rate());
      if (fasttext_rates.back() > 0) ratios.push_back(labels / fasttext_rates.back());
    }
    std::vector<double> micros;
    for (const Review& r : texts) {
      const Clock::time_point one = Clock::now();
      (*classifier)->Classify(r.text, scratch, &out);
      micros.push_back(Seconds(one) * 1e6);
    }
    std::sort(micros.begin(), micros.end());
    p99s.push_back(micros[micros.size() * 99 / 100]);
  }

  std::map<std::string, double> figures = {{"classify_per_s_core", Median(rates)},
                                           {"classify_p99_us", Median(p99s)},
                                           {"model_rss_mb", model_mb}};
  if (!ratios.empty()) {
    figures["fasttext_per_s"] = Median(fasttext_rates);
    figures["classify_vs_fasttext"] = Median(ratios);
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
