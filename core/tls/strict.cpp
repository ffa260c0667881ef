#include "core/tls/strict.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "core/base/text.hpp"

namespace handfast::tls {

namespace {

using Names = std::vector<std::string>;

const Names groups{"P-256", "P-384", "P-521"};
/// Other names of the same groups.
const Names group_aliases{"prime256v1", "secp256r1", "secp384r1", "secp521r1"};
const Names suites{"TLS_AES_256_GCM_SHA384", "TLS_AES_128_GCM_SHA256"};
const Names ciphers{"ECDHE-ECDSA-AES256-GCM-SHA384", "ECDHE-RSA-AES256-GCM-SHA384",
                    "ECDHE-ECDSA-AES128-GCM-SHA256", "ECDHE-RSA-AES128-GCM-SHA256"};
const Names signatures{"ecdsa_secp256r1_sha256", "ecdsa_secp384r1_sha384", "ecdsa_secp521r1_sha512",
                       "rsa_pss_rsae_sha256",    "rsa_pss_rsae_sha384",    "rsa_pss_rsae_sha512",
                       "rsa_pss_pss_sha256",     "rsa_pss_pss_sha384",     "rsa_pss_pss_sha512",
                       "rsa_pkcs1_sha256",       "rsa_pkcs1_sha384",       "rsa_pkcs1_sha512"};

bool holds(const Names& names, const std::string& name) {
  return std::ranges::find(names, name) != names.end();
}

/// Fills `chosen` with `allowed`, or finds what is not among them.
Result<void> restrict_to(Names& chosen, const Names& allowed, std::string_view what,
                         const Names& aliases = {}) {
  if (chosen.empty()) chosen = allowed;
  for (const auto& name : chosen) {
    if (holds(allowed, name) || holds(aliases, name)) continue;
    return usage_problem(
        fmt::format("strict mode does not allow the {} \"{}\"", what, printable(name, 60)), {},
        "one of: " + join(allowed, ", "));
  }
  return {};
}

}  // namespace

Result<ClientSettings> strict_settings(ClientSettings settings) {
  if (!settings.verify || !settings.check_host) {
    return usage_problem("strict mode verifies every server", {},
                         "leave out \"verify: false\", or \"strict\"");
  }
  auto done = restrict_to(settings.groups, groups, "group", group_aliases);
  if (done) done = restrict_to(settings.cipher_suites, suites, "TLS 1.3 cipher suite");
  if (done) done = restrict_to(settings.ciphers, ciphers, "TLS 1.2 cipher");
  if (done) done = restrict_to(settings.signature_algorithms, signatures, "signature algorithm");
  if (!done) return done.error();
  return settings;
}

}  // namespace handfast::tls
