// A mosquitto whose certificates are replaced while clients come, stay and go.
#pragma once

#include <unistd.h>

#include <memory>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "harness/broker/broker.hpp"
#include "harness/broker/user.hpp"
#include "harness/probe/fetch_chain.hpp"
#include "harness/probe/probe.hpp"
#include "loadgen/run.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mint.hpp"
#include "tests/support/temp_directory.hpp"

namespace handfast::test {

/// A server certificate for 127.0.0.1.
inline Minted server_below(const Minted& issuer, long not_after_s = 86400) {
  return mint({.name = "127.0.0.1",
               .san = "IP:127.0.0.1",
               .extended_usage = "serverAuth",
               .not_after_s = not_after_s},
              &issuer);
}

inline tls::Trust trust_in(const std::vector<const Minted*>& anchors) {
  std::string pem;
  for (const auto* anchor : anchors) pem += to_pem(anchor->certificate.get());
  return tls::Trust::from_pem(pem, "trust").value();
}

/// One broker's folder.
class RotationLab {
 public:
  /// Writes certificate and key over the old ones, so that the key keeps its owner.
  void install(const Minted& server) const {
    directory_.write("server.pem", to_pem(server.certificate.get()));
    const auto key = directory_.write("server.key", to_pem(server.key.get()), 0600);
    if (const auto user = broker::run_as("mosquitto"); !user.empty()) {
      REQUIRE(chown(key.c_str(), broker::find_user(user).value().uid, gid_t(-1)) == 0);
    }
  }
  std::filesystem::path write(const std::string& name, const std::string& text) const {
    return directory_.write(name, text);
  }

  /// Starts mosquitto with one listener and the installed files; on the same port every time.
  void start(broker::ListenerSettings listener = {}) {
    if (listener.name.empty()) listener.name = "tls";
    listener.kind = {Transport::tls, !listener.trust.empty()};
    listener.certificate = directory_ / "server.pem";
    listener.key = directory_ / "server.key";
    listener.port = port_;
    auto started =
        broker::start("mosquitto", {.directory = directory_ / "broker", .listeners = {listener}});
    INFO((started ? std::string() : started.error().text()));
    REQUIRE(started);
    broker_ = std::move(*started);
    port_ = broker_->listeners()[0].endpoint.port;
  }
  void stop() const { REQUIRE(broker_->stop()); }
  void reload() const { REQUIRE(broker_->reload()); }
  Endpoint endpoint() const {
    return {.transport = Transport::tls, .host = "127.0.0.1", .port = port_};
  }
  broker::Broker& broker() const { return *broker_; }

  probe::Transcript connect(const tls::ClientSettings& settings,
                            const tls::Identity& identity = {}) const {
    probe::Options options;
    options.endpoint = endpoint();
    options.tls = settings;
    options.identity = identity;
    return probe::run(options).value();
  }
  /// True while the listener shows `server`.
  bool serves(const Minted& server) const {
    const auto fetched = probe::fetch_chain(endpoint());
    return fetched && fetched->chain().front() == tls::to_der(server.certificate.get());
  }
  /// Waits up to 10 s for that.
  bool comes_to_serve(const Minted& server) const {
    const auto deadline = Clock::now() + std::chrono::seconds(10);
    while (!serves(server)) {
      if (Clock::now() > deadline) return false;
      std::this_thread::sleep_for(std::chrono::milliseconds(5));
    }
    return true;
  }

 private:
  TempDirectory directory_;
  std::unique_ptr<broker::Broker> broker_;
  std::uint16_t port_ = 0;
};

/// `count` clients that stay connected over `length`; `each_second` runs beside them.
inline stats::FleetStats hold(const RotationLab& lab, const tls::Trust& trust,
                              const tls::Identity& identity, std::uint64_t count,
                              std::chrono::seconds length, std::function<void()> each_second) {
  loadgen::FleetSpec fleet;
  fleet.name = "held";
  fleet.endpoint = lab.endpoint();
  fleet.clients = count;
  fleet.tls.trust = trust;
  if (!identity.empty()) {
    fleet.identity = [identity](std::uint64_t) { return Result<tls::Identity>(identity); };
  }
  fleet.behaviour = loadgen::Behaviour::hold;
  fleet.keep_alive = std::chrono::seconds(1);  // silence would be noticed
  fleet.stages = {{double(count) * 10, double(count) * 10, std::chrono::milliseconds(100)},
                  {0, 0, length}};
  loadgen::RunOptions options;
  options.on_tick = [&](const stats::Snapshot&) { each_second(); };
  const auto snapshot = loadgen::run({fleet}, options);
  REQUIRE(snapshot);
  return snapshot->fleets.at(0);
}

}  // namespace handfast::test
