// How rows about names, keys and PROXY headers become CheckSpecs.
#pragma once

#include <string>
#include <vector>

#include "harness/check/check.hpp"
#include "harness/check/tls_protocol/table.hpp"

namespace handfast::check::identity {

struct IdentityRow {
  std::vector<tls_protocol::Move> moves;
  std::vector<std::string> listeners{"ident"};
  std::vector<std::string> identities{};  ///< that the moves show
  std::vector<std::string> capabilities{};
  /// Of the control on the first listener; empty: none.
  std::string twin_identity{};
};

/// `id` is one of the catalogue, which has the texts.
CheckSpec spec_of(const std::string& id, IdentityRow row);

// The rows by the section of the catalogue.
std::vector<CheckSpec> name_rows();
std::vector<CheckSpec> odd_name_rows();
std::vector<CheckSpec> bound_rows();
std::vector<CheckSpec> key_rows();
std::vector<CheckSpec> header_rows();
std::vector<CheckSpec> stray_header_rows();
std::vector<CheckSpec> tls_field_rows();

}  // namespace handfast::check::identity
