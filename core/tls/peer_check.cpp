#include "core/tls/peer_check.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <limits>

#include "core/base/text.hpp"

namespace handfast::tls {

Result<void> fill_store(X509_STORE* store, const ClientSettings& settings) {
  for (auto* anchor : settings.trust.anchors()) {
    if (X509_STORE_add_cert(store, anchor) != 1)
      return openssl_problem(ProblemKind::internal, "a trust anchor is not usable");
  }
  if (settings.partial_chain) X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  if (settings.strict) X509_STORE_set_flags(store, X509_V_FLAG_X509_STRICT);
  return {};
}

bool is_ip_literal(const std::string& host) {
  std::array<std::uint8_t, 16> address{};
  return inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

Result<void> check_for_host(X509_VERIFY_PARAM* parameters, const std::string& host) {
  // A common name is no host name any more (RFC 9525 section 2).
  X509_VERIFY_PARAM_set_hostflags(
      parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  const int set = is_ip_literal(host) ? X509_VERIFY_PARAM_set1_ip_asc(parameters, host.c_str())
                                      : X509_VERIFY_PARAM_set1_host(parameters, host.c_str(), 0);
  if (set != 1)
    return openssl_problem(ProblemKind::usage,
                           fmt::format("\"{}\" cannot be checked as host name", host));
  return {};
}

Result<Bytes> alpn_list(const std::vector<std::string>& names) {
  Bytes wire;
  for (const auto& name : names) {
    if (name.empty() || name.size() > std::numeric_limits<std::uint8_t>::max()) {
      return usage_problem(
          fmt::format("ALPN name \"{}\" must have 1 to 255 bytes", printable(name)));
    }
    wire.push_back(static_cast<std::uint8_t>(name.size()));
    wire.insert(wire.end(), name.begin(), name.end());
  }
  return wire;
}

Result<void> check_psk(const ExternalPsk& psk) {
  const bool fits = !psk.identity.empty() && psk.identity.size() <= PSK_MAX_IDENTITY_LEN &&
                    !psk.key.empty() && psk.key.size() <= PSK_MAX_PSK_LEN;
  if (fits && psk.identity.find('\0') == std::string::npos) return {};
  return usage_problem(fmt::format("the pre-shared key has an identity of {} bytes and a key of "
                                   "{}",
                                   psk.identity.size(), psk.key.size()),
                       {},
                       "the identity takes 1 to 256 bytes, none of them zero, the key 1 to 512");
}

}  // namespace handfast::tls
