// The brokers beside mosquitto, each started once by its driver: who gets in, what a reload does,
// and that nothing stays. A broker that is slow to start gets one start with all that it can share.
#include <unistd.h>

#include <fstream>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "core/base/file.hpp"
#include "core/mqtt/connect.hpp"
#include "core/tls/identity.hpp"
#include "harness/broker/driver.hpp"
#include "harness/broker/process.hpp"
#include "harness/broker/server_files.hpp"
#include "harness/broker/user.hpp"
#include "harness/probe/probe.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mint.hpp"
#include "tests/support/temp_directory.hpp"

using namespace handfast;
using namespace handfast::broker;

namespace {

namespace fs = std::filesystem;

/// What CONNECT carries besides its client identifier.
struct ClientLogin {
  std::optional<std::string> user{};
  std::optional<std::string> password{};
};

/// A broker of `driver` with a PKI of its own, and clients of it.
class DriverLab {
  test::TempDirectory directory_;  ///< outlives the broker

 public:
  DriverLab(const std::string& driver, const std::vector<std::string>& kinds,
            ClientLogin login = {})
      : driver_(driver), login_(std::move(login)) {
    const auto& pki = test::test_pki();
    // As ejabberd wants it: the name that CONNECT will carry.
    const auto client = test::mint({.name = "guest",
                                    .san = "otherName:1.3.6.1.5.5.7.8.5;UTF8:guest@localhost",
                                    .extended_usage = "clientAuth"},
                                   &pki.intermediate);
    const auto client_chain =
        test::to_pem(client.certificate.get()) + test::to_pem(pki.intermediate.certificate.get());
    directory_.write("pki/cacert.pem", pki.trust_pem());
    directory_.write("pki/client-chain.pem", client_chain);
    directory_.write("pki/client.key", test::to_pem(client.key.get()), 0600);
    directory_.write("pki/server-chain.pem", pki.server_chain_pem());
    const auto key = directory_.write("pki/server.key", test::to_pem(pki.server.key.get()), 0600);
    if (const auto owner = run_as(driver); !owner.empty()) {
      REQUIRE(chown(key.c_str(), find_user(owner).value().uid, gid_t(-1)) == 0);
    }
    files = server_files(directory_ / "pki").value();
    identity_ =
        tls::Identity::from_pem(client_chain, test::to_pem(client.key.get()), "client").value();
    auto started = start(driver, {.directory = directory_ / "broker",
                                  .listeners = listener_settings(kinds, files).value()});
    INFO((started ? std::string() : started.error().text()));
    REQUIRE(started);
    broker = std::move(*started);
  }

  /// "accept", or what became of the connection instead; only an answer of the broker counts.
  std::string outcome(const Listener& listener, bool with_certificate) const {
    probe::Options options{.endpoint = listener.endpoint};
    options.server_name = "localhost";
    options.tls.trust = test::test_pki().trust();
    if (with_certificate) options.identity = identity_;
    mqtt::Connect connect{.version = mqtt::Version::v3_1_1, .client_id = "handfast-driver"};
    connect.user_name = login_.user;
    if (login_.password) connect.password = Bytes(login_.password->begin(), login_.password->end());
    REQUIRE(mqtt::encode_connect(options.connect, connect));
    const auto transcript = probe::run(options).value();
    CHECK_FALSE(transcript.refused_by_us());
    return transcript.outcome == probe::Outcome::accept ? "accept" : transcript.sentence();
  }

  void check_listeners() const {
    for (const auto& listener : broker->listeners()) {
      INFO(driver_ << " " << listener.name);
      CHECK(outcome(listener, true) == "accept");
      const auto without = outcome(listener, false);
      INFO(without);
      if (listener.kind.two_way) {
        CHECK((without.starts_with("reject") || without.starts_with("refuse")));
      } else {
        CHECK(without == "accept");
      }
    }
  }

  /// A message there and back by a client that is none of ours.
  void check_round_trip(const std::string& listener) const {
    const auto seen = probe::round_trip({.endpoint = broker->find(listener)->endpoint,
                                         .trust_file = files.client.trust.string(),
                                         .certificate_file = files.client.certificate.string(),
                                         .key_file = files.client.key.string()});
    INFO(driver_ << " " << listener << ": " << seen.detail);
    CHECK(seen.completed);
  }

  /// A second certificate for the server's key shows after the reload and not before.
  void check_reload(const std::string& listener) const {
    const auto& pki = test::test_pki();
    const tls::CertificatePtr renewed(X509_dup(pki.server.certificate.get()));
    ASN1_INTEGER_set(X509_get_serialNumber(renewed.get()), 0x52454e);
    REQUIRE(X509_sign(renewed.get(), pki.intermediate.key.get(), EVP_sha256()) > 0);
    directory_.write("pki/server-chain.pem", test::to_pem(renewed.get()) +
                                                 test::to_pem(pki.intermediate.certificate.get()));
    CHECK(shown_serial(listener) != "52454E");
    const auto reloaded = broker->reload();
    INFO((reloaded ? std::string() : reloaded.error().text()));
    REQUIRE(reloaded);
    const auto deadline = Clock::now() + std::chrono::seconds(20);
    while (shown_serial(listener) != "52454E" && Clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(50));
    }
    CHECK(shown_serial(listener) == "52454E");
  }

  void check_stop() {
    REQUIRE_FALSE(users_of_directory().empty());  // or the look below would see nothing, ever
    CHECK_FALSE(broker->died());
    const auto stopped = broker->stop();
    INFO((stopped ? std::string() : stopped.error().text()));
    CHECK(stopped);
    // Helpers of a virtual machine end when they see it gone, which takes them a moment.
    const auto deadline = Clock::now() + std::chrono::seconds(10);
    while (!users_of_directory().empty() && Clock::now() < deadline) {
      std::this_thread::sleep_for(std::chrono::milliseconds(20));
    }
    CHECK(users_of_directory() == "");
  }

  std::unique_ptr<Broker> broker;
  ServerFiles files;

 private:
  std::string shown_serial(const std::string& listener) const {
    const auto said =
        capture("/bin/sh",
                {"-c", "openssl s_client -connect " + broker->find(listener)->endpoint.authority() +
                           " </dev/null 2>/dev/null | openssl x509 -noout -serial"});
    const auto text = said.value();
    constexpr std::string_view prefix = "serial=";
    return text.starts_with(prefix) ? text.substr(prefix.size(), text.find('\n') - prefix.size())
                                    : text;
  }

  /// Processes that work in the broker's directory or were started with its name, epmd included.
  std::string users_of_directory() const {
    std::string found;
    const auto name = (directory_ / "broker").string();
    std::error_code error;
    for (fs::directory_iterator at("/proc", error), end; !error && at != end; at.increment(error)) {
      std::error_code gone;
      const auto cwd = fs::read_symlink(at->path() / "cwd", gone).string();
      const auto words = read_text(at->path() / "cmdline");
      if (cwd.starts_with(name) || words.find(name) != std::string::npos) {
        found += at->path().filename().string() + " " + words.substr(0, words.find('\0')) + "\n";
      }
    }
    return found;
  }

  std::string driver_;
  ClientLogin login_;
  tls::Identity identity_;
};

}  // namespace

TEST_CASE(
    "RabbitMQ runs all six listeners with its name service beside it and takes a renewed "
    "certificate",
    "[broker]") {
  // The second tls and the second wss are copies, which no setting of its own could make.
  DriverLab lab("rabbitmq", {"tcp", "tls", "tls-two-way", "ws", "wss", "wss-two-way"});
  CHECK(lab.broker->version().starts_with("3."));
  lab.check_listeners();
  lab.check_round_trip("tls-two-way");
  lab.check_reload("wss");
  lab.check_stop();
}

TEST_CASE("ActiveMQ runs with stores made from PEM files", "[broker]") {
  DriverLab lab("activemq", {"tcp", "tls", "tls-two-way"});
  CHECK(lab.broker->version().starts_with("5."));
  lab.check_listeners();
  lab.check_round_trip("tls-two-way");
  CHECK(lab.broker->reload().error().message ==
        "activemq reads its certificates only when it starts");
  lab.check_stop();
}

TEST_CASE("ejabberd runs one-way and takes a renewed certificate", "[broker]") {
  DriverLab lab("ejabberd", {"tcp", "tls", "ws", "wss"}, {.user = "guest", .password = "any"});
  lab.check_listeners();
  lab.check_reload("tls");
  lab.check_stop();
}

TEST_CASE("ejabberd runs two-way for clients whose certificate names the user", "[broker]") {
  DriverLab lab("ejabberd", {"tls-two-way"}, {.user = "guest"});
  lab.check_listeners();
  lab.check_stop();
}

TEST_CASE("aedes runs on six listeners and takes a renewed certificate", "[broker]") {
  if (const auto program = find_driver("aedes").value()->find({}); !program) {
    WARN("not tried: " << program.error().text());
    return;
  }
  DriverLab lab("aedes", {"tcp", "tls", "tls-two-way", "ws", "wss", "wss-two-way"});
  lab.check_listeners();
  lab.check_round_trip("tls-two-way");
  lab.check_reload("wss-two-way");
  lab.check_stop();
}
