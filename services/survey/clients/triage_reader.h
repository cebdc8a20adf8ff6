// CommentReader over triage's ClassifyText.
#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "libs/core/clock.h"
#include "libs/rpc/channel.h"
#include "services/survey/usecase/recover.h"

namespace huiyin::survey {

// `tokens` and `clock` must outlive the result. Each call has `timeout`. Thread-safe.
std::unique_ptr<CommentReader> MakeTriageReader(std::shared_ptr<grpc::Channel> channel,
                                                rpc::TokenSource& tokens, const Clock& clock,
                                                absl::Duration timeout);

}  // namespace huiyin::survey
