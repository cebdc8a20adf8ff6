// What a caller is told whose request cannot be read at all: text that is not UTF-8, or bytes that
// are no protobuf. gRPC itself calls such a method unimplemented, which sends people looking in the
// wrong place.
#pragma once

#include <grpcpp/support/server_interceptor.h>

#include <memory>

namespace huiyin::rpc {

// Answers INVALID_ARGUMENT (MALFORMED_REQUEST) instead, for methods that take one request.
std::unique_ptr<grpc::experimental::ServerInterceptorFactoryInterface> MakeMalformedRequestAnswer();

}  // namespace huiyin::rpc
