#include "tests/integration/faulty_broker/recorded.hpp"

namespace handfast::test {

namespace {

constexpr std::string_view accepted = "recorded: accept";
constexpr std::string_view rejected = "recorded: reject";

constexpr Recorded recorded[] = {
    {"client-bad-optional", "verifies_nothing", rejected, accepted},
    {"client-depth-100", "ignores_depth_limit", rejected, accepted},
    {"client-self-signed-pinned", "knows_first_client_only", accepted, rejected},
    {"client-aki-mismatch", "ignores_key_identifiers", rejected, accepted},
    {"client-aki-serial-stale", "ignores_key_identifiers", rejected, accepted},
    {"client-inter-anchor-strict", "knows_first_client_only", accepted, rejected},
    {"client-partial-file-order", "knows_first_client_only", accepted, rejected},
    {"client-root-expired-anchor", "accepts_expired_intermediate", rejected, accepted},
    {"client-expires-while-connected", "ends_expired_connections", "was kept", "was ended"},
    {"client-leaf-is-ca", "knows_first_client_only", accepted, rejected},
    {"client-eku-any", "ignores_purpose", rejected, accepted},
    {"client-eku-int-constrained", "any_certificate_issues", rejected, accepted},
    {"client-serial-odd", "knows_first_client_only", accepted, rejected},
    {"client-alg-ed25519", "knows_first_client_only", "CONNACK 0", "reject: alert"},
    {"client-alg-rsa-pss-key", "knows_first_client_only", "CONNACK 0", "reject: alert"},
    {"client-size-90k", "gives_no_tickets", rejected, accepted},
    {"certreq-ca-names", "names_other_authority", "CN = root", "CN = some other authority"},
    {"server-chain-split-files", "completes_own_chain", "as it is", "completes the chain"},
    {"server-trust-second-leaf-only-sent", "sends_self_signed", "CONNACK 0", "unknown_ca (48)"},
    {"server-cert-expired-config", "refuses_expired_own_certificate", "serves an expired",
     "does not start"},
    {"server-dual-cert", "first_certificate_only", "_SHA384 /", "handshake_failure"},
    {"server-sni-unknown", "refuses_unknown_server_name", "accept: TLS", "unrecognized_name (112)"},
    {"tls12-hello-bare", "accepts_tls11", "handshake_failure (40)", "accept: TLS 1.2"},
    {"tls-alpn-mqtt", "ignores_alpn", "ALPN mqtt", "no ALPN in reply"},
    {"tls12-resume", "never_resumes", "_SHA384, resumed", "_SHA384"},
    {"tls13-resume", "never_resumes", "_SHA384, resumed", "_SHA384"},
    {"ws-upgrade-mqttv31", "ws_echoes_unknown_subprotocol", "HTTP 400", "101 with mqttv3.1"},
    {"ws-upgrade-none", "ws_demands_subprotocol", "HTTP 101", "HTTP 400"},
    {"ws-upgrade-piggyback", "ws_loses_data_behind_request", "accept: HTTP 101", "hang:"},
    {"ws-length-nonminimal", "ws_refuses_long_form", "accept: HTTP 101", "close frame 1002"},
    {"crl-missing-for-issuer", "accepts_missing_crl", rejected, accepted},
    {"crl-expired", "accepts_expired_crl", rejected, accepted},
    {"crl-not-yet-valid", "accepts_expired_crl", rejected, accepted},
    {"crl-reload-live-session", "reload_drops_connections", "was kept", "was ended"},
    {"ocsp-staple-revoked", "staples_nothing", "staple: revoked", "staple: absent"},
    {"ident-cn-two", "knows_first_client_only", "user dev-1", "reject: alert"},
    {"ident-same-name-two-cas", "knows_first_client_only", "(user dev-1) /", "; reject: alert"},
    {"psk-tls13", "psk_tls12_only", "accept: TLS 1.3", "protocol_version (70)"},
    {"proxy-v2-unspec", "proxy_refuses_unspecified", "accept /", "reject: fin"},
    {"proxy-cert-session-only", "proxy_wants_connection_certificate", "user dev-1", "reject: fin"},
    {"proxy-spoof", "proxy_refuses_tls_fields", "accept /", "reject: fin"},
};

constexpr RecordedOnce once[] = {
    {"server-chain-root-omitted", "the listener has no trust file to take a root from"},
    {"tls-record-size-limit", "libssl 3.0 does not know the extension"},
};

}  // namespace

std::span<const Recorded> recorded_rows() { return recorded; }
std::span<const RecordedOnce> recorded_once() { return once; }

}  // namespace handfast::test
