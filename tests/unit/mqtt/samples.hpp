// One catalogue of packets: their bytes, written from the specifications, and the models they stand
// for.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/mqtt/packet.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hex.hpp"

namespace handfast::mqtt::test {

using handfast::test::hex;

inline constexpr auto v3 = Version::v3_1_1;
inline constexpr auto v5 = Version::v5_0;

struct Sample {
  std::string name;
  Version version;
  Bytes bytes;
  Packet packet;
};
const std::vector<Sample>& samples();

/// `body` behind the first byte `first` and its Remaining Length (below 128).
Bytes packet(std::uint8_t first, std::string_view body_hex);

/// The text of the error that decoding `bytes` gives; "need more" or "decoded: ..." when it gives
/// none.
std::string error_text(const Bytes& bytes, Version version);

}  // namespace handfast::mqtt::test

namespace Catch {

/// A Parsed in an assertion prints its error, or that it holds a value.
template <class T>
struct StringMaker<boost::system::result<T, handfast::mqtt::DecodeError>> {
  static std::string convert(const handfast::mqtt::Parsed<T>& parsed) {
    return parsed ? "a value" : "error: " + parsed.error().text();
  }
};

}  // namespace Catch
