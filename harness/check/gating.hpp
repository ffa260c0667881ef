// Whether a row can be played against this broker, and at which level.
#pragma once

#include <string>

#include "harness/check/check.hpp"

namespace handfast::check {

/// The level of `spec` for the broker of `context`: CheckSpec::level_on, then weaker_without.
Level level_for(const CheckSpec& spec, const Context& context);

/// The reason why a row cannot run, a fixed token (chain-cases.md 1.2); empty when it can.
std::string skip_token(const CheckSpec& spec, const Context& context);

}  // namespace handfast::check
