// What the readers of the sections share while one manifest is read.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pki/manifest/detail/fields.hpp"
#include "pki/manifest/detail/layout.hpp"
#include "pki/manifest/manifest.hpp"

namespace handfast::pki::detail {

/// `defaults`: what entries have unless they say otherwise.
struct Defaults {
  KeyType key = KeyType::p256;
  SignatureOptions signature;
  Validity validity = Validity::lasting(std::chrono::hours(24) * 397);
  Subject subject;
  Layout layout = Layout::plain;
  WriteSet write;
  Files modes;  ///< key_mode, certificate_mode and owner only
  Rotate rotate = Rotate::cert;
};

struct Reading {
  Manifest manifest;
  Defaults defaults;
  std::vector<std::string> authority_names;  ///< all of them, before the first is read
};

// One entry or section each; the problem of the first mistake.
Result<void> read_defaults(Reading& reading, const config::Node& node);
Result<void> read_profile(Reading& reading, const std::string& name, const config::Node& node);
Result<void> read_authority(Reading& reading, const std::string& name, const config::Node& node);
Result<void> read_identity(Reading& reading, const std::string& name, const config::Node& node);
Result<void> read_fleet(Reading& reading, const std::string& name, const config::Node& node);
Result<void> read_fault(Reading& reading, const std::string& name, const config::Node& node);
Result<void> read_bundle(Reading& reading, const std::string& name, const config::Node& node);
Result<void> read_export(Reading& reading, const std::string& name, const config::Node& node);
Result<void> read_watch(Reading& reading, const config::Node& node);
Result<void> read_distribution(Reading& reading, const std::string& node_name,
                               const config::Node& node);

/// The delegated OCSP signers that authorities asked for, as identities.
void add_ocsp_signers(Reading& reading);
/// Gives the bundles of every `link` the members of those that name them.
Result<void> link_bundles(Reading& reading);

/// Fields that identities and faults share. With `fault` weak keys and `profile: ca` are let
/// through, and names replace instead of add up.
void read_identity_fields(Reading& reading, Fields& fields, IdentityEntry& entry, bool fault);
void read_rotate(Fields& fields, Rotate& out);

}  // namespace handfast::pki::detail
