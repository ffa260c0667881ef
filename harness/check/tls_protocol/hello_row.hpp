// A row that is decided by the first answer to a ClientHello, as data (chain-cases.md M23).
//
//     control: the unmutated hello  ─►  ServerHello            else the version is not spoken
//     case:    one thing changed    ─►  ServerHello | alert    against what the case wants
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/check/row.hpp"
#include "harness/check/script.hpp"
#include "harness/check/tls_protocol/verdicts.hpp"
#include "harness/probe/hello.hpp"

namespace handfast::check::tls_protocol {

enum class Want {
  go_on,   ///< ServerHello or HelloRetryRequest
  reject,  ///< alert or close
  either,  ///< both are legitimate: recorded
};

struct HelloCase {
  std::string what;  ///< "RC4 suites alone"
  probe::HelloBase base = probe::HelloBase::modern;
  std::function<void(probe::Hello&)> change;
  Want want = Want::go_on;
  /// Of a rejection: the specified alert, then the tolerated ones. None: any will do.
  std::vector<std::uint8_t> alerts{};
  std::optional<FactWant> fact{};
  std::optional<Level> level{};  ///< where it weighs otherwise than its row
  /// The same change once more on a whole connection of our own TLS 1.3 client, up to PINGRESP.
  bool to_connack = false;
};

struct HelloRow {
  std::vector<HelloCase> cases;
  /// Versions without which the row means nothing, besides those of its cases.
  std::vector<probe::HelloBase> also_spoken{};
  std::string listener = "one";  ///< where the target has none of that name: its "one"
};

/// One whose server has an RSA key, and its fixture.
inline constexpr std::string_view rsa_server = "server-rsa-both-versions";

/// Plays the controls that the row needs, then its cases, each on a connection of its own.
ScriptEvidence drive_hello(const HelloRow& row, Bench& bench);

/// Pure. A case whose version is not spoken is left out; a row without cases left is `skip` with
/// tls12-not-spoken, tls13-not-spoken or no-rsa-server.
Judgement judge_hello(const HelloRow& row, Level level, const ScriptEvidence& evidence);

/// Pure: nullopt when the control of `base` was answered by a ServerHello, `skip` when its version
/// is not spoken, else why nothing can be said.
std::optional<Judgement> judge_hello_control(const ScriptEvidence& evidence, probe::HelloBase base);
/// Name of the control's Step.
std::string control_name(probe::HelloBase base);
/// Name of the Step of a case's whole connection.
std::string whole_name(const HelloCase& one);

}  // namespace handfast::check::tls_protocol
