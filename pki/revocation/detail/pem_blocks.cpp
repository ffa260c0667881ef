#include "pki/revocation/detail/pem_blocks.hpp"

#include <openssl/err.h>
#include <openssl/pem.h>

#include <cstring>

#include "core/tls/openssl.hpp"

namespace handfast::pki::detail {

Result<std::vector<Bytes>> pem_crl_blocks(std::string_view text, const std::string& where) {
  ERR_clear_error();
  tls::BioPtr in(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  std::vector<Bytes> out;
  char* name = nullptr;
  char* header = nullptr;
  unsigned char* data = nullptr;
  long size = 0;
  while (PEM_read_bio(in.get(), &name, &header, &data, &size) == 1) {
    if (std::strcmp(name, PEM_STRING_X509_CRL) == 0) out.emplace_back(data, data + size);
    OPENSSL_free(name);
    OPENSSL_free(header);
    OPENSSL_free(data);
  }
  if (ERR_GET_REASON(ERR_peek_last_error()) != PEM_R_NO_START_LINE) {
    return tls::openssl_problem(ProblemKind::environment, "cannot read the CRL", where,
                                "expected PEM (-----BEGIN X509 CRL-----) or DER");
  }
  ERR_clear_error();
  return out;
}

}  // namespace handfast::pki::detail
