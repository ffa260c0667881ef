// Switches about the TLS protocol, deadlines and ends of connections.
#include "tests/support/faulty_broker/defects.hpp"

namespace handfast::test::detail {

namespace {

using D = Defects;

std::vector<DefectSwitch> hello() {
  return {
      {"no_tls12", "TLS 1.2 is not spoken", {"tls-v12"}, &D::no_tls12},
      {"no_tls13",
       "TLS 1.3 is not spoken",
       {"tls-v13", "tls-v13-preferred", "tls13-hrr", "broker-descriptor"},
       &D::no_tls13},
      {"prefers_tls12",
       "TLS 1.2 is chosen where both versions are offered",
       {"tls-v13-preferred"},
       &D::prefers_tls12},
      {"hides_tls13_from_tls12",
       "to a client of TLS 1.2 the server behaves as if it had no 1.3",
       {"tls-downgrade-sentinel", "tls-fallback-scsv"},
       &D::hides_tls13_from_tls12},
      {"accepts_tls11",
       "TLS 1.0 and 1.1 are spoken too",
       {"tls-v11-refused", "tls-v10-refused"},
       &D::accepts_tls11},
      {"no_aes128_gcm",
       "AES-256 only, in both versions",
       {"tls12-suite-recommended", "tls13-suites"},
       &D::no_aes128_gcm},
      {"accepts_null_and_anonymous",
       "suites without encryption or authentication are spoken",
       {"tls12-suite-forbidden"},
       &D::accepts_null_and_anonymous},
      {"accepts_static_rsa",
       "RSA key transport is spoken",
       {"tls12-suite-static-rsa"},
       &D::accepts_static_rsa},
      {"client_chooses_suite",
       "the client's first suite is taken, CBC ones included",
       {"tls12-suite-order"},
       &D::client_chooses_suite},
      {"no_x25519", "P-256 is the only group", {"tls-group-x25519-p256"}, &D::no_x25519},
      {"cannot_ask_for_key_share",
       "a ClientHello without key share is refused, not retried",
       {"tls13-hrr"},
       &D::cannot_ask_for_key_share},
      {"refuses_large_hello",
       "extensions of more than 1,000 bytes are refused",
       {"tls13-hybrid-group", "tls-unknown-extension-big"},
       &D::refuses_large_hello},
      {"intolerant_of_grease",
       "a GREASE extension is refused",
       {"tls-grease"},
       &D::intolerant_of_grease},
      {"echoes_any_alpn",
       "the client's first application protocol is selected, whatever it is",
       {"tls-alpn-foreign", "tls-alpn-mixed"},
       &D::echoes_any_alpn},
      {"no_extended_master_secret",
       "extended master secret is not spoken",
       {"tls12-ems"},
       &D::no_extended_master_secret},
  };
}

std::vector<DefectSwitch> sessions() {
  return {
      {"no_session_context",
       "sessions have no context: libssl aborts where it verifies clients",
       {"tls-resume-mtls"},
       &D::no_session_context},
      {"identity_lost_on_resumption",
       "a resumed session takes its user from CONNECT",
       {"tls-resume-identity"},
       &D::identity_lost_on_resumption},
      {"resumes_across_listeners",
       "all listeners share ticket keys and session context",
       {"tls-resume-cross-listener"},
       &D::resumes_across_listeners},
      {"resumes_after_expiry",
       "a ticket outlives its client's certificate",
       {"tls-resume-after-expiry"},
       &D::resumes_after_expiry},
      {"resumes_after_reload",
       "tickets outlive a change of trust and revocation",
       {"tls-resume-after-untrust", "crl-resume-after-revoke"},
       &D::resumes_after_reload},
      {"aborts_on_unknown_ticket",
       "a ticket that cannot be read ends the handshake",
       {"tls-ticket-tampered"},
       &D::aborts_on_unknown_ticket},
      {"accepts_early_data",
       "tickets allow early data, and it takes effect",
       {"tls13-early-data-sent", "tls13-early-data-limit"},
       &D::accepts_early_data},
      {"serves_renegotiation",
       "clients of TLS 1.2 may renegotiate",
       {"tls12-reneg-client"},
       &D::serves_renegotiation},
  };
}

std::vector<DefectSwitch> records() {
  return {
      {"dies_of_key_update",
       "a KeyUpdate ends the connection",
       {"tls13-keyupdate", "tls13-keyupdate-requested"},
       &D::dies_of_key_update},
      {"needs_whole_hello",
       "a ClientHello must lie in one record",
       {"tls-hello-record-split"},
       &D::needs_whole_hello},
      {"loses_data_with_finished",
       "what arrives together with the client's Finished is lost",
       {"tls-mqtt-with-finished"},
       &D::loses_data_with_finished},
      {"stalls_with_pending_data",
       "each arrival is read once, 1 KiB at most: the rest waits for the next arrival",
       {"tls-mqtt-many-per-record", "tls-mqtt-spans-records"},
       &D::stalls_with_pending_data},
      {"needs_packet_in_one_read",
       "a packet that does not come whole ends the connection",
       {"tls-mqtt-byte-records", "tls-mqtt-spans-records"},
       &D::needs_packet_in_one_read},
  };
}

std::vector<DefectSwitch> pressure() {
  return {
      {"no_handshake_deadline",
       "handshakes may take for ever",
       {"tls-halfopen-silent", "tls-halfopen-hello", "tls-halfopen-nofinished",
        "tls-dribble-deadline"},
       &D::no_handshake_deadline},
      {"no_connect_deadline",
       "CONNECT may never come",
       {"tls-no-connect"},
       &D::no_connect_deadline},
      {"connect_timer_never_stops",
       "the deadline for CONNECT ends connections that sent it",
       {"tls-no-connect"},
       &D::connect_timer_never_stops},
      {"short_handshake_deadline",
       "handshakes end after 1.5 s",
       {"tls-slow-but-honest"},
       &D::short_handshake_deadline},
      {"handshake_blocks_listener",
       "a listener shakes one hand at a time",
       {"tls-halfopen-pressure"},
       &D::handshake_blocks_listener},
      {"abort_stops_listener",
       "after a handshake that breaks off the listener accepts nobody",
       {"tls-abort-everywhere", "tls-probe-storm"},
       &D::abort_stops_listener},
      {"answers_clear_text",
       "a TLS port serves MQTT without TLS too",
       {"tls-plain-mqtt"},
       &D::answers_clear_text},
      {"ignores_malformed_packets",
       "bytes that are no MQTT are thrown away, the connection stays",
       {"tls-on-plain-port"},
       &D::ignores_malformed_packets},
      {"slow_reader_blocks_all",
       "who does not read holds up everybody",
       {"tls-mqtt-slow-reader"},
       &D::slow_reader_blocks_all},
  };
}

std::vector<DefectSwitch> ends() {
  return {
      {"no_will_on_close_notify",
       "close_notify alone is a clean end",
       {"tls-close-notify-only"},
       &D::no_will_on_close_notify},
      {"no_will_on_truncation",
       "a lost connection is a clean end",
       {"tls-truncation", "client-reject-no-will"},
       &D::no_will_on_truncation},
      {"will_after_disconnect",
       "the Will is published after DISCONNECT too",
       {"tls-close-after-disconnect", "ws-close-clean"},
       &D::will_after_disconnect},
      {"no_close_notify",
       "TLS ends without close_notify",
       {"tls-close-notify-only", "tls-close-after-disconnect", "wss-close-order"},
       &D::no_close_notify},
      {"delivers_truncated_publish",
       "a PUBLISH that breaks off is delivered as far as it came",
       {"tls-truncated-publish"},
       &D::delivers_truncated_publish},
      {"refusal_lost_on_tls",
       "over TLS a refusing CONNACK is lost in a reset",
       {"tls-refusal-readable"},
       &D::refusal_lost_on_tls},
      {"no_pingresp",
       "PINGREQ is not answered",
       {"client-chain-good", "tls-v12", "ws-upgrade-mqtt"},
       &D::no_pingresp},
  };
}

}  // namespace

std::vector<DefectSwitch> tls_switches() {
  std::vector<DefectSwitch> all;
  for (auto* part : {hello, sessions, records, pressure, ends}) {
    for (auto& entry : part()) all.push_back(std::move(entry));
  }
  return all;
}

}  // namespace handfast::test::detail
