// What a responder can be told to do wrong while it runs.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "pki/revocation/variant.hpp"

namespace handfast::responder {

enum class Down {
  no,
  refuse,  ///< nobody listens: connection refused; nobody who asks for any free port gets ours
  close,   ///< the request is read, the connection closed without an answer
  hang,    ///< the request is read, no answer ever comes
};
std::string_view to_string(Down down);
/// Usage problem with a suggestion for an unknown word.
Result<Down> parse_down(std::string_view text);

/// The default is to be right.
struct Faults {
  Nanos delay{0};  ///< before each answer
  Down down = Down::no;
  std::optional<unsigned> http_status;  ///< this status with an empty body, in place of any answer
  bool wrong_content_type = false;      ///< text/html
  bool truncated = false;               ///< half of the announced body, then the end
  bool pem = false;                     ///< CRLs as PEM, which HTTP clients must not expect
  bool stale = false;  ///< OCSP answers past their end; CRLs where a stale one was put
  pki::OcspVariant ocsp = pki::OcspVariant::none;  ///< anything else that is wrong with an answer

  bool operator==(const Faults&) const = default;
};

}  // namespace handfast::responder
