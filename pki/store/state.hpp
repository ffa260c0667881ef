// `state.json` beside the output: which certificate came from which words of the manifest, every
// generation that there was, and what is revoked. It is the commit point of apply: what it says is
// so, and files that say something else are put right.
#pragma once

#include <cstdint>
#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"

namespace handfast::pki {

struct Revocation {
  std::string reason = "unspecified";  ///< as RFC 5280 section 5.3.1 spells it
  std::string since;                   ///< RFC 3339

  bool hold() const { return reason == "certificateHold"; }
  bool operator==(const Revocation&) const = default;
};

/// A generation that was replaced. It stays revocable as "name@generation".
struct OldGeneration {
  std::uint64_t generation = 0;
  std::string certificate;  ///< SHA-256 of the DER
  std::string serial;       ///< hexadecimal
  std::string issuer;
  std::string key;  ///< SHA-256 of its SubjectPublicKeyInfo
  std::string not_before;
  std::string not_after;
  std::string file;  ///< where the certificate is, relative to home: "archive/server@1.pem"
  std::optional<Revocation> revoked;

  bool operator==(const OldGeneration&) const = default;
};

/// A file whose bytes differ each time it is made (PKCS#12, requests): left alone while both fit.
struct DerivedFile {
  std::string from;    ///< digest of what it was made of
  std::string digest;  ///< SHA-256 of the file

  bool operator==(const DerivedFile&) const = default;
};

struct EntryState {
  std::string spec;         ///< SHA-256 of what the manifest asked for
  std::string certificate;  ///< SHA-256 of the DER; for a fleet, of its issuer's certificate
  std::string serial;       ///< hexadecimal; empty for a fleet
  std::string issuer;       ///< entry name; empty: self-signed
  std::string not_before;   ///< RFC 3339
  std::string not_after;
  std::uint64_t generation = 1;  ///< 1 for the first certificate under this name

  // Empty for a fleet:
  std::string key;       ///< SHA-256 of the SubjectPublicKeyInfo
  std::string key_type;  ///< as the manifest spells it, "p256"; of a key not ours in words
  std::string key_file;  ///< SHA-256 of the key file's bytes; empty: there is none
  std::string
      issuer_id;  ///< digest over the issuer's name and key: another one, and it is reissued
  std::uint64_t issuer_generation = 0;         ///< of the issuer when it signed; 0: self-signed
  std::string pem;                             ///< the certificate, to put a lost file back
  std::string chain;                           ///< faults: the chain file, which cannot be derived
  std::map<std::string, DerivedFile> derived;  ///< by file name
  std::vector<OldGeneration> old;              ///< the oldest first
  std::optional<Revocation> revoked;           ///< the current generation

  /// Of a fleet: members that were revoked by hand, beside the share of its mix.
  std::map<std::uint64_t, Revocation> members;

  bool operator==(const EntryState&) const = default;
};

struct State {
  std::map<std::string, EntryState> entries;  ///< authorities, identities and faults
  std::map<std::string, EntryState> fleets;
  std::map<std::string, std::uint64_t> crl_numbers;  ///< by authority: the last CRL's number

  bool operator==(const State&) const = default;
};

/// The state of `home`; empty when there is none yet. Environment problem for a file that is
/// damaged or of a later version.
Result<State> load_state(const std::filesystem::path& home);

/// The file's text; equal states give equal bytes.
std::string state_text(const State& state);

/// "server" or "server@2": an entry and one of its generations; 0 is the current one.
struct GenerationName {
  std::string entry;
  std::uint64_t generation = 0;
};
/// Usage problem when what is behind the @ is no positive number.
Result<GenerationName> parse_generation_name(std::string_view text);

/// Revokes a generation. Usage problem with a suggestion for an unknown entry, generation or
/// reason, for one that is revoked already (a hold may become final), and for an authority that
/// signs itself.
Result<void> revoke(State& state, std::string_view name, std::string_view reason, WallTime now);
/// Takes a hold back (RFC 5280 section 5.3.1: the only reason that can be). Usage problem for any
/// other.
Result<void> unhold(State& state, std::string_view name);

}  // namespace handfast::pki
