// Exports on disk with a PKI of their own, and what clients of three kinds experience at the
// brokers that run from them.
#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/tls/identity.hpp"
#include "harness/broker/export/export.hpp"
#include "harness/broker/export/write.hpp"
#include "harness/probe/probe.hpp"
#include "tests/integration/export/running.hpp"
#include "tests/support/mint.hpp"
#include "tests/support/temp_directory.hpp"

namespace handfast::test {

/// What CONNECT carries besides its client identifier.
struct Login {
  std::optional<std::string> user{};
  std::optional<std::string> password{};
};

class ExportLab {
 public:
  ExportLab();

  const TempDirectory& directory() const { return directory_; }
  std::filesystem::path folder() const { return directory_ / "export"; }

  /// A request for `target`: a listener for each of `kinds` ("tls", "tls-two-way", ...) in that
  /// order, on free ports.
  broker::ExportRequest request(const std::string& target,
                                const std::vector<std::string>& kinds) const;
  /// Writes the export and runs its start.sh.
  std::unique_ptr<Running> start(const broker::ExportRequest& request) const;
  void write(const broker::ExportRequest& request) const;

  /// One client at one listener: "accept", or the transcript's sentence.
  std::string connect(const broker::ExportListener& listener, const tls::Identity& identity,
                      const Login& login = {}) const;
  /// Waits up to 90 s until a client of our PKI gets in; false, with the log shown, when it never
  /// did.
  bool await(Running& broker, const broker::ExportListener& listener,
             const Login& login = {}) const;

  /// Nobody is turned away for lack of a certificate.
  void check_one_way(const broker::ExportListener& listener, const Login& login = {}) const;
  /// A client of our PKI gets in; one without a certificate and one of a foreign root do not, and
  /// it is the broker that says so.
  void check_two_way(const broker::ExportListener& listener, const Login& login = {}) const;

  tls::Identity client;    ///< CN guest, xmppAddr guest@localhost
  tls::Identity revoked;   ///< the same, listed in crl()
  tls::Identity stranger;  ///< the same names below a foreign root
  /// CRLs of root and intermediate, PEM; the latter lists `revoked`.
  std::string crls() const;
  /// A second certificate for the server's key, by its serial number in hexadecimal.
  std::string renew_server(broker::ExportRequest& request) const;
  /// The serial number of the server's first certificate, and of the one that a listener shows
  /// (an empty or other text when it shows none).
  static std::string server_serial();
  std::string shown_serial(const broker::ExportListener& listener) const;

  /// Waits up to 20 s for the listener to show the certificate `serial`; what it showed last.
  std::string await_serial(const broker::ExportListener& listener, const std::string& serial) const;

 private:
  bool reaches(const broker::ExportListener& listener, const tls::Identity& identity,
               const Login& login, std::string& sentence) const;

  TempDirectory directory_;
  Minted revoked_;
};

/// What a shell command prints; it gets 60 s.
std::string shell(const std::string& command);

/// PKCS#12 stores for Java, made with openssl and keytool.
void add_java_stores(const ExportLab& lab, broker::ExportRequest& request);

}  // namespace handfast::test
