// Resumption, early data and pre-shared keys against real servers: what was asked for, proved from
// the sessions.
#include <openssl/ssl.h>

#include <array>
#include <fstream>
#include <iterator>

#include "tests/integration/loadgen/lab.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;
using loadgen::Behaviour;
using loadgen::ResumptionKind;
using stats::Phase;

namespace {

/// Ten clients, 300 connections.
loadgen::FleetSpec resuming(loadgen::FleetSpec fleet, loadgen::Resumption resumption) {
  fleet.clients = 10;
  fleet.stages = {{200, 200, 1500ms}};
  fleet.max_in_flight = 5;  // on a slow machine too no client begins before its ticket came
  fleet.resumption = resumption;
  return fleet;
}

std::uint64_t samples(const stats::FleetStats& fleet, Phase phase) {
  const auto found = fleet.latency.find(phase);
  return found == fleet.latency.end() ? 0 : found->second.service.count();
}

/// Every connection got through, and at least 99 % of what was asked to resume did.
void check_resumed(const stats::FleetStats& fleet) {
  INFO(failures_of(fleet));
  CHECK(fleet.succeeded == 300);
  CHECK(fleet.failed == 0);
  CHECK(fleet.seeding >= 10);
  CHECK(fleet.seeding <= 30);  // a client whose ticket is late seeds again
  CHECK(fleet.resumed * 100 >= fleet.resumption_asked * 99);
  CHECK(samples(fleet, Phase::tls) == 300);
  CHECK(samples(fleet, Phase::tls_resumed) == fleet.resumed);
  CHECK(samples(fleet, Phase::tls_full) == 300 - fleet.resumed);
}

/// TLS with early data, which no broker of ours speaks: takes CONNECT as it comes and answers
/// CONNACK.
class EarlyBroker {
 public:
  explicit EarlyBroker(bool takes_early_data)
      : context_(SSL_CTX_new(TLS_server_method())), peer_([this](int fd) { serve(fd); }) {
    REQUIRE(SSL_CTX_use_certificate_chain_file(context_.get(), pki().file("server.pem").c_str()) ==
            1);
    REQUIRE(SSL_CTX_use_PrivateKey_file(context_.get(), pki().file("server.key").c_str(),
                                        SSL_FILETYPE_PEM) == 1);
    SSL_CTX_set_max_early_data(context_.get(), 16384);
    SSL_CTX_set_options(context_.get(), SSL_OP_NO_ANTI_REPLAY);
    // Refuses what its tickets allow: the client has sent it by then.
    if (!takes_early_data)
      SSL_CTX_set_allow_early_data_cb(context_.get(), [](SSL*, void*) { return 0; }, nullptr);
  }
  Endpoint endpoint() const {
    return {.transport = Transport::tls, .host = "127.0.0.1", .port = peer_.port()};
  }

 private:
  void serve(int fd) {
    const tls::SslPtr ssl(SSL_new(context_.get()));
    SSL_set_fd(ssl.get(), fd);
    SSL_set_accept_state(ssl.get());
    std::array<char, 1024> buffer{};
    std::size_t total = 0;
    int state = SSL_READ_EARLY_DATA_SUCCESS;
    while (state == SSL_READ_EARLY_DATA_SUCCESS) {
      std::size_t count = 0;
      state = SSL_read_early_data(ssl.get(), buffer.data(), buffer.size(), &count);
      total += count;
    }
    if (state == SSL_READ_EARLY_DATA_ERROR) return;
    if (total == 0 && SSL_read(ssl.get(), buffer.data(), buffer.size()) <= 0) return;
    constexpr std::array<unsigned char, 5> connack{0x20, 3, 0, 0, 0};
    SSL_write(ssl.get(), connack.data(), connack.size());
    SSL_read(ssl.get(), buffer.data(), buffer.size());  // DISCONNECT
    SSL_shutdown(ssl.get());
  }

  tls::SslContextPtr context_;
  Peer peer_;
};

loadgen::FleetSpec plain_fleet(const Endpoint& endpoint) {
  loadgen::FleetSpec fleet;
  fleet.name = "resuming";
  fleet.endpoint = endpoint;
  fleet.tls.trust = pki().trust();
  return fleet;
}

}  // namespace

TEST_CASE("mosquitto: every client resumes its own session, by ticket and by identifier",
          "[loadgen]") {
  const Mosquitto broker;
  const auto version = GENERATE(tls::Version::tls1_2, tls::Version::tls1_3);
  auto fleet = resuming(fleet_for(broker, "tls"), {.kind = ResumptionKind::tickets});
  fleet.tls.min_version = fleet.tls.max_version = version;
  const auto snapshot = run_one(fleet);
  check_resumed(snapshot.fleets[0]);
  CHECK(snapshot.fleets[0].negotiated.at("version").at(tls::to_string(version)) == 300);
}

TEST_CASE("a mix is within one percentage point of what was asked", "[loadgen]") {
  const Mosquitto broker;
  const auto snapshot =
      run_one(resuming(fleet_for(broker, "tls"), {.kind = ResumptionKind::tickets, .share = 0.8}));
  const auto& fleet = snapshot.fleets[0];
  check_resumed(fleet);
  const double could = 300.0 - static_cast<double>(fleet.seeding);
  CHECK(static_cast<double>(fleet.resumed) / could == Approx(0.8).margin(0.01));
}

TEST_CASE("without resumption nothing is resumed, and no phase is split", "[loadgen]") {
  const Mosquitto broker;
  const auto snapshot = run_one(resuming(fleet_for(broker, "tls"), {}));
  CHECK(snapshot.fleets[0].resumed == 0);
  CHECK(snapshot.fleets[0].seeding == 0);
  CHECK(samples(snapshot.fleets[0], Phase::tls_full) == 0);
}

TEST_CASE(
    "nginx: a bare handshake waits for its ticket, and a server that closes first is no "
    "failure",
    "[loadgen]") {
  const Nginx server;
  auto fleet = resuming(plain_fleet(server.endpoint()), {.kind = ResumptionKind::tickets});
  fleet.behaviour = Behaviour::handshake;
  const auto snapshot = run_one(fleet);
  check_resumed(snapshot.fleets[0]);
  CHECK(samples(snapshot.fleets[0], Phase::connack) == 0);
  CHECK(samples(snapshot.fleets[0], Phase::ready) == 300);
}

TEST_CASE("nginx: what the engine remembers shows in what was counted", "[loadgen]") {
  const Nginx server;
  const bool every_time = GENERATE(true, false);
  auto fleet = resuming(plain_fleet(server.endpoint()), {});
  fleet.behaviour = Behaviour::handshake;
  fleet.tls.certificate_cache = true;
  fleet.tls.verify_every_time = every_time;
  const auto snapshot = run_one(fleet);
  const auto& seen = snapshot.fleets[0];
  CHECK(seen.succeeded == 300);
  const auto& proofs = seen.negotiated.at("authentication");
  CHECK(proofs.at("chain verified") == (every_time ? 300 : 1));
  if (!every_time) CHECK(proofs.at("chain verified before, dates now") == 299);
  CHECK(seen.negotiated.at("certificates").at("parsed before") == 299);
}

TEST_CASE("a wrong root fails every handshake, remembered chains or not", "[loadgen]") {
  const Nginx server;
  auto fleet = resuming(plain_fleet(server.endpoint()), {});
  fleet.behaviour = Behaviour::handshake;
  fleet.tls.certificate_cache = true;
  fleet.tls.verify_every_time = false;
  std::ifstream other(pki().file("other-ca.pem"));
  const std::string pem{std::istreambuf_iterator<char>(other), {}};
  fleet.tls.trust = tls::Trust::from_pem(pem, "other-ca.pem").value();
  const auto snapshot = run_one(fleet);
  CHECK(snapshot.fleets[0].failed == 300);
  CHECK(snapshot.fleets[0].succeeded == 0);
}

TEST_CASE("CONNECT as early data reaches the broker once, taken or not", "[loadgen]") {
  const bool taken = GENERATE(true, false);
  const EarlyBroker broker(taken);
  auto fleet = resuming(plain_fleet(broker.endpoint()),
                        {.kind = ResumptionKind::tickets, .early_data_share = 0.5});
  fleet.stages = {{50, 50, 2s}};
  const auto snapshot = run_one(fleet, {.workers = 1});
  const auto& seen = snapshot.fleets[0];
  INFO(failures_of(seen));
  CHECK(seen.succeeded == 100);
  CHECK(seen.resumed * 100 >= seen.resumption_asked * 99);
  CHECK(seen.early_data_sent == seen.resumption_asked / 2);
  CHECK(seen.early_data_accepted == (taken ? seen.early_data_sent : 0));
}

TEST_CASE("mosquitto: clients prove pre-shared keys instead of certificates", "[loadgen]") {
  const Mosquitto broker;
  auto fleet = plain_fleet(broker.psk_endpoint());
  fleet.tls.trust = {};
  fleet.clients = 10;
  fleet.psk = [](std::uint64_t client) { return Result<tls::ExternalPsk>(psk_of(client)); };
  fleet.stages = {{100, 100, 500ms}};
  const auto snapshot = run_one(fleet);
  INFO(failures_of(snapshot.fleets[0]));
  CHECK(snapshot.fleets[0].succeeded == 50);
  CHECK(snapshot.fleets[0].negotiated.at("authentication").at("pre-shared key") == 50);

  fleet.psk = [](std::uint64_t) { return Result<tls::ExternalPsk>(psk_of(11)); };
  CHECK(run_one(fleet).fleets[0].failed == 50);
}
