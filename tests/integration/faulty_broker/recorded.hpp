// May rows judge nothing: for each a switch of the faulty broker with which it records another
// outcome than at the conforming one, or why there is none.
#pragma once

#include <span>
#include <string_view>

namespace handfast::test {

struct Recorded {
  std::string_view row;
  std::string_view defect;      ///< brings the other outcome about
  std::string_view conforming;  ///< stands in what is observed or in the reason, without the switch
  std::string_view other;       ///< and with it; may be a part of the first
};

struct RecordedOnce {
  std::string_view row;
  std::string_view why;
};

std::span<const Recorded> recorded_rows();
/// Rows whose other outcome no switch brings about.
std::span<const RecordedOnce> recorded_once();

}  // namespace handfast::test
