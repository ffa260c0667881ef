#include "pki/audit/verify.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <utility>

#include "core/base/text.hpp"
#include "pki/mint/certificate.hpp"

namespace handfast::pki {

namespace {

struct CertificateStackDeleter {
  void operator()(STACK_OF(X509) * stack) const {
    sk_X509_free(stack);
  }  // the certificates are the caller's
};
using BorrowedStack = std::unique_ptr<STACK_OF(X509), CertificateStackDeleter>;

constexpr std::string_view no_anchor =
    "the chain does not reach a root in the bundle: an intermediate is missing, the root is not "
    "there, or the bundle "
    "holds an intermediate, which counts as anchor with --partial only";

/// What people meet; the long tail speaks for itself.
constexpr std::array<std::pair<int, std::string_view>, 17> advices{{
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, no_anchor},
    {X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY, no_anchor},
    {X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE, no_anchor},
    {X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT,
     "a self-signed certificate is trusted only when it is in the bundle itself"},
    {X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
     "the chain ends at a root that the bundle does not hold"},
    {X509_V_ERR_CERT_NOT_YET_VALID, "compare its not_before with the clock of the verifier"},
    {X509_V_ERR_CERT_HAS_EXPIRED, "issue it again"},
    {X509_V_ERR_CERT_SIGNATURE_FAILURE,
     "it was changed after signing, or another issuer has the same name"},
    {X509_V_ERR_INVALID_PURPOSE, "its extended key usage lacks serverAuth or clientAuth"},
    {X509_V_ERR_INVALID_CA, "an issuer in the chain is no CA"},
    {X509_V_ERR_PATH_LENGTH_EXCEEDED, "an issuer allows fewer authorities below itself"},
    {X509_V_ERR_CERT_REVOKED, "it is on its issuer's CRL"},
    {X509_V_ERR_UNABLE_TO_GET_CRL, "none of the CRLs is its issuer's"},
    {X509_V_ERR_CRL_HAS_EXPIRED, "the CRL's next update is past: verifiers refuse everybody"},
    {X509_V_ERR_CRL_SIGNATURE_FAILURE, "the CRL is not signed by the issuer that it names"},
    {X509_V_ERR_HOSTNAME_MISMATCH, "the host has to be among the names (SAN) of the leaf"},
    {X509_V_ERR_IP_ADDRESS_MISMATCH,
     "the address has to be among the names (SAN) of the leaf, as IP and not as DNS name"},
}};

std::string advice_for(int code) {
  for (const auto& [known, text] : advices) {
    if (known == code) return std::string(text);
  }
  return {};
}

bool is_ip_literal(const std::string& host) {
  std::array<unsigned char, sizeof(in6_addr)> address{};
  return inet_pton(AF_INET, host.c_str(), address.data()) == 1 ||
         inet_pton(AF_INET6, host.c_str(), address.data()) == 1;
}

bool set_options(X509_VERIFY_PARAM* parameters, const VerifyOptions& options) {
  if (options.partial_chain) X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_PARTIAL_CHAIN);
  if (options.strict) X509_VERIFY_PARAM_set_flags(parameters, X509_V_FLAG_X509_STRICT);
  if (!options.crls.empty()) {
    X509_VERIFY_PARAM_set_flags(parameters, options.crl_for_all
                                                ? X509_V_FLAG_CRL_CHECK | X509_V_FLAG_CRL_CHECK_ALL
                                                : X509_V_FLAG_CRL_CHECK);
  }
  if (options.at) {
    X509_VERIFY_PARAM_set_time(parameters, std::chrono::system_clock::to_time_t(*options.at));
  }
  if (options.purpose != Purpose::any) {
    const int purpose =
        options.purpose == Purpose::server ? X509_PURPOSE_SSL_SERVER : X509_PURPOSE_SSL_CLIENT;
    if (X509_VERIFY_PARAM_set_purpose(parameters, purpose) != 1) return false;
  }
  if (options.host.empty()) return true;
  // RFC 9525 section 6: the common name is no host name any more.
  X509_VERIFY_PARAM_set_hostflags(
      parameters, X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT);
  return is_ip_literal(options.host)
             ? X509_VERIFY_PARAM_set1_ip_asc(parameters, options.host.c_str()) == 1
             : X509_VERIFY_PARAM_set1_host(parameters, options.host.c_str(), 0) == 1;
}

}  // namespace

Result<Verdict> verify(const std::vector<tls::CertificatePtr>& chain,
                       const std::vector<tls::CertificatePtr>& anchors,
                       const VerifyOptions& options) {
  if (chain.empty()) return usage_problem("there is no certificate to verify");
  if (anchors.empty())
    return usage_problem("the bundle holds no certificate, so nothing can be trusted");
  const tls::StorePtr store(X509_STORE_new());
  for (const auto& anchor : anchors) X509_STORE_add_cert(store.get(), anchor.get());
  for (auto* crl : options.crls) X509_STORE_add_crl(store.get(), crl);
  const BorrowedStack untrusted(sk_X509_new_null());
  for (std::size_t i = 1; i < chain.size(); ++i) sk_X509_push(untrusted.get(), chain[i].get());

  const tls::StoreContextPtr context(X509_STORE_CTX_new());
  if (X509_STORE_CTX_init(context.get(), store.get(), chain.front().get(), untrusted.get()) != 1 ||
      !set_options(X509_STORE_CTX_get0_param(context.get()), options)) {
    return tls::openssl_problem(ProblemKind::usage, "cannot prepare the verification");
  }
  const bool accepted = X509_verify_cert(context.get()) == 1;
  tls::drain_errors();

  Verdict out;
  out.code = X509_STORE_CTX_get_error(context.get());
  // A failure without a code would otherwise read as acceptance.
  if (!accepted && out.code == X509_V_OK) out.code = X509_V_ERR_UNSPECIFIED;
  out.name = tls::verify_name(out.code);
  out.words = tls::verify_text(out.code);
  out.depth = X509_STORE_CTX_get_error_depth(context.get());
  if (const X509* culprit = X509_STORE_CTX_get_current_cert(context.get())) {
    out.subject = name_text(X509_get_subject_name(culprit));
  }
  const STACK_OF(X509)* built = X509_STORE_CTX_get0_chain(context.get());
  for (int i = 0; i < sk_X509_num(built); ++i) {
    out.chain.push_back(name_text(X509_get_subject_name(sk_X509_value(built, i))));
  }
  out.advice = advice_for(out.code);
  return out;
}

std::string verdict_text(const Verdict& verdict, const std::string& file) {
  std::string out;
  if (verdict.accepted()) {
    out = fmt::format("{}: accepted\n", file);
  } else {
    out = fmt::format("{}: refused: {} ({}, {}) at depth {}: {}\n", file, verdict.words,
                      verdict.code, verdict.name, verdict.depth, printable(verdict.subject, 4096));
    if (!verdict.advice.empty()) out += fmt::format("  advice: {}\n", verdict.advice);
  }
  for (std::size_t depth = 0; depth < verdict.chain.size(); ++depth) {
    out += fmt::format("  {}: {}\n", depth, printable(verdict.chain[depth], 4096));
  }
  return out;
}

}  // namespace handfast::pki
