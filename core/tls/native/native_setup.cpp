// What a connection of the native engine is told before its first byte, and what of it cannot work.
#include <fmt/format.h>

#include <algorithm>

#include "core/tls/native/native_client.hpp"
#include "core/tls/peer_check.hpp"

namespace handfast::tls::native {

namespace {

/// RFC 6066 section 3 and RFC 8446 section 3.4: what a HostName can hold.
constexpr std::size_t longest_name = 255;

Result<void> check_host(const Shared& shared, const std::string& host) {
  if (host.empty()) return {};
  if (shared.server_name_indication && !is_ip_literal(host) && host.size() > longest_name) {
    return usage_problem(fmt::format("\"{}\" cannot be sent as server name", host));
  }
  if (!shared.verify || !shared.check_host) return {};
  const OpensslPtr<X509_VERIFY_PARAM, X509_VERIFY_PARAM_free> trial(X509_VERIFY_PARAM_new());
  return check_for_host(trial.get(), host);
}

/// A session is of use while it lives, for the host that its chain stood for, and with a suite
/// whose hash is offered (RFC 8446 section 4.6.1). Else the handshake is a full one.
bool resumable(const Shared& shared, const NativeSession& session, const std::string& host) {
  const bool hash_offered = std::ranges::any_of(
      shared.hello.cipher_suites,
      [&session](std::uint16_t number) { return find_suite(number)->hash == session.suite->hash; });
  return hash_offered && session.alive_at(shared.now()) && session.host == host &&
         (session.verified || !shared.verify);
}

}  // namespace

Result<std::unique_ptr<Client>> NativeClient::make(Shared& shared,
                                                   const ConnectionSettings& settings) {
  if (auto fine = check_host(shared, settings.host); !fine) return fine.error();
  if (auto fine = shared.chain->check_identity(settings.identity); !fine) return fine.error();
  if (settings.psk) {
    if (auto fine = check_psk(*settings.psk); !fine) return fine.error();
  }
  std::unique_ptr<NativeClient> client(new NativeClient(shared, settings));
  const auto* session = dynamic_cast<const NativeSession*>(settings.resume.get());
  if (session == nullptr || !resumable(shared, *session, settings.host)) {
    client->handshake_->forget_session();
  }
  return std::unique_ptr<Client>(std::move(client));
}

}  // namespace handfast::tls::native
