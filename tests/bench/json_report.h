// The end of a benchmark: prints its figures and writes them to the file named by --json.
#pragma once

#include <cstdio>
#include <cstring>
#include <fstream>
#include <map>
#include <string>

namespace huiyin::bench {

// Exit status for main: 2 when the file cannot be written or the flags are not understood.
inline int Report(int argc, char** argv, const std::map<std::string, double>& figures) {
  std::string text = "{";
  for (const auto& [key, value] : figures) {
    std::printf("%-36s %14.1f\n", key.c_str(), value);
    text += (text.size() > 1 ? ", \"" : "\"") + key + "\": " + std::to_string(value);
  }
  text += "}\n";
  if (argc == 1) return 0;
  if (argc != 3 || std::strcmp(argv[1], "--json") != 0) {
    std::fprintf(stderr, "usage: %s [--json FILE]\n", argv[0]);
    return 2;
  }
  std::ofstream file(argv[2]);
  file << text;
  file.close();
  if (!file) std::fprintf(stderr, "cannot write %s\n", argv[2]);
  return file ? 0 : 2;
}

}  // namespace huiyin::bench
