#include "services/aftersales/domain/parcel.h"

namespace huiyin::aftersales {
namespace {

using E = ParcelEvent;
using S = ParcelState;

template <class... Values>
constexpr uint32_t Bits(Values... values) {
  return ((1u << static_cast<int>(values)) | ... | 0u);
}

struct Row {
  ParcelEvent event;
  uint32_t from;  // bit per ParcelState
  ParcelState to;
};
// What the carrier saw counts more than what it said: a parcel that was to be cancelled and moves
// is in transit.
constexpr Row kRows[] = {
    {E::kLabelMade, Bits(S::kRequested), S::kLabelled},
    {E::kRefused, Bits(S::kRequested), S::kRefused},
    {E::kCancelAsked, Bits(S::kRequested, S::kLabelled), S::kCancelling},
    {E::kCancelled, Bits(S::kCancelling), S::kCancelled},
    {E::kTooLate, Bits(S::kCancelling), S::kLabelled},
    {E::kMoves, Bits(S::kRequested, S::kLabelled, S::kCancelling, S::kCancelled, S::kLost),
     S::kInTransit},
    {E::kDelivered,
     Bits(S::kRequested, S::kLabelled, S::kInTransit, S::kLost, S::kCancelling, S::kCancelled),
     S::kDelivered},
    {E::kLost, Bits(S::kRequested, S::kLabelled, S::kInTransit, S::kCancelling), S::kLost},
};

}  // namespace

std::string_view Name(ParcelState state) {
  static constexpr std::string_view kNames[] = {"?",          "REQUESTED", "LABELLED",
                                                "IN_TRANSIT", "DELIVERED", "LOST",
                                                "CANCELLING", "CANCELLED", "REFUSED"};
  const auto index = static_cast<size_t>(state);
  return index <= kParcelStates ? kNames[index] : "?";
}

std::string_view Name(ParcelEvent event) {
  static constexpr std::string_view kNames[] = {"LABEL_MADE", "REFUSED",  "CANCEL_ASKED",
                                                "CANCELLED",  "TOO_LATE", "MOVES",
                                                "DELIVERED",  "LOST"};
  const auto index = static_cast<size_t>(event);
  return index < kParcelEvents ? kNames[index] : "?";
}

std::string_view Name(ScanKind kind) {
  static constexpr std::string_view kNames[] = {"?", "HANDED_OVER", "MOVING", "DELIVERED", "LOST"};
  const auto index = static_cast<size_t>(kind);
  return index <= kScanKinds ? kNames[index] : "?";
}

std::optional<ParcelState> Next(ParcelState state, ParcelEvent event) {
  for (const Row& row : kRows) {
    if (row.event == event && (row.from >> static_cast<int>(state) & 1) != 0) return row.to;
  }
  return std::nullopt;
}

ParcelEvent EventOf(ScanKind kind) {
  switch (kind) {
    case ScanKind::kDelivered:
      return ParcelEvent::kDelivered;
    case ScanKind::kLost:
      return ParcelEvent::kLost;
    default:
      return ParcelEvent::kMoves;
  }
}

bool IsOpen(ParcelState state) {
  return (Bits(S::kRequested, S::kLabelled, S::kInTransit, S::kCancelling) >>
              static_cast<int>(state) &
          1) != 0;
}

}  // namespace huiyin::aftersales
