// Access, checked for every method of a service from its descriptors: each role, one's own tenant
// and another's, one's own customer and another's. What is not a caller's to see comes back neither
// in an answer nor in an error, and a role that a method's option does not name is turned away.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "libs/testing/host/test_host.h"

namespace google::protobuf {
class Message;
}

namespace huiyin::testing {

struct AccessCheck {
  // Full names of gRPC services, as "huiyin.survey.v1.SurveyService".
  std::vector<std::string> services;
  // Tenant and customer that own the data in the host.
  std::string tenant, customer;
  // Makes of an empty request one that names the owner's data.
  std::function<void(google::protobuf::Message& request)> fill;
  // Texts that only the owner's data holds, and that no request of `fill` does.
  std::vector<std::string> secrets;
};

// Makes every call and adds test failures for what must not be. Returns for how many pairs of
// method and role the owner's own tenant was shown a secret: a check that shows nothing to anybody
// proves nothing.
int CheckAccess(TestHost& host, const AccessCheck& check);

}  // namespace huiyin::testing
