// PROXY headers as the faulty broker reads them, with code of its own (HAProxy's
// proxy-protocol.txt, sections 2.1 and 2.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "core/base/bytes.hpp"
#include "tests/support/faulty_broker/defects.hpp"

namespace handfast::test::faulty {

struct ProxyHeader {
  std::string source{};  ///< "192.0.2.1:4711"; empty: what the socket says
  // Of the TLS field (section 2.2.6).
  std::uint8_t client = 0;
  std::uint32_t verify = 1;  ///< 0: the client's chain was good
  std::optional<std::string> common_name{};
};

struct TakenHeader {
  bool more = false;     ///< as far as it goes it is one
  bool none = false;     ///< the bytes do not begin like a header
  std::size_t size = 0;  ///< bytes, as far as they are known
  std::optional<ProxyHeader> header{};
};

/// Reads the header at the start of `bytes`. Neither `more` nor `header`: a malformed one.
TakenHeader take_proxy_header(ByteView bytes, const Defects& defects);

/// What a listener asks for whose users come from headers.
bool proves_certificate(const ProxyHeader& header, const Defects& defects);

}  // namespace handfast::test::faulty
