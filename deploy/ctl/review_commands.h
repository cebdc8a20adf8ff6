// huiyinctl review.
#pragma once

namespace CLI {
class App;
}

namespace huiyin::ctl {

class Ctl;
void AddReviewCommands(CLI::App& app, Ctl& ctl);

}  // namespace huiyin::ctl
