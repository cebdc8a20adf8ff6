#include "libs/host/host.h"
#include "services/analytics/app.h"

int main(int argc, char** argv) {
  return huiyin::host::Main(argc, argv, huiyin::analytics::Program());
}
