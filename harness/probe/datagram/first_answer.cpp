#include "harness/probe/datagram/first_answer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/tls/alert.hpp"

namespace handfast::probe {

namespace {

constexpr std::uint8_t client_hello = 1;
constexpr std::uint8_t server_hello = 2;
constexpr std::uint8_t hello_verify_request = 3;
constexpr std::uint16_t supported_versions = 43;
constexpr std::size_t tls_handshake_header = 4;
constexpr std::size_t version_and_random = 2 + 32;

/// What both versions of DTLS start from: no session identifier, as there is no middlebox to fool
/// (RFC 9147 section 5.3).
Result<DatagramHello> made_from(HelloBase base, std::string_view host) {
  auto hello = make_hello(base, host);
  if (!hello) return hello.error();
  DatagramHello made;
  made.message = std::move(hello->message);
  made.message.legacy_version = dtls_1_2;
  made.message.session_id.clear();
  return made;
}

/// The version that a ServerHello chooses; 0 for one that is none.
std::uint16_t chosen_version(ByteView body) {
  ByteReader reader(body);
  const auto legacy = reader.u16();
  const auto random = reader.bytes(32);
  const auto session = reader.u8();
  if (!legacy || !random || !session || !reader.bytes(*session)) return 0;
  const auto suite = reader.u16();
  const auto compression = reader.u8();
  const auto extensions = reader.u16();
  if (!suite || !compression || !extensions) return *legacy;
  while (!reader.empty()) {
    const auto type = reader.u16();
    const auto size = reader.u16();
    if (!type || !size) break;
    const auto value = reader.bytes(*size);
    if (!value) break;
    if (*type == supported_versions && value->size() == 2)
      return static_cast<std::uint16_t>((*value)[0] << 8 | (*value)[1]);
  }
  return *legacy;
}

void read_fragment(const Fragment& part, FirstAnswer& answer) {
  ByteReader reader(part.body);
  if (part.type == server_hello) {
    answer.kind = AnswerKind::server_hello;
    answer.version = chosen_version(part.body);
  } else if (part.type == hello_verify_request) {
    const auto version = reader.u16();
    const auto size = reader.u8();
    const auto cookie = size ? reader.bytes(*size) : std::nullopt;
    if (!version || !cookie) return;
    answer.kind = AnswerKind::hello_verify;
    answer.cookie.assign(cookie->begin(), cookie->end());
  }
}

}  // namespace

Result<DatagramHello> make_datagram_hello(std::string_view host) {
  return made_from(HelloBase::tls12, host);
}

Result<DatagramHello> make_dtls13_hello(std::string_view host) {
  auto hello = made_from(HelloBase::tls13, host);
  if (hello) hello->message.versions = {dtls_1_3};
  return hello;
}

DatagramHello with_cookie(DatagramHello hello, Bytes cookie) {
  hello.cookie = std::move(cookie);
  hello.message_seq = 1;
  ++hello.record_sequence;
  return hello;
}

Bytes hello_body(const DatagramHello& hello) {
  Bytes message;
  tls::native::encode(hello.message, message);
  ByteReader reader(ByteView(message).subspan(tls_handshake_header));
  Bytes body;
  ByteWriter writer(body);
  // The encoder wrote all of this.
  writer.bytes(*reader.bytes(version_and_random));
  const auto session = *reader.u8();
  writer.u8(session);
  writer.bytes(*reader.bytes(session));
  writer.u8(static_cast<std::uint8_t>(hello.cookie.size()));
  writer.bytes(hello.cookie);
  writer.bytes(reader.rest());
  return body;
}

std::vector<Bytes> hello_datagrams(const DatagramHello& hello) {
  const auto body = hello_body(hello);
  std::vector<Bytes> datagrams;
  for (std::size_t at = 0; at < body.size(); at += hello.fragment_bytes) {
    const auto part =
        ByteView(body).subspan(at).first(std::min(hello.fragment_bytes, body.size() - at));
    const Fragment fragment{.type = client_hello,
                            .length = static_cast<std::uint32_t>(body.size()),
                            .message_seq = hello.message_seq,
                            .offset = static_cast<std::uint32_t>(at),
                            .body = {part.begin(), part.end()}};
    datagrams.push_back(datagram_of({.version = hello.record_version,
                                     .sequence = hello.record_sequence + datagrams.size(),
                                     .fragment = to_bytes(fragment)}));
  }
  return datagrams;
}

std::string FirstAnswer::text() const {
  switch (kind) {
    case AnswerKind::silence:
      return "silence";
    case AnswerKind::refused:
      return "nobody listens";
    case AnswerKind::hello_verify:
      return "HelloVerifyRequest";
    case AnswerKind::server_hello:
      return "ServerHello";
    case AnswerKind::alert:
      return "alert " + tls::to_string(tls::Alert{.description = *alert});
    case AnswerKind::something:
      break;
  }
  return "something else";
}

FirstAnswer read_answer(ByteView datagram) {
  FirstAnswer answer;
  answer.kind = AnswerKind::something;
  answer.bytes = datagram.size();
  const auto records = split_datagram(datagram);
  if (!records) return answer;
  const auto& first = records->front();
  answer.record_sequence = first.sequence;
  if (const auto alert = clear_alert(first)) {
    answer.kind = AnswerKind::alert;
    answer.alert = alert;
  }
  const auto parts = fragments_of(first);
  if (!parts.empty()) read_fragment(parts.front(), answer);
  return answer;
}

FirstAnswer ask(UdpLine& line, const std::vector<Bytes>& datagrams, Nanos patience) {
  const auto begin = Clock::now();
  std::vector<std::string> messages;
  for (const auto& datagram : datagrams) {
    line.send(datagram);
    messages.push_back("-> " + describe_datagram(datagram));
  }
  const auto came = line.receive(begin + patience);
  auto answer = came ? read_answer(*came) : FirstAnswer{};
  if (came) messages.push_back("<- " + describe_datagram(*came));
  if (!came && line.refused()) answer.kind = AnswerKind::refused;
  answer.took = Clock::now() - begin;
  answer.messages = std::move(messages);
  return answer;
}

}  // namespace handfast::probe
