#include "services/aftersales/usecase/unit.h"

#include <future>

namespace huiyin::aftersales {

absl::Status RunAndWait(const SubmitWork& submit, uint64_t key, std::string traceparent,
                        absl::AnyInvocable<absl::Status(Unit&)> work) {
  std::promise<absl::Status> ended;
  std::future<absl::Status> end = ended.get_future();
  submit(key, std::move(traceparent), std::move(work),
         [ended = std::move(ended)](absl::Status status) mutable {
           ended.set_value(std::move(status));
         });
  return end.get();
}

}  // namespace huiyin::aftersales
