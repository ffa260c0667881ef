// What a path may make of datagrams without keys: for rows about loss, fragments and packing. Each
// call makes a turn for one association.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <vector>

#include "harness/probe/datagram/path.hpp"
#include "harness/probe/datagram/records.hpp"

namespace handfast::check::dtls {

using probe::Record;
/// The records of one datagram become those of others.
using RecordTurn = std::function<std::vector<std::vector<Record>>(std::vector<Record>)>;

/// Records of epoch 0 get new numbers in the order in which they go, as who splits and repeats them
/// must; protected ones have theirs sealed in.
probe::Turn on_records(RecordTurn turn);

/// Drops the datagram with this number; the first is 1.
probe::Turn drop_nth(std::size_t number);
/// Drops what is larger, every time.
probe::Turn drop_larger_than(std::size_t bytes);

/// The record of the first ClientHello wears this version.
probe::Turn hello_in_version(std::uint16_t version);
/// The first ClientHello in fragments of that many bytes, a datagram each.
probe::Turn hello_in_fragments(std::size_t bytes);

/// Each message behind ClientHello in fragments that overlap, the last one first, one of them
/// twice.
probe::Turn overlapping_fragments();
/// The client's last flight as a single datagram.
probe::Turn last_flight_in_one();
/// A datagram for each record.
probe::Turn record_by_record();
/// The first time, Finished ahead of ChangeCipherSpec.
probe::Turn finished_first();
/// The client's last flight twice.
probe::Turn last_flight_twice();

}  // namespace handfast::check::dtls
