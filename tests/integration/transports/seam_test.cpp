// Early data and pre-shared keys of the TLS seam over a socket, against OpenSSL's own server.
#include <arpa/inet.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>

#include "core/tls/client.hpp"
#include "tests/integration/probe/peers.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/hex.hpp"

using namespace handfast;
using namespace handfast::test;
using tls::EarlyData;
using tls::EventKind;

namespace {

/// A client of the seam with a blocking socket below it.
class Line {
 public:
  Line(tls::Engine& engine, const tls::ConnectionSettings& settings, std::uint16_t port)
      : client_(engine.make_client(settings).value()),
        fd_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval limit{.tv_sec = 10, .tv_usec = 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &limit, sizeof limit);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    address.sin_port = htons(port);
    REQUIRE(connect(fd_, reinterpret_cast<const sockaddr*>(&address), sizeof address) == 0);
  }
  /// In order: a server that keeps sessions forgets those of connections that break off.
  ~Line() {
    client_->close(tls::CloseStyle::close_notify, out_);
    (void)!send(fd_, out_.wire.data(), out_.wire.size(), MSG_NOSIGNAL);
    close(fd_);
  }
  Line(const Line&) = delete;
  Line& operator=(const Line&) = delete;

  void start() {
    client_->start(out_);
    flush();
  }
  bool start_with(std::string_view early) {
    const bool sent = client_->start_with_early_data(as_bytes(early), out_);
    flush();
    return sent;
  }
  void say(std::string_view text) {
    REQUIRE(client_->send(as_bytes(text), out_));
    flush();
  }
  /// Reads on until `kind` comes; false when the connection ends without.
  bool await(EventKind kind) {
    const auto wanted = [kind](const tls::Event& event) { return event.kind == kind; };
    while (std::ranges::none_of(out_.events, wanted)) {
      std::array<std::uint8_t, 16384> buffer{};
      const auto count = recv(fd_, buffer.data(), buffer.size(), 0);
      if (count <= 0) {
        client_->feed_end(out_);
        return std::ranges::any_of(out_.events, wanted);
      }
      client_->feed(ByteView(buffer).first(static_cast<std::size_t>(count)), out_);
      flush();
    }
    return true;
  }
  tls::Client& client() { return *client_; }

 private:
  void flush() {
    REQUIRE(send(fd_, out_.wire.data(), out_.wire.size(), MSG_NOSIGNAL) >= 0);
    out_.wire.clear();
  }

  std::unique_ptr<tls::Client> client_;
  tls::Output out_;
  int fd_;
};

std::string failure_of(Line& line) {
  const tls::Failure& failure = line.client().failure();
  return failure.cause == tls::Cause::alert_received ? "alert " + to_string(failure.alert)
                                                     : failure.detail;
}

}  // namespace

TEST_CASE("s_server takes early data", "[transports]") {
  const Directory folder;
  const auto pair = self_signed(folder.path(), "early");
  OpensslServer server(
      {"-cert", pair.certificate.string(), "-key", pair.key.string(), "-early_data", "-tls1_3"});
  const auto engine = tls::make_libssl_engine({.trust = pair.trust, .keep_sessions = true}).value();
  std::shared_ptr<const tls::Session> session;
  {
    Line first(*engine, {.host = "127.0.0.1"}, server.port());
    first.start();
    REQUIRE(first.await(EventKind::handshake_done));
    first.say("hello\n");
    server.await("hello\n");
    REQUIRE(first.await(EventKind::session));
    session = first.client().take_session();
    CHECK_FALSE(first.client().facts().resumed);
    CHECK(first.client().facts().early_data == EarlyData::not_sent);
  }
  {
    Line second(*engine, {.host = "127.0.0.1", .resume = session}, server.port());
    CHECK(second.start_with("early bird\n"));
    REQUIRE(second.await(EventKind::handshake_done));
    CHECK(second.client().facts().early_data == EarlyData::accepted);
    CHECK(second.client().facts().resumed);
    second.say("late bird\n");
    server.await("early bird\n");
    server.await("End of early data");
    server.await("late bird\n");
  }
}

TEST_CASE("a server without early data gives tickets that allow none", "[transports]") {
  const Directory folder;
  const auto pair = self_signed(folder.path(), "late");
  OpensslServer server({"-cert", pair.certificate.string(), "-key", pair.key.string(), "-tls1_3"});
  const auto engine = tls::make_libssl_engine({.trust = pair.trust, .keep_sessions = true}).value();
  std::shared_ptr<const tls::Session> session;
  {
    Line first(*engine, {.host = "127.0.0.1"}, server.port());
    first.start();
    REQUIRE(first.await(EventKind::session));
    session = first.client().take_session();
  }
  Line second(*engine, {.host = "127.0.0.1", .resume = session}, server.port());
  CHECK_FALSE(second.start_with("early bird\n"));
  REQUIRE(second.await(EventKind::handshake_done));
  CHECK(second.client().facts().resumed);
  CHECK(second.client().facts().early_data == EarlyData::not_sent);
  second.say("late bird\n");
  server.await("late bird\n");
}

TEST_CASE("s_server without any certificate proves a pre-shared key", "[transports]") {
  const auto version = GENERATE(tls::Version::tls1_2, tls::Version::tls1_3);
  const bool tls13 = version == tls::Version::tls1_3;
  OpensslServer server({"-psk", "6a1f2b3c4d5e6f708192a3b4c5d6e7f8", "-psk_identity", "dev-7",
                        "-nocert", tls13 ? "-tls1_3" : "-tls1_2"});
  const auto engine =
      tls::make_libssl_engine({.min_version = version, .max_version = version}).value();
  const tls::ExternalPsk known{.identity = "dev-7", .key = hex("6a1f2b3c4d5e6f708192a3b4c5d6e7f8")};
  {
    Line line(*engine, {.host = "127.0.0.1", .psk = known}, server.port());
    line.start();
    const bool done = line.await(EventKind::handshake_done);
    INFO(failure_of(line));
    REQUIRE(done);
    const tls::Facts& facts = line.client().facts();
    CHECK(facts.version == version);
    CHECK(facts.external_psk);
    CHECK_FALSE(facts.resumed);
    CHECK(facts.peer_chain_length == 0);
    line.say("hello\n");
    server.await("hello\n");
  }
  tls::ExternalPsk wrong = known;
  wrong.key.back() ^= 1;
  Line line(*engine, {.host = "127.0.0.1", .psk = wrong}, server.port());
  line.start();
  CHECK_FALSE(line.await(EventKind::handshake_done));
  CHECK(line.client().failure().cause == tls::Cause::alert_received);
  CHECK(failure_of(line) == (tls13 ? "alert illegal_parameter (47)" : "alert bad_record_mac (20)"));
}
