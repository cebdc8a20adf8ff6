// Product scores for people.
#pragma once

#include <span>

#include "deploy/terminal/table.h"
#include "huiyin/survey/v1/review.pb.h"

namespace huiyin::ctl {

// A line per score, in the order given.
terminal::Table ScoreTable(std::span<const huiyin::survey::v1::ProductScore> scores);

}  // namespace huiyin::ctl
