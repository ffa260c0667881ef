// Ready-to-run settings of real brokers for one PKI: what `handfast pki export` writes. Values in,
// files as values out; write.hpp puts them on disk.
//
// Every export says in full whether clients are asked for a certificate and whether one without is
// turned away: a default that lets strangers in (emqx/emqx #13253) is never relied on.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/endpoint.hpp"
#include "core/base/problem.hpp"

namespace handfast::broker {

/// Whether a listener asks for a client certificate, and whether it insists on one.
enum class ClientAuth { none, optional, required };
std::string_view to_string(ClientAuth clients);  ///< "none", "optional", "required"

struct ExportListener {
  Transport transport = Transport::tls;
  ClientAuth clients = ClientAuth::none;  ///< tls and wss only
  std::uint16_t port = 8883;              ///< on 127.0.0.1, never 0
  /// Off: the listener stays out of the settings, or is switched off there where the broker would
  /// open it by itself.
  bool enabled = true;
};

/// What the broker shows and trusts. Texts are PEM, keys unencrypted.
struct ServerMaterial {
  std::string chain_pem;  ///< leaf, then intermediates
  std::string key_pem;    ///< secret
  std::string trust_pem;  ///< anchors for client certificates; the order is kept
  std::string crl_pem;    ///< CRLs over client certificates; empty: no revocation check by file
  /// For brokers on a JVM: PKCS#12 bytes of key and chain, and of the anchors. The latter must mark
  /// its certificates as trusted for Java (`keytool -importcert`, `openssl pkcs12 -jdktrust`), or
  /// Java finds no anchor in it.
  std::string keystore_p12;
  std::string truststore_p12;
  std::string store_password;  ///< secret, of both
};

/// A client's own pair, for targets that hand out both sides (cms-database).
struct ClientMaterial {
  std::string chain_pem;
  std::string key_pem;  ///< secret
};

struct ExportRequest {
  std::string target;  ///< one of export_targets()
  std::vector<ExportListener> listeners;
  ServerMaterial server;
  ClientMaterial client;

  std::string user_from;       ///< user name from the certificate: "", "cn", "dn" or "san"
  bool partial_chain = false;  ///< the last certificate of trust_pem is an intermediate anchor
  std::optional<int> depth;    ///< most intermediates in a client's chain, 0 to 100
  std::vector<std::string> tls_versions;  ///< "1.2", "1.3"; empty: both
  std::vector<std::string> crl_urls;      ///< where the broker itself fetches CRLs
  std::string ocsp_url;                   ///< responder whose answers the broker staples

  /// Where the broker will find the files: an absolute path of letters, digits and ._/+@~-. Empty
  /// only for EMQX: relative to its own folder.
  std::string folder;
  /// Plain MQTT listener behind HAProxy or nginx, which end the TLS in front of it.
  Endpoint backend{.transport = Transport::tcp, .host = "127.0.0.1", .port = 1883};
  /// First of three consecutive loopback ports for needs that a broker has beside its listeners
  /// (Erlang's distribution and name service, a listener that cannot be left out).
  std::uint16_t internal_port = 24369;
};

struct ExportedFile {
  std::string path;  ///< relative to the export's folder
  std::string content;
  unsigned mode = 0644;  ///< 0600 for everything that holds a key or a password
  /// Of a PKCS#12 file: lets write_export see whether an existing one holds the same key.
  std::string password{};
};

/// The listeners of a one-way (none) or two-way (required) export on the port that is usual for
/// MQTT over TLS, 8883.
std::vector<ExportListener> usual_listeners(ClientAuth clients);

/// The files of an export: settings, certificates, key, a README with the reload hint, and
/// start.sh for brokers that Debian 12 has. Usage problem, naming the option and what could be done
/// instead, for what the target cannot express; a broken certificate or a key that does not belong
/// to it is an environment problem.
Result<std::vector<ExportedFile>> export_files(const ExportRequest& request);

/// "emqx4", "emqx5", "mosquitto", ...
const std::vector<std::string>& export_targets();

/// When the broker shows a certificate that replaced the one in its folder, and what to do for it.
/// Usage problem with a suggestion for an unknown target.
Result<std::string> reload_hint(std::string_view target);

}  // namespace handfast::broker
