// huiyinctl customer.
#pragma once

namespace CLI {
class App;
}

namespace huiyin::ctl {

class Ctl;
void AddCustomerCommands(CLI::App& app, Ctl& ctl);

}  // namespace huiyin::ctl
