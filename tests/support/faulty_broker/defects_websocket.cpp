// Switches about WebSocket.
#include "tests/support/faulty_broker/defects.hpp"

namespace handfast::test::detail {

namespace {

using D = Defects;

std::vector<DefectSwitch> upgrade() {
  return {
      {"ws_wrong_accept_hash",
       "Sec-WebSocket-Accept belongs to another key",
       {"ws-upgrade-mqtt"},
       &D::ws_wrong_accept_hash},
      {"ws_no_subprotocol",
       "the subprotocol is not echoed",
       {"ws-upgrade-mqtt", "ws-upgrade-list"},
       &D::ws_no_subprotocol},
      {"ws_first_subprotocol_only",
       "only the first subprotocol of a list is looked at",
       {"ws-upgrade-list"},
       &D::ws_first_subprotocol_only},
      {"ws_echoes_unknown_subprotocol",
       "the client's first subprotocol is echoed, whatever it is",
       {"ws-upgrade-unknown"},
       &D::ws_echoes_unknown_subprotocol},
      {"ws_case_sensitive_fields",
       "names and values of fields must be spelled as in the standard",
       {"ws-upgrade-header-forms"},
       &D::ws_case_sensitive_fields},
      {"ws_request_in_one_read",
       "a request that does not come whole is refused",
       {"ws-upgrade-dribble"},
       &D::ws_request_in_one_read},
      {"ws_any_version",
       "Sec-WebSocket-Version is not looked at",
       {"ws-upgrade-version"},
       &D::ws_any_version},
      {"ws_any_key", "Sec-WebSocket-Key is not looked at", {"ws-upgrade-bad-key"}, &D::ws_any_key},
      {"ws_any_method", "POST upgrades too", {"ws-upgrade-post"}, &D::ws_any_method},
      {"ws_any_path", "every path is served", {"ws-upgrade-path"}, &D::ws_any_path},
      {"ws_refuses_query",
       "a query behind the path makes it another path",
       {"ws-upgrade-query"},
       &D::ws_refuses_query},
      {"ws_hangs_without_upgrade",
       "a request that is no upgrade gets no answer",
       {"ws-http-get"},
       &D::ws_hangs_without_upgrade},
      {"ws_accepts_deflate",
       "permessage-deflate is accepted and not spoken",
       {"ws-deflate"},
       &D::ws_accepts_deflate},
  };
}

std::vector<DefectSwitch> frames() {
  return {
      {"ws_packet_is_message",
       "what a message leaves unfinished is thrown away",
       {"ws-frame-binary-split", "ws-frame-byte-each"},
       &D::ws_packet_is_message},
      {"ws_one_packet_per_message",
       "of a message only the first packet is read",
       {"ws-frame-many-packets"},
       &D::ws_one_packet_per_message},
      {"ws_no_fragments",
       "a fragmented message ends the connection",
       {"ws-frame-continuation", "ws-frame-ping-between"},
       &D::ws_no_fragments},
      {"ws_control_breaks_message",
       "a control frame between fragments ends the message",
       {"ws-frame-ping-between"},
       &D::ws_control_breaks_message},
      {"ws_header_in_one_read",
       "a frame's header must come whole, or it is lost",
       {"ws-frame-header-split"},
       &D::ws_header_in_one_read},
      {"ws_accepts_text",
       "text frames are read as binary ones",
       {"ws-frame-text"},
       &D::ws_accepts_text},
      {"ws_accepts_unmasked",
       "frames need no mask",
       {"ws-frame-unmasked"},
       &D::ws_accepts_unmasked},
      {"ws_accepts_reserved",
       "reserved bits and opcodes are ignored",
       {"ws-frame-rsv", "ws-frame-opcode"},
       &D::ws_accepts_reserved},
      {"ws_accepts_orphan_continuation",
       "a continuation may begin a message",
       {"ws-frame-orphan-continuation"},
       &D::ws_accepts_orphan_continuation},
      {"ws_accepts_long_control",
       "control frames may be longer than 125 bytes",
       {"ws-control-too-long"},
       &D::ws_accepts_long_control},
      {"ws_no_pong", "ping is not answered", {"ws-ping", "ws-frame-ping-between"}, &D::ws_no_pong},
      {"ws_no_close_echo",
       "a close frame is not echoed",
       {"ws-close-clean", "wss-close-order"},
       &D::ws_no_close_echo},
      {"ws_no_will_on_close",
       "a close frame is a clean end",
       {"ws-close-clean"},
       &D::ws_no_will_on_close},
      {"ws_dies_of_huge_length",
       "a frame of more than 2^40 bytes ends the broker",
       {"ws-length-huge"},
       &D::ws_dies_of_huge_length},
      {"ws_masks_frames",
       "the broker masks its frames",
       {"ws-outbound-frames"},
       &D::ws_masks_frames},
      {"wss_certificate_optional",
       "two-way wss listeners ask for a certificate and need none",
       {"wss-mtls-matrix"},
       &D::wss_certificate_optional},
      {"wss_identity_lost",
       "on wss the user is who CONNECT says",
       {"wss-identity"},
       &D::wss_identity_lost},
  };
}

}  // namespace

std::vector<DefectSwitch> websocket_switches() {
  auto all = upgrade();
  for (auto& entry : frames()) all.push_back(std::move(entry));
  return all;
}

}  // namespace handfast::test::detail
