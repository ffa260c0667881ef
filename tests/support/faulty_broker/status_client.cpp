#include "tests/support/faulty_broker/status_client.hpp"

#include <openssl/ocsp.h>

#include <algorithm>
#include <utility>

#include "core/tls/identity.hpp"
#include "harness/responder/ocsp_client.hpp"
#include "pki/revocation/ocsp_query.hpp"
#include "tests/support/faulty_broker/tls_context.hpp"

namespace handfast::test::faulty {

namespace {

using CrlPtr = tls::OpensslPtr<X509_CRL, X509_CRL_free>;
using OcspResponsePtr = tls::OpensslPtr<OCSP_RESPONSE, OCSP_RESPONSE_free>;
using OcspBasicPtr = tls::OpensslPtr<OCSP_BASICRESP, OCSP_BASICRESP_free>;

constexpr std::chrono::hours for_ever{24 * 365};

/// An answer is waited for that long; where it blocks everybody, longer than a client waits.
Nanos patience(const Defects& d) {
  return d.fetch_blocks_listener ? std::chrono::seconds(8) : std::chrono::seconds(2);
}

WallTime now() { return std::chrono::system_clock::now(); }

bool has_ended(const ASN1_TIME* end) { return end != nullptr && X509_cmp_current_time(end) < 0; }

WallTime time_of(const ASN1_TIME* when) {
  std::tm parts{};
  if (when == nullptr || ASN1_TIME_to_tm(when, &parts) != 1) return now();
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

CrlPtr parse_list(ByteView bytes, const Defects& d) {
  if (d.cdp_wants_pem) {
    const tls::BioPtr bio(BIO_new_mem_buf(bytes.data(), static_cast<int>(bytes.size())));
    return CrlPtr(PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr));
  }
  const auto* at = bytes.data();
  return CrlPtr(d2i_X509_CRL(nullptr, &at, static_cast<long>(bytes.size())));
}

/// The list at `url`, fetched unless one is at hand that has not ended; null when there is none.
CrlPtr list_at(const TlsContext& context, const std::string& url) {
  const auto& d = context.defects;
  auto& cache = *context.status;
  if (!d.cdp_fetches_each_time) {
    if (const auto known = cache.current(url); !known.empty()) return parse_list(known, d);
  }
  // Nothing but http: a certificate must not make us read files.
  if (!url.starts_with("http://")) return nullptr;
  const auto fetched = responder::fetch(url, patience(d));
  if (!fetched || fetched->status != 200) return nullptr;
  auto list = parse_list(fetched->body, d);
  if (!list) return nullptr;
  const auto until =
      d.cdp_keeps_list_for_ever ? now() + for_ever : time_of(X509_CRL_get0_nextUpdate(list.get()));
  cache.put(url, {.der = fetched->body, .until = until});
  return list;
}

int judge_by_list(X509_CRL* list, X509* certificate, X509* issuer, const Defects& d) {
  if (X509_CRL_verify(list, X509_get0_pubkey(issuer)) != 1) return X509_V_ERR_CRL_SIGNATURE_FAILURE;
  if (!d.cdp_keeps_list_for_ever && has_ended(X509_CRL_get0_nextUpdate(list))) {
    return X509_V_ERR_CRL_HAS_EXPIRED;
  }
  X509_REVOKED* entry = nullptr;
  return X509_CRL_get0_by_cert(list, &entry, certificate) == 1 ? X509_V_ERR_CERT_REVOKED
                                                               : X509_V_OK;
}

int judge_by_points(const TlsContext& context, X509* certificate, X509* issuer) {
  for (const auto& url : pki::crl_urls(certificate)) {
    const auto list = list_at(context, url);
    if (list) return judge_by_list(list.get(), certificate, issuer, context.defects);
  }
  return X509_V_ERR_UNABLE_TO_GET_CRL;
}

/// believes_any_ocsp_signer: a "good" that is about anything and signed by anybody.
bool says_good_somewhere(const Bytes& answer) {
  const auto* at = answer.data();
  const OcspResponsePtr response(d2i_OCSP_RESPONSE(nullptr, &at, static_cast<long>(answer.size())));
  if (!response) return false;
  const OcspBasicPtr basic(OCSP_response_get1_basic(response.get()));
  if (!basic || OCSP_resp_count(basic.get()) == 0) return false;
  int reason = 0;
  ASN1_GENERALIZEDTIME *revoked = nullptr, *begin = nullptr, *end = nullptr;
  return OCSP_single_get0_status(OCSP_resp_get0(basic.get(), 0), &reason, &revoked, &begin, &end) ==
         V_OCSP_CERTSTATUS_GOOD;
}

int judge_by_responder(const TlsContext& context, X509* leaf, X509* issuer) {
  const auto urls = pki::ocsp_urls(leaf);
  const auto query = pki::make_ocsp_query(leaf, issuer);
  if (urls.empty() || !query) return X509_V_ERR_OCSP_VERIFY_NEEDED;
  const auto answer = responder::post_ocsp(urls.front(), query->der, patience(context.defects));
  if (!answer || answer->status != 200) return X509_V_ERR_OCSP_VERIFY_FAILED;
  if (context.defects.believes_any_ocsp_signer && says_good_somewhere(answer->body)) {
    return X509_V_OK;
  }
  const auto verdict = pki::judge_ocsp_answer(answer->body, *query, {.issuer = issuer}, now());
  if (!verdict.status) return X509_V_ERR_OCSP_VERIFY_FAILED;
  switch (verdict.status->status) {
    case pki::CertificateStatus::good:
      return X509_V_OK;
    case pki::CertificateStatus::revoked:
      return X509_V_ERR_CERT_REVOKED;
    case pki::CertificateStatus::unknown:
      return X509_V_ERR_OCSP_CERT_UNKNOWN;
  }
  return X509_V_ERR_OCSP_VERIFY_FAILED;
}

tls::CertificatePtr parsed(const Bytes& der) {
  const auto* at = der.data();
  return tls::CertificatePtr(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

constexpr auto own_staple = "own";

/// The answer about our own certificate; empty when nobody gives one.
Bytes own_answer(const TlsContext& context) {
  auto& cache = *context.status;
  if (auto known = cache.current(own_staple); !known.empty()) return known;
  if (context.chain.size() < 2) return {};
  const auto leaf = parsed(context.chain[0]);
  const auto issuer = parsed(context.chain[1]);
  const auto urls = pki::ocsp_urls(leaf.get());
  const auto query = pki::make_ocsp_query(leaf.get(), issuer.get(), false);
  if (urls.empty() || !query) return {};
  const auto answer = responder::post_ocsp(urls.front(), query->der, patience(context.defects));
  if (!answer || answer->status != 200) return {};
  const auto verdict =
      pki::judge_ocsp_answer(answer->body, *query, {.issuer = issuer.get()}, now());
  if (!verdict.status) return {};
  const auto until =
      context.defects.staples_outdated ? now() + for_ever : verdict.next_update.value_or(now());
  cache.put(own_staple, {.der = answer->body, .until = until});
  return answer->body;
}

int on_status(SSL* ssl, void* argument) {
  const auto& context = *static_cast<const TlsContext*>(argument);
  if (context.defects.staples_nothing) return SSL_TLSEXT_ERR_NOACK;
  const auto answer = own_answer(context);
  if (answer.empty()) {
    return context.defects.insists_on_staple ? SSL_TLSEXT_ERR_ALERT_FATAL : SSL_TLSEXT_ERR_NOACK;
  }
  auto* copy = static_cast<unsigned char*>(OPENSSL_memdup(answer.data(), answer.size()));
  SSL_set_tlsext_status_ocsp_resp(ssl, copy, static_cast<long>(answer.size()));
  return SSL_TLSEXT_ERR_OK;
}

}  // namespace

Bytes StatusCache::current(const std::string& key) const {
  const std::lock_guard lock(mutex_);
  const auto found = entries_.find(key);
  return found == entries_.end() || found->second.until <= now() ? Bytes{} : found->second.der;
}

void StatusCache::put(const std::string& key, Entry entry) {
  const std::lock_guard lock(mutex_);
  entries_[key] = std::move(entry);
}

void before_verification(const TlsContext& context, X509* leaf) {
  if (!context.fetches_crls || !context.defects.cdp_fetches_for_strangers) return;
  for (const auto& url : pki::crl_urls(leaf)) list_at(context, url);
}

int status_of_chain(const TlsContext& context, X509_STORE_CTX* store) {
  const auto& d = context.defects;
  if (!context.fetches_crls && !context.asks_ocsp) return X509_V_OK;
  std::unique_lock turn(context.status->turn, std::defer_lock);
  if (d.fetch_blocks_listener) turn.lock();
  auto* chain = X509_STORE_CTX_get0_chain(store);
  if (context.asks_ocsp && !d.ignores_ocsp) {
    const int code = judge_by_responder(context, sk_X509_value(chain, 0), sk_X509_value(chain, 1));
    if (code != X509_V_OK) return code;
  }
  if (!context.fetches_crls || d.ignores_crl) return X509_V_OK;
  for (int i = 0; i + 1 < sk_X509_num(chain); ++i) {
    const int code = judge_by_points(context, sk_X509_value(chain, i), sk_X509_value(chain, i + 1));
    if (code != X509_V_OK) return code;
  }
  return X509_V_OK;
}

void set_up_staple(TlsContext& context) {
  SSL_CTX_set_tlsext_status_cb(context.ssl.get(), on_status);
  SSL_CTX_set_tlsext_status_arg(context.ssl.get(), &context);
}

}  // namespace handfast::test::faulty
