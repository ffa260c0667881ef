// Kinds of keys that TLS 1.3 or good sense refuses, and public keys that are encoded wrongly (RFC
// 3279, RFC 5480).
#include <openssl/core_names.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <string>
#include <string_view>

#include "pki/faults/detail/recipe.hpp"
#include "pki/faults/keys.hpp"

namespace handfast::pki::detail {

namespace {

constexpr std::string_view knows_no_tls =
    "X509_verify_cert knows nothing of the signature schemes of TLS";

Recipe of_kind(std::string name, std::string what, std::vector<DefectKind> claims, KeyType type,
               std::string openssl = {}) {
  return {.about = {.name = std::move(name),
                    .what = std::move(what),
                    .claims = std::move(claims),
                    .openssl = std::move(openssl)},
          .prepare = [type](Job& job) { job.take(job.key, pooled_key(type)); }};
}

void forget_parameters(CertificateTree& tree, Job& /*job*/) {
  tree.key().children[0].children.resize(1);
}

/// The curve as field, coefficients and generator instead of its name (RFC 5480 section 2.1.1).
void spell_out_curve(CertificateTree& tree, Job& job) {
  const tls::PkeyPtr copy(EVP_PKEY_dup(job.key.get()));
  unsigned char* der = nullptr;
  const bool set = copy && EVP_PKEY_set_utf8_string_param(copy.get(), OSSL_PKEY_PARAM_EC_ENCODING,
                                                          "explicit") == 1;
  const int size = set ? i2d_PUBKEY(copy.get(), &der) : 0;
  auto value = size > 0 ? der::read_all({der, static_cast<std::size_t>(size)}) : std::nullopt;
  OPENSSL_free(der);
  if (value) {
    tree.key() = std::move(*value);
  } else {
    job.problem = tls::openssl_problem(ProblemKind::internal, "cannot spell out the curve");
  }
}

/// 04 X Y becomes 02 X or 03 X (SEC 1 section 2.3.3), behind the octet of unused bits.
void compress_point(CertificateTree& tree, Job& /*job*/) {
  auto& bits = tree.key().children[1].content;
  const bool odd = (bits.back() & 0x01U) != 0;
  bits.resize(2 + (bits.size() - 2) / 2);
  bits[1] = odd ? 3 : 2;
}

Recipes encodings() {
  using enum DefectKind;
  return {
      {.about = {.name = "rsa-null-missing",
                 .what = "an RSA key without the NULL of its parameters (RFC 3279 section 2.3.1)",
                 .claims = {bad_key_parameters},
                 .needs = MutationNeeds::rsa_key},
       .edit = forget_parameters},
      {.about = {.name = "ec-curve-missing",
                 .what = "an EC key without its curve (RFC 5480 section 2.1.1)",
                 .claims = {unsupported_key, bad_key_parameters},
                 .needs = MutationNeeds::ec_key},
       .edit = forget_parameters},
      {.about = {.name = "ec-curve-explicit",
                 .what = "an EC key with the curve spelled out instead of named (RFC 5480 section "
                         "2.1.1)",
                 .claims = {bad_key_parameters},
                 .needs = MutationNeeds::ec_key,
                 .openssl = "refuses: explicit EC parameters"},
       .edit = spell_out_curve},
      {.about = {.name = "ec-point-off-curve",
                 .what = "a public point that is not on its curve (SEC 1 section 3.2.2)",
                 .claims = {bad_point},
                 .needs = MutationNeeds::ec_key},
       .edit = [](CertificateTree& tree, Job&) { tree.key().children[1].content.back() ^= 0x01U; }},
      {.about = {.name = "ec-point-compressed",
                 .what = "a compressed public point: lawful, optional to understand (RFC 5480 "
                         "section 2.2)",
                 .claims = {compressed_point},
                 .needs = MutationNeeds::ec_key},
       .edit = compress_point},
  };
}

}  // namespace

Recipes key_recipes() {
  using enum DefectKind;
  Recipes out{
      of_kind("key-rsa1024", "an RSA key of 1,024 bits (RFC 9325 section 4.5)", {weak_key},
              KeyType::rsa1024),
      of_kind("key-p192", "a P-192 key (RFC 8446 section 4.2.3, RFC 9325 section 4.5)",
              {weak_key, unsupported_curve}, KeyType::p192),
      of_kind("key-secp256k1",
              "a key on a curve that TLS 1.3 has no scheme for (RFC 8446 section "
              "4.2.3)",
              {unsupported_curve}, KeyType::secp256k1, std::string(knows_no_tls)),
      of_kind("key-dsa",
              "a DSA key, which TLS 1.3 has no scheme for (RFC 8446 section 4.2.3, RFC "
              "9155)",
              {unsupported_key}, KeyType::dsa2048, std::string(knows_no_tls)),
  };
  for (auto& recipe : encodings()) out.push_back(std::move(recipe));
  return out;
}

}  // namespace handfast::pki::detail
