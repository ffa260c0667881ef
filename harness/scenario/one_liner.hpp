// A load in one line: what `handfast bench` was asked for, written as the scenario that does it.
// The scenario's own reader then checks it, so a one-liner can do nothing that a file cannot.
#pragma once

#include <string>
#include <vector>

#include "core/base/problem.hpp"

namespace handfast::scenario {

/// Every member is as typed, in the notation of the scenario file; empty members are left out.
struct OneLiner {
  std::string kind = "connect";  ///< "handshake", "connect" or "publish"
  std::string url;               ///< "tls://127.0.0.1:8883"
  std::string duration = "10s";
  std::string rate;              ///< open loop: "500/s"; empty: closed loop
  std::string in_flight = "16";  ///< closed loop: connections under way at once
  std::string clients = "1000";
  bool hold = false;  ///< connect: all clients connect at `rate`, then stay for `duration`
  std::string warm_up;

  std::string trust;               ///< PEM file of anchors
  std::string certificate, key;    ///< one client certificate for all
  std::string pki, pki_home;       ///< manifest and folder of a PKI; its first authority is trusted
  std::string identity;            ///< fleet of that PKI: a certificate for each client
  std::string engine, key_shares;  ///< "native", "batch"
  bool verify = true;
  bool verify_every_time = false;
  std::string resume;  ///< share of handshakes that resume by ticket: "100%"
  std::vector<std::string> versions, groups, cipher_suites, signature_algorithms;
  std::string server_name;

  std::string qos, payload, message_rate, topic;  ///< publish

  std::vector<std::string> thresholds;  ///< on the fleet "bench": "bench.errors == 0"
};

/// The scenario as YAML; its fleet is called "bench". Usage problem for what the text cannot be
/// made of: `hold` without a rate or with an unreadable one.
Result<std::string> scenario_text(const OneLiner& asked);

}  // namespace handfast::scenario
