// A mosquitto on loopback and programs in front of it.
#pragma once

#include <fmt/format.h>
#include <unistd.h>

#include <memory>
#include <string>
#include <thread>
#include <vector>

#include "harness/broker/broker.hpp"
#include "harness/broker/ports.hpp"
#include "harness/broker/user.hpp"
#include "harness/probe/probe.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mint.hpp"
#include "tests/support/program.hpp"
#include "tests/support/temp_directory.hpp"

namespace handfast::test {

inline std::uint16_t free_port() { return broker::free_ports(1).value().front(); }

/// Waits up to 10 s until something listens on the port.
inline void await_listener(std::uint16_t port) {
  const auto deadline = Clock::now() + std::chrono::seconds(10);
  while (broker::check_port(port)) {
    REQUIRE(Clock::now() < deadline);
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
}

/// mosquitto with the listeners "tls", "ws" and "wss".
struct TransportLab {
  TransportLab() {
    const auto chain = directory.write("chain.pem", test_pki().server_chain_pem());
    const auto key = directory.write("server.key", to_pem(test_pki().server.key.get()), 0600);
    if (const auto user = broker::run_as("mosquitto"); !user.empty()) {
      REQUIRE(chown(key.c_str(), broker::find_user(user).value().uid, gid_t(-1)) == 0);
    }
    std::vector<broker::ListenerSettings> listeners;
    for (const std::string name : {"tls", "ws", "wss"}) {
      broker::ListenerSettings listener;
      listener.name = name;
      listener.kind = *parse_listener(name);
      if (uses_tls(listener.kind.transport)) {
        listener.certificate = chain;
        listener.key = key;
      }
      listeners.push_back(std::move(listener));
    }
    auto started = broker::start(
        "mosquitto", {.directory = directory / "broker", .listeners = std::move(listeners)});
    INFO((started ? std::string() : started.error().text()));
    REQUIRE(started);
    broker = std::move(*started);
  }
  probe::Options options(const std::string& listener) const {
    probe::Options out;
    out.endpoint = broker->find(listener)->endpoint;
    out.tls.trust = test_pki().trust();
    return out;
  }

  TempDirectory directory;
  std::unique_ptr<broker::Broker> broker;
};

}  // namespace handfast::test
