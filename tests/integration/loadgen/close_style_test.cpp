// How our connections end, as those at the other end see it: mosquitto's log, and raw sockets.
#include <fmt/format.h>
#include <openssl/ssl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <future>

#include "tests/integration/loadgen/lab.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hex.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;
using loadgen::CloseStyle;

namespace {

constexpr std::string_view connack("\x20\x03\x00\x00\x00", 5);

loadgen::FleetSpec one_connection(CloseStyle style, std::uint16_t port, Transport transport) {
  loadgen::FleetSpec fleet;
  fleet.name = "leaving";
  fleet.endpoint = {.transport = transport, .host = "127.0.0.1", .port = port};
  fleet.tls.trust = pki().trust();
  fleet.close = style;
  fleet.stages = {{10, 10, 100ms}};
  return fleet;
}

/// Reads CONNECT, answers, and tells what came after: bytes in hex, then how it ended.
std::string raw_farewell(int fd) {
  std::array<char, 4096> buffer{};
  // On the peer's own thread, where Catch must not be asked.
  if (read(fd, buffer.data(), buffer.size()) <= 0) return "no CONNECT";
  if (write(fd, connack.data(), connack.size()) <= 0) return "no CONNACK";
  std::string seen;
  while (true) {
    const auto got = read(fd, buffer.data(), buffer.size());
    if (got == 0) return seen + "FIN";
    if (got < 0) return seen + (errno == ECONNRESET ? "RST" : "?");
    seen += to_hex(as_bytes(std::string_view(buffer.data(), static_cast<std::size_t>(got)))) + " ";
  }
}

/// The same one layer up: what libssl read, and whether close_notify came.
std::string tls_farewell(int fd) {
  const std::unique_ptr<SSL_CTX, decltype(&SSL_CTX_free)> context(SSL_CTX_new(TLS_server_method()),
                                                                  SSL_CTX_free);
  SSL_CTX_use_certificate_file(context.get(), pki().file("server.pem").c_str(), SSL_FILETYPE_PEM);
  SSL_CTX_use_PrivateKey_file(context.get(), pki().file("server.key").c_str(), SSL_FILETYPE_PEM);
  const std::unique_ptr<SSL, decltype(&SSL_free)> ssl(SSL_new(context.get()), SSL_free);
  SSL_set_fd(ssl.get(), fd);
  if (SSL_accept(ssl.get()) != 1) return "no handshake";
  std::array<char, 4096> buffer{};
  if (SSL_read(ssl.get(), buffer.data(), buffer.size()) <= 0) return "no CONNECT";
  SSL_write(ssl.get(), connack.data(), connack.size());
  std::string seen;
  while (true) {
    errno = 0;
    const int got = SSL_read(ssl.get(), buffer.data(), buffer.size());
    if (got <= 0) {
      const bool notified = (SSL_get_shutdown(ssl.get()) & SSL_RECEIVED_SHUTDOWN) != 0;
      return seen + (notified ? "close_notify" : errno == ECONNRESET ? "RST" : "FIN");
    }
    seen += to_hex(as_bytes(std::string_view(buffer.data(), static_cast<std::size_t>(got)))) + " ";
  }
}

/// What `farewell` saw of one connection that ended in `style`.
std::string seen_of(CloseStyle style, Transport transport, std::string (*farewell)(int)) {
  std::promise<std::string> seen;
  const Peer peer([&](int fd) { seen.set_value(farewell(fd)); });
  const auto stats = run_one(one_connection(style, peer.port(), transport)).fleets.at(0);
  CHECK(failures_of(stats).empty());
  CHECK(stats.succeeded == 1);
  return seen.get_future().get();
}

}  // namespace

TEST_CASE("Close styles on the wire", "[loadgen]") {
  CHECK(seen_of(CloseStyle::disconnect, Transport::tcp, raw_farewell) == "e000 FIN");
  CHECK(seen_of(CloseStyle::fin, Transport::tcp, raw_farewell) == "FIN");
  CHECK(seen_of(CloseStyle::rst, Transport::tcp, raw_farewell) == "RST");
}

TEST_CASE("Close styles above TLS", "[loadgen]") {
  CHECK(seen_of(CloseStyle::disconnect, Transport::tls, tls_farewell) == "e000 close_notify");
  CHECK(seen_of(CloseStyle::close_notify, Transport::tls, tls_farewell) == "close_notify");
  CHECK(seen_of(CloseStyle::fin, Transport::tls, tls_farewell) == "FIN");
  CHECK(seen_of(CloseStyle::rst, Transport::tls, tls_farewell) == "RST");
}

TEST_CASE("mosquitto tells a DISCONNECT from a connection that just ends", "[loadgen]") {
  const Mosquitto broker;
  for (const auto& [style, expected] : std::vector<std::pair<CloseStyle, std::string>>{
           {CloseStyle::disconnect, "disconnected."},
           {CloseStyle::close_notify, "closed its connection."},
           {CloseStyle::fin, "closed its connection."}}) {
    auto fleet = fleet_for(broker, "tls");
    fleet.close = style;
    fleet.client_id = fmt::format("style-{}-{{n}}", static_cast<int>(style));
    fleet.stages = {{20, 20, 500ms}};
    const auto stats = run_one(fleet).fleets.at(0);
    INFO(failures_of(stats));
    CHECK(stats.succeeded == 10);
    const std::string line = fmt::format("Client style-{}-9 {}", static_cast<int>(style), expected);
    const TimePoint deadline = Clock::now() + 10s;
    while (broker.log().find(line) == std::string::npos) {
      INFO("expected: " << line << "\n" << broker.log());
      REQUIRE(Clock::now() < deadline);
      std::this_thread::sleep_for(20ms);
    }
  }
}
