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
  static constexpr std::string_view framing = "needs a WebSocket client that frames by hand";
  static constexpr std::string_view fetching =
      "needs a broker that fetches CRLs or OCSP answers, and a check that serves them";
  static constexpr std::string_view sni = "no driver has a broker that selects by SNI";
  static constexpr std::string_view alternative_name =
      "no driver takes the user name from the subject alternative name yet";
  static constexpr std::string_view bound_identifier =
      "no driver binds client identifiers to certificates";
  static constexpr std::string_view second_factor =
      "no driver asks for a certificate and a password together";
  static constexpr std::string_view identity =
      "needs a look at the user name that the broker takes from the certificate";
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
    {"tls-resume-cross-name", Lacks::sni},
    {"tls-resume-ems-drop", Lacks::sessions},
    {"tls-resume-after-expiry", Lacks::sessions},
    {"tls-resume-after-untrust", Lacks::reload},
    {"tls13-early-data-replay", Lacks::sessions},
    {"tls12-reneg-legacy", Lacks::tls12},
    {"tls-mqtt-slow-reader", Lacks::watcher},
    {"tls-broker-stop", Lacks::stop},
    // websocket
    {"ws-upgrade-mqtt", Lacks::framing},
    {"ws-upgrade-list", Lacks::framing},
    {"ws-upgrade-mqttv31", Lacks::framing},
    {"ws-upgrade-header-forms", Lacks::framing},
    {"ws-upgrade-unknown", Lacks::framing},
    {"ws-upgrade-none", Lacks::framing},
    {"ws-upgrade-version", Lacks::framing},
    {"ws-upgrade-bad-key", Lacks::framing},
    {"ws-upgrade-post", Lacks::framing},
    {"ws-upgrade-path", Lacks::framing},
    {"ws-upgrade-query", Lacks::framing},
    {"ws-upgrade-origin", Lacks::framing},
    {"ws-upgrade-header-flood", Lacks::framing},
    {"ws-upgrade-dribble", Lacks::framing},
    {"ws-upgrade-piggyback", Lacks::framing},
    {"ws-http-get", Lacks::framing},
    {"ws-alpn-http11", Lacks::framing},
    {"ws-frame-binary-split", Lacks::framing},
    {"ws-frame-byte-each", Lacks::framing},
    {"ws-frame-many-packets", Lacks::framing},
    {"ws-frame-continuation", Lacks::framing},
    {"ws-frame-ping-between", Lacks::framing},
    {"ws-frame-header-split", Lacks::framing},
    {"ws-frame-text", Lacks::framing},
    {"ws-frame-unmasked", Lacks::framing},
    {"ws-frame-rsv", Lacks::framing},
    {"ws-frame-opcode", Lacks::framing},
    {"ws-frame-orphan-continuation", Lacks::framing},
    {"ws-control-too-long", Lacks::framing},
    {"ws-ping", Lacks::framing},
    {"ws-close-clean", Lacks::framing},
    {"ws-length-nonminimal", Lacks::framing},
    {"ws-length-huge", Lacks::framing},
    {"ws-length-msb", Lacks::framing},
    {"ws-deflate", Lacks::framing},
    {"ws-outbound-frames", Lacks::framing},
    {"wss-mtls-matrix", Lacks::profile},
    {"wss-identity", Lacks::identity},
    {"wss-close-order", Lacks::framing},
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
    {"crl-on-wss", Lacks::profile},
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
    {"ident-san", Lacks::alternative_name},
    {"ident-clientid-bound", Lacks::bound_identifier},
    {"ident-clientid-takeover", Lacks::bound_identifier},
    {"ident-enhanced-auth", Lacks::second_factor},
};

}  // namespace

std::span<const Unbuilt> unbuilt() { return unbuilt_table; }

std::string_view unbuilt_reason(std::string_view id) {
  const auto found = std::ranges::find(unbuilt(), id, &Unbuilt::id);
  return found == unbuilt().end() ? std::string_view() : found->reason;
}

}  // namespace handfast::check
