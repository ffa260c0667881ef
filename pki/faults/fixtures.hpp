// The certificate lists that a conformance run plays, one for each row of the catalogue
// (conformance/chain-cases.md groups A, B and F1): minted, and never trusted to be what they claim
// before our own verifier has said so.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"
#include "pki/faults/defect.hpp"

namespace handfast::pki {

namespace detail {
class World;
}

/// What the catalogue expects of a peer that is shown the list.
enum class Expect : std::uint8_t { accept, reject, either };
std::string_view to_string(Expect expect);  ///< "accept"

enum class FixturePurpose : std::uint8_t { client, server };

struct FixtureInfo {
  /// The catalogue's id, "client-chain-good"; a row of several lists has "/variant" behind it.
  std::string id;
  std::string group;  ///< "A2"
  Expect expect = Expect::accept;
  std::string what;
  std::vector<DefectKind> claims = {};
  /// What the peer must be configured to before `expect` holds ("mtls.eku_policy"); empty: nothing.
  std::string condition = {};
  /// Why OpenSSL 3.0's verifier decides otherwise than the claims; empty when it agrees.
  std::string openssl = {};

  std::string row() const { return id.substr(0, id.find('/')); }
};

struct Fixture {
  std::string id;
  std::string group;
  std::string what;
  std::vector<Bytes> chain;    ///< DER as sent, leaf first; empty: no certificate
  tls::PkeyPtr key;            ///< of the sender; null for an empty list
  std::vector<Bytes> anchors;  ///< DER, in the order of the trust file
  std::vector<Bytes> crls;     ///< DER; empty unless the row is about revocation
  std::string host;            ///< what a client of this server dials; empty for clients' lists
  WallTime at;                 ///< when the list is judged
  std::vector<DefectKind> claims;
  Expect expect = Expect::accept;
  FixturePurpose purpose = FixturePurpose::client;
  bool partial_chain = false;            ///< the verifier takes intermediates as anchors
  std::optional<int> max_intermediates;  ///< the verifier's limit
};

/// One PKI and one base time for all fixtures. Not thread-safe.
class Fixtures {
 public:
  /// Keys of EC and Ed25519, and serials, follow from `seed`; RSA and DSA keys come from the pool
  /// of the process. Usage problem for an empty seed.
  static Result<Fixtures> build(std::string_view seed, WallTime base);

  /// Usage problem with a suggestion for an unknown id.
  Result<Fixture> make(std::string_view id);

  static const std::vector<FixtureInfo>& list();
  static const FixtureInfo* find(std::string_view id);  ///< nullptr when there is none

  Fixtures(Fixtures&& other) noexcept;
  Fixtures& operator=(Fixtures&& other) noexcept;
  ~Fixtures();

 private:
  explicit Fixtures(std::unique_ptr<detail::World> world);
  std::unique_ptr<detail::World> world_;
};

}  // namespace handfast::pki
