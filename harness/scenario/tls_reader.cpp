// The "tls" section of a fleet.
#include <fmt/format.h>

#include "core/base/text.hpp"
#include "harness/scenario/detail/fleet_parts.hpp"
#include "harness/scenario/detail/read.hpp"
#include "harness/scenario/detail/yaml_text.hpp"

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
  tls.versions_chosen = true;
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

/// One name, or a list of names that are trusted together.
Result<void> read_trust(const Node& node, TlsOptions& tls) {
  if (node.is_list()) return store(tls.trust, words(node));
  auto name = node.text();
  if (!name) return name.error();
  tls.trust = {std::move(*name)};
  return {};
}

Result<void> read_hex_key(const Node& node, std::string& out) {
  auto text = node.text();
  if (!text) return text.error();
  if (*text == hidden) {
    return node.problem("\"key\" was hidden when the scenario was written out",
                        "put the key back, or name a file with \"file\"");
  }
  const bool hex = text->find_first_not_of("0123456789abcdefABCDEF") == std::string::npos;
  constexpr std::size_t longest = 2 * 512;  // digits; core/tls/client.hpp
  if (text->empty() || text->size() % 2 != 0 || text->size() > longest || !hex) {
    return node.problem("\"key\" must be 1 to 512 bytes in hexadecimal",
                        "openssl rand -hex 32 makes one; put it in quotes");
  }
  out = std::move(*text);
  return {};
}

Result<void> read_psk(const Node& node, TlsOptions& tls, const std::filesystem::path& folder) {
  auto& psk = tls.psk.emplace();
  const auto read_file = [&](const Node& n) -> Result<void> {
    auto text = n.text();
    if (!text) return text.error();
    psk.file = folder / *text;
    return {};
  };
  auto read = config::read_fields(
      node, {{"identity", Presence::optional,
              [&](const Node& n) { return store(psk.identity, n.text()); }},
             {"key", Presence::optional, [&](const Node& n) { return read_hex_key(n, psk.key); }},
             {"file", Presence::optional, read_file}});
  if (!read) return read;
  const bool pair = !psk.identity.empty() && !psk.key.empty();
  const bool half = psk.identity.empty() != psk.key.empty();
  if (half || pair == !psk.file.empty()) {
    return node.problem("\"psk\" takes identity and key, or file",
                        "the file has a line identity:key for each client, the key in hexadecimal");
  }
  return {};
}

Result<void> read_resumption_kind(const Node& node, loadgen::Resumption& resumption) {
  auto kind = word(node, "resumption", {"none", "session-ids", "tickets"});
  if (!kind) return kind.error();
  resumption.kind = *kind == "tickets"       ? loadgen::ResumptionKind::tickets
                    : *kind == "session-ids" ? loadgen::ResumptionKind::session_ids
                                             : loadgen::ResumptionKind::none;
  return {};
}

/// "tickets", or {kind: tickets, share: 80%, early_data: 20%}.
Result<void> read_resumption(const Node& node, loadgen::Resumption& resumption) {
  if (!node.is_map()) return read_resumption_kind(node, resumption);
  return config::read_fields(
      node, {{"kind", Presence::required,
              [&](const Node& n) { return read_resumption_kind(n, resumption); }},
             {"share", Presence::optional,
              [&](const Node& n) { return store(resumption.share, n.share()); }},
             {"early_data", Presence::optional,
              [&](const Node& n) { return store(resumption.early_data_share, n.share()); }}});
}

Result<void> read_engine(const Node& node, TlsOptions& tls) {
  auto name = word(node, "engine", {"libssl", "native", "auto"});
  if (!name) return name.error();
  tls.engine = *name == "native" ? EngineWish::native
               : *name == "auto" ? EngineWish::automatic
                                 : EngineWish::libssl;
  return {};
}

Result<void> read_key_shares(const Node& node, TlsOptions& tls) {
  auto name = word(node, "kind of key shares", {"fresh", "pool", "batch"});
  if (!name) return name.error();
  tls.key_shares = *name == "pool"    ? tls::KeyMode::pool
                   : *name == "batch" ? tls::KeyMode::batch
                                      : tls::KeyMode::fresh;
  return {};
}

/// The keys that say which chains are accepted, and what is remembered of them.
std::vector<config::Field> verification_fields(TlsOptions& tls) {
  const auto flag = [](std::string_view key, bool& out) {
    return config::Field{key, Presence::optional,
                         [&out](const Node& n) { return store(out, n.boolean()); }};
  };
  return {{"trust", Presence::optional, [&tls](const Node& n) { return read_trust(n, tls); }},
          flag("partial_chain", tls.partial_chain),
          {"server_name", Presence::optional,
           [&tls](const Node& n) { return store(tls.server_name, n.text()); }},
          flag("sni", tls.sni),
          flag("verify", tls.verify),
          flag("verify_every_time", tls.verify_every_time),
          flag("certificate_cache", tls.certificate_cache),
          flag("strict", tls.strict)};
}

}  // namespace

Result<void> read_tls(const Node& node, TlsOptions& tls, const std::filesystem::path& folder) {
  std::vector<config::Field> fields{
      {"engine", Presence::optional, [&](const Node& n) { return read_engine(n, tls); }},
      {"key_shares", Presence::optional, [&](const Node& n) { return read_key_shares(n, tls); }},
      {"shadow", Presence::optional, [&](const Node& n) { return store(tls.shadow, n.share()); }},
      {"versions", Presence::optional, [&](const Node& n) { return read_versions(n, tls); }},
      {"groups", Presence::optional, [&](const Node& n) { return store(tls.groups, words(n)); }},
      {"cipher_suites", Presence::optional,
       [&](const Node& n) { return read_suites(n, tls.cipher_suites, true); }},
      {"ciphers", Presence::optional,
       [&](const Node& n) { return read_suites(n, tls.ciphers, false); }},
      {"signature_algorithms", Presence::optional,
       [&](const Node& n) { return store(tls.signature_algorithms, words(n)); }},
      {"alpn", Presence::optional, [&](const Node& n) { return store(tls.alpn, words(n)); }},
      {"psk", Presence::optional, [&](const Node& n) { return read_psk(n, tls, folder); }},
      {"resumption", Presence::optional,
       [&](const Node& n) { return read_resumption(n, tls.resumption); }}};
  for (auto& field : verification_fields(tls)) fields.push_back(std::move(field));
  return config::read_fields(node, fields);
}

}  // namespace handfast::scenario::detail
