#include "services/aftersales/app.h"

int main(int argc, char** argv) {
  return huiyin::host::Main(argc, argv, huiyin::aftersales::Program());
}
