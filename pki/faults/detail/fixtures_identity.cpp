// Catalogue F1: the names that a broker takes for users.
#include <string>
#include <utility>

#include "pki/faults/detail/world.hpp"

namespace handfast::pki::detail {

namespace {

using enum DefectKind;
using enum Expect;

using Change = std::function<void(CertificateSpec&)>;

FixtureRecipe client(FixtureInfo about, Change change) {
  about.group = "F1";
  return {std::move(about), [change = std::move(change)](World& w, Fixture& f) {
            auto spec = w.client();
            change(spec);
            const auto leaf = w.issue(spec, w.key("leaf"), &w.second());
            send(f, {&leaf, &w.second()});
          }};
}

FixtureRecipe called(FixtureInfo about, std::string name) {
  return client(std::move(about), [name = std::move(name)](CertificateSpec& spec) {
    spec.subject.common_name = name;
  });
}

void foreign_dev_1(World& w, Fixture& f) {
  const auto leaf = w.leaf(w.foreign_second());
  send(f, {&leaf, &w.foreign_second()});
}

/// dev-1 below R or below the second trusted root.
std::function<void(World&, Fixture&)> dev_1_of(bool first) {
  return [first](World& w, Fixture& f) {
    const auto second = w.authority("new second", w.new_root());
    const auto leaf = w.leaf(first ? w.second() : second);
    send(f, {&leaf, first ? &w.second() : &second});
    trust(f, {&w.root(), &w.new_root()});
  };
}

FixtureRecipes plain() {
  return {
      called({"ident-cn", "", accept, "the user is dev-1"}, "dev-1"),
      called({"ident-cn-overrides", "", accept, "dev-1, CONNECT says admin"}, "dev-1"),
      {{"ident-no-cert-optional",
        "F1",
        reject,
        "no certificate where one is optional",
        {empty_chain}},
       [](World&, Fixture&) {}},
      {{"ident-untrusted-known-cn",
        "F1",
        reject,
        "a registered device's name from a foreign root",
        {unknown_ca}},
       foreign_dev_1},
      called({"ident-cn-missing/absent", "", reject, "no common name", {}, "ident"}, ""),
      mutated({"ident-cn-missing/empty",
               "F1",
               reject,
               "a common name of no characters",
               {bad_string},
               "ident"},
              "cn-empty"),
      mutated({"ident-cn-nul", "F1", reject, "a NUL in the common name", {nul_in_name}, "ident"},
              "cn-nul"),
      mutated({"ident-cn-control",
               "F1",
               reject,
               "control characters in the common name",
               {control_in_name},
               "ident"},
              "cn-control"),
      called({"ident-cn-wildcard/mixed", "", accept, "wildcards of MQTT in the common name"},
             "a+b/#"),
      called({"ident-cn-wildcard/level", "", accept, "a wildcard alone"}, "+"),
  };
}

FixtureRecipes encodings() {
  return {
      called({"ident-cn-utf8/utf8", "", accept, "beyond ASCII, UTF8String"}, "Gerät-1"),
      mutated({"ident-cn-utf8/bmp", "F1", accept, "BMPString", {deprecated_string_type}}, "cn-bmp"),
      mutated({"ident-cn-utf8/t61", "F1", accept, "TeletexString", {deprecated_string_type}},
              "cn-t61"),
      mutated({"ident-cn-invalid-utf8",
               "F1",
               reject,
               "a UTF8String that is no UTF-8",
               {bad_string},
               "ident",
               "refuses: cannot decode the name"},
              "cn-invalid-utf8"),
      mutated({"ident-cn-two", "F1", either, "two common names"}, "cn-two"),
      called({"ident-cn-long/64", "", accept, "64 characters"}, std::string(64, 'x')),
      mutated({"ident-cn-long/200", "F1", either, "200 characters", {name_too_long}},
              "cn-too-long"),
      client({"ident-dn", "", accept, "commas, pluses and equals signs in the subject"},
             [](CertificateSpec& spec) {
               spec.subject.organization = "a, b + c = d";
               spec.subject.unit = "\"quoted\"; <x>";
             }),
      client({"ident-san", "", accept, "a name of every kind"},
             [](CertificateSpec& spec) {
               spec.names = {{AltNameKind::dns, "dev-1.lab.test"},
                             {AltNameKind::dns, "dev-1-b.lab.test"},
                             {AltNameKind::email, "dev-1@lab.test"},
                             {AltNameKind::uri, "urn:handfast:dev:1"}};
             }),
  };
}

FixtureRecipes several() {
  return {
      called({"ident-clientid-bound", "", accept, "dev-1, CONNECT carries another client id"},
             "dev-1"),
      called({"ident-clientid-takeover/one", "", accept, "the owner of the client id"}, "dev-1"),
      called({"ident-clientid-takeover/two", "", accept, "who wants it too"}, "dev-2"),
      called({"ident-reconnect-fresh/one", "", accept, "who left a session"}, "dev-1"),
      called({"ident-reconnect-fresh/two", "", accept, "who comes with the same client id"},
             "dev-2"),
      {{"ident-same-name-two-cas/one", "F1", accept, "dev-1 below the first trusted root"},
       dev_1_of(true)},
      {{"ident-same-name-two-cas/two", "F1", accept, "dev-1 below the second"}, dev_1_of(false)},
      called({"ident-reload-keeps-session", "", accept, "connected during a reload"}, "dev-1"),
      called({"ident-enhanced-auth", "", accept, "with AUTH or a password beside"}, "dev-1"),
  };
}

}  // namespace

FixtureRecipes identity_fixtures() {
  auto out = plain();
  for (auto* group : {encodings, several}) {
    for (auto& recipe : group()) out.push_back(std::move(recipe));
  }
  return out;
}

}  // namespace handfast::pki::detail
