#include "deploy/terminal/progress.h"

#include <algorithm>
#include <utility>

#include "absl/strings/str_cat.h"
#include "absl/strings/str_format.h"
#include "deploy/terminal/table.h"
#include "deploy/terminal/text.h"

namespace huiyin::terminal {
namespace {
constexpr int kBarColumns = 30;
constexpr absl::Duration kRedraw = absl::Milliseconds(100);
constexpr absl::Duration kPlainLine = absl::Seconds(5);
}  // namespace

Progress::Progress(std::ostream& out, const Clock& clock, bool terminal, std::string label,
                   int64_t total)
    : out_(out),
      clock_(clock),
      terminal_(terminal),
      label_(std::move(label)),
      total_(total),
      started_(clock.Now()) {}

Progress::~Progress() { Finish(); }

void Progress::Update(int64_t done, const std::string& note) {
  done_ = done;
  note_ = note;
  stale_ = true;
  const absl::Time now = clock_.Now();
  if (drawn_ == absl::InfinitePast() && !terminal_) drawn_ = started_;
  if (now - drawn_ < (terminal_ ? kRedraw : kPlainLine)) return;
  drawn_ = now;
  Draw();
}

void Progress::Finish() {
  if (finished_) return;
  finished_ = true;
  if (stale_) Draw();
  if (terminal_) out_ << std::endl;
}

void Progress::Draw() {
  stale_ = false;
  const double seconds = std::max(1e-3, absl::ToDoubleSeconds(clock_.Now() - started_));
  std::string line = label_;
  if (total_ > 0) {
    const double share = std::min(1.0, static_cast<double>(done_) / static_cast<double>(total_));
    if (terminal_) {
      const std::string bar = Bar(share, 1, kBarColumns);
      absl::StrAppend(&line, " ▕", bar, std::string(kBarColumns - Width(bar), ' '), "▏");
    }
    absl::StrAppend(&line, " ", Grouped(done_), " of ", Grouped(total_),
                    absl::StrFormat(" (%.0f %%)", share * 100));
  } else {
    absl::StrAppend(&line, " ", Grouped(done_));
  }
  const double rate = static_cast<double>(done_) / seconds;
  absl::StrAppend(&line, ", ", Grouped(static_cast<int64_t>(rate)), "/s");
  if (!note_.empty()) absl::StrAppend(&line, ", ", note_);
  if (terminal_) {
    out_ << "\r\033[K" << line << std::flush;
  } else {
    out_ << line << std::endl;
  }
}

}  // namespace huiyin::terminal
