// Switches about the broker's own chain, revocation and users' names.
#include "tests/support/faulty_broker/defects.hpp"

namespace handfast::test::detail {

namespace {

using D = Defects;

std::vector<DefectSwitch> own_chain() {
  return {
      {"sends_leaf_only",
       "the server's intermediates are not sent",
       {"server-chain-full", "server-chain-two-int", "server-trust-root-only"},
       &D::sends_leaf_only},
      {"sends_first_intermediate_only",
       "at most one intermediate is sent",
       {"server-chain-two-int"},
       &D::sends_first_intermediate_only},
      {"sends_chain_reversed",
       "the server's intermediates are sent from the root down",
       {"server-chain-two-int", "server-chain-order"},
       &D::sends_chain_reversed},
      {"sends_leaf_twice",
       "the leaf is sent once more at the end",
       {"server-chain-full"},
       &D::sends_leaf_twice},
      {"wss_sends_leaf_only",
       "the wss listener sends its leaf alone",
       {"server-chain-same-everywhere"},
       &D::wss_sends_leaf_only},
      {"sends_self_signed",
       "a self-signed certificate without names is sent, whatever the files hold",
       {"server-chain-full", "server-trust-root-only", "server-trust-root-and-second",
        "server-trust-second-only", "server-san-dns", "server-san-ip"},
       &D::sends_self_signed},
      {"signs_with_wrong_key",
       "the server's signatures do not belong to its certificate",
       {"server-rsa-both-versions", "server-trust-root-only"},
       &D::signs_with_wrong_key},
      {"requires_sni",
       "a ClientHello without server name is refused",
       {"server-sni-absent"},
       &D::requires_sni},
      {"reload_keeps_certificate",
       "a reload does not read the server's certificate again",
       {"server-reload-leaf", "server-reload-chain"},
       &D::reload_keeps_certificate},
      {"reload_keeps_trust",
       "a reload does not read the trust file again",
       {"server-reload-trust"},
       &D::reload_keeps_trust},
      {"reload_adds_trust",
       "a reload adds anchors and removes none",
       {"server-reload-trust"},
       &D::reload_adds_trust},
      {"reload_drops_connections",
       "a reload ends all connections",
       {"server-reload-leaf", "ident-reload-keeps-session"},
       &D::reload_drops_connections},
      {"reload_breaks_listener",
       "after a reload a TLS listener has no certificate any more",
       {"crl-reload-no-collateral", "server-reload-leaf"},
       &D::reload_breaks_listener},
  };
}

std::vector<DefectSwitch> revocation() {
  return {
      {"ignores_crl",
       "revocation lists are not read",
       {"crl-revoked-leaf", "crl-many-in-file", "crl-on-wss"},
       &D::ignores_crl},
      {"crl_leaf_only",
       "revocation is checked for the leaf alone",
       {"crl-revoked-intermediate"},
       &D::crl_leaf_only},
      {"first_crl_only",
       "of a file of revocation lists only the first counts, the rest is forgiven",
       {"crl-many-in-file"},
       &D::first_crl_only},
      {"accepts_missing_crl",
       "an issuer without list revokes nothing",
       {"crl-missing-for-issuer"},
       &D::accepts_missing_crl,
       true},
      {"accepts_expired_crl",
       "dates of revocation lists are not looked at",
       {"crl-expired", "crl-not-yet-valid"},
       &D::accepts_expired_crl,
       true},
      {"accepts_forged_crl",
       "signatures of revocation lists are not checked",
       {"crl-bad-signature", "crl-forged-beside-good"},
       &D::accepts_forged_crl},
      {"crl_rejects_everybody",
       "with a revocation list all clients are refused",
       {"crl-good", "crl-empty-list"},
       &D::crl_rejects_everybody},
      {"crl_not_on_wss",
       "wss listeners read no revocation list",
       {"crl-on-wss"},
       &D::crl_not_on_wss},
      {"reload_keeps_crl",
       "a reload does not read revocation lists again",
       {"crl-reload"},
       &D::reload_keeps_crl},
  };
}

std::vector<DefectSwitch> names() {
  return {
      {"user_from_connect",
       "the user name of CONNECT goes before that of the certificate",
       {"ident-cn-overrides", "proxy-cn-username"},
       &D::user_from_connect},
      {"user_is_length_byte",
       "the user is the length byte in front of the common name",
       {"ident-cn"},
       &D::user_is_length_byte},
      {"user_cut_at_nul",
       "a common name ends at its first NUL",
       {"ident-cn-nul", "proxy-cn-bad"},
       &D::user_cut_at_nul},
      {"user_is_pattern",
       "wildcards in a user name match in topics",
       {"ident-cn-wildcard"},
       &D::user_is_pattern},
      {"accepts_unusable_name",
       "no, an empty or an unprintable common name leaves the word to CONNECT",
       {"ident-cn-missing", "ident-cn-control", "proxy-cn-bad"},
       &D::accepts_unusable_name},
      {"user_without_certificate",
       "who shows no certificate where one is optional is who CONNECT says",
       {"ident-no-cert-optional"},
       &D::user_without_certificate},
      {"believes_untrusted_name",
       "where names count, the chain behind them does not",
       {"ident-untrusted-known-cn"},
       &D::believes_untrusted_name},
      {"identity_stays_with_session",
       "a stored session keeps the user who made it",
       {"ident-reconnect-fresh"},
       &D::identity_stays_with_session},
  };
}

}  // namespace

std::vector<DefectSwitch> certificate_switches() {
  std::vector<DefectSwitch> all;
  for (auto* part : {own_chain, revocation, names}) {
    for (auto& entry : part()) all.push_back(std::move(entry));
  }
  return all;
}

}  // namespace handfast::test::detail
