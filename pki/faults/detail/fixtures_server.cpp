// Catalogue B: the broker's own chain. The list is what the server's certificate file holds, the
// anchors are what a client of it trusts.
#include <string>
#include <utility>

#include "pki/faults/detail/world.hpp"

namespace handfast::pki::detail {

namespace {

using enum DefectKind;
using enum Expect;

using Play = std::function<void(World&, Fixture&)>;

/// Everything below this is judged as a server that a client dials by name.
FixtureRecipe server(FixtureInfo about, Play play) {
  about.group = "B";
  return {std::move(about), [play = std::move(play)](World& w, Fixture& f) {
            f.purpose = FixturePurpose::server;
            f.host = server_host;
            play(w, f);
          }};
}

void full(World& w, Fixture& f) {
  const auto leaf = w.server_leaf(w.second());
  send(f, {&leaf, &w.second()});
}

Play dialled(std::string host) {
  return [host = std::move(host)](World& w, Fixture& f) {
    full(w, f);
    f.host = host;
  };
}

void alone(World& w, Fixture& f) {
  const auto leaf = w.server_leaf(w.second());
  send(f, {&leaf});
}

void two_intermediates(World& w, Fixture& f) {
  const auto third = w.authority("third", w.second());
  const auto leaf = w.server_leaf(third);
  send(f, {&leaf, &third, &w.second()});
}

Play named(std::vector<AltName> names, std::string host) {
  return [names = std::move(names), host = std::move(host)](World& w, Fixture& f) {
    auto spec = w.server();
    spec.names = names;
    const auto leaf = w.issue(spec, w.key("server"), &w.second());
    send(f, {&leaf, &w.second()});
    f.host = host;
  };
}

Play ending(hours end) {
  return [end](World& w, Fixture& f) {
    auto spec = w.server();
    spec.period = w.around(one_day * 20, end);
    const auto leaf = w.issue(spec, w.key("server"), &w.second());
    send(f, {&leaf, &w.second()});
  };
}

Play bent(std::string mutation) {
  return [mutation = std::move(mutation)](World& w, Fixture& f) {
    const auto leaf = w.damaged(mutation, w.server(), w.key("server"), w.second());
    send(f, {&leaf, &w.second()});
  };
}

void rsa(World& w, Fixture& f) {
  const auto leaf = w.issue(w.server(), w.key("server", KeyType::rsa2048), &w.rsa_second());
  send(f, {&leaf, &w.rsa_second()});
  trust(f, {&w.rsa_root()});
}

FixtureRecipes files() {
  return {
      server({"server-chain-full", "", accept, "server and intermediate"}, full),
      server({"server-chain-root-omitted", "", accept, "the same: is the root sent?"}, full),
      server({"server-chain-order/one", "", accept, "the same: is the order kept?"}, full),
      server({"server-chain-order/two", "", accept, "two intermediates: is the order kept?"},
             two_intermediates),
      server({"server-chain-two-int", "", accept, "two intermediates"}, two_intermediates),
      server({"server-chain-file-with-root",
              "",
              accept,
              "server, intermediate, root",
              {chain_has_root}},
             [](World& w, Fixture& f) {
               const auto leaf = w.server_leaf(w.second());
               send(f, {&leaf, &w.second(), &w.root()});
             }),
      server({"server-chain-file-misordered",
              "",
              accept,
              "server, root, intermediate",
              {chain_out_of_order, chain_has_root}},
             [](World& w, Fixture& f) {
               const auto leaf = w.server_leaf(w.second());
               send(f, {&leaf, &w.root(), &w.second()});
             }),
      server({"server-chain-split-files", "", either, "the server alone in its file", {unknown_ca}},
             alone),
      server({"server-chain-same-everywhere", "", accept, "one list for every listener"}, full),
      server({"server-key-mismatch-config",
              "",
              reject,
              "a key file that does not fit",
              {wrong_key},
              "srv:mismatch",
              "X509_verify_cert never sees the private key"},
             bent("key")),
      server({"server-reload-leaf/before", "", accept, "before the reload"}, full),
      server({"server-reload-leaf/after", "", accept, "a new leaf by the same intermediate"},
             [](World& w, Fixture& f) {
               const auto leaf = w.issue(w.server(), w.key("server again"), &w.second());
               send(f, {&leaf, &w.second()});
             }),
      server({"server-reload-chain/before", "", accept, "before the reload"}, full),
      server(
          {"server-reload-chain/after", "", accept, "a new leaf below a new second intermediate"},
          two_intermediates),
      server({"server-reload-bad/before", "", accept, "before the reload"}, full),
      server({"server-reload-bad/after", "", reject, "half a certificate", {malformed}},
             bent("truncated")),
  };
}

FixtureRecipes trusts() {
  const auto second_only = [](bool partial, bool whole) {
    return [partial, whole](World& w, Fixture& f) {
      whole ? full(w, f) : alone(w, f);
      trust(f, {&w.second()});
      f.partial_chain = partial;
    };
  };
  return {
      server({"server-trust-root-only", "", accept, "the client trusts the root"}, full),
      server(
          {"server-trust-root-and-second", "", accept, "the client trusts root and intermediate"},
          [](World& w, Fixture& f) {
            full(w, f);
            trust(f, {&w.root(), &w.second()});
          }),
      server({"server-trust-second-only", "", accept,
              "the client trusts the intermediate, with the "
              "partial-chain flag"},
             second_only(true, true)),
      server({"server-trust-second-only-strict",
              "",
              reject,
              "the same without the flag",
              {unknown_ca}},
             second_only(false, true)),
      server({"server-trust-second-leaf-only-sent", "", accept,
              "the client trusts the intermediate, the "
              "server sends its leaf"},
             second_only(true, false)),
      server(
          {"server-trust-wrong-root", "", reject, "the client trusts a foreign root", {unknown_ca}},
          [](World& w, Fixture& f) {
            full(w, f);
            trust(f, {&w.foreign()});
          }),
  };
}

FixtureRecipes names() {
  const std::vector<AltName> wildcard{{AltNameKind::dns, "*.broker.example"}};
  return {
      server({"server-san-dns", "", accept, "dialled by its DNS name"}, full),
      server({"server-san-ip/v4", "", accept, "dialled by its IPv4 address"}, dialled("127.0.0.1")),
      server({"server-san-ip/v6", "", accept, "dialled by its IPv6 address"}, dialled("::1")),
      server({"server-san-case", "", accept, "dialled in capitals"},
             dialled("NODE.Broker.LAB.test")),
      server({"server-san-wildcard/one", "", accept, "a wildcard, one label"},
             named(wildcard, "a.broker.example")),
      server({"server-san-wildcard/two", "", reject, "a wildcard, two labels", {name_mismatch}},
             named(wildcard, "a.b.broker.example")),
      server({"server-san-mismatch", "", reject, "dialled by another name", {name_mismatch}},
             dialled("other.lab.test")),
      server({"server-cn-only",
              "",
              reject,
              "the name only in the common name",
              {san_missing},
              {},
              "takes the common name when there is no subjectAltName"},
             named({}, std::string(server_host))),
      server({"server-sni-select/one", "", accept, "the first of two names"}, full),
      server({"server-sni-select/two", "", accept, "the second of two names"},
             named({{AltNameKind::dns, "other.lab.test"}}, "other.lab.test")),
      server({"server-sni-unknown", "", accept, "the certificate behind an unknown SNI"}, full),
      server({"server-sni-absent", "", accept, "the certificate without SNI"}, full),
      server({"server-sni-ip", "", accept, "the certificate behind an address as SNI"}, full),
  };
}

FixtureRecipes qualities() {
  return {
      server({"server-cert-fields", "", accept, "usages, version and serial as they should be"},
             full),
      server({"server-key-strength/ec", "", accept, "P-256 and SHA-256"}, full),
      server({"server-key-strength/rsa", "", accept, "RSA 2048 and SHA-256"}, rsa),
      server({"server-cert-expiry-window", "", accept, "ten days left"}, ending(one_day * 10)),
      server({"server-cert-expired-config", "", reject, "ended a day ago", {expired}},
             ending(-one_day)),
      server({"server-sigalg-limited", "", accept,
              "an ECDSA server, for a client with RSA schemes only"},
             full),
      server({"server-rsa-both-versions", "", accept, "RSA 2048"}, rsa),
      server({"server-dual-cert/ec", "", accept, "the EC half of a pair"}, full),
      server({"server-dual-cert/rsa", "", accept, "the RSA half of a pair"}, rsa),
  };
}

/// server-reload-trust is about clients: R(old) is trusted, then R(new).
FixtureRecipes reloads() {
  const auto client = [](bool old_client, bool old_trusted) {
    return [old_client, old_trusted](World& w, Fixture& f) {
      const auto second = w.authority("new second", w.new_root());
      const auto leaf = w.leaf(old_client ? w.second() : second);
      send(f, {&leaf, old_client ? &w.second() : &second});
      trust(f, {old_trusted ? &w.root() : &w.new_root()});
    };
  };
  return {
      {{"server-reload-trust/old-before", "B", accept, "the old root's client before the reload"},
       client(true, true)},
      {{"server-reload-trust/old-after",
        "B",
        reject,
        "the old root's client after it",
        {unknown_ca}},
       client(true, false)},
      {{"server-reload-trust/new-after", "B", accept, "the new root's client after it"},
       client(false, false)},
  };
}

}  // namespace

FixtureRecipes server_fixtures() {
  auto out = files();
  for (auto* group : {trusts, names, qualities, reloads}) {
    for (auto& recipe : group()) out.push_back(std::move(recipe));
  }
  return out;
}

}  // namespace handfast::pki::detail
