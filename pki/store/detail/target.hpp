// What apply is to make of one entry: authorities, identities and faults in one form.
#pragma once

#include <set>
#include <string>
#include <string_view>

#include "pki/manifest/manifest.hpp"
#include "pki/mint/certificate.hpp"

namespace handfast::pki::detail {

enum class TargetKind : std::uint8_t { authority, identity, fault };

struct Target {
  TargetKind kind = TargetKind::identity;
  std::string name;
  std::string issuer;  ///< empty: self-signed
  Files files;
  KeyType key = KeyType::p256;
  Validity validity;
  std::string where;
  CertificateSpec request;      ///< without period and serial
  std::string password;         ///< of the key file
  std::string pkcs12_password;  ///< of the PKCS#12 file
  Rotate rotate = Rotate::cert;
  std::string request_file;           ///< made elsewhere; empty: the key is ours
  std::set<CopyPart> copy;            ///< what is taken over from it
  const FaultEntry* fault = nullptr;  ///< not owned

  bool is_authority() const { return kind == TargetKind::authority; }
};

Target target_of(const Manifest& manifest, const Authority& entry);
Target target_of(const Manifest& manifest, const IdentityEntry& entry);
Target target_of(const Manifest& manifest, const FaultEntry& entry);

std::string_view to_string(TargetKind kind);

/// What the manifest asks for, as text. Its digest tells a changed entry from an unchanged one, so
/// this form is part of the state's format: a change here issues everything again.
std::string spec_text(const Target& target);

/// SHA-256 in hexadecimal.
std::string digest_text(std::string_view text);

}  // namespace handfast::pki::detail
