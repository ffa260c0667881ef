#include "tests/integration/broker/fixture.hpp"

#include <unistd.h>

#include "harness/broker/process.hpp"
#include "harness/broker/user.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mint.hpp"

namespace handfast::test {

BrokerFixture::BrokerFixture() {
  const auto& pki = test_pki();
  const auto intermediate = to_pem(pki.intermediate.certificate.get());
  directory_.write("pki/server-chain.pem", pki.server_chain_pem());
  const auto key = directory_.write("pki/server.key", to_pem(pki.server.key.get()), 0600);
  directory_.write("pki/cacert.pem", pki.trust_pem() + intermediate);
  directory_.write("pki/client-chain.pem", to_pem(pki.client.certificate.get()) + intermediate);
  directory_.write("pki/client.key", to_pem(pki.client.key.get()), 0600);
  if (const auto user = broker::run_as("mosquitto"); !user.empty()) {
    REQUIRE(chown(key.c_str(), broker::find_user(user).value().uid, gid_t(-1)) == 0);
  }
  files_ = broker::server_files(directory_ / "pki").value();
}

broker::Settings BrokerFixture::settings(const std::vector<std::string>& listeners) const {
  return {.directory = directory_ / "broker",
          .listeners = broker::listener_settings(listeners, files_).value()};
}

std::unique_ptr<broker::Broker> BrokerFixture::start(
    const std::vector<std::string>& listeners) const {
  auto started = broker::start("mosquitto", settings(listeners));
  REQUIRE(started);
  return std::move(*started);
}

bool is_gone(pid_t pid) { return !stats::sample_process(pid); }

std::string publish(const broker::Listener& listener, const broker::ClientFiles& client,
                    const std::string& id) {
  std::vector<std::string> arguments{"-h", listener.endpoint.host,
                                     "-p", std::to_string(listener.endpoint.port),
                                     "-i", id,
                                     "-t", "a",
                                     "-m", "hello",
                                     "-q", "1"};
  const auto add = [&](const char* option, const std::filesystem::path& path) {
    if (!path.empty()) arguments.insert(arguments.end(), {option, path.string()});
  };
  if (uses_tls(listener.kind.transport)) {
    add("--cafile", client.trust);
    add("--cert", client.certificate);
    add("--key", client.key);
  }
  return broker::capture("/usr/bin/mosquitto_pub", arguments).value();
}

}  // namespace handfast::test
