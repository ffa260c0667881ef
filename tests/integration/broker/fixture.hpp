// Certificates on disk and settings for a real mosquitto, which must be installed.
#pragma once

#include <string>
#include <vector>

#include "harness/broker/broker.hpp"
#include "harness/broker/server_files.hpp"
#include "tests/support/temp_directory.hpp"

namespace handfast::test {

/// A PKI under the names of the preset emqx-two-tier, its server key readable by the broker's user.
class BrokerFixture {
 public:
  BrokerFixture();

  const TempDirectory& directory() const { return directory_; }
  const broker::ServerFiles& files() const { return files_; }
  /// Settings for these listeners, in the directory "broker".
  broker::Settings settings(const std::vector<std::string>& listeners) const;
  /// Starts mosquitto; a problem fails the test case, also when it is not installed.
  std::unique_ptr<broker::Broker> start(const std::vector<std::string>& listeners) const;

 private:
  TempDirectory directory_;
  broker::ServerFiles files_;
};

inline const std::vector<std::string> six_listeners{"tcp", "tls", "tls-two-way",
                                                    "ws",  "wss", "wss-two-way"};

/// Waits up to 10 s until `condition` holds.
template <class Condition>
bool eventually(Condition condition);

/// True when process `pid` is gone or a zombie.
bool is_gone(pid_t pid);

/// Publishes one message with mosquitto_pub as client `id`; its output, empty on success.
std::string publish(const broker::Listener& listener, const broker::ClientFiles& client,
                    const std::string& id);

}  // namespace handfast::test

#include <thread>

template <class Condition>
bool handfast::test::eventually(Condition condition) {
  const auto deadline = Clock::now() + std::chrono::seconds(10);
  while (!condition()) {
    if (Clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return true;
}
