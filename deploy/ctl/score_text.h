// Product scores, and products to review, for people.
#pragma once

#include <span>
#include <string>

#include "deploy/terminal/table.h"
#include "huiyin/survey/v1/review.pb.h"
#include "huiyin/survey/v1/survey.pb.h"

namespace huiyin::ctl {

// A line per score, in the order given.
terminal::Table ScoreTable(std::span<const huiyin::survey::v1::ProductScore> scores);

// "P-1 (reviewed), P-2"
std::string ProductsText(
    const google::protobuf::RepeatedPtrField<huiyin::survey::v1::AskedProduct>& products);

}  // namespace huiyin::ctl
