// Group F: identity from certificates, pre-shared keys, PROXY headers.
#pragma once

#include <vector>

#include "harness/check/check.hpp"

namespace handfast::check {

std::vector<CheckSpec> identity_specs();

}  // namespace handfast::check
