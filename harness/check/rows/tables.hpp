// The rows of each group, in the order of the catalogue; rows() joins them.
#pragma once

#include <span>

#include "harness/check/row.hpp"

namespace handfast::check {

std::span<const Row> client_chain_rows();
std::span<const Row> server_chain_rows();
std::span<const Row> tls_protocol_rows();
std::span<const Row> websocket_rows();
std::span<const Row> revocation_rows();
std::span<const Row> identity_rows();
std::span<const Row> dtls_rows();

}  // namespace handfast::check
