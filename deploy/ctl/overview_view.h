// The figures of a period as a page that people read: the sample day and `report overview` print
// it.
#pragma once

#include <ostream>
#include <string>
#include <vector>

#include "deploy/terminal/table.h"

namespace huiyin::analytics::v1 {
class Alert;
class Overview;
}  // namespace huiyin::analytics::v1

namespace huiyin::ctl {

void PrintOverview(std::ostream& out, const terminal::Style& style,
                   const analytics::v1::Overview& overview);
// What is going wrong, each with the numbers behind it.
void PrintAlert(std::ostream& out, const terminal::Style& style, const analytics::v1::Alert& alert);

}  // namespace huiyin::ctl
