#include "core/tls/features.hpp"

#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/ssl.h>

#include <string>

#include "core/tls/openssl.hpp"

namespace handfast::tls {

bool has_group(std::string_view name) {
  const SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  const bool known =
      context != nullptr && SSL_CTX_set1_groups_list(context.get(), std::string(name).c_str()) == 1;
  ERR_clear_error();
  return known;
}

bool has_signature(std::string_view name) {
  using SignaturePtr = OpensslPtr<EVP_SIGNATURE, EVP_SIGNATURE_free>;
  const SignaturePtr found(EVP_SIGNATURE_fetch(nullptr, std::string(name).c_str(), nullptr));
  ERR_clear_error();
  return found != nullptr;
}

}  // namespace handfast::tls
