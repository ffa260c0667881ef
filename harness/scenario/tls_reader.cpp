// The "tls" section of a fleet.
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "harness/scenario/detail/fleet_parts.hpp"
#include "harness/scenario/detail/read.hpp"

namespace handfast::scenario::detail {

namespace {

using config::Node;
using config::Presence;
using config::store;

Result<void> read_versions(const Node& node, TlsOptions& tls) {
  if (auto names = words(node); !names) return names.error();
  bool tls12 = false;
  bool tls13 = false;
  for (const auto& item : node.items()) {
    auto version = word(item, "TLS version", {"1.2", "1.3"});
    if (!version) return version.error();
    (*version == "1.2" ? tls12 : tls13) = true;
  }
  tls.min_version = tls12 ? tls::Version::tls1_2 : tls::Version::tls1_3;
  tls.max_version = tls13 ? tls::Version::tls1_3 : tls::Version::tls1_2;
  return {};
}

Result<void> read_suites(const Node& node, std::vector<std::string>& out, bool tls13) {
  if (auto names = store(out, words(node)); !names) return names;
  for (const auto& item : node.items()) {
    auto name = item.text();
    if (!name) return name.error();
    if (name->starts_with("TLS_") == tls13) continue;
    return item.problem(
        fmt::format("\"{}\" is no name of a TLS {} cipher suite", printable(*name, 60),
                    tls13 ? "1.3" : "1.2"),
        tls13 ? "write for example TLS_AES_128_GCM_SHA256; TLS 1.2 suites go to \"ciphers\""
              : "write for example ECDHE-ECDSA-AES128-GCM-SHA256; TLS 1.3 suites go to "
                "\"cipher_suites\"");
  }
  return {};
}

}  // namespace

Result<void> read_tls(const Node& node, TlsOptions& tls) {
  const auto read_resumption = [](const Node& n) -> Result<void> {
    auto kind = word(n, "resumption", {"none"}, {"tickets", "early-data"});
    if (!kind) return kind.error();
    return {};
  };
  return config::read_fields(
      node,
      {{"versions", Presence::optional, [&](const Node& n) { return read_versions(n, tls); }},
       {"groups", Presence::optional, [&](const Node& n) { return store(tls.groups, words(n)); }},
       {"cipher_suites", Presence::optional,
        [&](const Node& n) { return read_suites(n, tls.cipher_suites, true); }},
       {"ciphers", Presence::optional,
        [&](const Node& n) { return read_suites(n, tls.ciphers, false); }},
       {"signature_algorithms", Presence::optional,
        [&](const Node& n) { return store(tls.signature_algorithms, words(n)); }},
       {"resumption", Presence::optional, read_resumption},
       {"trust", Presence::optional, [&](const Node& n) { return store(tls.trust, n.text()); }},
       {"server_name", Presence::optional,
        [&](const Node& n) { return store(tls.server_name, n.text()); }},
       {"verify", Presence::optional,
        [&](const Node& n) { return store(tls.verify, n.boolean()); }},
       {"strict", Presence::optional,
        [&](const Node& n) { return store(tls.strict, n.boolean()); }}});
}

}  // namespace handfast::scenario::detail
