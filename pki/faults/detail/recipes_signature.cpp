// Signatures that are wrong or weak, and keys that do not belong to the certificate.
#include <openssl/x509.h>

#include "pki/faults/detail/recipe.hpp"
#include "pki/faults/keys.hpp"

namespace handfast::pki::detail {

namespace {

/// A bit in the last octet, which is inside the signature's BIT STRING value: a wrong signature and
/// no parse error.
void flip_signature(Bytes& der) { der.back() ^= 0x01U; }

/// The last octet of the subject's last attribute; it stays a letter or digit for texts that end
/// so.
void flip_subject(Bytes& der) {
  auto tree = CertificateTree::of(der);
  if (!tree || tree->subject().children.empty()) return;
  auto& value = tree->subject().children.back().children[0].children[1];
  value.content.back() ^= 0x01U;
  der = tree->encode();
}

/// The next algorithm of the family: SHA-384 for SHA-256, for ECDSA and RSA alike.
void next_algorithm(CertificateTree& tree, Job& /*job*/) {
  ++tree.algorithm().children[0].content.back();
}

void forget_parameters(CertificateTree& tree, Job& /*job*/) {
  tree.algorithm().children.resize(1);
  tree.outer_algorithm().children.resize(1);
}

void take_stray(Job& job) {
  const EVP_PKEY* signer = job.issuer.certificate == nullptr ? job.key.get() : job.issuer.key;
  job.take(job.stray, key_like(signer));
}

Recipes broken() {
  using enum DefectKind;
  return {
      {.about = {.name = "signature",
                 .what = "one bit of the signature is flipped (RFC 5280 section 6.1.3 (a)(1))",
                 .claims = {bad_signature}},
       .finish = flip_signature},
      {.about = {.name = "subject-byte",
                 .what = "one bit of the subject is flipped after signing (RFC 5280 section 6.1.3 "
                         "(a)(1))",
                 .claims = {bad_signature},
                 .needs = MutationNeeds::common_name},
       .finish = flip_subject},
      {.about = {.name = "forged",
                 .what = "names the issuer and its key identifier, signed by a stray key (RFC 5280 "
                         "section 6.1.3 (a)(1))",
                 .claims = {bad_signature},
                 .needs = MutationNeeds::other_issuer},
       .prepare = take_stray},
      {.about = {.name = "algorithm-mismatch",
                 .what = "the signed part names another signature algorithm than the certificate "
                         "(RFC 5280 section 4.1.1.2)",
                 .claims = {algorithm_mismatch}},
       .edit = next_algorithm},
      {.about = {.name = "key",
                 .what = "handed out with a private key that does not fit; a broker should refuse "
                         "to load the pair",
                 .claims = {wrong_key},
                 .openssl = "X509_verify_cert never sees the private key"},
       .prepare = [](Job& job) { job.take(job.shown_key, key_like(job.key.get())); }},
      {.about = {.name = "stolen",
                 .what = "handed out with a key whose public half fits and whose private half does "
                         "not: loads, and signs wrongly (RFC 8446 section 4.4.3)",
                 .claims = {wrong_key},
                 .needs = MutationNeeds::plain_key,
                 .openssl = "X509_verify_cert never sees the private key"},
       .prepare = [](Job& job) { job.take(job.shown_key, impostor_key(job.key.get())); }},
  };
}

Recipes weak() {
  using enum DefectKind;
  return {
      {.about = {.name = "sha1",
                 .what = "signed with SHA-1 (RFC 8446 section 4.4.2.4, RFC 9155)",
                 .claims = {weak_hash},
                 .needs = MutationNeeds::digest_issuer},
       .prepare = [](Job& job) { job.spec.signature.hash = Hash::sha1; }},
      {.about = {.name = "md5",
                 .what = "signed with MD5 (RFC 8446 section 4.4.2.4, RFC 6151)",
                 .claims = {weak_hash},
                 .needs = MutationNeeds::rsa_issuer},
       .prepare = [](Job& job) { job.spec.signature.hash = Hash::md5; }},
      {.about = {.name = "pss",
                 .what = "lawful twin: signed with RSASSA-PSS, the salt as long as the digest (RFC "
                         "4055)",
                 .claims = {},
                 .needs = MutationNeeds::rsa_issuer},
       .prepare = [](Job& job) { job.spec.signature = {Hash::sha256, true, 32}; }},
      {.about = {.name = "pss-salt-20",
                 .what = "RSASSA-PSS with SHA-256 and a salt of 20 octets, which TLS forbids (RFC "
                         "8446 section 4.2.3)",
                 .claims = {bad_pss_parameters},
                 .needs = MutationNeeds::rsa_issuer,
                 .openssl = "verifies with whatever salt the parameters tell"},
       .prepare = [](Job& job) { job.spec.signature = {Hash::sha256, true, 20}; }},
      {.about = {.name = "pss-parameters-missing",
                 .what = "RSASSA-PSS without the parameters that tell digest and salt (RFC 4055 "
                         "section 3.1)",
                 .claims = {bad_pss_parameters},
                 .needs = MutationNeeds::rsa_issuer},
       .prepare = [](Job& job) { job.spec.signature = {Hash::sha256, true, 32}; },
       .edit = forget_parameters},
  };
}

}  // namespace

Recipes signature_recipes() {
  auto out = broken();
  for (auto& recipe : weak()) out.push_back(std::move(recipe));
  return out;
}

}  // namespace handfast::pki::detail
