// What OpenSSL's verify codes mean, and what to try.
#pragma once

#include <span>
#include <string_view>

namespace handfast::app {

struct VerifyNote {
  int number = 0;
  std::string_view name;   ///< "unable_to_get_issuer_cert_locally": X509_V_ERR_... in small letters
  std::string_view words;  ///< as OpenSSL prints it: "unable to get local issuer certificate"
  std::string_view meaning;  ///< one or two sentences
  std::string_view advice;   ///< what to try
};

/// One for each code of OpenSSL 3.0, by number; 0 is "ok".
std::span<const VerifyNote> verify_notes();
/// By number, name (with or without X509_V_ERR_, in any case) or OpenSSL's words; else nullptr.
const VerifyNote* find_verify_note(std::string_view word);

}  // namespace handfast::app
