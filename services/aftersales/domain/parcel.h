// A parcel in which goods of an RMA come back: its label, and what the carrier scans.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "absl/time/time.h"
#include "services/aftersales/domain/order.h"
#include "services/aftersales/domain/rma.h"

namespace huiyin::aftersales {

using ParcelId = StrongId<struct ParcelTag>;

// All stored by number, equal to parcel.proto: never renumber.
enum class ParcelState {
  kRequested = 1,   // the carrier is asked for a label
  kLabelled = 2,    // the label is there
  kInTransit = 3,   // the carrier has the parcel
  kDelivered = 4,   // it is at the warehouse
  kLost = 5,        // the carrier says so
  kCancelling = 6,  // the carrier is told that nothing will come
  kCancelled = 7,
  kRefused = 8  // the carrier does not make a label
};
inline constexpr int kParcelStates = 8;
std::string_view Name(ParcelState state);

enum class Handover { kDropOff = 1, kPickUp = 2 };

enum class ScanKind { kHandedOver = 1, kMoving = 2, kDelivered = 3, kLost = 4 };
inline constexpr int kScanKinds = 4;
std::string_view Name(ScanKind kind);

// Something that the carrier saw.
struct Scan {
  std::string id;  // the carrier's: the same scan may be told of several times
  ScanKind kind = ScanKind::kMoving;
  std::string place;  // as the carrier writes it
  absl::Time at;      // of the scan, not of the telling
};

struct Parcel {
  ParcelId id;
  RmaId rma;
  OrderId order;
  CustomerId customer;
  Handover handover = Handover::kDropOff;
  std::optional<absl::Time> pick_up;  // when the courier should come
  ParcelState state = ParcelState::kRequested;
  std::string reason;  // why there is no label, or why it could not be cancelled
  std::string carrier;
  std::string tracking;
  std::string label_url;
  std::vector<Scan> scans;  // in the order of their times
  // The carrier is to be called then: for a label, its cancellation, or news; nothing: not at all.
  std::optional<absl::Time> due;
  int64_t attempts = 0;
  int64_t version = 1;  // rises with every saved change
  absl::Time created;
  absl::Time updated;
};

enum class ParcelEvent {
  kLabelMade,
  kRefused,
  kCancelAsked,
  kCancelled,
  kTooLate,  // to cancel: the carrier has it
  kMoves,
  kDelivered,
  kLost
};
inline constexpr int kParcelEvents = 8;
std::string_view Name(ParcelEvent event);

// Where the event leads; nothing when it changes nothing, as a scan that comes after a later one.
std::optional<ParcelState> Next(ParcelState state, ParcelEvent event);
ParcelEvent EventOf(ScanKind kind);

// True while the parcel may still bring goods: no other is needed.
bool IsOpen(ParcelState state);

}  // namespace huiyin::aftersales
