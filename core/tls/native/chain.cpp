#include "core/tls/native/chain.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>
#include <array>

#include "core/tls/peer_check.hpp"

namespace handfast::tls::native {

namespace {

using StackPtr = OpensslPtr<STACK_OF(X509), [](STACK_OF(X509) * stack) { sk_X509_free(stack); }>;

void append_part(std::string& key, std::string_view part) {
  const std::uint64_t size = part.size();
  key.append(reinterpret_cast<const char*>(&size), sizeof(size));
  key.append(part);
}

/// libssl's security level, which the distribution sets at build time.
int default_security_level() {
  const SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  return context ? SSL_CTX_get_security_level(context.get()) : 1;
}

struct AlertRow {
  int code;
  AlertDescription alert;
};

constexpr std::array alert_rows{
    AlertRow{X509_V_ERR_CERT_HAS_EXPIRED, AlertDescription::certificate_expired},
    AlertRow{X509_V_ERR_CRL_HAS_EXPIRED, AlertDescription::certificate_expired},
    AlertRow{X509_V_ERR_CERT_REVOKED, AlertDescription::certificate_revoked},
    AlertRow{X509_V_ERR_CERT_SIGNATURE_FAILURE, AlertDescription::decrypt_error},
    AlertRow{X509_V_ERR_CRL_SIGNATURE_FAILURE, AlertDescription::decrypt_error},
    AlertRow{X509_V_ERR_INVALID_PURPOSE, AlertDescription::unsupported_certificate},
    AlertRow{X509_V_ERR_CERT_CHAIN_TOO_LONG, AlertDescription::unknown_ca},
    AlertRow{X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, AlertDescription::unknown_ca},
    AlertRow{X509_V_ERR_INVALID_CA, AlertDescription::unknown_ca},
    AlertRow{X509_V_ERR_PATH_LENGTH_EXCEEDED, AlertDescription::unknown_ca},
    AlertRow{X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN, AlertDescription::unknown_ca},
    AlertRow{X509_V_ERR_UNABLE_TO_GET_CRL, AlertDescription::unknown_ca},
    AlertRow{X509_V_ERR_UNABLE_TO_GET_CRL_ISSUER, AlertDescription::unknown_ca},
    AlertRow{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, AlertDescription::unknown_ca},
    AlertRow{X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, AlertDescription::unknown_ca},
    AlertRow{X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, AlertDescription::unknown_ca},
    AlertRow{X509_V_ERR_OUT_OF_MEM, AlertDescription::internal_error},
    AlertRow{X509_V_ERR_UNSPECIFIED, AlertDescription::internal_error},
    AlertRow{X509_V_ERR_INVALID_CALL, AlertDescription::internal_error},
    AlertRow{X509_V_ERR_STORE_LOOKUP, AlertDescription::internal_error},
    AlertRow{X509_V_ERR_APPLICATION_VERIFICATION, AlertDescription::handshake_failure},
    AlertRow{X509_V_ERR_CERT_NOT_YET_VALID, AlertDescription::bad_certificate},
    AlertRow{X509_V_ERR_CRL_NOT_YET_VALID, AlertDescription::bad_certificate},
    AlertRow{X509_V_ERR_CERT_UNTRUSTED, AlertDescription::bad_certificate},
    AlertRow{X509_V_ERR_CERT_REJECTED, AlertDescription::bad_certificate},
    AlertRow{X509_V_ERR_HOSTNAME_MISMATCH, AlertDescription::bad_certificate},
    AlertRow{X509_V_ERR_IP_ADDRESS_MISMATCH, AlertDescription::bad_certificate},
    AlertRow{X509_V_ERR_EMAIL_MISMATCH, AlertDescription::bad_certificate},
    AlertRow{X509_V_ERR_EE_KEY_TOO_SMALL, AlertDescription::bad_certificate},
    AlertRow{X509_V_ERR_CA_KEY_TOO_SMALL, AlertDescription::bad_certificate},
    AlertRow{X509_V_ERR_CA_MD_TOO_WEAK, AlertDescription::bad_certificate},
    AlertRow{X509_V_ERR_EC_KEY_EXPLICIT_PARAMS, AlertDescription::bad_certificate},
    AlertRow{X509_V_ERR_ERROR_IN_CERT_NOT_AFTER_FIELD, AlertDescription::bad_certificate},
    AlertRow{X509_V_ERR_ERROR_IN_CERT_NOT_BEFORE_FIELD, AlertDescription::bad_certificate},
    AlertRow{X509_V_ERR_UNABLE_TO_DECODE_ISSUER_PUBLIC_KEY, AlertDescription::bad_certificate},
};

/// RFC 8446 section 4.4.2.2: "If the Key Usage extension is present, the digitalSignature bit MUST
/// be set". OpenSSL's purpose takes keyEncipherment too, which is of no use in TLS 1.3.
bool may_sign(X509* leaf) { return (X509_get_key_usage(leaf) & KU_DIGITAL_SIGNATURE) != 0; }

}  // namespace

AlertDescription alert_of_verify_code(int code) {
  const auto* found = std::ranges::find(alert_rows, code, &AlertRow::code);
  return found == alert_rows.end() ? AlertDescription::certificate_unknown : found->alert;
}

Result<std::unique_ptr<ChainJudge>> ChainJudge::make(const ClientSettings& settings) {
  constexpr int strict_level = 2;  // as libssl_engine.cpp
  std::unique_ptr<ChainJudge> judge(new ChainJudge);
  judge->store_.reset(X509_STORE_new());
  if (!judge->store_) return openssl_problem(ProblemKind::internal, "no certificate store");
  if (auto filled = fill_store(judge->store_.get(), settings); !filled) return filled.error();
  judge->security_level_ = settings.strict ? strict_level : default_security_level();
  judge->verify_ = settings.verify;
  judge->check_host_ = settings.verify && settings.check_host;
  judge->verify_every_time_ = settings.verify_every_time;
  judge->cache_certificates_ = settings.certificate_cache;
  judge->wall_clock_ = settings.wall_clock;
  return judge;
}

Result<void> ChainJudge::check_identity(const Identity& identity) const {
  // Bits of security of each level, SSL_CTX_set_security_level(3).
  constexpr std::array bits{0, 80, 112, 128, 192, 256};
  if (identity.empty()) return {};
  const auto level = static_cast<std::size_t>(std::clamp(security_level_, 0, 5));
  if (EVP_PKEY_get_security_bits(identity.key()) >= bits[level]) return {};
  return usage_problem("the client certificate or its key is not usable for TLS", {},
                       "OpenSSL's security level refuses small keys and old digests");
}

CertificatePtr ChainJudge::parse(ByteView der) {
  if (cache_certificates_) {
    if (X509* known = certificates_.find(der)) return up_ref(known);
  }
  const unsigned char* at = der.data();
  CertificatePtr parsed(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  if (!parsed || at != der.data() + der.size()) return nullptr;
  if (cache_certificates_) certificates_.keep(der, parsed.get());
  return parsed;
}

/// Writes into `key_` all that the outcome depends on besides the clock; the settings are the
/// engine's.
bool ChainJudge::in_memory(const CertificateList& list, const std::string& host) {
  if (!verify_ || verify_every_time_) return false;
  key_.clear();
  append_part(key_, check_host_ ? host : "");
  for (const auto der : list.der) append_part(key_, as_text(der));
  return true;
}

Checked<ChainVerdict> ChainJudge::judge(const CertificateList& list, const std::string& host,
                                        CertificatePtr& leaf) {
  const auto misses = certificates_.misses();
  parsed_.clear();
  for (const auto der : list.der) {
    auto& certificate = parsed_.emplace_back(parse(der));
    if (certificate) continue;
    ERR_clear_error();
    return refuse(AlertDescription::bad_certificate,
                  fmt::format("Certificate: certificate {} of {} cannot be read (RFC 8446 4.4.2)",
                              parsed_.size(), list.der.size()));
  }
  ChainVerdict verdict{.parsed_before = cache_certificates_ && certificates_.misses() == misses};
  const auto now = std::chrono::system_clock::to_time_t(
      wall_clock_ ? wall_clock_() : std::chrono::system_clock::now());
  const bool cached = in_memory(list, host);
  if (cached && chains_.remembers(key_, now)) {
    verdict.remembered = true;
  } else {
    verdict.verify_code = verify(parsed_, host, now, cached);
  }
  leaf = std::move(parsed_.front());
  parsed_.clear();
  if (!verify_) return verdict;
  if (verdict.verify_code != X509_V_OK) {
    return Refusal{
        alert_of_verify_code(verdict.verify_code),
        fmt::format("Certificate: {} (RFC 8446 4.4.2.4)", verify_text(verdict.verify_code)),
        verdict.verify_code};
  }
  if (!may_sign(leaf.get())) {
    return refuse(AlertDescription::bad_certificate,
                  "Certificate: its key usage lacks digitalSignature (RFC 8446 4.4.2.2)");
  }
  return verdict;
}

int ChainJudge::verify(const std::vector<CertificatePtr>& chain, const std::string& host,
                       std::time_t now, bool remember) {
  const StoreContextPtr context(X509_STORE_CTX_new());
  const StackPtr all(sk_X509_new_null());
  if (!context || !all) return X509_V_ERR_OUT_OF_MEM;
  for (const auto& certificate : chain) sk_X509_push(all.get(), certificate.get());
  if (X509_STORE_CTX_init(context.get(), store_.get(), chain.front().get(), all.get()) != 1) {
    return X509_V_ERR_UNSPECIFIED;
  }
  X509_STORE_CTX_set_default(context.get(), "ssl_server");
  auto* parameters = X509_STORE_CTX_get0_param(context.get());
  X509_VERIFY_PARAM_set_auth_level(parameters, security_level_);
  X509_STORE_CTX_set_time(context.get(), 0, now);
  if (check_host_ && !host.empty() && !check_for_host(parameters, host)) {
    return X509_V_ERR_HOSTNAME_MISMATCH;
  }
  const bool accepted = X509_verify_cert(context.get()) == 1;
  ERR_clear_error();
  if (accepted && remember) chains_.remember(key_, context.get());
  const int code = X509_STORE_CTX_get_error(context.get());
  return !accepted && code == X509_V_OK ? X509_V_ERR_UNSPECIFIED : code;
}

}  // namespace handfast::tls::native
