// How returns look in a terminal.
#pragma once

#include "deploy/ctl/ctl.h"

namespace huiyin::aftersales::v1 {
class Rma;
}

namespace huiyin::ctl {

void PrintRma(Ctl& ctl, const aftersales::v1::Rma& rma);
terminal::Table RmaTable();
void AddRma(terminal::Table& table, const aftersales::v1::Rma& rma);

}  // namespace huiyin::ctl
