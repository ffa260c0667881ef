// The TLS settings of a fleet of a scenario as values.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "core/tls/client.hpp"
#include "loadgen/resumption.hpp"

namespace handfast::scenario {

/// External pre-shared keys: a pattern and one key, or a file of identity:key lines, one for each
/// client.
struct PskOptions {
  std::string identity;        ///< {fleet} and {i} are replaced
  std::string key;             ///< hexadecimal
  std::filesystem::path file;  ///< instead of the two
};

enum class EngineWish : std::uint8_t {
  libssl,
  native,     ///< our own TLS 1.3 client; what it lacks is refused
  automatic,  ///< native where it can, else libssl
};

struct TlsOptions {
  EngineWish engine = EngineWish::libssl;
  tls::KeyMode key_shares = tls::KeyMode::fresh;  ///< native only
  /// Of the connections of engine native: libssl repeats them (loadgen/shadow.hpp).
  double shadow = 0.01;
  bool versions_chosen = false;
  tls::Version min_version = tls::Version::tls1_2;
  tls::Version max_version = tls::Version::tls1_3;
  std::vector<std::string> groups;
  std::vector<std::string> cipher_suites;  ///< TLS 1.3
  std::vector<std::string> ciphers;        ///< TLS 1.2
  std::vector<std::string> signature_algorithms;
  std::vector<std::string> alpn;
  /// Bundles or authorities of the PKI, trusted together; empty: the target's trust file.
  std::vector<std::string> trust;
  bool partial_chain = false;  ///< an intermediate in `trust` may be the anchor
  std::string server_name;     ///< SNI and name to verify; empty: the host
  bool sni = true;             ///< off: the name is verified and not sent
  bool verify = true;
  bool verify_every_time = false;  ///< no chain is remembered as verified
  bool certificate_cache = true;   ///< the server's certificates are parsed once
  bool strict = false;  ///< only what FIPS 140-3 installations speak (core/tls/strict.hpp)
  std::optional<PskOptions> psk;
  loadgen::Resumption resumption;
};

}  // namespace handfast::scenario
