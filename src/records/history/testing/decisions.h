// Decisions for the ledger's tests and benchmark, and calls that wait for their answer.
#pragma once

#include <cstdint>
#include <string>

#include "records/history/ledger.h"

namespace boon::history::testing {

// 2026-03-01T12:00:00Z
inline constexpr Timestamp kNoon{1'772'366'400'000'000};

// The `number`-th decision of that instant: its id (a UUIDv7), its customer (one of 1000) and all its content follow
// from the two, so that what is read back can be compared. Its body is JSON of about `body_bytes`.
DecisionRecord make_decision(std::uint64_t number, Timestamp at = kNoon, std::size_t body_bytes = 700);

// Whether both are the same to the byte (not-a-number included).
bool same_bytes(const DecisionRecord& a, const DecisionRecord& b);

Status record_and_wait(Ledger& ledger, DecisionRecord decision);
Result<Recorded> add_and_wait(Ledger& ledger, Outcome outcome);

}  // namespace boon::history::testing
