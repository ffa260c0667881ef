// Switches about names, pre-shared keys and PROXY headers.
#include "tests/support/faulty_broker/defects.hpp"

namespace handfast::test::detail {

namespace {

using D = Defects;

std::vector<DefectSwitch> names_and_keys() {
  return {
      {"user_raw_octets",
       "the octets of a common name are taken as they are, whatever their string type",
       {"ident-cn-utf8"},
       &D::user_raw_octets},
      {"user_cut_at_64",
       "of a common name the first 64 characters count",
       {"ident-cn-long"},
       &D::user_cut_at_64},
      {"user_subject_unescaped",
       "a subject becomes a text of slashes, without any escape",
       {"ident-dn"},
       &D::user_subject_unescaped},
      {"user_is_last_alternative_name",
       "of several alternative names the last one counts",
       {"ident-san"},
       &D::user_is_last_alternative_name},
      {"client_id_from_connect",
       "CONNECT says which session a client has, where its certificate should",
       {"ident-clientid-bound", "ident-clientid-takeover"},
       &D::client_id_from_connect},
      {"bound_id_opens_other_sessions",
       "a session that CONNECT names is thrown out before the bound one is taken",
       {"ident-clientid-takeover"},
       &D::bound_id_opens_other_sessions},
      {"password_superfluous",
       "who shows a certificate is not asked for the password",
       {"ident-enhanced-auth"},
       &D::password_superfluous},
      {"psk_accepts_unknown_identity",
       "an identity that nobody has gets in with another one's key",
       {"psk-unknown-identity", "psk-no-oracle"},
       &D::psk_accepts_unknown_identity},
      {"psk_tells_identities",
       "an identity that nobody has is answered at once",
       {"psk-no-oracle"},
       &D::psk_tells_identities},
      {"psk_user_from_connect",
       "with a pre-shared key the user is who CONNECT says",
       {"psk-good", "psk-identity-odd"},
       &D::psk_user_from_connect},
      {"psk_accepts_certificates",
       "who knows no key may do without",
       {"psk-cert-client"},
       &D::psk_accepts_certificates},
  };
}

std::vector<DefectSwitch> where_headers_stand() {
  return {
      {"proxy_header_optional",
       "a connection without a header is served all the same",
       {"proxy-missing", "proxy-websocket"},
       &D::proxy_header_optional},
      {"proxy_header_anywhere",
       "a header is taken on listeners that expect none",
       {"proxy-unexpected"},
       &D::proxy_header_anywhere},
      {"proxy_header_inside_tls",
       "a header inside TLS is thrown away",
       {"proxy-inside-tls", "proxy-unexpected"},
       &D::proxy_header_inside_tls},
      {"proxy_stalls",
       "a header that is long, or comes in pieces, is waited for without end",
       {"proxy-dribble", "proxy-v2-long"},
       &D::proxy_stalls},
      {"proxy_loses_certificate",
       "behind a header the user is who CONNECT says",
       {"proxy-before-tls"},
       &D::proxy_loses_certificate},
  };
}

std::vector<DefectSwitch> what_headers_say() {
  return {
      {"proxy_ignores_address",
       "the client's address is never taken from a header",
       {"proxy-v1-tcp4-tcp6", "proxy-v2-inet", "proxy-websocket"},
       &D::proxy_ignores_address},
      {"proxy_takes_any_address",
       "an address is taken that the header says is none",
       {"proxy-v1-unknown", "proxy-v2-local"},
       &D::proxy_takes_any_address},
      {"proxy_refuses_local",
       "headers of the balancer itself are refused",
       {"proxy-v1-unknown", "proxy-v2-local"},
       &D::proxy_refuses_local},
      {"proxy_refuses_other_families",
       "headers of Unix sockets and UDP are refused",
       {"proxy-v2-inet"},
       &D::proxy_refuses_other_families},
      {"proxy_skips_malformed",
       "a malformed header is skipped",
       {"proxy-v1-malformed", "proxy-v2-malformed", "proxy-websocket"},
       &D::proxy_skips_malformed},
      {"proxy_accepts_overrun",
       "a field that is longer than its header is left out",
       {"proxy-v2-tlv-overrun"},
       &D::proxy_accepts_overrun},
      {"proxy_refuses_unknown_fields",
       "a header with a field of unknown type is refused",
       {"proxy-v2-tlv-unknown"},
       &D::proxy_refuses_unknown_fields},
      {"proxy_ignores_checksum",
       "the checksum is not looked at",
       {"proxy-v2-crc"},
       &D::proxy_ignores_checksum},
      {"proxy_tls_optional",
       "a header without TLS information is enough where a certificate is asked for",
       {"proxy-tls-required"},
       &D::proxy_tls_optional},
      {"proxy_ignores_verify",
       "that the client spoke TLS is enough, whatever became of its certificate",
       {"proxy-cert-required"},
       &D::proxy_ignores_verify},
  };
}

}  // namespace

std::vector<DefectSwitch> identity_switches() {
  std::vector<DefectSwitch> all;
  for (auto* part : {names_and_keys, where_headers_stand, what_headers_say}) {
    for (auto& entry : part()) all.push_back(std::move(entry));
  }
  return all;
}

}  // namespace handfast::test::detail
