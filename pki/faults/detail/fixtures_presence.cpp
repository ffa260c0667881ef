// Catalogue A1 and A2: who is there, in which order, and how many.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "pki/faults/detail/world.hpp"

namespace handfast::pki::detail {

namespace {

using enum DefectKind;
using enum Expect;

void good(World& world, Fixture& fixture) {
  const auto leaf = world.leaf(world.second());
  send(fixture, {&leaf, &world.second()});
}

void good_rsa(World& world, Fixture& fixture) {
  const auto leaf =
      world.issue(world.client(), world.key("leaf", KeyType::rsa2048), &world.rsa_second());
  send(fixture, {&leaf, &world.rsa_second()});
  trust(fixture, {&world.rsa_root()});
}

void foreign(World& world, Fixture& fixture) {
  const auto leaf = world.leaf(world.foreign_second());
  send(fixture, {&leaf, &world.foreign_second()});
}

/// `count` intermediates between R and the leaf. One key serves all: what counts is the number.
std::function<void(World&, Fixture&)> deep(int count, std::optional<int> limit) {
  return [count, limit](World& world, Fixture& fixture) {
    std::vector<Made> line;
    for (int i = 0; i < count; ++i) {
      line.push_back(world.issue(world.ca(fmt::format("deep {}", i + 1)), world.key("deep"),
                                 i == 0 ? &world.root() : &line.back()));
    }
    const auto leaf = world.leaf(line.back());
    send(fixture, {&leaf});
    for (auto made = line.rbegin(); made != line.rend(); ++made) fixture.chain.push_back(made->der);
    fixture.max_intermediates = limit;
  };
}

constexpr int limit = 10;  // what OTP allows when nothing is said

FixtureRecipes lists() {
  return {
      {{"client-leaf-only-root-trust",
        "A2",
        reject,
        "the leaf alone, the root trusted",
        {unknown_ca}},
       [](World& w, Fixture& f) {
         const auto leaf = w.leaf(w.second());
         send(f, {&leaf});
       }},
      {{"client-leaf-only-bundle-trust", "A2", accept,
        "the leaf alone, root and intermediate trusted"},
       [](World& w, Fixture& f) {
         const auto leaf = w.leaf(w.second());
         send(f, {&leaf});
         trust(f, {&w.root(), &w.second()});
       }},
      {{"client-chain-with-root", "A2", accept, "leaf, intermediate, root", {chain_has_root}},
       [](World& w, Fixture& f) {
         const auto leaf = w.leaf(w.second());
         send(f, {&leaf, &w.second(), &w.root()});
       }},
      {{"client-chain-swapped",
        "A2",
        accept,
        "leaf, root, intermediate",
        {chain_out_of_order, chain_has_root}},
       [](World& w, Fixture& f) {
         const auto leaf = w.leaf(w.second());
         send(f, {&leaf, &w.root(), &w.second()});
       }},
      {{"client-chain-dup", "A2", accept, "the intermediate three times", {chain_duplicate}},
       [](World& w, Fixture& f) {
         const auto leaf = w.leaf(w.second());
         send(f, {&leaf, &w.second(), &w.second(), &w.second()});
       }},
      {{"client-chain-extraneous",
        "A2",
        accept,
        "a stranger between leaf and intermediate",
        {chain_extraneous}},
       [](World& w, Fixture& f) {
         const auto leaf = w.leaf(w.second());
         send(f, {&leaf, &w.foreign(), &w.second()});
       }},
      {{"client-chain-leaf-second",
        "A2",
        reject,
        "the intermediate first, the leaf's key in use",
        {wrong_key, leaf_is_ca, key_usage_no_signature, extended_key_usage_absent,
         chain_extraneous}},
       [](World& w, Fixture& f) {
         const auto leaf = w.leaf(w.second());
         send(f, {&w.second(), &leaf});
         f.key = tls::up_ref(leaf.key);
       }},
      {{"client-chain-two-int", "A2", accept, "two intermediates"},
       [](World& w, Fixture& f) {
         const auto third = w.authority("third", w.second());
         const auto leaf = w.leaf(third);
         send(f, {&leaf, &third, &w.second()});
       }},
      {{"client-depth-at-limit",
        "A2",
        accept,
        "as many intermediates as a limit of 10 allows",
        {},
        "mtls.depth"},
       deep(limit, limit)},
      {{"client-depth-over-limit/1",
        "A2",
        either,
        "one intermediate more than a limit of 10 allows",
        {chain_too_long},
        "mtls.depth",
        "the test sets it no limit: it takes 100"},
       deep(limit + 1, limit)},
      {{"client-depth-over-limit/2",
        "A2",
        reject,
        "two intermediates more than a limit of 10 allows",
        {chain_too_long},
        "mtls.depth",
        "the test sets it no limit: it takes 100"},
       deep(limit + 2, limit)},
      {{"client-depth-100/99", "A2", either, "99 intermediates"}, deep(99, std::nullopt)},
      {{"client-depth-100/101",
        "A2",
        either,
        "101 intermediates",
        {},
        {},
        "refuses more than 100 intermediates"},
       deep(101, std::nullopt)},
  };
}

FixtureRecipes strangers() {
  return {
      {{"client-chain-wrong-root",
        "A2",
        reject,
        "leaf and intermediate below a foreign root",
        {unknown_ca}},
       foreign},
      {{"client-chain-wrong-root-selfincluded",
        "A2",
        reject,
        "the same, the foreign root sent too",
        {unknown_ca, chain_has_root}},
       [](World& w, Fixture& f) {
         const auto leaf = w.leaf(w.foreign_second());
         send(f, {&leaf, &w.foreign_second(), &w.foreign()});
       }},
      {{"client-root-lookalike",
        "A2",
        reject,
        "below a root of the same name with another key",
        {unknown_ca}},
       [](World& w, Fixture& f) {
         const auto twin = w.issue(w.ca("root"), w.key("lookalike root"), nullptr);
         const auto second = w.issue(w.ca("second"), w.key("lookalike second"), &twin);
         const auto leaf = w.leaf(second);
         send(f, {&leaf, &second});
       }},
      {{"client-int-lookalike",
        "A2",
        reject,
        "below an intermediate of the same name from a foreign "
        "root",
        {unknown_ca}},
       [](World& w, Fixture& f) {
         const auto second = w.issue(w.ca("second"), w.key("lookalike second"), &w.foreign());
         const auto leaf = w.leaf(second);
         send(f, {&leaf, &second});
       }},
      mutated({"client-forged-leaf",
               "A2",
               reject,
               "issuer and key identifier of I, a stray signature",
               {bad_signature}},
              "forged"),
      mutated({"client-tampered-signature/signature",
               "A2",
               reject,
               "one bit of the signature flipped",
               {bad_signature}},
              "signature"),
      mutated({"client-tampered-signature/subject",
               "A2",
               reject,
               "one bit of the subject flipped",
               {bad_signature}},
              "subject-byte"),
      {{"client-self-signed", "A2", reject, "a leaf that signed itself", {unknown_ca}},
       [](World& w, Fixture& f) {
         const auto leaf = w.issue(w.client(), w.key("leaf"), nullptr);
         send(f, {&leaf});
       }},
      {{"client-self-signed-pinned", "A2", either, "a leaf that signed itself, in the trust file"},
       [](World& w, Fixture& f) {
         const auto leaf = w.issue(w.client(), w.key("leaf"), nullptr);
         send(f, {&leaf});
         trust(f, {&w.root(), &leaf});
       }},
      mutated({"client-issuer-name-mismatch",
               "A2",
               reject,
               "names another issuer than the signer",
               {unknown_ca}},
              "issuer-other"),
      mutated({"client-aki-mismatch",
               "A2",
               either,
               "the authority key identifier is nobody's",
               {authority_key_id_mismatch},
               {},
               "refuses: looks for the issuer by the identifier"},
              "aki-wrong"),
      mutated({"client-aki-serial-stale",
               "A2",
               either,
               "names an earlier issue of the intermediate",
               {authority_key_id_mismatch},
               {},
               "refuses: looks for the issuer by the identifier"},
              "aki-serial-stale"),
      mutated({"client-dn-encoding", "A2", accept, "the issuer's name in another string type"},
              "issuer-printable"),
  };
}

}  // namespace

FixtureRecipes presence_fixtures() {
  const auto nothing = [](World&, Fixture&) {};
  return {
      {{"client-chain-good/ec", "A1", accept, "leaf and intermediate, P-256"}, good},
      {{"client-chain-good/rsa", "A1", accept, "leaf and intermediate, RSA 2048"}, good_rsa},
      {{"client-direct-root", "A1", accept, "a leaf issued by the root itself"},
       [](World& w, Fixture& f) {
         const auto leaf = w.leaf(w.root());
         send(f, {&leaf});
       }},
      {{"client-none-required",
        "A1",
        reject,
        "no certificate where one is required",
        {empty_chain}},
       nothing},
      {{"client-none-optional",
        "A1",
        accept,
        "no certificate where one is optional",
        {empty_chain},
        "mtls=optional"},
       nothing},
      {{"client-bad-optional",
        "A1",
        either,
        "a foreign chain where none is required",
        {unknown_ca}},
       foreign},
      {{"client-cert-on-oneway", "A1", accept, "a certificate ready that nobody asks for"}, good},
  };
}

FixtureRecipes composition_fixtures() {
  auto out = lists();
  for (auto& recipe : strangers()) out.push_back(std::move(recipe));
  return out;
}

}  // namespace handfast::pki::detail
