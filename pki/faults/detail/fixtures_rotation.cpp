// Catalogue A3: roots and intermediates in rotation, cross-signing, intermediates as anchors.
#include <string>
#include <utility>

#include "pki/faults/detail/world.hpp"

namespace handfast::pki::detail {

namespace {

using enum DefectKind;
using enum Expect;

CertificateSpec ended(World& w, CertificateSpec spec) {
  spec.period = w.around(one_year * 2, -one_day);
  return spec;
}

/// I issued by X: the same name and key, another issuer.
Made second_by_foreign(World& w, bool expired) {
  auto spec = w.ca("second");
  if (expired) spec = ended(w, std::move(spec));
  return w.issue(spec, w.key("second"), &w.foreign());
}

/// R as X certifies it.
Made crossed_root(World& w, const Made& foreign, bool expired) {
  auto spec = w.ca("root");
  if (expired) spec = ended(w, std::move(spec));
  return w.issue(spec, w.key("root"), &foreign, true);
}

/// A root of somebody else that has ended. Where it is trusted it must not be "foreign": some
/// verifiers do not look at the dates of anchors, and the client below that one is nobody's.
Made expired_root(World& w, const std::string& name) {
  auto spec = ended(w, w.ca(name + " root"));
  spec.subject.organization = "elsewhere";
  return w.issue(spec, w.key(name), nullptr);
}

Made expired_foreign(World& w) { return expired_root(w, "foreign"); }

/// An intermediate with I's name and a new key.
Made rekeyed_second(World& w) { return w.issue(w.ca("second"), w.key("second again"), &w.root()); }

FixtureRecipes renewals() {
  return {
      {{"client-two-anchors/old", "A3", accept, "below the old of two trusted roots"},
       [](World& w, Fixture& f) {
         const auto leaf = w.leaf(w.second());
         send(f, {&leaf, &w.second()});
         trust(f, {&w.root(), &w.new_root()});
       }},
      {{"client-two-anchors/new", "A3", accept, "below the new of two trusted roots"},
       [](World& w, Fixture& f) {
         const auto second = w.authority("new second", w.new_root());
         const auto leaf = w.leaf(second);
         send(f, {&leaf, &second});
         trust(f, {&w.root(), &w.new_root()});
       }},
      {{"client-int-renewed-same-key",
        "A3",
        accept,
        "an expired intermediate sent, its renewal trusted",
        {chain_extraneous}},
       [](World& w, Fixture& f) {
         const auto old = w.issue(ended(w, w.ca("second")), w.key("second"), &w.root());
         const auto leaf = w.leaf(w.second());
         send(f, {&leaf, &old});
         trust(f, {&w.root(), &w.second()});
       }},
      {{"client-int-renewed-new-key", "A3", accept,
        "two trusted intermediates of one name, the key "
        "identifier decides"},
       [](World& w, Fixture& f) {
         const auto fresh = rekeyed_second(w);
         const auto leaf = w.leaf(w.second());
         send(f, {&leaf});
         trust(f, {&w.root(), &fresh, &w.second()});
       }},
      {{"client-int-renewed-new-key-only",
        "A3",
        reject,
        "only the rekeyed intermediate is trusted",
        {unknown_ca}},
       [](World& w, Fixture& f) {
         const auto fresh = rekeyed_second(w);
         const auto leaf = w.leaf(w.second());
         send(f, {&leaf});
         trust(f, {&fresh});
         f.partial_chain = true;
       }},
      {{"client-root-renewed-same-key",
        "A3",
        accept,
        "the old root sent, expired, its renewal trusted",
        {chain_has_root}},
       [](World& w, Fixture& f) {
         const auto old = w.issue(ended(w, w.ca("root")), w.key("root"), nullptr);
         const auto leaf = w.leaf(w.second());
         send(f, {&leaf, &w.second(), &old});
       }},
      {{"client-trust-file-shape", "A3", accept,
        "the root twice and an expired stranger in the trust "
        "file"},
       [](World& w, Fixture& f) {
         const auto stranger = expired_root(w, "unrelated");
         const auto leaf = w.leaf(w.second());
         send(f, {&leaf, &w.second()});
         trust(f, {&w.root(), &stranger, &w.root()});
       }},
      {{"client-root-expired-anchor",
        "A3",
        either,
        "the trusted root has ended",
        {outlives_issuer, anchor_expired},
        {},
        "refuses: cert_has_expired for the anchor"},
       [](World& w, Fixture& f) {
         const auto root = w.issue(ended(w, w.ca("root")), w.key("root"), nullptr);
         const auto second = w.issue(w.ca("second"), w.key("second"), &root, true);
         const auto leaf = w.leaf(second);
         send(f, {&leaf, &second});
         trust(f, {&root});
       }},
  };
}

FixtureRecipes crossings() {
  return {
      {{"client-cross-alt-expired",
        "A3",
        accept,
        "the intermediate twice: by X and expired, by R and "
        "good",
        {chain_extraneous}},
       [](World& w, Fixture& f) {
         const auto dead = second_by_foreign(w, true);
         const auto leaf = w.leaf(w.second());
         send(f, {&leaf, &dead, &w.second()});
       }},
      {{"client-cross-only-dead",
        "A3",
        reject,
        "only the expired intermediate by X",
        {expired, outlives_issuer, unknown_ca}},
       [](World& w, Fixture& f) {
         const auto dead = second_by_foreign(w, true);
         const auto leaf = w.leaf(w.second());
         send(f, {&leaf, &dead});
       }},
      {{"client-root-crosssigned-expired/cross",
        "A3",
        accept,
        "R cross-signed by X, that certificate "
        "expired",
        {chain_extraneous}},
       [](World& w, Fixture& f) {
         const auto cross = crossed_root(w, w.foreign(), true);
         const auto leaf = w.leaf(w.second());
         send(f, {&leaf, &w.second(), &cross});
       }},
      {{"client-root-crosssigned-expired/x",
        "A3",
        accept,
        "R cross-signed by X, X expired",
        {chain_extraneous}},
       [](World& w, Fixture& f) {
         const auto cross = crossed_root(w, expired_foreign(w), false);
         const auto leaf = w.leaf(w.second());
         send(f, {&leaf, &w.second(), &cross});
       }},
      {{"client-root-crosssigned-expired/x-sent",
        "A3",
        accept,
        "the same, the expired X sent too",
        {chain_extraneous}},
       [](World& w, Fixture& f) {
         const auto foreign = expired_foreign(w);
         const auto cross = crossed_root(w, foreign, false);
         const auto leaf = w.leaf(w.second());
         send(f, {&leaf, &w.second(), &cross, &foreign});
       }},
  };
}

/// The three lists that are shown to a verifier that trusts I alone.
FixtureRecipes second_as_anchor(const std::string& id, bool partial) {
  const auto expect = partial ? accept : either;
  const std::string condition = partial ? "mtls.partial" : "";
  const auto with = [partial](int list) {
    return [partial, list](World& w, Fixture& f) {
      const auto leaf = w.leaf(w.second());
      send(f, {&leaf});
      if (list > 1) f.chain.push_back(w.second().der);
      if (list > 2) f.chain.push_back(w.root().der);
      trust(f, {&w.second()});
      f.partial_chain = partial;
    };
  };
  std::vector<DefectKind> claims;
  if (!partial) claims = {unknown_ca};
  auto rooted = claims;
  rooted.push_back(chain_has_root);
  return {
      {{id + "/L+I", "A3", expect, "the intermediate trusted and sent", claims, condition},
       with(2)},
      {{id + "/L", "A3", expect, "the intermediate trusted, the leaf sent", claims, condition},
       with(1)},
      {{id + "/L+I+R", "A3", expect, "the intermediate trusted, everything sent", rooted,
        condition},
       with(3)},
  };
}

FixtureRecipes partial_chains() {
  const auto ordered = [](bool root_first) {
    return [root_first](World& w, Fixture& f) {
      const auto leaf = w.leaf(w.second());
      send(f, {&leaf, &w.second()});
      const auto* first = &w.root();
      const auto* last = &w.second();
      if (!root_first) std::swap(first, last);
      trust(f, {first, last});
      f.partial_chain = true;
    };
  };
  const auto anchored = [](bool old) {
    return [old](World& w, Fixture& f) {
      const auto fresh = rekeyed_second(w);
      const auto leaf = w.leaf(old ? w.second() : fresh);
      send(f, {&leaf, old ? &w.second() : &fresh});
      trust(f, {&w.second(), &fresh});
      f.partial_chain = true;
    };
  };
  return {
      {{"client-partial-sibling",
        "A3",
        reject,
        "below another intermediate of the same root",
        {unknown_ca, chain_has_root}},
       [](World& w, Fixture& f) {
         const auto sibling = w.authority("sibling", w.root());
         const auto leaf = w.leaf(sibling);
         send(f, {&leaf, &sibling, &w.root()});
         trust(f, {&w.second()});
         f.partial_chain = true;
       }},
      {{"client-partial-file-order/I,R", "A3", either, "trust file: intermediate, root"},
       ordered(false)},
      {{"client-partial-file-order/R,I", "A3", either, "trust file: root, intermediate"},
       ordered(true)},
      {{"client-partial-two-anchors/old",
        "A3",
        accept,
        "two intermediates trusted, the old one's client",
        {},
        "mtls.partial"},
       anchored(true)},
      {{"client-partial-two-anchors/new",
        "A3",
        accept,
        "two intermediates trusted, the new one's client",
        {},
        "mtls.partial"},
       anchored(false)},
  };
}

}  // namespace

FixtureRecipes rotation_fixtures() {
  auto out = renewals();
  for (auto some : {crossings(), second_as_anchor("client-inter-anchor-strict", false),
                    second_as_anchor("client-inter-anchor-partial", true), partial_chains()}) {
    for (auto& recipe : some) out.push_back(std::move(recipe));
  }
  return out;
}

}  // namespace handfast::pki::detail
