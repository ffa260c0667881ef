// Catalogue A7 to A9: algorithms, proof of possession, size.
#include <string>
#include <utility>

#include "pki/faults/detail/world.hpp"

namespace handfast::pki::detail {

namespace {

using enum DefectKind;
using enum Expect;

constexpr const char* knows_no_tls =
    "X509_verify_cert knows nothing of the signature schemes of TLS";

/// A leaf with a key of this type below I.
std::function<void(World&, Fixture&)> keyed(KeyType type) {
  return [type](World& w, Fixture& f) {
    const auto leaf = w.issue(w.client(), w.key("leaf", type), &w.second());
    send(f, {&leaf, &w.second()});
  };
}

/// RSASSA-PSS keys throughout, the leaf signed with this salt.
std::function<void(World&, Fixture&)> pss(int salt) {
  return [salt](World& w, Fixture& f) {
    auto root_spec = w.ca("pss root");
    root_spec.period.not_after += one_year;
    const auto root = w.issue(root_spec, w.key("pss root", KeyType::rsapss2048), nullptr);
    const auto second =
        w.issue(w.ca("pss second"), w.key("pss second", KeyType::rsapss2048), &root);
    auto spec = w.client();
    spec.signature.salt_octets = salt;
    const auto leaf = w.issue(spec, w.key("leaf", KeyType::rsapss2048), &second);
    send(f, {&leaf, &second});
    trust(f, {&root});
  };
}

/// One tier signed with SHA-1: 0 the leaf, 1 the intermediate, 2 the root.
std::function<void(World&, Fixture&)> sha1(int tier) {
  return [tier](World& w, Fixture& f) {
    auto root_spec = w.ca("root");
    root_spec.period.not_after += one_year;
    auto second_spec = w.ca("second");
    auto spec = w.client();
    (tier == 0 ? spec : tier == 1 ? second_spec : root_spec).signature.hash = Hash::sha1;
    const auto root = w.issue(root_spec, w.key("root"), nullptr);
    const auto second = w.issue(second_spec, w.key("second"), &root);
    const auto leaf = w.leaf(second);
    const auto weak = w.issue(spec, w.key("leaf"), &second);
    send(f, {tier == 0 ? &weak : &leaf, &second});
    trust(f, {&root});
  };
}

FixtureRecipes strong() {
  return {
      {{"client-alg-rsa2048", "A7", accept, "RSA 2048 throughout"},
       [](World& w, Fixture& f) {
         const auto leaf = w.issue(w.client(), w.key("leaf", KeyType::rsa2048), &w.rsa_second());
         send(f, {&leaf, &w.rsa_second()});
         trust(f, {&w.rsa_root()});
       }},
      {{"client-alg-mixed", "A7", accept, "an EC leaf below an RSA intermediate"},
       [](World& w, Fixture& f) {
         const auto leaf = w.leaf(w.rsa_second());
         send(f, {&leaf, &w.rsa_second()});
         trust(f, {&w.rsa_root()});
       }},
      {{"client-alg-p384", "A7", accept, "a P-384 leaf"}, keyed(KeyType::p384)},
      {{"client-alg-ed25519", "A7", accept, "an Ed25519 leaf"}, keyed(KeyType::ed25519)},
      {{"client-alg-rsa-pss-key/salt-32", "A7", accept,
        "RSASSA-PSS keys, the salt as long as the "
        "digest"},
       pss(32)},
      {{"client-alg-rsa-pss-key/salt-20",
        "A7",
        either,
        "RSASSA-PSS keys, a salt of 20 octets",
        {bad_pss_parameters},
        {},
        "verifies with whatever salt the parameters tell"},
       pss(20)},
  };
}

FixtureRecipes weak() {
  return {
      {{"client-alg-sha1/leaf", "A7", reject, "the leaf signed with SHA-1", {weak_hash}}, sha1(0)},
      {{"client-alg-sha1/int", "A7", reject, "the intermediate signed with SHA-1", {weak_hash}},
       sha1(1)},
      {{"client-alg-sha1/root", "A7", accept, "the root signed with SHA-1, which nobody checks"},
       sha1(2)},
      {{"client-alg-md5", "A7", reject, "the leaf signed with MD5", {weak_hash}},
       [](World& w, Fixture& f) {
         const auto leaf = w.damaged("md5", w.client(), w.key("leaf"), w.rsa_second());
         send(f, {&leaf, &w.rsa_second()});
         trust(f, {&w.rsa_root()});
       }},
      {{"client-alg-rsa1024/leaf", "A7", reject, "an RSA leaf of 1,024 bits", {weak_key}},
       keyed(KeyType::rsa1024)},
      {{"client-alg-rsa1024/int", "A7", reject, "an RSA intermediate of 1,024 bits", {weak_key}},
       [](World& w, Fixture& f) {
         const auto second = w.issue(w.ca("second"), w.key("second", KeyType::rsa1024), &w.root());
         const auto leaf = w.leaf(second);
         send(f, {&leaf, &second});
       }},
      {{"client-alg-unoffered-curve/secp256k1",
        "A7",
        reject,
        "a secp256k1 leaf",
        {unsupported_curve},
        {},
        knows_no_tls},
       keyed(KeyType::secp256k1)},
      {{"client-alg-unoffered-curve/p192",
        "A7",
        reject,
        "a P-192 leaf",
        {weak_key, unsupported_curve}},
       keyed(KeyType::p192)},
      {{"client-alg-dsa",
        "A7",
        reject,
        "a DSA leaf, under TLS 1.2",
        {unsupported_key},
        {},
        knows_no_tls},
       keyed(KeyType::dsa2048)},
  };
}

}  // namespace

FixtureRecipes algorithm_fixtures() {
  auto out = strong();
  for (auto& recipe : weak()) out.push_back(std::move(recipe));
  for (auto& recipe : FixtureRecipes{
           mutated({"client-cv-wrong-key",
                    "A8",
                    reject,
                    "somebody else's certificate, another key behind "
                    "its public half",
                    {wrong_key},
                    {},
                    "X509_verify_cert never sees the private key"},
                   "stolen"),
           mutated({"client-size-20k", "A9", accept, "a list of 20 KB"}, "size-20k"),
           mutated({"client-size-90k", "A9", either, "3,000 names, 90 KB", {certificate_oversized}},
                   "size-90k"),
           mutated({"client-size-over-limit",
                    "A9",
                    either,
                    "a leaf of 350 KB",
                    {certificate_oversized}},
                   "size-350k")}) {
    out.push_back(std::move(recipe));
  }
  return out;
}

}  // namespace handfast::pki::detail
