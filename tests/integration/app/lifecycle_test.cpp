// What connections do besides messages, as a user asks for it in a scenario and a real broker sees
// it. Each case leaves room for a starved machine: then the run says so (5), and still adds up.
#include <iterator>

#include "tests/integration/app/handfast_program.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;
using stats::FleetStats;
using stats::Phase;

namespace {

constexpr const char* manifest =
    "handfast-pki: 1\n"
    "home: pki\n"
    "authorities:\n"
    "  root: {cn: lab root}\n"
    "  rogue: {cn: rogue root, trust: false}\n"
    "identities:\n"
    "  server: {issuer: root, profile: server, names: [localhost, 127.0.0.1]}\n"
    "fleets:\n"
    "  devices: {issuer: root, count: 20, cn: 'dev-{i}'}\n"
    "  strangers: {issuer: rogue, count: 20, cn: 'stranger-{i}'}\n";

/// Runs `fleets` with `extra` lines against a mosquitto of the run's own; fails when it went wrong.
reports::Result run_fleets(const Folder& folder, const std::string& fleets,
                           const std::string& extra = {}) {
  folder.write("lab.yaml", manifest);
  const auto file = folder.write("lifecycle.yaml",
                                 "handfast: 1\nname: lifecycle\npki: {manifest: lab.yaml}\n"
                                 "broker: {driver: mosquitto, listeners: [tcp, tls, tls-two-way]}\n"
                                 "fleets:\n" +
                                     fleets + extra);
  Program program(handfast_words({"run", file, "--out", folder.out()}), folder.path());
  const int exit = program.wait();
  INFO(program.out() << program.err());
  REQUIRE((exit == 0 || exit == 5));
  return folder.result();
}

const FleetStats& fleet_of(const reports::Result& result, const std::string& name) {
  for (const FleetStats& fleet : result.load.fleets) {
    if (fleet.name == name) return fleet;
  }
  FAIL("no fleet " << name);
  return result.load.fleets.at(0);
}

std::string broker_log(const Folder& folder, const reports::Result& result) {
  std::ifstream log(folder.path() / "out" / result.broker.log_file);
  return {std::istreambuf_iterator<char>(log), {}};
}

std::size_t count_of(const std::string& text, const std::string& word) {
  std::size_t count = 0;
  for (auto at = text.find(word); at != std::string::npos; at = text.find(word, at + 1)) ++count;
  return count;
}

/// A broker that lives apart from runs, so that it can go and come back on its port.
class Detached {
 public:
  explicit Detached(const Folder& folder) : folder_(folder), home_((folder / "lab").string()) {
    const auto told = up("tls");
    const auto at = told.find("tls://");
    REQUIRE(at != std::string::npos);
    url_ = told.substr(at, told.find_first_of(" \n", at) - at);
  }
  ~Detached() { down(); }
  Detached(const Detached&) = delete;
  Detached& operator=(const Detached&) = delete;

  const std::string& url() const { return url_; }
  std::string pki() const { return home_ + "/pki"; }
  void down() {
    Program program(handfast_words({"broker", "down", "mosquitto", "--dir", home_}),
                    folder_.path());
    program.wait();
  }
  void back() { up("tls:" + url_.substr(url_.rfind(':') + 1)); }

 private:
  std::string up(const std::string& listeners) {
    Program program(
        handfast_words({"broker", "up", "mosquitto", "--dir", home_, "--listeners", listeners}),
        folder_.path());
    const int exit = program.wait();
    INFO(program.out() << program.err());
    REQUIRE(exit == 0);
    return program.out();
  }

  const Folder& folder_;
  std::string home_, url_;
};

}  // namespace

TEST_CASE("a fleet that holds comes back with back-off when its broker was restarted", "[app]") {
  const Folder folder;
  Detached broker(folder);
  // The program's own files are in the run's folder, the broker's in a folder of its own.
  std::filesystem::create_directories(folder / "run");
  const auto file = folder.write(
      "outage.yaml", "handfast: 1\nname: outage\npki: {preset: emqx-two-tier, home: '" +
                         broker.pki() + "'}\ntarget: {url: '" + broker.url() +
                         "'}\n"
                         "fleets:\n  gateways:\n    listener: tls\n    clients: 30\n"
                         "    behaviour: hold\n    on_drop: reconnect\n"
                         "    reconnect: {initial: 50ms, max: 500ms, jitter: equal}\n"
                         "    load: {stages: [{rate: 60/s, for: 500ms}, {rate: 0/s, for: 10s}]}\n"
                         "thresholds: [gateways.away == 0, gateways.errors < 100000]\n");
  Program program(handfast_words({"run", file, "--out", folder.out()}), folder / "run");
  REQUIRE(program.await_err("load 2 s of"));
  broker.down();
  broker.back();
  const int exit = program.wait();
  INFO(program.out() << program.err());
  CHECK((exit == 0 || exit == 5));
  const auto result = folder.result();
  const FleetStats& fleet = fleet_of(result, "gateways");
  const auto& back = fleet.lifecycle.reconnects;
  CHECK(back.lost == 30);
  CHECK(back.back == 30);
  CHECK(back.away + back.given_up == 0);
  CHECK(fleet.started == 30 + back.attempts);
  CHECK(fleet.started == fleet.succeeded + fleet.failed + fleet.interrupted);
  CHECK(fleet.latency.at(Phase::outage).service.count() == 30);
  CHECK(fleet.latency.at(Phase::back_off).service.count() == back.attempts);
  // Equal jitter: half the ceiling at least, and never above the last ceiling.
  CHECK(fleet.latency.at(Phase::back_off).service.min() >= 25ms);
  CHECK(fleet.latency.at(Phase::back_off).service.max() <= 501ms);
}

TEST_CASE("take-overs, half-open clients, slow handshakes and bad chains in one scenario",
          "[app]") {
  const Folder folder;
  const auto result = run_fleets(
      folder,
      "  pairs:\n    listener: tcp\n    clients: 10\n    behaviour: takeover\n"
      "    takeover: {after: 20ms}\n"
      "    load: {stages: [{rate: 20/s, for: 500ms}, {rate: 0/s, for: 1s}]}\n"
      "  silent:\n    listener: tls\n    clients: 20\n"
      "    half_open: {share: 50%, stop_at: client-hello, silent_for: 300ms}\n"
      "    load: {stages: [{rate: 40/s, for: 500ms}]}\n"
      "  slow:\n    listener: tls\n    clients: 10\n"
      "    slow_handshake: {share: 50%, piece: 40B, every: 5ms}\n"
      "    load: {stages: [{rate: 20/s, for: 500ms}]}\n"
      "  mixed:\n    listener: tls-two-way\n    clients: 20\n    identity: devices\n"
      "    bad_chains: {share: 20%, identity: strangers, expect: 'alert:unknown_ca'}\n"
      "    load: {stages: [{rate: 40/s, for: 500ms}]}\n",
      "thresholds: [mixed.bad_chains_wrongly_accepted == 0, silent.half_open_held == 10]\n");
  const auto& pairs = fleet_of(result, "pairs");
  CHECK(pairs.succeeded == 20);
  CHECK(pairs.lifecycle.takeovers.attempted == 10);
  CHECK(pairs.lifecycle.takeovers.taken_over == 10);
  const auto& silent = fleet_of(result, "silent");
  CHECK(silent.succeeded == 20);
  CHECK(silent.lifecycle.half_opens == stats::HalfOpens{.silent = 10, .held = 10});
  const auto& slow = fleet_of(result, "slow");
  CHECK(slow.succeeded == 10);
  CHECK(slow.latency.at(Phase::tls).service.max() >= 20ms);  // more than four pieces
  const auto& mixed = fleet_of(result, "mixed");
  CHECK(mixed.succeeded == 16);
  CHECK(mixed.failed == 0);
  CHECK(mixed.lifecycle.bad_chains.as_expected == 4);
  CHECK(mixed.lifecycle.bad_chains.total() == 4);
  CHECK(mixed.lifecycle.bad_chains.causes.at({"connack", "alert_received:unknown_ca(48)"}) == 4);
  CHECK_THAT(broker_log(folder, result),
             Catch::Contains("already connected, closing old connection"));
}

TEST_CASE("a bad chain that gets through fails the run", "[app]") {
  const Folder folder;
  folder.write("lab.yaml", manifest);
  const auto file =
      folder.write("open.yaml",
                   "handfast: 1\nname: open\npki: {manifest: lab.yaml}\n"
                   "broker: {driver: mosquitto, listeners: [tls-two-way]}\n"
                   "fleets:\n  mixed:\n    listener: tls-two-way\n    clients: 20\n"
                   "    identity: devices\n"
                   "    bad_chains: {share: 20%, identity: devices}\n"  // nothing wrong with them
                   "    load: {stages: [{rate: 40/s, for: 500ms}]}\n");
  Program program(handfast_words({"run", file, "--out", folder.out()}), folder.path());
  const int exit = program.wait();
  INFO(program.out() << program.err());
  CHECK((exit == 1 || exit == 5));
  CHECK(fleet_of(folder.result(), "mixed").lifecycle.bad_chains.wrongly_accepted == 4);
}

TEST_CASE("close styles in the broker's log", "[app]") {
  const Folder folder;
  std::string fleets;
  for (const std::string style : {"disconnect", "close-notify", "fin", "rst"}) {
    fleets += "  " + style + ":\n    listener: tls\n    clients: 10\n    close: " + style +
              "\n    mqtt: {client_id: 'leaves-by-" + style +
              "-{i}'}\n    load: {stages: [{rate: 20/s, for: 500ms}]}\n";
  }
  const auto result = run_fleets(folder, fleets);
  const auto log = broker_log(folder, result);
  INFO(log);
  for (const std::string style : {"disconnect", "close-notify", "fin", "rst"}) {
    CHECK(fleet_of(result, style).succeeded == 10);
    INFO(style);
    std::size_t polite = 0;
    for (int i = 0; i < 10; ++i) {
      polite +=
          count_of(log, "Client leaves-by-" + style + "-" + std::to_string(i) + " disconnected.");
    }
    CHECK(polite == (style == "disconnect" ? 10 : 0));
  }
}

TEST_CASE("TLS 1.2 sessions are resumed by identifier, without tickets", "[app]") {
  const Folder folder;
  const auto result = run_fleets(folder,
                                 "  known:\n    listener: tls\n    clients: 5\n"
                                 "    tls: {versions: [1.2], resumption: session-ids}\n"
                                 "    load: {stages: [{rate: 50/s, for: 2s}]}\n",
                                 "thresholds: [known.resumed_share >= 99%]\n");
  const auto& fleet = fleet_of(result, "known");
  CHECK(fleet.succeeded == 100);
  CHECK(fleet.negotiated.at("version").at("TLS 1.2") == 100);
  CHECK(fleet.seeding >= 5);
  CHECK(fleet.seeding + fleet.resumption_asked == 100);
  CHECK(fleet.resumed == fleet.resumption_asked);
  CHECK(fleet.negotiated.at("authentication").at("resumed session") == fleet.resumed);
  CHECK(fleet.latency.at(Phase::tls_resumed).service.count() == fleet.resumed);
}

TEST_CASE("ramp-down lets go of what is held bit by bit", "[app]") {
  const Folder folder;
  const auto result = run_fleets(
      folder,
      "  held:\n    listener: tcp\n    clients: 40\n    behaviour: hold\n"
      "    load: {stages: [{rate: 80/s, for: 500ms}, {rate: 0/s, for: 1s}], ramp_down: 4s}\n");
  const auto& fleet = fleet_of(result, "held");
  CHECK(fleet.succeeded == 40);
  CHECK(fleet.failed == 0);
  // Those between all and none, at the ends of seconds.
  std::size_t between = 0;
  std::uint64_t last = 40;
  for (const auto& tick : result.load.ticks) {
    const std::uint64_t held = tick.fleets.at(0).in_flight;
    if (tick.at_s < 1.5) continue;
    CHECK(held <= last);
    last = held;
    if (held > 0 && held < 40) ++between;
  }
  CHECK(last == 0);
  CHECK(between >= 2);
}
