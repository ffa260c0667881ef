// Catalogue A5: who may issue, how deep, and what for.
#include <string>
#include <utility>

#include "pki/faults/detail/world.hpp"

namespace handfast::pki::detail {

namespace {

using enum DefectKind;
using enum Expect;

constexpr std::string_view demanded_usage = "1.3.6.1.4.1.32473.1.3";

/// A client's leaf with these extended key usages.
std::function<void(World&, Fixture&)> with_usages(std::vector<std::string> usages) {
  return [usages = std::move(usages)](World& w, Fixture& f) {
    auto spec = w.client();
    spec.profile.usages.extended = usages;
    const auto leaf = w.issue(spec, w.key("leaf"), &w.second());
    send(f, {&leaf, &w.second()});
  };
}

/// I with a path length of 0.
Made shallow(World& w) {
  auto spec = w.ca("second");
  spec.path_length = 0;
  return w.issue(spec, w.key("second"), &w.root());
}

/// A device that plays issuer: bent by a mutation, its good twin issues.
std::function<void(World&, Fixture&)> device_issues(std::string mutation) {
  return [mutation = std::move(mutation)](World& w, Fixture& f) {
    auto spec = w.client("device");
    spec.profile.usages.key = {};
    const auto twin = w.issue(spec, w.key("device"), &w.second());
    const auto bent = mutation.empty() ? w.issue(w.client("device"), w.key("device"), &w.second())
                                       : w.damaged(mutation, spec, w.key("device"), w.second());
    const auto leaf = w.leaf(twin);
    send(f, {&leaf, &bent, &w.second()});
  };
}

FixtureRecipes issuers() {
  return {
      mutated_second(
          {"client-int-not-ca", "A5", reject, "the intermediate says CA:FALSE", {issuer_not_ca}},
          "ca-false"),
      mutated_second({"client-int-no-bc/with-ku",
                      "A5",
                      reject,
                      "the intermediate has no basic "
                      "constraints, and keyCertSign",
                      {basic_constraints_missing}},
                     "bc-missing"),
      {{"client-int-no-bc/without-ku",
        "A5",
        reject,
        "the intermediate has neither basic constraints nor "
        "key usage",
        {basic_constraints_missing}},
       [](World& w, Fixture& f) {
         auto spec = w.ca("second");
         spec.profile.usages.key = {};
         const auto second = w.damaged("bc-missing", spec, w.key("second"), w.root());
         const auto leaf = w.leaf(w.second());
         send(f, {&leaf, &second});
       }},
      mutated_second({"client-int-v1",
                      "A5",
                      reject,
                      "the intermediate is of version 1",
                      {version_1, issuer_not_ca}},
                     "version-1"),
      {{"client-leaf-as-issuer",
        "A5",
        reject,
        "a good client's leaf issues another",
        {issuer_not_ca}},
       device_issues("")},
      {{"client-leaf-noext-as-issuer/eku-only",
        "A5",
        reject,
        "a device with an extended key usage and "
        "nothing else issues another",
        {basic_constraints_missing}},
       device_issues("bc-missing")},
      {{"client-leaf-noext-as-issuer/v1",
        "A5",
        reject,
        "a device of version 1 issues another",
        {version_1, issuer_not_ca}},
       device_issues("version-1")},
      mutated_second({"client-int-no-keycertsign",
                      "A5",
                      reject,
                      "the intermediate may sign revocation "
                      "lists only",
                      {key_usage_no_cert_sign}},
                     "ku-no-cert-sign"),
  };
}

FixtureRecipes depths() {
  return {
      {{"client-pathlen-ok", "A5", accept, "path length 0, a leaf below"},
       [](World& w, Fixture& f) {
         const auto second = shallow(w);
         const auto leaf = w.leaf(second);
         send(f, {&leaf, &second});
       }},
      {{"client-pathlen-exceeded",
        "A5",
        reject,
        "path length 0, an authority below",
        {path_length_exceeded}},
       [](World& w, Fixture& f) {
         const auto second = shallow(w);
         const auto third = w.authority("third", second);
         const auto leaf = w.leaf(third);
         send(f, {&leaf, &third, &second});
       }},
      {{"client-pathlen-self-issued", "A5", accept,
        "path length 0, a self-issued authority below, which "
        "does not count"},
       [](World& w, Fixture& f) {
         const auto second = shallow(w);
         const auto again = w.issue(w.ca("second"), w.key("second again"), &second);
         const auto leaf = w.leaf(again);
         send(f, {&leaf, &again, &second});
       }},
      mutated({"client-leaf-is-ca", "A5", either, "the leaf says CA:TRUE", {leaf_is_ca}},
              "ca-true-leaf"),
  };
}

FixtureRecipes usages() {
  return {
      {{"client-eku-server-only",
        "A5",
        reject,
        "a server's certificate",
        {extended_key_usage_wrong}},
       with_usages({"serverAuth"})},
      mutated(
          {"client-eku-absent", "A5", accept, "no extended key usage", {extended_key_usage_absent}},
          "eku-absent"),
      {{"client-eku-both", "A5", accept, "for servers and clients"},
       with_usages({"serverAuth", "clientAuth"})},
      mutated({"client-eku-any",
               "A5",
               either,
               "anyExtendedKeyUsage alone",
               {extended_key_usage_any},
               {},
               "refuses: it does not stand for the purpose"},
              "eku-any"),
      {{"client-eku-int-constrained",
        "A5",
        either,
        "the intermediate is for servers, the leaf for "
        "clients",
        {extended_key_usage_not_nested}},
       [](World& w, Fixture& f) {
         auto spec = w.ca("second");
         spec.profile.usages.extended = {"serverAuth"};
         const auto second = w.issue(spec, w.key("second"), &w.root());
         const auto leaf = w.leaf(second);
         send(f, {&leaf, &second});
       }},
      {{"client-eku-policy/without",
        "A5",
        reject,
        "without the usage that the broker demands",
        {},
        "mtls.eku_policy"},
       with_usages({"clientAuth"})},
      {{"client-eku-policy/with",
        "A5",
        accept,
        "with the usage that the broker demands",
        {},
        "mtls.eku_policy"},
       with_usages({"clientAuth", std::string(demanded_usage)})},
      {{"client-eku-policy/among",
        "A5",
        accept,
        "with that usage among several",
        {},
        "mtls.eku_policy"},
       with_usages({"emailProtection", std::string(demanded_usage), "clientAuth", "serverAuth"})},
      {{"client-ku-no-signature",
        "A5",
        reject,
        "an RSA key that may only encipher",
        {key_usage_no_signature}},
       [](World& w, Fixture& f) {
         const auto leaf = w.damaged("ku-encipherment-only", w.client(),
                                     w.key("leaf", KeyType::rsa2048), w.second());
         send(f, {&leaf, &w.second()});
       }},
  };
}

}  // namespace

FixtureRecipes authority_fixtures() {
  auto out = issuers();
  for (auto* group : {depths, usages}) {
    for (auto& recipe : group()) out.push_back(std::move(recipe));
  }
  return out;
}

}  // namespace handfast::pki::detail
