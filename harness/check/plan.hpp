// A check as data: what is put on the wire, what must come of it, and which acceptance it stands
// next to. The driver plays plans, the judge compares them with evidence; neither knows a row by
// name.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/tls/engine.hpp"
#include "harness/check/script.hpp"
#include "harness/probe/probe.hpp"

namespace handfast::check {

/// One kind of connection, in names that Materials and the broker's listeners resolve.
struct Stimulus {
  std::string listener;        ///< "tls-two-way@merged"
  std::string trust = "root";  ///< what our client verifies the server with
  bool partial_chain = false;
  bool verify = true;       ///< off: the server's chain is what one row of its group asks about
  std::string identity;     ///< "client", "stranger"; empty: an empty Certificate
  bool leaf_only = false;   ///< the identity's leaf without its intermediates
  std::string server_name;  ///< to verify and as SNI; empty: the listener's host
  /// The minted server whose host is dialled, "server-san-ip/v4"; empty: `server_name` counts.
  std::string host_of;
  bool server_name_indication = true;
  std::vector<std::string> offered_schemes;  ///< signature_algorithms; empty: the library's
  Bytes connect;           ///< CONNECT as it goes out; empty: a valid one with a fresh client id
  std::string connect_id;  ///< the client id inside `connect`
  tls::EngineKind engine = tls::EngineKind::libssl;
  tls::Mutation mutation = tls::Mutation::none;  ///< the native engine alone has others
  /// Our own library withholds small keys and old digests unless it is told that this is the point.
  bool weak_material = false;
  std::optional<tls::ExternalPsk> psk{};         ///< in place of certificates
  std::optional<proxy::Version> proxy_header{};  ///< with this connection's addresses
  Bytes preface{};                               ///< bare bytes in place of such a header
};

/// Who is expected to end the connection of a rejecting row.
enum class Rejecter { broker, our_client };

/// What a correct broker makes of the stimulus.
struct Expectation {
  probe::Outcome outcome = probe::Outcome::accept;  ///< accept or reject
  Rejecter by = Rejecter::broker;
  /// Alerts of a rejection: the one that the specification asks for, then the tolerated ones
  /// (chain-cases.md 1.5).
  std::vector<std::uint8_t> alerts_tls12, alerts_tls13;
  std::optional<Level> level;  ///< how much this list weighs; nullopt: as much as its row
  /// Both outcomes are legitimate and the run records which: never judged, never tried again.
  bool either = false;
  /// An identity decision: a CONNACK that says no is as good as a rejection by TLS (1.1, group F).
  bool refusal_suffices = false;
  std::vector<int> verify_codes;  ///< our_client: the X509_V codes that are the right reason
  /// Certificates that the server must have sent for the row to mean anything.
  std::optional<std::uint32_t> server_chain_length;
  /// The server's chain is what the row judges: a refusal by our client is then the contrary
  /// outcome, elsewhere it only hides what the row asks for.
  bool judges_server_chain = false;
  bool no_certificate_request = false;  ///< the listener is one-way: a request is a mismatch
  bool log_line = false;                ///< the broker's log names the client id, when we have it
};

/// One row that is decided by connections of our own client.
struct ProbePlan {
  Stimulus stimulus;
  Expectation expect;
  std::optional<Stimulus> twin;  ///< accepted, and different in the one property under test
  bool each_version = false;     ///< once with TLS 1.2 alone and once with TLS 1.3 alone
  std::optional<tls::Version> only_version;  ///< the stimulus exists under this one alone
  bool each_mode = false;         ///< patient and eager; both must come to the same outcome
  bool negative_control = false;  ///< the row itself shows that the listener is two-way
};

/// One row that plays several lists: the worst verdict counts, and names its case.
struct CasesPlan {
  struct Case {
    std::string name;  ///< "b-without-key-usage"
    ProbePlan plan;
  };
  std::vector<Case> cases;
};

/// One row that is decided by a subscribe/publish round trip of the Paho library.
struct RoundTripPlan {
  std::string listener;
  std::string trust = "root";
  std::string identity;  ///< empty: none
};

/// The row that says whether a listener kept serving after the rejections of all other rows.
struct HealthPlan {};

using Plan = std::variant<ProbePlan, CasesPlan, RoundTripPlan, HealthPlan, ScriptPlan>;

/// The listeners that `plan` connects to, the twin's included.
std::vector<std::string> listeners_of(const Plan& plan);
/// The names that our client's trust and the host it dials come from.
std::vector<std::string> trusts_of(const Plan& plan);
/// The identities that `plan` shows, the twin's included.
std::vector<std::string> identities_of(const Plan& plan);

}  // namespace handfast::check
