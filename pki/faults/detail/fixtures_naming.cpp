// Catalogue A6: names, constraints, extensions, encoding.
#include <fmt/format.h>

#include <string>
#include <utility>

#include "pki/faults/detail/world.hpp"

namespace handfast::pki::detail {

namespace {

using enum DefectKind;
using enum Expect;

/// I with name constraints, and a client with these names in this organization below it.
std::function<void(World&, Fixture&)> constrained(NameConstraints constraints, std::string dns,
                                                  std::string organization) {
  return [constraints = std::move(constraints), dns = std::move(dns),
          organization = std::move(organization)](World& w, Fixture& f) {
    auto authority = w.ca("second");
    authority.constraints = constraints;
    const auto second = w.issue(authority, w.key("second"), &w.root());
    auto spec = w.client();
    spec.subject.organization = organization;
    spec.names = {{AltNameKind::dns, dns}};
    const auto leaf = w.issue(spec, w.key("leaf"), &second);
    send(f, {&leaf, &second});
  };
}

/// 1,024 subtrees times 1,030 names, and no subtree that fits before the last one. More than 2^20
/// comparisons, at which OpenSSL gives up; 60 KB with both certificates.
void quadratic(World& w, Fixture& f) {
  auto authority = w.ca("second");
  for (int i = 0; i < 1023; ++i) {
    authority.constraints.permit.push_back({SubtreeKind::dns, fmt::format("p{}.invalid", i)});
  }
  authority.constraints.permit.push_back({SubtreeKind::dns, "lab.test"});
  const auto second = w.issue(authority, w.key("second"), &w.root());
  auto spec = w.client();
  spec.names.clear();
  for (int i = 0; i < 1030; ++i) {
    spec.names.push_back({AltNameKind::dns, fmt::format("d{}.lab.test", i)});
  }
  const auto leaf = w.issue(spec, w.key("leaf"), &second);
  send(f, {&leaf, &second});
}

FixtureRecipes constraints() {
  const NameConstraints devices{{{SubtreeKind::dns, "devices.example"}}, {}};
  const NameConstraints no_guests{{}, {{SubtreeKind::dns, "guests.example"}}};
  const NameConstraints lab{{{SubtreeKind::directory, "C=CN, O=handfast lab"}}, {}};
  return {
      {{"client-nc-dns-ok", "A6", accept, "a name within what the intermediate permits"},
       constrained(devices, "dev-1.devices.example", "handfast lab")},
      {{"client-nc-dns-violated",
        "A6",
        reject,
        "a name outside what the intermediate permits",
        {name_constraint_violated}},
       constrained(devices, "dev-1.other.example", "handfast lab")},
      {{"client-nc-excluded",
        "A6",
        reject,
        "a name that the intermediate forbids",
        {name_constraint_violated}},
       constrained(no_guests, "dev-1.guests.example", "handfast lab")},
      {{"client-nc-dn-violated",
        "A6",
        reject,
        "a subject outside what the intermediate permits",
        {name_constraint_violated}},
       constrained(lab, "dev-1.devices.example", "another tenant")},
      {{"client-nc-dn-ok", "A6", accept, "a subject within what the intermediate permits"},
       constrained(lab, "dev-1.devices.example", "handfast lab")},
      {{"client-nc-dos",
        "A6",
        either,
        "a million comparisons of names with constraints",
        {},
        {},
        "gives up at 2^20 comparisons of names"},
       quadratic},
  };
}

FixtureRecipes extensions() {
  return {
      {{"client-empty-subject", "A6", accept, "no subject, a critical URI"},
       [](World& w, Fixture& f) {
         auto spec = w.client();
         spec.subject = {};
         const auto leaf = w.issue(spec, w.key("leaf"), &w.second());
         send(f, {&leaf, &w.second()});
       }},
      mutated({"client-ext-unknown-critical",
               "A6",
               reject,
               "an unknown critical extension in the leaf",
               {unknown_critical_extension}},
              "extension-unknown-critical"),
      mutated_second({"client-ext-unknown-critical-int",
                      "A6",
                      reject,
                      "the same in the intermediate",
                      {unknown_critical_extension}},
                     "extension-unknown-critical"),
      mutated(
          {"client-ext-unknown-noncritical", "A6", accept, "the same in the leaf, not critical"},
          "extension-unknown"),
      mutated({"client-ext-known-critical", "A6", accept,
               "critical certificate policies and key usage"},
              "policies-critical"),
      mutated({"client-ext-duplicate",
               "A6",
               reject,
               "two subjectAltName extensions",
               {duplicate_extension}},
              "extension-duplicate"),
      mutated({"client-sigalg-inner-outer",
               "A6",
               reject,
               "two signature algorithms",
               {algorithm_mismatch}},
              "algorithm-mismatch"),
      mutated(
          {"client-serial-odd/negative", "A6", either, "a negative serial", {serial_not_positive}},
          "serial-negative"),
      mutated({"client-serial-odd/zero", "A6", either, "the serial 0", {serial_not_positive}},
              "serial-zero"),
      mutated({"client-serial-odd/21", "A6", either, "a serial of 21 octets", {serial_too_long}},
              "serial-21-octets"),
      mutated({"client-der-trailing",
               "A6",
               reject,
               "octets behind the certificate",
               {trailing_data},
               "raw client",
               "libssl answers decode_error for octets behind a certificate"},
              "trailing-bytes"),
      mutated(
          {"client-der-truncated", "A6", reject, "half a certificate", {malformed}, "raw client"},
          "truncated"),
      {{"client-entry-empty",
        "A6",
        reject,
        "an entry of no octets in the list",
        {malformed},
        "raw client"},
       [](World& w, Fixture& f) {
         const auto leaf = w.leaf(w.second());
         send(f, {&leaf, &w.second()});
         f.chain.emplace_back();
       }},
  };
}

}  // namespace

FixtureRecipes naming_fixtures() {
  auto out = constraints();
  for (auto& recipe : extensions()) out.push_back(std::move(recipe));
  return out;
}

}  // namespace handfast::pki::detail
