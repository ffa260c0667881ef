#include "core/tls/native/supports.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "core/tls/native/registry.hpp"
#include "core/tls/peer_check.hpp"
#include "core/tls/strict.hpp"

namespace handfast::tls::native {

namespace {

/// Every name of `names` must be in the registry.
template <class Find, class Table>
Result<void> known(const std::vector<std::string>& names, std::string_view what, const Find& find,
                   const Table& table) {
  for (const auto& name : names) {
    if (find(name) != nullptr) continue;
    std::vector<std::string> all;
    for (const auto& row : table) all.emplace_back(row.name);
    return usage_problem(
        fmt::format("the native engine has no {} \"{}\"", what, printable(name, 60)), {},
        fmt::format("one of: {}; or use the libssl engine", join(all, ", ")));
  }
  return {};
}

Result<void> check_versions(const ClientSettings& settings) {
  if (settings.min_version == Version::dtls1_2 || settings.max_version == Version::dtls1_2) {
    return usage_problem("the native engine has no DTLS", {}, "it speaks TLS 1.3 alone");
  }
  if (settings.max_version != Version::tls1_3) {
    return usage_problem(
        fmt::format("the native engine has no {}", to_string(settings.max_version)), {},
        "it speaks TLS 1.3 alone; use the libssl engine");
  }
  if (!settings.ciphers.empty()) {
    return usage_problem(fmt::format("the native engine has no TLS 1.2, so no cipher \"{}\"",
                                     printable(settings.ciphers.front(), 60)),
                         {}, "leave out \"ciphers\", or use the libssl engine");
  }
  return {};
}

Result<void> check_schemes(const std::vector<std::string>& names) {
  const bool one_is_for_handshakes = std::ranges::any_of(names, [](const auto& name) {
    const auto* scheme = find_scheme(std::string_view(name));
    return scheme != nullptr && scheme->in_handshake;
  });
  if (names.empty() || one_is_for_handshakes) return {};
  return usage_problem(
      fmt::format("no server can prove itself with {} under TLS 1.3", join(names, ", ")), {},
      "RFC 8446 4.2.3: rsa_pkcs1 is for certificates alone; add rsa_pss_rsae_sha256");
}

template <class Find, class Table>
std::vector<std::uint16_t> numbers_of(const std::vector<std::string>& names, const Find& find,
                                      const Table& table) {
  std::vector<std::uint16_t> out;
  for (const auto& name : names) out.push_back(find(name)->number);
  if (names.empty()) {
    for (const auto& row : table) out.push_back(row.number);
  }
  return out;
}

const Suite* suite_named(const std::string& name) { return find_suite(std::string_view(name)); }
const Group* group_named(const std::string& name) { return find_group(std::string_view(name)); }
const Scheme* scheme_named(const std::string& name) { return find_scheme(std::string_view(name)); }

}  // namespace

ClientHello common_hello(const ClientSettings& settings) {
  ClientHello hello;
  hello.cipher_suites = numbers_of(settings.cipher_suites, suite_named, suites());
  hello.groups = numbers_of(settings.groups, group_named, groups());
  hello.signature_algorithms = numbers_of(settings.signature_algorithms, scheme_named, schemes());
  hello.alpn = alpn_list(settings.alpn).value();
  return hello;
}

}  // namespace handfast::tls::native

namespace handfast::tls {

Result<void> native_supports(const ClientSettings& settings) {
  using namespace native;
  auto fine = check_versions(settings);
  if (fine) fine = known(settings.groups, "group", group_named, groups());
  if (fine) fine = known(settings.cipher_suites, "cipher suite", suite_named, suites());
  if (fine) {
    fine = known(settings.signature_algorithms, "signature algorithm", scheme_named, schemes());
  }
  if (fine) fine = check_schemes(settings.signature_algorithms);
  if (!fine) return fine;
  if (settings.key_mode == KeyMode::pool && settings.key_pool_size == 0) {
    return usage_problem("a key pool needs at least one key pair");
  }
  if (auto names = alpn_list(settings.alpn); !names) return names.error();
  return {};
}

}  // namespace handfast::tls
