// What a stapled OCSP answer is worth, in the words that rows compare.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"

namespace handfast::check {

inline constexpr std::string_view no_staple = "absent";
inline constexpr std::string_view good_staple = "good";

/// `good_staple`: the answer is about the leaf of `chain` (DER, leaf first), signed by its issuer
/// or a delegate, current at `at`, and says good. `no_staple` for no bytes; else why not: "revoked
/// (keyCompromise) since ...", "the answer has ended: ...". Pure.
std::string staple_text(ByteView staple, const std::vector<Bytes>& chain, WallTime at);

}  // namespace handfast::check
