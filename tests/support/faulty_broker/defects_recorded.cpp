// Switches that are no defects: with each, rows that only record see their other outcome.
#include "tests/support/faulty_broker/defects.hpp"

namespace handfast::test::detail {

namespace {

using D = Defects;

DefectSwitch recorded(std::string_view name, std::string_view what,
                      std::vector<std::string_view> rows, bool Defects::* member) {
  return {name, what, std::move(rows), member, true};
}

std::vector<DefectSwitch> certificates() {
  return {
      recorded("ignores_key_identifiers", "the name alone says who issued a certificate",
               {"client-aki-mismatch", "client-aki-serial-stale"}, &D::ignores_key_identifiers),
      recorded("gives_no_tickets",
               "no ticket is made, which cannot hold a client's certificate of 64 KB and more",
               {"client-size-90k"}, &D::gives_no_tickets),
      recorded("ends_expired_connections", "a connection ends with its client's certificate",
               {"client-expires-while-connected"}, &D::ends_expired_connections),
      recorded("completes_own_chain",
               "what the certificate file lacks of the chain is taken from the trust file",
               {"server-chain-split-files"}, &D::completes_own_chain),
      recorded("refuses_expired_own_certificate",
               "a listener with an expired certificate does not start",
               {"server-cert-expired-config"}, &D::refuses_expired_own_certificate),
  };
}

std::vector<DefectSwitch> protocols() {
  return {
      recorded("refuses_unknown_server_name",
               "a server name that is not in the certificate is refused", {"server-sni-unknown"},
               &D::refuses_unknown_server_name),
      recorded("ignores_alpn", "no application protocol is ever selected", {"tls-alpn-mqtt"},
               &D::ignores_alpn),
      recorded("never_resumes", "every handshake is a full one", {"tls12-resume", "tls13-resume"},
               &D::never_resumes),
      recorded("psk_tls12_only", "pre-shared keys are for TLS 1.2", {"psk-tls13"},
               &D::psk_tls12_only),
      recorded("ws_demands_subprotocol", "a request without subprotocol is refused",
               {"ws-upgrade-none"}, &D::ws_demands_subprotocol),
      recorded("ws_loses_data_behind_request", "what comes in one piece with the request is lost",
               {"ws-upgrade-piggyback"}, &D::ws_loses_data_behind_request),
      recorded("ws_refuses_long_form", "a length must have its shortest form",
               {"ws-length-nonminimal"}, &D::ws_refuses_long_form),
      recorded("proxy_refuses_unspecified", "headers of no address family are refused",
               {"proxy-v2-unspec"}, &D::proxy_refuses_unspecified),
      recorded("proxy_wants_connection_certificate",
               "a certificate that was shown in an earlier connection does not count",
               {"proxy-cert-session-only"}, &D::proxy_wants_connection_certificate),
      recorded("proxy_refuses_tls_fields", "a header that speaks of TLS is refused",
               {"proxy-spoof"}, &D::proxy_refuses_tls_fields),
  };
}

}  // namespace

std::vector<DefectSwitch> recorded_switches() {
  auto all = certificates();
  for (auto& entry : protocols()) all.push_back(std::move(entry));
  return all;
}

}  // namespace handfast::test::detail
