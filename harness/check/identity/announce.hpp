// Connections that begin with a PROXY header, or with what stands in its place.
#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "harness/check/identity/header_bytes.hpp"
#include "harness/check/identity/spec.hpp"
#include "harness/probe/raw.hpp"

namespace handfast::check::identity {

struct Announced {
  std::string what;
  Bytes header;  ///< empty: none at all
  /// The address to look for in the broker's log, for the fact "address"; empty: do not look.
  std::string source{};
  bool source_counts = true;  ///< the broker must take it, or must not
  std::string listener = "proxy";
};

/// The probe's whole connection behind this header.
tls_protocol::Move announces(Announced announced, tls_protocol::Expect expect);
std::vector<tls_protocol::Move> all_of(std::vector<Announced> list, tls_protocol::Expect expect);

/// A row of such moves; `version` is the capability that it needs, empty for none.
CheckSpec header_row(const std::string& id, std::vector<tls_protocol::Move> moves,
                     std::string version = "proxy.v2",
                     std::vector<std::string> listeners = {"proxy"});

/// TCP over IPv4 from `source`.
BinaryHeader from(std::string_view source);
inline Bytes bytes_of(std::string_view text) { return {text.begin(), text.end()}; }

/// The step of a connection that could not be opened.
Step nobody_listens(const Problem& problem, ScriptEvidence& evidence);

/// A connection by hand on the listener "proxy"; accept when CONNACK 0 came within `patience`. Fact
/// "decided": yes, or no for neither an answer nor an end.
Step by_hand(Bench& bench, ScriptEvidence& evidence,
             const std::function<void(probe::RawConnection&)>& play, Nanos patience);
tls_protocol::FactWant decided(std::string otherwise);
/// A CONNECT of MQTT 3.1.1 with a fresh client identifier.
Bytes connect_bytes(Bench& bench);

}  // namespace handfast::check::identity
