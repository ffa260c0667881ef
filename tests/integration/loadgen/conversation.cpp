#include "tests/integration/loadgen/conversation.hpp"

#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <thread>
#include <vector>

#include "core/base/clock.hpp"
#include "core/websocket/handshake.hpp"
#include "tests/support/mint.hpp"

namespace handfast::test {
namespace {

constexpr std::uint8_t application_data = 23;  // RFC 8446 §5.1
constexpr std::string_view connack{"\x20\x03\x00\x00\x00", 5};

/// The records that `bytes` consists of.
std::vector<ByteView> records_of(ByteView bytes) {
  std::vector<ByteView> records;
  while (bytes.size() >= 5) {
    const std::size_t size = 5 + (std::size_t{bytes[3]} << 8 | bytes[4]);
    records.push_back(bytes.first(size));
    bytes = bytes.subspan(size);
  }
  return records;
}

/// Conversations share what makes a server.
const MemoryServer& server_of(int version) {
  const auto make = [](int max_version) {
    return MemoryServer({.identity = test_pki().server_identity(),
                         .max_version = max_version,
                         .echo = false,
                         .cipher_suites = "TLS_AES_128_GCM_SHA256"});
  };
  static const MemoryServer tls12 = make(TLS1_2_VERSION);
  static const MemoryServer tls13 = make(TLS1_3_VERSION);
  return version == TLS1_2_VERSION ? tls12 : tls13;
}

}  // namespace

Conversation::Conversation(int fd, Transport transport, int max_version)
    : fd_(fd), websocket_(uses_websocket(transport)), tls13_(max_version == TLS1_3_VERSION) {
  // Else a reset would drop what waits for an acknowledgement of the bytes before.
  const int on = 1;
  setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  if (uses_tls(transport)) server_.emplace(server_of(max_version).next());
}

bool Conversation::play(const Stage& stage) {
  if (server_) {
    if (!play_tls(stage)) return false;
    if (stage.place <= Place::secured) return true;
  }
  if (websocket_) {
    while (request_.find("\r\n\r\n") == std::string::npos) {
      if (!read_some()) return false;
    }
    if (stage.place == Place::upgrade) return true;
    decoder_.emplace(websocket::Role::server);
    plain(upgrade_answer());
  }
  if (!await(mqtt::PacketType::connect)) return false;
  if (stage.place == Place::connack) return true;
  packet(connack);
  return stage.place == Place::idle || await(stage.packet);
}

bool Conversation::play_tls(const Stage& stage) {
  std::size_t records = 0;
  while (server_->received().empty()) {
    Bytes buffer(16384);
    const auto count = recv(fd_, buffer.data(), buffer.size(), 0);
    if (count <= 0) return false;
    if (stage.place == Place::hello) return true;
    buffer.resize(static_cast<std::size_t>(count));
    const Bytes flight = server_->feed(buffer);
    Bytes part;
    for (const ByteView record : records_of(flight)) {
      if (stage.place == Place::flight && records == stage.records) break;
      part.insert(part.end(), record.begin(), record.end());
      ++records;
    }
    send_tls(part);
    if (stage.place == Place::flight && records == stage.records) return true;
  }
  taken_ = server_->received().size();
  take_plain(as_bytes(server_->received()));
  return true;
}

bool Conversation::play_cut(std::size_t cut) {
  while (server_->received().empty()) {
    Bytes buffer(16384);
    const auto count = recv(fd_, buffer.data(), buffer.size(), 0);
    if (count <= 0) return false;
    buffer.resize(static_cast<std::size_t>(count));
    const Bytes flight = server_->feed(buffer);
    // What TLS 1.3 says after the client's Finished are tickets.
    if (!server_->received().empty() || (tls13_ && server_->secured())) return false;
    wire(ByteView(flight).first(std::min(cut, flight.size())));
    if (cut < flight.size()) return true;
    cut -= flight.size();
  }
  return false;
}

bool Conversation::read_some() {
  std::array<std::uint8_t, 16384> buffer{};
  const auto count = recv(fd_, buffer.data(), buffer.size(), 0);
  if (count <= 0) return false;
  const ByteView bytes = ByteView(buffer).first(static_cast<std::size_t>(count));
  if (!server_) {
    take_plain(bytes);
    return true;
  }
  send_tls(server_->feed(bytes));
  const std::string fresh = server_->received().substr(taken_);
  taken_ += fresh.size();
  take_plain(as_bytes(fresh));
  return true;
}

void Conversation::take_plain(ByteView bytes) {
  if (!websocket_) return reader_.feed(bytes);
  if (!decoder_) {
    request_ += as_text(bytes);
    return;
  }
  while (!bytes.empty()) {
    const auto event = decoder_->next(bytes);
    if (event.need_more() || event.has_error()) return;
    if (event->kind == websocket::Event::Kind::data) reader_.feed(event->payload);
  }
}

bool Conversation::await(mqtt::PacketType type) {
  while (true) {
    while (const auto frame = reader_.next()) {
      if (frame->type == type) return true;
    }
    if (!read_some()) return false;
  }
}

void Conversation::wire(ByteView bytes) {
  while (!bytes.empty()) {
    const auto count = send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    stuck_ = count <= 0;
    if (stuck_) return;  // the client is gone, or takes no more: that is its business
    bytes = bytes.subspan(static_cast<std::size_t>(count));
  }
}

void Conversation::send_tls(ByteView bytes) {
  // From the client's Finished on our records are under the keys for application data.
  if (!secured_ && server_->secured()) {
    secured_ = true;
    sealed_ = 0;
  }
  for (const ByteView record : records_of(bytes)) {
    if (record[0] == application_data) ++sealed_;
  }
  wire(bytes);
}

void Conversation::record(std::uint8_t type, std::string_view content) {
  if (!keys_) {
    keys_.emplace(
        tls13_suite(0x1301),  // the one that server_of() offers
        server_->secret(secured_ ? "SERVER_TRAFFIC_SECRET_0" : "SERVER_HANDSHAKE_TRAFFIC_SECRET"),
        sealed_);
  }
  wire(keys_->seal_as(type, as_bytes(content)));
}

void Conversation::plain(std::string_view text) {
  if (server_) return send_tls(server_->send(as_bytes(text)));
  wire(text);
}

void Conversation::packet(std::string_view bytes, const websocket::FrameOptions& options) {
  if (!websocket_) return plain(bytes);
  Bytes frame;
  websocket::encode_frame(frame, options, as_bytes(bytes));
  plain(as_text(frame));
}

std::string Conversation::upgrade_answer() const {
  return websocket::render_response(*websocket::parse_request(as_bytes(request_)));
}

int Conversation::flood(std::string_view text) {
  const timeval limit{.tv_sec = 2, .tv_usec = 0};
  setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
  std::string much;
  while (much.size() < std::size_t{1} << 20) much += text;
  for (int mib = 0; mib < 64; ++mib) {
    plain(much);
    if (stuck_) return mib;
  }
  return 64;
}

void Conversation::let_pile_up() {
  using namespace std::chrono_literals;
  const TimePoint deadline = Clock::now() + 5s;
  int before = 0;
  int still = 0;
  while (still < 5 && Clock::now() < deadline) {
    int now = 0;
    ioctl(fd_, FIONREAD, &now);
    still = now == before && now > 0 ? still + 1 : 0;
    before = now;
    std::this_thread::sleep_for(50ms);
  }
}

void Conversation::fin() { shutdown(fd_, SHUT_WR); }

void Conversation::rst() {
  const linger now{.l_onoff = 1, .l_linger = 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  // The descriptor's owner will close it later: a socket of no use takes its place.
  const int other = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  dup2(other, fd_);
  close(other);
}

}  // namespace handfast::test
