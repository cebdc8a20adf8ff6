#include "libs/host/host.h"
#include "services/survey/app.h"

int main(int argc, char** argv) {
  return huiyin::host::Main(argc, argv, huiyin::survey::Program());
}
