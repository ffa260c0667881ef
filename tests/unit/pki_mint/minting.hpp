// Short ways to certificates for the tests of pki/mint.
#pragma once

#include <openssl/x509v3.h>

#include <string>

#include "pki/mint/certificate.hpp"
#include "pki/mint/key.hpp"
#include "tests/unit/pki/support.hpp"

namespace handfast::pki::test {

struct Ca {
  tls::PkeyPtr key;
  tls::CertificatePtr certificate;
  Issuer issuer() const { return {certificate.get(), key.get()}; }
};

inline CertificateSpec spec_for(std::string_view profile_name, const std::string& common_name,
                                std::chrono::hours life = std::chrono::hours(24)) {
  return {.profile = profile(profile_name),
          .subject = {.common_name = common_name},
          .period = period_of(Validity::lasting(life), noon)};
}

/// A root of ten days.
inline Ca make_ca(KeyType type = KeyType::p256) {
  Ca out;
  out.key = make_key(type).value();
  out.certificate =
      issue(spec_for("ca", "root", std::chrono::hours(240)), out.key.get(), {}).value();
  return out;
}

inline bool is_critical(const X509* certificate, int nid) {
  const int at = X509_get_ext_by_NID(certificate, nid, -1);
  return at >= 0 && X509_EXTENSION_get_critical(X509_get_ext(certificate, at)) == 1;
}

/// The extension as OpenSSL prints it, line ends as '|'; "" when it is absent.
inline std::string printed(const X509* certificate, int nid) {
  const int at = X509_get_ext_by_NID(certificate, nid, -1);
  if (at < 0) return {};
  const tls::BioPtr out(BIO_new(BIO_s_mem()));
  X509V3_EXT_print(out.get(), X509_get_ext(certificate, at), 0, 0);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  std::string text(data, static_cast<std::size_t>(size));
  for (auto& c : text) c = c == '\n' ? '|' : c;
  return text;
}

}  // namespace handfast::pki::test
