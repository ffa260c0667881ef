// Files for the faulty broker's listeners from the lists of the catalogue, and clients for them.
#pragma once

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/probe/probe.hpp"
#include "pki/faults/fixtures.hpp"
#include "tests/support/faulty_broker/faulty_broker.hpp"
#include "tests/support/temp_directory.hpp"

namespace handfast::test {

/// A broker whose TLS listeners serve `server-chain-full` and take clients of one list.
class FaultyLab {
 public:
  /// Files of `fixture`: its trust anchors are the listeners'. Empty: those of client-chain-good.
  explicit FaultyLab(std::string_view fixture = "client-chain-good/ec");

  /// Settings of a listener called like its kind, "tls-two-way".
  broker::ListenerSettings listener(const std::string& kind) const;
  void start(const std::vector<std::string>& kinds, const Defects& defects = {});
  void start_with(const std::vector<broker::ListenerSettings>& listeners, const Defects& defects);
  FaultyBroker& broker() { return *broker_; }

  /// One connection; `client` names the list that is shown, empty for none.
  probe::Transcript probe(const std::string& kind, std::string_view client = {},
                          std::optional<tls::Version> version = {},
                          probe::Mode mode = probe::Mode::patient);
  /// To change before probe().
  probe::Options options(const std::string& kind, std::string_view client = {});

  const std::filesystem::path& directory() const { return directory_.path(); }
  void write(const std::string& name, const std::string& text) const;

 private:
  TempDirectory directory_;
  std::unique_ptr<FaultyBroker> broker_;
};

/// The lists of all tests of this program: one PKI.
pki::Fixtures& fixtures();
std::string certificates_pem(const std::vector<Bytes>& chain);

}  // namespace handfast::test
