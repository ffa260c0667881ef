// One GET over TLS with the server verified: a broker's management API, as an operator's tool or a
// monitor calls it.
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "core/base/clock.hpp"
#include "core/base/endpoint.hpp"
#include "core/base/problem.hpp"
#include "core/tls/client.hpp"

namespace handfast::probe {

struct HttpsRequest {
  std::string host = "127.0.0.1";  ///< name or IP literal
  std::uint16_t port = 443;
  std::string path = "/";
  std::string server_name;    ///< SNI and name to verify; empty: `host`
  tls::ClientSettings tls;    ///< `trust` must hold the server's anchor, or `verify` be off
  tls::Identity identity;     ///< for two-way TLS; empty: none
  std::string authorization;  ///< the Authorization field as it is ("Basic ..."); empty: none
  Nanos timeout = std::chrono::seconds(10);       ///< for all of it
  std::size_t body_limit = std::size_t{1} << 20;  ///< bytes; a longer answer is a failure
};

struct HttpsResponse {
  std::optional<int> status;  ///< of the answer; none: `failure` says why
  std::string content_type;
  std::string body;     ///< chunks put together
  tls::Facts tls;       ///< version, suite, group, verification, alerts
  std::string failure;  ///< "our client sent alert unknown_ca (48)"; empty with a status
};

/// Asks once and reads the answer to its end. What the server does, a refusal included, is in the
/// response; usage problem for settings or a path that cannot work.
Result<HttpsResponse> https_get(const HttpsRequest& request);

}  // namespace handfast::probe
