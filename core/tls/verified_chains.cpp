#include "core/tls/verified_chains.hpp"

#include <openssl/crypto.h>

#include <algorithm>
#include <limits>

namespace handfast::tls {

namespace {

void append_number(std::string& key, std::uint64_t number) {
  key.append(reinterpret_cast<const char*>(&number), sizeof(number));
}

// Every part goes with its length, so that no two lists of parts look the same.

void append_text(std::string& key, const char* text) {
  const std::string_view view = text != nullptr ? text : "";
  append_number(key, view.size());
  key.append(view);
}

void append_certificate(std::string& key, const X509* certificate) {
  const auto size = static_cast<std::size_t>(std::max(0, i2d_X509(certificate, nullptr)));
  append_number(key, size);
  const auto at = key.size();
  key.resize(at + size);
  auto* into = reinterpret_cast<unsigned char*>(key.data() + at);
  i2d_X509(certificate, &into);
}

/// What the check looks at besides the certificates.
void append_settings(std::string& key, X509_VERIFY_PARAM* parameters) {
  append_number(key, X509_VERIFY_PARAM_get_flags(parameters));
  append_number(key, static_cast<std::uint64_t>(X509_VERIFY_PARAM_get_auth_level(parameters)));
  append_number(key, static_cast<std::uint64_t>(X509_VERIFY_PARAM_get_depth(parameters)));
  append_text(key, X509_VERIFY_PARAM_get0_host(parameters, 0));
  char* address = X509_VERIFY_PARAM_get1_ip_asc(parameters);
  append_text(key, address);
  OPENSSL_free(address);
}

void write_key(std::string& key, X509_STORE_CTX* context) {
  key.clear();
  append_settings(key, X509_STORE_CTX_get0_param(context));
  append_certificate(key, X509_STORE_CTX_get0_cert(context));
  const auto* others = X509_STORE_CTX_get0_untrusted(context);
  for (int i = 0; i < sk_X509_num(others); ++i) append_certificate(key, sk_X509_value(others, i));
}

std::time_t seconds_of(const ASN1_TIME* time, std::time_t unreadable) {
  std::tm parts{};
  return ASN1_TIME_to_tm(time, &parts) == 1 ? timegm(&parts) : unreadable;
}

}  // namespace

VerifiedChains::Outcome VerifiedChains::verify(X509_STORE_CTX* context, std::time_t now) {
  write_key(key_, context);
  if (remembers(key_, now)) {
    X509_STORE_CTX_set_error(context, X509_V_OK);
    return Outcome::remembered;
  }
  if (X509_verify_cert(context) != 1) return Outcome::refused;
  remember(key_, context);
  return Outcome::verified;
}

bool VerifiedChains::remembers(std::string_view key, std::time_t now) {
  if (const auto at = known_.find(key); at != known_.end()) {
    if (at->second.from <= now && now < at->second.until) {
      ++hits_;
      return true;
    }
    known_.erase(at);
  }
  ++misses_;
  return false;
}

void VerifiedChains::remember(std::string_view key, const X509_STORE_CTX* context) {
  if (known_.size() >= capacity) known_.clear();
  known_.emplace(key, validity_of(context));
}

VerifiedChains::Validity VerifiedChains::validity_of(const X509_STORE_CTX* context) {
  using Limits = std::numeric_limits<std::time_t>;
  Validity all{Limits::min(), Limits::max()};
  const auto* chain = X509_STORE_CTX_get0_chain(context);
  for (int i = 0; i < sk_X509_num(chain); ++i) {
    const X509* certificate = sk_X509_value(chain, i);
    all.from = std::max(all.from, seconds_of(X509_get0_notBefore(certificate), Limits::max()));
    all.until = std::min(all.until, seconds_of(X509_get0_notAfter(certificate), Limits::min()));
  }
  return all;
}

}  // namespace handfast::tls
