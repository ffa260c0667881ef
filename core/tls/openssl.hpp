// OpenSSL objects owned by unique_ptr, and the OpenSSL error queue as a Problem. The only home of
// such deleters.
#pragma once

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>

#include <memory>
#include <string>

#include "core/base/problem.hpp"

namespace handfast::tls {

template <auto Free>
struct OpensslDeleter {
  template <class T>
  void operator()(T* object) const {
    Free(object);
  }
};

template <class T, auto Free>
using OpensslPtr = std::unique_ptr<T, OpensslDeleter<Free>>;

using BioPtr = OpensslPtr<BIO, BIO_free_all>;
using BignumPtr = OpensslPtr<BIGNUM, BN_free>;
using PkeyPtr = OpensslPtr<EVP_PKEY, EVP_PKEY_free>;
using PkeyContextPtr = OpensslPtr<EVP_PKEY_CTX, EVP_PKEY_CTX_free>;
using DigestContextPtr = OpensslPtr<EVP_MD_CTX, EVP_MD_CTX_free>;
using CertificatePtr = OpensslPtr<X509, X509_free>;
using StorePtr = OpensslPtr<X509_STORE, X509_STORE_free>;
using StoreContextPtr = OpensslPtr<X509_STORE_CTX, X509_STORE_CTX_free>;
using SslContextPtr = OpensslPtr<SSL_CTX, SSL_CTX_free>;
using SslPtr = OpensslPtr<SSL, SSL_free>;
using SessionPtr = OpensslPtr<SSL_SESSION, SSL_SESSION_free>;

inline CertificatePtr up_ref(X509* certificate) {
  X509_up_ref(certificate);
  return CertificatePtr(certificate);
}
inline PkeyPtr up_ref(EVP_PKEY* key) {
  EVP_PKEY_up_ref(key);
  return PkeyPtr(key);
}

/// Drains this thread's OpenSSL error queue into one line, the oldest first; empty when the queue
/// is.
std::string drain_errors();

/// `message` with the drained queue behind it.
Problem openssl_problem(ProblemKind kind, std::string message, std::string where = {},
                        std::string hint = {});

/// A verification result in words as OpenSSL names it: "self-signed certificate in certificate
/// chain".
std::string verify_text(int code);
/// The stable name of a verification result: "X509_V_ERR_CERT_HAS_EXPIRED" without its prefix,
/// lower case: "cert_has_expired"; "code_N" for numbers this table lacks.
std::string verify_name(int code);

}  // namespace handfast::tls
