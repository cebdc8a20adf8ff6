// MessageSource over ingest's BatchGetMessages.
#pragma once

#include <grpcpp/channel.h>

#include <memory>

#include "libs/core/clock.h"
#include "libs/rpc/channel.h"
#include "services/triage/usecase/message_source.h"

namespace huiyin::triage {

// `tokens` and `clock` must outlive the result. Each call has `timeout`.
std::unique_ptr<MessageSource> MakeIngestMessages(std::shared_ptr<grpc::Channel> channel,
                                                  rpc::TokenSource& tokens, const Clock& clock,
                                                  absl::Duration timeout);

}  // namespace huiyin::triage
