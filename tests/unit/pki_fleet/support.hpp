// What the tests of fleets share: a CA, a fleet of devices, and short ways from a member's bytes to
// what they say.
#pragma once

#include <openssl/x509.h>

#include <chrono>
#include <filesystem>
#include <string>

#include "pki/fleet/fleet.hpp"
#include "pki/fleet/fleet_bulk.hpp"
#include "pki/fleet/fleet_mint.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/detail/der.hpp"
#include "pki/mint/key.hpp"
#include "tests/unit/pki/support.hpp"

namespace handfast::pki::test {

struct Ca {
  tls::PkeyPtr key;
  tls::CertificatePtr certificate;

  explicit Ca(KeyType type = KeyType::p256, const std::string& name = "fleet CA",
              const Issuer& above = {})
      : key(make_key(type).value()) {
    const CertificateSpec spec{
        .profile = profile("ca"),
        .subject = {.common_name = name},
        .names = {},
        .path_length = {},
        .period = period_of(Validity::lasting(std::chrono::hours(24 * 365)), noon)};
    certificate = issue(spec, key.get(), above).value();
  }
  Issuer issuer() const { return {certificate.get(), key.get()}; }
};

inline FleetEntry fleet_of(KeyType type, std::uint64_t count) {
  return {.name = "devices",
          .issuer = "ca",
          .profile = profile("client"),
          .count = count,
          .subject = {.organization = "lab", .common_name = "dev-{i:06}"},
          .names = {"urn:lab:dev:{i}"},
          .key = type,
          .reuse = 0,
          .validity = Validity::lasting(std::chrono::hours(24 * 30)),
          .file = "devices.pack",
          .where = {}};
}

inline FleetIssuers issuers_of(const Ca& good) {
  return {.regular = good.issuer(), .rogue = {}, .publication = {}};
}
inline FleetIssuers issuers_of(const Ca& good, const Ca& bad) {
  return {.regular = good.issuer(), .rogue = bad.issuer(), .publication = {}};
}

/// Mints the whole fleet on one thread.
inline void write_fleet(FleetStore store, const std::filesystem::path& file,
                        const FleetEntry& fleet, const FleetIssuers& issuers) {
  auto minter = FleetMinter::of(fleet, issuers, noon).value();
  FleetFacts facts{.key = fleet.key,
                   .count = fleet.count,
                   .chain = {tls::to_der(issuers.regular.certificate)},
                   .rogue_chain = {}};
  if (issuers.rogue.certificate != nullptr) {
    facts.rogue_chain.push_back(tls::to_der(issuers.rogue.certificate));
  }
  auto writer = create_fleet(store, file, facts).value();
  mint_fleet(minter, *writer, {.threads = 1, .progress = {}}).value();
  writer->commit().value();
}

inline tls::CertificatePtr parsed(const Bytes& der) {
  const unsigned char* position = der.data();
  tls::CertificatePtr out(d2i_X509(nullptr, &position, static_cast<long>(der.size())));
  return position == der.data() + der.size() ? std::move(out) : nullptr;
}

/// The TBSCertificate inside a certificate.
inline Bytes tbs_of(const Bytes& der) {
  ByteView in(der);
  auto content = detail::take_der(in).value().content;
  const auto whole = detail::take_der(content).value().whole;
  return {whole.begin(), whole.end()};
}

}  // namespace handfast::pki::test
