// The rows that this build cannot play, each with its reason. Whoever builds a row takes its line
// out: a test fails for a row that is neither played nor listed, and for one that is both.
#include <algorithm>

#include "harness/check/row.hpp"

namespace handfast::check {

namespace {

struct Lacks {
  static constexpr std::string_view legacy_renegotiation =
      "is left out wherever tls12-reneg-client is refused, as by all brokers of the lab; beyond "
      "that it needs a TLS 1.2 client with keys of its own";
  static constexpr std::string_view sessions =
      "needs a client that keeps TLS sessions between connections";
  static constexpr std::string_view identity =
      "needs a look at the user name that the broker takes from the certificate";
  static constexpr std::string_view psk = "no listener profile with pre-shared keys yet";
  static constexpr std::string_view proxy =
      "needs a listener behind the PROXY protocol, and a check that sends its headers";
};

constexpr Unbuilt unbuilt_table[] = {
    // tls-protocol
    {"tls-resume-identity", Lacks::sessions},
    {"tls-resume-cross-name", Lacks::sessions},
    {"tls12-reneg-legacy", Lacks::legacy_renegotiation},
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
