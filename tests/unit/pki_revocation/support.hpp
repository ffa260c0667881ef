// What the tests of revocation share: a day on which things happen, and OpenSSL's verdict with a
// CRL.
#pragma once

#include <openssl/x509_vfy.h>

#include "pki/mint/validity.hpp"
#include "pki/revocation/crl_reader.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/revocation_lab.hpp"

namespace handfast::pki::test {

using namespace std::chrono_literals;
using handfast::test::LabCertificate;
using handfast::test::make_lab_certificate;
using handfast::test::revocation_lab;
using handfast::test::text_of;

/// The day on which all of it happens.
inline const WallTime noon = parse_time("2026-06-01T12:00:00Z").value();

inline CrlContent lab_content() {
  return {.entries = revocation_lab().entries(noon),
          .this_update = noon - 1h,
          .next_update = noon + 7 * 24h,
          .number = 7};
}

inline Bytes lab_crl(const CrlContent& content, CrlVariant variant = CrlVariant::none) {
  const auto& root = revocation_lab().root;
  return make_crl(content, root.certificate.get(), root.key.get(), variant).value();
}

inline Crl parsed(ByteView der) {
  auto crls = parse_crls(as_text(der), "test").value();
  return std::move(crls.front());
}

/// X509_V_* of OpenSSL's verifier for a leaf of the lab's root with CRL checking, at `noon`.
inline int verdict(const LabCertificate& leaf, const Crl& crl, unsigned long more_flags = 0) {
  tls::StorePtr store(X509_STORE_new());
  X509_STORE_add_cert(store.get(), revocation_lab().root.certificate.get());
  X509_STORE_add_crl(store.get(), crl.handle());
  tls::StoreContextPtr context(X509_STORE_CTX_new());
  X509_STORE_CTX_init(context.get(), store.get(), leaf.certificate.get(), nullptr);
  X509_STORE_CTX_set_time(context.get(), 0, std::chrono::system_clock::to_time_t(noon));
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_CRL_CHECK | more_flags);
  (void)X509_verify_cert(context.get());
  return X509_STORE_CTX_get_error(context.get());
}

}  // namespace handfast::pki::test
