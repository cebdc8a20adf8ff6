#include "libs/host/host.h"
#include "services/ingest/app.h"

int main(int argc, char** argv) {
  return huiyin::host::Main(argc, argv, huiyin::ingest::Program());
}
