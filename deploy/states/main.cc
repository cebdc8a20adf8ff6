// huiyin-aftersales-states: prints services/aftersales/STATES.md.
#include <iostream>

#include "services/aftersales/domain/states.h"

int main() {
  std::cout << huiyin::aftersales::StatesMarkdown();
  return 0;
}
