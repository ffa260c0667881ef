// A real broker under test: its settings rendered, started, awaited, watched and stopped. One
// folder for each broker.
#pragma once

#include <sys/types.h>

#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/base/clock.hpp"
#include "core/base/endpoint.hpp"
#include "core/base/problem.hpp"
#include "core/stats/resources.hpp"

namespace handfast::broker {

/// What a broker takes as user name from a verified client certificate.
enum class UserFrom {
  nothing,
  common_name,
  subject,
  alternative_name,  ///< the first dNSName of its subjectAltName
};

/// A key that a client shows in place of a certificate; its identity is the user name.
struct PreSharedKey {
  std::string identity;
  Bytes key;
};

/// A user that CONNECT must name, with the password.
struct Account {
  std::string user;
  std::string password;

  bool operator==(const Account&) const = default;
};

/// One listener to configure. `name` is unique; the six standard ones are called like their kind
/// ("tls-two-way"), variants of the trust matrix carry a suffix ("tls-two-way@merged", "tls@leaf").
struct ListenerSettings {
  std::string name;
  ListenerKind kind;
  std::filesystem::path certificate;  ///< PEM as the server sends it; TLS kinds only
  std::filesystem::path key;          ///< PEM private key; TLS kinds only
  /// PEM anchors for client certificates. Without two_way a broker may complete its own chain from
  /// it; empty: none.
  std::filesystem::path trust;
  std::filesystem::path revoked;  ///< PEM CRLs over client certificates; empty: none
  /// Two-way kinds only: a certificate is asked for, a client without one gets in all the same.
  bool certificate_optional = false;
  UserFrom user_from = UserFrom::nothing;  ///< two-way kinds only
  /// With `user_from`: the user name is the client identifier too, whatever CONNECT says.
  bool binds_client_id = false;
  /// Two-way kinds only: besides the certificate, CONNECT must name this user and its password.
  std::optional<Account> account{};
  std::string tls_version;  ///< the only one to offer, "1.2" or "1.3"; empty: both
  /// TLS 1.2 cipher list in OpenSSL's notation ("ECDHE+AESGCM"), the policy of the listener; empty:
  /// the broker's own.
  std::string ciphers{};
  /// Two-way kinds only: the CRLs at the distribution points that the certificates of a client's
  /// chain name (RFC 5280 section 4.2.1.13) are fetched, and must not list them.
  bool fetches_crls = false;
  /// Two-way kinds only: the OCSP responder that a client's certificate names is asked for it.
  bool asks_ocsp = false;
  /// The answer of the OCSP responder that the server's certificate names is fetched and stapled.
  bool staples = false;
  /// A second chain of the server and its key: the client's hello decides which of the two is
  /// shown, by the names in them and by the schemes it offers. Empty: there is none.
  std::filesystem::path other_certificate{};
  std::filesystem::path other_key{};
  std::uint16_t port = 0;  ///< 0: a free loopback port is probed
  /// The driver's own need: awaited, but not among the broker's listeners().
  bool auxiliary = false;
  /// tls alone: who knows one of these keys gets in; the listener then has no certificate.
  std::vector<PreSharedKey> psk{};
  /// A PROXY header stands in front of every connection, of version 1 or 2.
  bool proxy_protocol = false;
  /// With it: the header must say that the balancer verified the client's certificate, whose common
  /// name there is the user name.
  bool proxy_names_users = false;

  /// Clients have a user name that they did not choose themselves.
  bool names_users() const {
    return user_from != UserFrom::nothing || !psk.empty() || proxy_names_users;
  }
};

struct Settings {
  std::filesystem::path directory;  ///< configuration, log and state go here; made when missing
  std::vector<ListenerSettings> listeners;
  std::string binary;  ///< path of the broker's program; empty: as installed
  /// Log every packet, as evidence for conformance checks; costs CPU time under load.
  bool verbose = false;
  /// Where listeners name their users: `user/NAME/...` is for the user NAME alone, everybody may
  /// use `handfast/...`, and nobody gets in without a name. Shows which name a client was given.
  bool user_topics = false;
  /// For brokers that let in users of their own list alone: the names to put on it.
  std::vector<std::string> users{};
};

/// What CONNECT must carry where a broker turns away who names no user; empty: nothing.
struct Login {
  std::string user;
  std::optional<std::string> password;
  /// Who shows a certificate names himself by its common name instead, without a password.
  bool from_certificate = false;
};

struct Listener {
  std::string name;
  ListenerKind kind;
  Endpoint endpoint;
  Login login{};
};

/// How the broker's process ended by itself.
struct Exit {
  int status = 0;            ///< exit code
  int signal = 0;            ///< 0 when it exited
  std::string text() const;  ///< "killed by signal 9 (Killed)"
};

/// A broker that runs. The destructor stops it.
class Broker {
 public:
  virtual ~Broker() = default;

  virtual const std::string& driver() const = 0;   ///< "mosquitto"
  virtual const std::string& version() const = 0;  ///< "2.0.11"
  virtual const std::vector<Listener>& listeners() const = 0;
  /// The listener called `name`; nullptr when it was not configured.
  const Listener* find(std::string_view name) const;
  virtual pid_t pid() const = 0;
  virtual const std::filesystem::path& log_file() const = 0;
  /// Log lines written since the start that contain `text`, at most `limit`.
  std::vector<std::string> log_lines(std::string_view text, std::size_t limit = 20) const;

  /// nullopt while it runs; how it ended when it ended without stop(). Several threads may ask.
  virtual std::optional<Exit> died() = 0;
  Result<stats::ProcessSample> sample() const { return stats::sample_process(pid()); }

  /// SIGTERM to the pid, SIGKILL after `grace` (0: the driver's own patience), likewise to what was
  /// started beside it. Idempotent.
  virtual Result<void> stop(Nanos grace = Nanos(0)) = 0;

  /// The broker reads its certificates again, by whatever its driver does for that (a signal, its
  /// control program); connections stay. May return before it has done so. Environment problem when
  /// it does not run, or reads them only when it starts.
  virtual Result<void> reload() = 0;

 protected:
  /// Size of the log file when this broker was started (a restart appends to the file).
  virtual std::uint64_t log_begin() const = 0;
};

/// The configuration text for `settings` (ports must be set), the only place where it is rendered.
Result<std::string> render(std::string_view driver, const Settings& settings);

/// Starts `driver` and waits until every listener accepts connections. Environment problem, with a
/// hint, when the program is not installed, a port is taken, a key is not readable by the broker's
/// user, or it does not come up.
Result<std::unique_ptr<Broker>> start(std::string_view driver, const Settings& settings);

/// Names of the drivers: "mosquitto", "rabbitmq", ...
const std::vector<std::string>& drivers();
/// Names of brokers whose settings we render and which a person starts: "emqx5", "hivemq", ...
const std::vector<std::string>& prepared_drivers();

/// Free TCP ports on 127.0.0.1, distinct, found by binding to port 0.
Result<std::vector<std::uint16_t>> free_ports(std::size_t count);

/// The user that the broker's program runs as when started by root; empty when it keeps the
/// caller's.
std::string run_as(std::string_view driver);

}  // namespace handfast::broker
