// How rows of this group become CheckSpecs.
#pragma once

#include <string>
#include <vector>

#include "harness/check/check.hpp"
#include "harness/check/tls_protocol/table.hpp"

namespace handfast::check::dtls {

using tls_protocol::Expect;
using tls_protocol::FactWant;
using tls_protocol::Move;
using tls_protocol::MoveRow;

/// `id` is one of the catalogue, which has its texts. Listeners of `row` that are not said are the
/// one-way one; its twin shows the row's identity.
CheckSpec spec_of(const std::string& id, MoveRow row);
/// The same for a row that takes long: what is contrary is not tried again.
CheckSpec long_spec_of(const std::string& id, MoveRow row);

// The rows by what they are about.
std::vector<CheckSpec> version_rows();
std::vector<CheckSpec> cookie_rows();
std::vector<CheckSpec> fragment_rows();
std::vector<CheckSpec> loss_rows();
std::vector<CheckSpec> forgery_rows();
std::vector<CheckSpec> association_rows();
std::vector<CheckSpec> identity_rows();
std::vector<CheckSpec> crowd_rows();

}  // namespace handfast::check::dtls
