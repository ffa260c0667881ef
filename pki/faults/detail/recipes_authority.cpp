// Basic constraints, key usage and extended key usage (RFC 5280
// sections 4.2.1.3, 4.2.1.9, 4.2.1.12).
#include <openssl/evp.h>

#include "pki/faults/detail/recipe.hpp"

namespace handfast::pki::detail {

namespace {

/// KeyUsage as a BIT STRING whose first octet is `bits`, bit 0 of RFC 5280 on top.
Bytes usage_bits(std::uint8_t bits) {
  std::uint8_t unused = 0;
  while (unused < 7 && (bits & (1U << unused)) == 0) ++unused;
  return {der::tag::bit_string, 2, unused, bits};
}

void add_usage(CertificateTree& tree, std::uint8_t bits) {
  tree.set_extension(oid::key_usage, true, usage_bits(bits));
}

constexpr std::uint8_t bit_digital_signature = 0x80;
constexpr std::uint8_t bit_key_encipherment = 0x20;
constexpr std::uint8_t bit_key_agreement = 0x08;
constexpr std::uint8_t bit_key_cert_sign = 0x04;

Recipes authorities() {
  using enum DefectKind;
  constexpr auto authority = MutationTarget::authority;
  return {
      {.about = {.name = "bc-missing",
                 .what = "an authority without basic constraints (RFC 5280 section 6.1.4 (k))",
                 .claims = {basic_constraints_missing},
                 .target = authority},
       .edit = [](CertificateTree& tree, Job&) { tree.remove_extension(oid::basic_constraints); }},
      {.about = {.name = "bc-not-critical",
                 .what = "an authority's basic constraints, not critical (RFC 5280 section "
                         "4.2.1.9)",
                 .claims = {basic_constraints_not_critical},
                 .target = authority},
       .edit = [](CertificateTree& tree,
                  Job&) { set_critical(tree, oid::basic_constraints, false); }},
      {.about = {.name = "ca-false",
                 .what = "an authority that says CA:FALSE (RFC 5280 section 6.1.4 (k))",
                 .claims = {issuer_not_ca},
                 .target = authority},
       .prepare =
           [](Job& job) {
             job.spec.profile.ca = false;
             job.spec.path_length.reset();
           }},
      {.about = {.name = "ku-missing",
                 .what = "an authority without key usage (RFC 5280 section 4.2.1.3)",
                 .claims = {key_usage_missing},
                 .target = authority},
       .prepare = [](Job& job) { job.spec.profile.usages.key = {}; }},
      {.about = {.name = "ku-no-cert-sign",
                 .what = "an authority whose key may sign revocation lists only (RFC 5280 section "
                         "6.1.4 (n))",
                 .claims = {key_usage_no_cert_sign},
                 .target = authority},
       .prepare = [](Job& job) { job.spec.profile.usages.key = {KeyUsage::crl_sign}; }},
      {.about = {.name = "eku-not-nested",
                 .what = "an authority whose extended key usage is emailProtection alone (common "
                         "practice, beyond RFC 5280)",
                 .claims = {extended_key_usage_not_nested},
                 .target = authority},
       .prepare = [](Job& job) { job.spec.profile.usages.extended = {"emailProtection"}; }},
  };
}

Recipes leaf_constraints() {
  using enum DefectKind;
  return {
      {.about = {.name = "ca-true-leaf",
                 .what = "an end entity that says CA:TRUE (RFC 5280 section 4.2.1.9)",
                 .claims = {leaf_is_ca}},
       .prepare = [](Job& job) { job.spec.profile.ca = true; }},
      {.about = {.name = "pathlen-leaf",
                 .what = "a path length without CA:TRUE (RFC 5280 section 4.2.1.9)",
                 .claims = {path_length_without_ca}},
       .edit =
           [](CertificateTree& tree, Job&) {
             tree.set_extension(oid::basic_constraints, true, {0x30, 0x03, 0x02, 0x01, 0x00});
           }},
      {.about = {.name = "ku-cert-sign-leaf",
                 .what = "keyCertSign without CA:TRUE (RFC 5280 section 4.2.1.9)",
                 .claims = {cert_sign_without_ca}},
       .edit = [](CertificateTree& tree,
                  Job&) { add_usage(tree, bit_digital_signature | bit_key_cert_sign); }},
      {.about = {.name = "ku-empty",
                 .what = "a key usage without any bit (RFC 5280 section 4.2.1.3)",
                 .claims = {key_usage_empty}},
       .edit =
           [](CertificateTree& tree, Job&) {
             tree.set_extension(oid::key_usage, true, {der::tag::bit_string, 1, 0});
           }},
      {.about = {.name = "ku-no-signature",
                 .what = "key usage keyAgreement alone: no signing of handshakes (RFC 8446 section "
                         "4.4.2.2)",
                 .claims = {key_usage_no_signature},
                 .needs = MutationNeeds::ec_key,
                 .openssl = "as a server keyAgreement is enough, for the key exchanges of TLS 1.2; "
                            "as a client it refuses"},
       .edit = [](CertificateTree& tree, Job&) { add_usage(tree, bit_key_agreement); }},
      {.about = {.name = "ku-encipherment-only",
                 .what = "key usage keyEncipherment alone: the RSA key exchange of TLS 1.2, no "
                         "signing (RFC 8446 section 4.4.2.2)",
                 .claims = {key_usage_no_signature},
                 .needs = MutationNeeds::rsa_key,
                 .openssl = "as a server keyEncipherment is enough, for the key exchange of TLS "
                            "1.2; as a client it refuses"},
       .edit = [](CertificateTree& tree, Job&) { add_usage(tree, bit_key_encipherment); }},
      {.about = {.name = "ku-encipherment-ec",
                 .what = "keyEncipherment for an EC key, which cannot encipher (RFC 8813 section "
                         "3)",
                 .claims = {key_usage_unfit_for_key},
                 .needs = MutationNeeds::ec_key},
       .edit = [](CertificateTree& tree,
                  Job&) { add_usage(tree, bit_digital_signature | bit_key_encipherment); }},
  };
}

Recipes extended_usages() {
  using enum DefectKind;
  return {
      {.about = {.name = "eku-absent",
                 .what = "no extended key usage: lawful for every purpose (RFC 5280 section "
                         "4.2.1.12)",
                 .claims = {extended_key_usage_absent}},
       .prepare = [](Job& job) { job.spec.profile.usages.extended.clear(); }},
      {.about = {.name = "eku-wrong",
                 .what = "extended key usage emailProtection alone (RFC 5280 section 4.2.1.12)",
                 .claims = {extended_key_usage_wrong}},
       .prepare = [](Job& job) { job.spec.profile.usages.extended = {"emailProtection"}; }},
      {.about = {.name = "eku-any",
                 .what = "anyExtendedKeyUsage alone, which applications may refuse (RFC 5280 "
                         "section 4.2.1.12)",
                 .claims = {extended_key_usage_any},
                 .openssl = "refuses: anyExtendedKeyUsage does not stand for the purpose"},
       .prepare = [](Job& job) { job.spec.profile.usages.extended = {"anyExtendedKeyUsage"}; }},
      {.about = {.name = "eku-critical",
                 .what = "lawful twin: the extended key usage marked critical (RFC 5280 section "
                         "4.2.1.12)",
                 .claims = {}},
       .edit = [](CertificateTree& tree,
                  Job&) { set_critical(tree, oid::extended_key_usage, true); }},
  };
}

}  // namespace

Recipes authority_recipes() {
  auto out = authorities();
  for (auto* group : {leaf_constraints, extended_usages}) {
    for (auto& recipe : group()) out.push_back(std::move(recipe));
  }
  return out;
}

}  // namespace handfast::pki::detail
