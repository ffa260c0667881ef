#include "harness/probe/detail/ending.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"

namespace handfast::probe::detail {

namespace {

std::string not_tls(const Bytes& bytes, const std::string& library_words) {
  constexpr std::uint8_t lowest_type = 20;   // RFC 8446 section 5.1: change_cipher_spec
  constexpr std::uint8_t highest_type = 24;  // RFC 6520: heartbeat
  if (bytes.empty() || (bytes[0] >= lowest_type && bytes[0] <= highest_type)) {
    return fmt::format("the peer broke the TLS protocol ({})", library_words);
  }
  return fmt::format("the peer does not speak TLS, it sent \"{}\" ({})",
                     printable(as_text(bytes), 40), library_words);
}

}  // namespace

void classify_end(Transcript& transcript, const Link& link) {
  const auto* client = link.tls();
  const bool tls_ended = client != nullptr && link.tls_failed();
  const auto cause = tls_ended ? client->failure().cause : tls::Cause::none;
  if (cause == tls::Cause::local) {
    transcript.outcome = Outcome::not_sent;
    transcript.detail = client->failure().detail;
  } else if (client != nullptr && client->facts().alert_received &&
             client->facts().alert_received->description != 0) {
    transcript.close = CloseKind::alert;
  } else if (cause == tls::Cause::alert_sent) {
    transcript.close = CloseKind::none;  // we ended it
  } else if (cause == tls::Cause::protocol) {
    transcript.close = CloseKind::none;
    transcript.detail = not_tls(link.first_bytes(), client->failure().detail);
  } else if (link.peer_closed()) {
    transcript.close = CloseKind::close_notify;
  } else if (link.reset()) {
    transcript.close = CloseKind::rst;
  } else if (link.fin()) {
    transcript.close = CloseKind::fin;
  }
}

void note_tls(Transcript& transcript, const Link& link, bool has_identity) {
  const auto* client = link.tls();
  if (client == nullptr) return;
  transcript.tls = client->facts();
  transcript.tls_failure = client->failure();
  const auto& facts = transcript.tls;
  // Libraries send an empty Certificate, silently, when no signature scheme fits: then whatever
  // followed says nothing about the certificate that was to be judged (chain-cases.md 1.3).
  constexpr std::uint8_t certificate = 11;  // RFC 8446 section 4
  const bool answered = std::ranges::any_of(facts.messages, [](const auto& message) {
    return message.sent && message.type == certificate;
  });
  if (has_identity && answered && !facts.certificate_sent) {
    transcript.outcome = Outcome::not_sent;
    transcript.detail =
        "the TLS library sent an empty Certificate in place of the client's: its key fits none of "
        "the signature schemes that the server offers";
  }
}

}  // namespace handfast::probe::detail
