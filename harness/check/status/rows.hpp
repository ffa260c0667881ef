// The rows of group E in which a broker asks for the status of certificates over HTTP: CRLs at
// distribution points, OCSP answers to staple, OCSP answers about clients.
#pragma once

#include <vector>

#include "harness/check/check.hpp"

namespace handfast::check {

std::vector<CheckSpec> distribution_point_specs();
std::vector<CheckSpec> staple_specs();
std::vector<CheckSpec> client_ocsp_specs();

}  // namespace handfast::check
