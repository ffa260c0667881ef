#include "pki/faults/mutation.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace handfast::pki {

namespace {

/// A bit in the last octet, which is inside the signature's BIT STRING value: a wrong signature and
/// no parse error.
void flip_last_bit(Bytes& der) { der.back() ^= 0x01U; }

}  // namespace

const std::vector<Mutation>& mutations() {
  static const std::vector<Mutation> all{
      {"signature", "one bit of the signature is flipped (RFC 5280 section 6.1.3 (a)(1))"}};
  return all;
}

Result<Damaged> mint_damaged(std::string_view mutation, const CertificateSpec& spec, EVP_PKEY* key,
                             const Issuer& issuer) {
  std::vector<std::string> names;
  for (const auto& entry : mutations()) names.push_back(entry.name);
  if (mutation != "signature") {
    return usage_problem(fmt::format("unknown mutation \"{}\"", printable(mutation)), {},
                         suggest(mutation, names));
  }
  auto certificate = issue(spec, key, issuer);
  if (!certificate) return certificate.error();
  auto der = certificate_der(certificate->get());
  flip_last_bit(der);
  return Damaged{std::move(der), tls::up_ref(key)};
}

}  // namespace handfast::pki
