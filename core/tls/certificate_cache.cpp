#include "core/tls/certificate_cache.hpp"

#include <dlfcn.h>
#include <openssl/err.h>

#include <array>
#include <utility>

namespace handfast::tls {

namespace {

thread_local CertificateCache* in_use = nullptr;

using Parse = X509* (*)(X509**, const unsigned char**, long);

/// libcrypto's own d2i_X509: the next one after the program's.
Parse libcrypto_parse() {
  static const auto parse = reinterpret_cast<Parse>(dlsym(RTLD_NEXT, "d2i_X509"));
  return parse;
}

/// What d2i_X509 promises: `*out` is replaced, and `*in` moves behind what was read.
X509* hand_out(X509* known, X509** out, const unsigned char** in, long size) {
  X509_up_ref(known);
  X509_free(*out);
  *out = known;
  *in += size;
  return known;
}

X509* parse_cached(CertificateCache& cache, X509** out, const unsigned char** in, long size) {
  const ByteView der(*in, static_cast<std::size_t>(size));
  if (X509* known = cache.find(der)) return hand_out(known, out, in, size);
  X509* parsed = libcrypto_parse()(out, in, size);
  // Bytes behind the certificate are the caller's to refuse, each time.
  if (parsed != nullptr && *in == der.data() + der.size()) cache.keep(der, parsed);
  return parsed;
}

}  // namespace

CertificateCache::Use::Use(CertificateCache* cache) { in_use = cache; }
CertificateCache::Use::~Use() { in_use = nullptr; }

bool CertificateCache::reached() {
  const SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  if (!context) return false;
  constexpr std::array<unsigned char, 2> no_certificate{0x30, 0x00};
  const auto before = misses_;
  {
    const Use use(this);
    SSL_CTX_use_certificate_ASN1(context.get(), static_cast<int>(no_certificate.size()),
                                 no_certificate.data());
  }
  ERR_clear_error();
  return std::exchange(misses_, before) != before;
}

X509* CertificateCache::find(ByteView der) {
  const auto at = known_.find(as_text(der));
  ++(at == known_.end() ? misses_ : hits_);
  return at == known_.end() ? nullptr : at->second.get();
}

void CertificateCache::keep(ByteView der, X509* certificate) {
  if (known_.size() >= capacity) known_.clear();
  known_.emplace(as_text(der), up_ref(certificate));
}

}  // namespace handfast::tls

/// The program's d2i_X509, which libssl finds before libcrypto's.
extern "C" __attribute__((visibility("default"))) X509* d2i_X509(X509** out,
                                                                 const unsigned char** in,
                                                                 long size) {
  using namespace handfast::tls;
  const bool cacheable = in_use != nullptr && out != nullptr && *out != nullptr && size > 0;
  if (!cacheable) return libcrypto_parse()(out, in, size);
  return parse_cached(*in_use, out, in, size);
}
