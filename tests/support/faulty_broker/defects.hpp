// What the faulty broker can be told to do wrong: one struct of switches, as BoringSSL's
// ProtocolBugs. What a switch does and which rows of the catalogue must notice it stands once, in
// its row of defect_switches().
#pragma once

#include <span>
#include <string_view>
#include <vector>

namespace handfast::test {

struct Defects {
  // Client chains that are accepted though they must not be.
  bool accepts_no_certificate = false;
  bool verifies_nothing = false;
  bool demands_optional_certificate = false;
  bool knows_first_client_only = false;
  bool accepts_leaf_without_issuer = false;
  bool accepts_unknown_issuer = false;
  bool trusts_foreign_roots = false;
  bool trusts_by_name = false;
  bool accepts_any_signature = false;
  bool accepts_self_signed = false;
  bool accepts_expired = false;
  bool accepts_not_yet_valid = false;
  bool accepts_expired_intermediate = false;
  bool ignores_purpose = false;
  bool ignores_ca_false = false;
  bool accepts_missing_basic_constraints = false;
  bool ignores_path_length = false;
  bool ignores_depth_limit = false;
  bool partial_trusts_whole_root = false;
  bool ignores_key_cert_sign = false;
  bool any_certificate_issues = false;
  bool ignores_name_constraints = false;
  bool ignores_critical_extensions = false;
  bool accepts_weak_algorithms = false;
  bool skips_certificate_verify = false;

  // Client chains that are refused though they are good.
  bool rejects_direct_leaf = false;
  bool rejects_root_in_list = false;
  bool rejects_extra_certificates = false;
  bool rejects_two_intermediates = false;
  bool insists_on_root = false;
  bool rejects_eku_absent = false;
  bool rejects_eku_both = false;
  bool rejects_rsa = false;
  bool rejects_mixed = false;
  bool rejects_large_list = false;
  bool rejects_expired_in_list = false;
  bool ignores_intermediates_in_trust_file = false;
  bool first_anchor_only = false;
  bool one_anchor_a_name = false;
  bool requests_certificate_always = false;
  bool names_other_authority = false;
  bool insists_on_named_authority = false;
  bool offers_sha1_schemes = false;

  // What a refused client brings about all the same.
  bool rejected_leaves_session = false;
  bool rejected_takes_over = false;
  bool rejected_publishes_will = false;
  bool rejection_stops_listener = false;
  bool storm_stops_listener = false;
  bool failure_closes_others = false;
  bool rejects_without_alert = false;
  bool hangs_after_bad_tls = false;

  // The broker's own chain.
  bool sends_leaf_only = false;
  bool sends_first_intermediate_only = false;
  bool sends_chain_reversed = false;
  bool sends_leaf_twice = false;
  bool wss_sends_leaf_only = false;
  bool sends_self_signed = false;
  bool signs_with_wrong_key = false;
  bool requires_sni = false;
  bool address_sni_stops_listener = false;
  bool first_certificate_only = false;
  bool starts_with_wrong_key = false;
  bool reload_keeps_certificate = false;
  bool reload_keeps_trust = false;
  bool reload_adds_trust = false;
  bool reload_drops_connections = false;
  bool reload_breaks_listener = false;

  // TLS: versions, suites, extensions.
  bool no_tls12 = false;
  bool no_tls13 = false;
  bool prefers_tls12 = false;
  bool hides_tls13_from_tls12 = false;
  bool accepts_tls11 = false;
  bool ignores_version_setting = false;
  bool no_aes128_gcm = false;
  bool accepts_null_and_anonymous = false;
  bool accepts_static_rsa = false;
  bool client_chooses_suite = false;
  bool no_x25519 = false;
  bool cannot_ask_for_key_share = false;
  bool refuses_large_hello = false;
  bool intolerant_of_grease = false;
  bool intolerant_of_early_data = false;
  bool needs_hello_in_one_read = false;
  bool echoes_any_alpn = false;
  bool no_extended_master_secret = false;

  // TLS: resumption, renegotiation, records.
  bool no_session_context = false;
  bool identity_lost_on_resumption = false;
  bool resumes_across_listeners = false;
  bool resumes_across_names = false;
  bool resumes_after_expiry = false;
  bool resumes_after_reload = false;
  bool aborts_on_unknown_ticket = false;
  bool resumes_without_key_exchange = false;
  bool full_handshake_without_ems = false;
  bool accepts_early_data = false;
  bool acts_on_early_data_at_once = false;
  bool serves_renegotiation = false;
  bool serves_legacy_renegotiation = false;
  bool dies_of_key_update = false;
  bool needs_whole_hello = false;
  bool loses_data_with_finished = false;
  bool stalls_with_pending_data = false;
  bool needs_packet_in_one_read = false;
  bool dies_of_padding = false;
  bool reads_behind_close_notify = false;

  // Deadlines, pressure and ends.
  bool no_handshake_deadline = false;
  bool no_connect_deadline = false;
  bool connect_timer_never_stops = false;
  bool short_handshake_deadline = false;
  bool handshake_blocks_listener = false;
  bool abort_stops_listener = false;
  bool answers_clear_text = false;
  bool ignores_malformed_packets = false;
  bool slow_reader_blocks_all = false;
  bool no_will_on_close_notify = false;
  bool no_will_on_truncation = false;
  bool will_after_disconnect = false;
  bool no_close_notify = false;
  bool delivers_truncated_publish = false;
  bool refusal_lost_on_tls = false;
  bool no_pingresp = false;

  // WebSocket.
  bool ws_wrong_accept_hash = false;
  bool ws_no_subprotocol = false;
  bool ws_first_subprotocol_only = false;
  bool ws_echoes_unknown_subprotocol = false;
  bool ws_case_sensitive_fields = false;
  bool ws_request_in_one_read = false;
  bool ws_any_version = false;
  bool ws_any_key = false;
  bool ws_any_method = false;
  bool ws_any_path = false;
  bool ws_refuses_query = false;
  bool ws_any_origin = false;
  bool ws_hangs_on_large_head = false;
  bool ws_hangs_without_upgrade = false;
  bool ws_packet_is_message = false;
  bool ws_one_packet_per_message = false;
  bool ws_no_fragments = false;
  bool ws_control_breaks_message = false;
  bool ws_header_in_one_read = false;
  bool ws_accepts_text = false;
  bool ws_accepts_unmasked = false;
  bool ws_accepts_reserved = false;
  bool ws_accepts_orphan_continuation = false;
  bool ws_accepts_long_control = false;
  bool ws_no_pong = false;
  bool ws_no_close_echo = false;
  bool ws_no_will_on_close = false;
  bool ws_dies_of_huge_length = false;
  bool ws_ignores_top_bit = false;
  bool ws_accepts_deflate = false;
  bool ws_masks_frames = false;
  bool wss_refuses_alpn = false;
  bool wss_certificate_optional = false;
  bool wss_identity_lost = false;

  // Revocation.
  bool ignores_crl = false;
  bool crl_leaf_only = false;
  bool first_crl_only = false;
  bool accepts_missing_crl = false;
  bool accepts_expired_crl = false;
  bool accepts_forged_crl = false;
  bool crl_rejects_everybody = false;
  bool crl_not_on_wss = false;
  bool reload_keeps_crl = false;
  bool ignores_unreadable_crl = false;
  bool cdp_wants_pem = false;
  bool cdp_fetches_each_time = false;
  bool cdp_keeps_list_for_ever = false;
  bool cdp_fetches_for_strangers = false;
  bool fetch_blocks_listener = false;
  bool staples_nothing = false;
  bool staples_unasked = false;
  bool staples_outdated = false;
  bool insists_on_staple = false;
  bool ignores_ocsp = false;
  bool believes_any_ocsp_signer = false;

  // Identity.
  bool user_from_connect = false;
  bool user_is_length_byte = false;
  bool user_cut_at_nul = false;
  bool user_is_pattern = false;
  bool accepts_unusable_name = false;
  bool user_without_certificate = false;
  bool believes_untrusted_name = false;
  bool identity_stays_with_session = false;
  bool user_raw_octets = false;
  bool user_cut_at_64 = false;
  bool user_subject_unescaped = false;
  bool user_is_last_alternative_name = false;
  bool client_id_from_connect = false;
  bool bound_id_opens_other_sessions = false;
  bool password_superfluous = false;

  // Pre-shared keys.
  bool psk_accepts_unknown_identity = false;
  bool psk_tells_identities = false;
  bool psk_user_from_connect = false;
  bool psk_accepts_certificates = false;

  // PROXY headers.
  bool proxy_header_optional = false;
  bool proxy_header_anywhere = false;
  bool proxy_header_inside_tls = false;
  bool proxy_ignores_address = false;
  bool proxy_takes_any_address = false;
  bool proxy_refuses_local = false;
  bool proxy_refuses_other_families = false;
  bool proxy_skips_malformed = false;
  bool proxy_accepts_overrun = false;
  bool proxy_refuses_unknown_fields = false;
  bool proxy_ignores_checksum = false;
  bool proxy_stalls = false;
  bool proxy_loses_certificate = false;
  bool proxy_tls_optional = false;
  bool proxy_ignores_verify = false;

  // Neither right nor wrong: the other outcome of rows that only record.
  bool ignores_key_identifiers = false;
  bool gives_no_tickets = false;
  bool ends_expired_connections = false;
  bool completes_own_chain = false;
  bool refuses_expired_own_certificate = false;
  bool refuses_unknown_server_name = false;
  bool ignores_alpn = false;
  bool never_resumes = false;
  bool ws_demands_subprotocol = false;
  bool ws_loses_data_behind_request = false;
  bool ws_refuses_long_form = false;
  bool psk_tls12_only = false;
  bool proxy_refuses_unspecified = false;
  bool proxy_wants_connection_certificate = false;
  bool proxy_refuses_tls_fields = false;
};

struct DefectSwitch {
  std::string_view name;               ///< of the member
  std::string_view what;               ///< what the broker then does
  std::vector<std::string_view> rows;  ///< catalogue ids that must not come out as `pass`
  bool Defects::* member;
  /// The rows only record this: their verdict is `info` with the defect and without it.
  bool recorded_only = false;
};

/// All switches.
std::span<const DefectSwitch> defect_switches();

/// A broker with this defect alone. Throws std::invalid_argument for an unknown name: a mistake of
/// the test.
Defects with_defect(std::string_view name);

namespace detail {  // the table's parts, a file each
std::vector<DefectSwitch> client_chain_switches();
std::vector<DefectSwitch> certificate_switches();
std::vector<DefectSwitch> tls_switches();
std::vector<DefectSwitch> websocket_switches();
std::vector<DefectSwitch> identity_switches();
std::vector<DefectSwitch> general_switches();
std::vector<DefectSwitch> recorded_switches();
}  // namespace detail

}  // namespace handfast::test
