#include "tests/integration/faulty_broker/raw_client.hpp"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>

namespace handfast::test {

namespace {

void put_text(Bytes& out, std::string_view text) {
  ByteWriter writer(out);
  writer.u16(static_cast<std::uint16_t>(text.size()));
  writer.bytes(as_bytes(text));
}

Bytes short_packet(std::uint8_t first, const Bytes& body) {
  Bytes out{first, static_cast<std::uint8_t>(body.size())};  // below 128
  out.insert(out.end(), body.begin(), body.end());
  return out;
}

}  // namespace

RawClient::RawClient(std::uint16_t port) : fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) {
    ::close(fd_);
    fd_ = -1;
  }
}

RawClient::~RawClient() {
  if (fd_ >= 0) ::close(fd_);
}

void RawClient::send(ByteView bytes) { ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL); }

void RawClient::finish() { shutdown(fd_, SHUT_WR); }

const Bytes& RawClient::hear(std::size_t count) {
  constexpr int patience_ms = 3000;
  std::array<std::uint8_t, 4096> chunk{};
  while (!closed_ && heard_.size() < count) {
    pollfd fd{fd_, POLLIN, 0};
    if (poll(&fd, 1, patience_ms) != 1) break;
    const auto got = recv(fd_, chunk.data(), chunk.size(), 0);
    if (got <= 0) {
      closed_ = true;
    } else {
      heard_.insert(heard_.end(), chunk.begin(), chunk.begin() + got);
    }
  }
  return heard_;
}

Bytes mqtt_connect(std::string_view client_id, std::string_view will_topic, std::string_view user,
                   std::string_view password) {
  Bytes body{0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 60};
  if (!will_topic.empty()) body[7] |= 0x04U;
  if (!user.empty()) body[7] |= 0x80U;
  if (!password.empty()) body[7] |= 0x40U;
  put_text(body, client_id);
  if (!will_topic.empty()) {
    put_text(body, will_topic);
    put_text(body, "gone");
  }
  if (!user.empty()) put_text(body, user);
  if (!password.empty()) put_text(body, password);
  return short_packet(0x10, body);
}

Bytes mqtt_subscribe(std::string_view filter) {
  Bytes body{0, 1};
  put_text(body, filter);
  body.push_back(0);
  return short_packet(0x82, body);
}

Bytes mqtt_publish(std::string_view topic, std::string_view payload) {
  Bytes body;
  put_text(body, topic);
  const auto bytes = as_bytes(payload);
  body.insert(body.end(), bytes.begin(), bytes.end());
  return short_packet(0x30, body);
}

}  // namespace handfast::test
