// The two-tier PKI of the EMQX guide and a real mosquitto with it, for integration tests.
#pragma once

#include <stdlib.h>

#include <filesystem>
#include <string>
#include <vector>

#include "harness/broker/broker.hpp"
#include "pki/manifest/presets.hpp"
#include "pki/store/pki.hpp"
#include "tests/support/catch.hpp"

namespace handfast::test {

/// Applies the preset in a temporary directory that mosquitto's user may read.
class EmqxLab {
 public:
  EmqxLab() {
    auto pattern = (std::filesystem::temp_directory_path() / "handfast-lab-XXXXXX").string();
    REQUIRE(mkdtemp(pattern.data()) != nullptr);
    directory_ = pattern;
    using std::filesystem::perms;
    std::filesystem::permissions(
        directory_, perms::group_read | perms::group_exec | perms::others_read | perms::others_exec,
        std::filesystem::perm_options::add);
    auto manifest = pki::preset("emqx-two-tier").value();
    manifest.fleets.clear();  // thousands of certificates that nobody uses here
    pki::ApplyOptions options;
    options.home = directory_ / "pki";
    options.key_owner = broker::run_as("mosquitto");
    const auto applied = pki::apply(manifest, options);
    REQUIRE(applied);
    const auto opened = pki::Pki::open(manifest, options.home);
    REQUIRE(opened);
    pki_ = *opened;
  }
  ~EmqxLab() { std::filesystem::remove_all(directory_); }
  EmqxLab(const EmqxLab&) = delete;
  EmqxLab& operator=(const EmqxLab&) = delete;

  const pki::Pki& pki() const { return pki_; }

  std::unique_ptr<broker::Broker> start(std::vector<broker::ListenerSettings> listeners) const {
    broker::Settings settings;
    settings.directory = directory_ / "broker";
    settings.listeners = std::move(listeners);
    auto started = broker::start("mosquitto", settings);
    REQUIRE(started);
    return std::move(*started);
  }

 private:
  std::filesystem::path directory_;
  pki::Pki pki_;
};

}  // namespace handfast::test
