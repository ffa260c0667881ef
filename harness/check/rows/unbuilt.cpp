// The rows that this build cannot play, each with its reason. Whoever builds a row takes its line
// out: a test fails for a row that is neither played nor listed, and for one that is both.
#include <algorithm>

#include "harness/check/row.hpp"

namespace handfast::check {

namespace {

struct Lacks {
  static constexpr std::string_view certificates =
      "its certificates are minted, the check that plays them is not written yet";
  static constexpr std::string_view profile =
      "needs a listener with settings of its own, and a check that uses it";
  static constexpr std::string_view watcher = "needs a second client that watches for effects";
  static constexpr std::string_view tls12 = "needs a TLS 1.2 client that does wrong on purpose";
  static constexpr std::string_view sessions =
      "needs a client that keeps TLS sessions between connections";
  static constexpr std::string_view negotiation =
      "needs a client whose offers can be set for each row";
  static constexpr std::string_view reload =
      "needs a change of files and a reload in the middle of the row";
  static constexpr std::string_view server_file =
      "needs a broker started with server files of its own";
  static constexpr std::string_view stop = "needs a stop of the broker in the middle of the row";
  static constexpr std::string_view fetching =
      "needs a broker that fetches CRLs or OCSP answers, and a check that serves them";
  static constexpr std::string_view identity =
      "needs a look at the user name that the broker takes from the certificate";
  static constexpr std::string_view psk = "no listener profile with pre-shared keys yet";
  static constexpr std::string_view proxy =
      "needs a listener behind the PROXY protocol, and a check that sends its headers";
  static constexpr std::string_view request =
      "needs the content of the CertificateRequest, which the probe does not record yet";
};

constexpr Unbuilt unbuilt_table[] = {
    // client-chain
    {"client-cert-on-oneway", Lacks::certificates},
    {"client-expires-while-connected", Lacks::certificates},
    {"client-cv-sha1", Lacks::tls12},
    {"certreq-ca-names", Lacks::request},
    {"certreq-ca-names-honest", Lacks::request},
    {"certreq-sigalgs", Lacks::request},
    {"certreq-name-independence", Lacks::request},
    // server-chain
    {"server-key-mismatch-config", Lacks::server_file},
    {"server-sigalg-limited", Lacks::server_file},
    {"server-dual-cert", Lacks::server_file},
    {"server-sni-select", Lacks::server_file},
    {"server-sni-unknown", Lacks::negotiation},
    {"server-sni-ip", Lacks::negotiation},
    // tls-protocol
    {"tls-v13-only-listener", Lacks::profile},
    {"tls13-resume-ke-only", Lacks::sessions},
    {"tls-resume-identity", Lacks::sessions},
    {"tls-resume-cross-name", Lacks::sessions},
    {"tls-resume-ems-drop", Lacks::sessions},
    {"tls-resume-after-expiry", Lacks::sessions},
    {"tls-resume-after-untrust", Lacks::reload},
    {"tls13-early-data-replay", Lacks::sessions},
    {"tls12-reneg-legacy", Lacks::tls12},
    {"tls-mqtt-slow-reader", Lacks::watcher},
    {"tls-broker-stop", Lacks::stop},
    // revocation
    {"crl-der-file", Lacks::profile},
    {"crl-reload-live-session", Lacks::reload},
    {"crl-resume-after-revoke", Lacks::reload},
    {"crl-cdp-fetch", Lacks::fetching},
    {"crl-cdp-der-pem", Lacks::fetching},
    {"crl-cdp-down", Lacks::fetching},
    {"crl-cdp-cache", Lacks::fetching},
    {"crl-cdp-refresh", Lacks::fetching},
    {"crl-cdp-ssrf", Lacks::fetching},
    {"ocsp-staple-good", Lacks::fetching},
    {"ocsp-staple-unasked", Lacks::fetching},
    {"ocsp-staple-responder-down", Lacks::fetching},
    {"ocsp-staple-stale", Lacks::fetching},
    {"ocsp-staple-revoked", Lacks::fetching},
    {"ocsp-must-staple", Lacks::fetching},
    {"ocsp-client-revoked", Lacks::fetching},
    {"ocsp-client-unknown-down", Lacks::fetching},
    {"ocsp-client-forged", Lacks::fetching},
    // identity
    {"ident-cn", Lacks::identity},
    {"ident-cn-overrides", Lacks::identity},
    {"ident-no-cert-optional", Lacks::identity},
    {"ident-untrusted-known-cn", Lacks::identity},
    {"ident-cn-missing", Lacks::identity},
    {"ident-cn-nul", Lacks::identity},
    {"ident-cn-control", Lacks::identity},
    {"ident-cn-wildcard", Lacks::identity},
    {"ident-cn-utf8", Lacks::identity},
    {"ident-cn-invalid-utf8", Lacks::identity},
    {"ident-cn-two", Lacks::identity},
    {"ident-cn-long", Lacks::identity},
    {"ident-dn", Lacks::identity},
    {"ident-san", Lacks::identity},
    {"ident-clientid-bound", Lacks::identity},
    {"ident-clientid-takeover", Lacks::identity},
    {"ident-reconnect-fresh", Lacks::identity},
    {"ident-same-name-two-cas", Lacks::identity},
    {"ident-reload-keeps-session", Lacks::identity},
    {"ident-enhanced-auth", Lacks::identity},
    {"psk-good", Lacks::psk},
    {"psk-unknown-identity", Lacks::psk},
    {"psk-wrong-key", Lacks::psk},
    {"psk-no-oracle", Lacks::psk},
    {"psk-cert-client", Lacks::psk},
    {"psk-identity-odd", Lacks::psk},
    {"psk-tls13", Lacks::psk},
    {"proxy-v1-tcp4-tcp6", Lacks::proxy},
    {"proxy-v1-unknown", Lacks::proxy},
    {"proxy-v2-inet", Lacks::proxy},
    {"proxy-v2-local", Lacks::proxy},
    {"proxy-v2-unspec", Lacks::proxy},
    {"proxy-missing", Lacks::proxy},
    {"proxy-unexpected", Lacks::proxy},
    {"proxy-before-tls", Lacks::proxy},
    {"proxy-inside-tls", Lacks::proxy},
    {"proxy-dribble", Lacks::proxy},
    {"proxy-half-then-silence", Lacks::proxy},
    {"proxy-v1-malformed", Lacks::proxy},
    {"proxy-v2-malformed", Lacks::proxy},
    {"proxy-v2-tlv-overrun", Lacks::proxy},
    {"proxy-v2-tlv-unknown", Lacks::proxy},
    {"proxy-v2-crc", Lacks::proxy},
    {"proxy-v2-long", Lacks::proxy},
    {"proxy-tls-required", Lacks::proxy},
    {"proxy-cert-required", Lacks::proxy},
    {"proxy-cert-session-only", Lacks::proxy},
    {"proxy-cn-username", Lacks::proxy},
    {"proxy-cn-bad", Lacks::proxy},
    {"proxy-websocket", Lacks::proxy},
    {"proxy-spoof", Lacks::proxy},
};

}  // namespace

std::span<const Unbuilt> unbuilt() { return unbuilt_table; }

std::string_view unbuilt_reason(std::string_view id) {
  const auto found = std::ranges::find(unbuilt(), id, &Unbuilt::id);
  return found == unbuilt().end() ? std::string_view() : found->reason;
}

}  // namespace handfast::check
