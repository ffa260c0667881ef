#include "tests/support/faulty_broker/verification.hpp"

#include <algorithm>

namespace handfast::test::faulty {

namespace {

const SSL* ssl_of(X509_STORE_CTX* store) {
  return static_cast<const SSL*>(
      X509_STORE_CTX_get_ex_data(store, SSL_get_ex_data_X509_STORE_CTX_idx()));
}

const TlsContext& context_of(X509_STORE_CTX* store) {
  return *static_cast<const TlsContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl_of(store))));
}

bool is_self_signed(const X509* certificate) {
  return X509_NAME_cmp(X509_get_subject_name(certificate), X509_get_issuer_name(certificate)) == 0;
}

bool names_an_anchor(const TlsContext& context, const X509* certificate) {
  return std::ranges::any_of(context.anchors, [&](const Bytes& der) {
    const auto* at = der.data();
    const tls::CertificatePtr anchor(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    return X509_NAME_cmp(X509_get_subject_name(anchor.get()), X509_get_issuer_name(certificate)) ==
           0;
  });
}

bool issued_an_anchor(const TlsContext& context, X509* certificate) {
  return std::ranges::any_of(context.anchors, [&](const Bytes& der) {
    const auto* at = der.data();
    const tls::CertificatePtr anchor(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    return !is_self_signed(anchor.get()) &&
           X509_check_issued(certificate, anchor.get()) == X509_V_OK;
  });
}

/// Whether a defect lets this certificate be an issuer.
bool may_issue(const Defects& d, X509* certificate) {
  if (d.any_certificate_issues) return true;
  const auto flags = X509_get_extension_flags(certificate);
  if ((flags & EXFLAG_BCONS) == 0) return d.accepts_missing_basic_constraints;
  return (flags & EXFLAG_CA) == 0 ? d.ignores_ca_false : d.ignores_key_cert_sign;
}

/// Which defect forgives this error of libcrypto's verifier.
bool forgiven(const TlsContext& context, int error, int depth, X509* certificate,
              X509_STORE_CTX* store) {
  const auto& d = context.defects;
  const bool alone = sk_X509_num(X509_STORE_CTX_get0_untrusted(store)) <= 1;
  switch (error) {
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT:
    case X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY:
    case X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE:
      return d.accepts_unknown_issuer || d.trusts_foreign_roots ||
             (d.accepts_leaf_without_issuer && alone) ||
             (d.believes_untrusted_name && context.names_count);
    case X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN:
      return d.trusts_foreign_roots || (d.believes_untrusted_name && context.names_count) ||
             (d.partial_trusts_whole_root && issued_an_anchor(context, certificate));
    case X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT:
      return d.accepts_self_signed || (d.believes_untrusted_name && context.names_count);
    case X509_V_ERR_CERT_SIGNATURE_FAILURE:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CERT_SIGNATURE:
      return d.accepts_any_signature || (d.trusts_by_name && names_an_anchor(context, certificate));
    case X509_V_ERR_CERT_HAS_EXPIRED:
      return depth == 0 ? d.accepts_expired : d.accepts_expired_intermediate;
    case X509_V_ERR_CERT_NOT_YET_VALID:
      return depth == 0 && d.accepts_not_yet_valid;
    case X509_V_ERR_INVALID_PURPOSE:  // an issuer's is to be a CA
      return depth == 0 ? d.ignores_purpose : may_issue(d, certificate);
    case X509_V_ERR_INVALID_CA:
      return may_issue(d, certificate);
    case X509_V_ERR_KEYUSAGE_NO_CERTSIGN:
      return d.ignores_key_cert_sign || d.any_certificate_issues;
    case X509_V_ERR_PATH_LENGTH_EXCEEDED:
      return d.ignores_path_length;
    case X509_V_ERR_PERMITTED_VIOLATION:
    case X509_V_ERR_EXCLUDED_VIOLATION:
      return d.ignores_name_constraints;
    case X509_V_ERR_UNHANDLED_CRITICAL_EXTENSION:
      return d.ignores_critical_extensions;
    case X509_V_ERR_UNABLE_TO_GET_CRL:
      return d.accepts_missing_crl || d.first_crl_only;
    case X509_V_ERR_CRL_HAS_EXPIRED:
    case X509_V_ERR_CRL_NOT_YET_VALID:
      return d.accepts_expired_crl;
    case X509_V_ERR_CRL_SIGNATURE_FAILURE:
    case X509_V_ERR_UNABLE_TO_DECRYPT_CRL_SIGNATURE:
      return d.accepts_forged_crl;
    default:
      return false;
  }
}

bool judges_after_connect(const Defects& d) {
  return d.rejected_leaves_session || d.rejected_takes_over || d.rejected_publishes_will;
}

int on_verdict(int good, X509_STORE_CTX* store) {
  if (good == 1) return 1;
  const auto& context = context_of(store);
  const int error = X509_STORE_CTX_get_error(store);
  if (forgiven(context, error, X509_STORE_CTX_get_error_depth(store),
               X509_STORE_CTX_get_current_cert(store), store)) {
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
  }
  if (!judges_after_connect(context.defects)) return 0;
  if (auto* notes = notes_of(ssl_of(store))) notes->overlooked = error;
  return 1;
}

Bytes der_of(X509* certificate) {
  Bytes der(static_cast<std::size_t>(i2d_X509(certificate, nullptr)));
  auto* at = der.data();
  i2d_X509(certificate, &at);
  return der;
}

/// The X509_V code with which a defect refuses a list that libcrypto would have accepted.
int refusal(const TlsContext& context, X509* leaf, const STACK_OF(X509) * list) {
  const auto& d = context.defects;
  const int count = sk_X509_num(list);
  const auto usage = X509_get_extended_key_usage(leaf);
  if (d.crl_rejects_everybody && !context.revocations.empty()) return X509_V_ERR_CERT_REVOKED;
  if (d.knows_first_client_only && !context.first_client->is(der_of(leaf))) {
    return X509_V_ERR_CERT_REJECTED;
  }
  if (d.insists_on_named_authority) return X509_V_ERR_CERT_REJECTED;
  if (d.rejects_eku_absent && usage == UINT32_MAX) return X509_V_ERR_INVALID_PURPOSE;
  if (d.rejects_eku_both && usage != UINT32_MAX && (usage & XKU_SSL_SERVER) != 0) {
    return X509_V_ERR_INVALID_PURPOSE;
  }
  const int type = EVP_PKEY_get_base_id(X509_get0_pubkey(leaf));
  if (d.rejects_rsa && type == EVP_PKEY_RSA) return X509_V_ERR_CERT_REJECTED;
  if (d.rejects_direct_leaf && count == 1 && names_an_anchor(context, leaf)) {
    return X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY;
  }
  for (int i = 0; i < count; ++i) {
    auto* certificate = sk_X509_value(list, i);
    if (d.rejects_root_in_list && i > 0 && is_self_signed(certificate)) {
      return X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN;
    }
    if (d.rejects_mixed && EVP_PKEY_get_base_id(X509_get0_pubkey(certificate)) != type) {
      return X509_V_ERR_CERT_REJECTED;
    }
    if (d.rejects_expired_in_list && X509_cmp_current_time(X509_get0_notAfter(certificate)) < 0) {
      return X509_V_ERR_CERT_HAS_EXPIRED;
    }
    if (d.rejects_extra_certificates && i > 0 &&
        (X509_check_issued(certificate, sk_X509_value(list, i - 1)) != X509_V_OK ||
         is_self_signed(sk_X509_value(list, i - 1)))) {
      return X509_V_ERR_CERT_REJECTED;
    }
  }
  return X509_V_OK;
}

/// A signature check that says yes. libcrypto falls back on it for keys with a method of their own,
/// and libssl asks the key that stands in the leaf.
int any_ec_signature(int /*type*/, const unsigned char* /*digest*/, int /*digest_bytes*/,
                     const unsigned char* /*signature*/, int /*signature_bytes*/, EC_KEY* /*key*/) {
  return 1;
}

#pragma GCC diagnostic push
#pragma GCC diagnostic ignored "-Wdeprecated-declarations"
void believe_any_certificate_verify(X509* leaf) {
  static EC_KEY_METHOD* method = [] {
    auto* own = EC_KEY_METHOD_new(EC_KEY_OpenSSL());
    EC_KEY_METHOD_set_verify(own, any_ec_signature, nullptr);
    return own;
  }();
  const auto* known = EVP_PKEY_get0_EC_KEY(X509_get0_pubkey(leaf));
  if (known == nullptr) return;  // RSA keys keep their check
  EC_KEY* key = EC_KEY_dup(known);
  EC_KEY_set_method(key, method);
  const tls::PkeyPtr bent(EVP_PKEY_new());
  EVP_PKEY_assign_EC_KEY(bent.get(), key);
  X509_set_pubkey(leaf, bent.get());
}
#pragma GCC diagnostic pop

int on_certificates(X509_STORE_CTX* store, void* argument) {
  const auto& context = *static_cast<const TlsContext*>(argument);
  auto* leaf = X509_STORE_CTX_get0_cert(store);
  if (context.defects.verifies_nothing) {
    X509_STORE_CTX_set_error(store, X509_V_OK);
    return 1;
  }
  if (const int code = refusal(context, leaf, X509_STORE_CTX_get0_untrusted(store))) {
    X509_STORE_CTX_set_error(store, code);
    return 0;
  }
  before_verification(context, leaf);
  const int good = X509_verify_cert(store);
  if (good == 1) {
    if (const int code = status_of_chain(context, store); code != X509_V_OK) {
      X509_STORE_CTX_set_error(store, code);
      return 0;
    }
  }
  if (good == 1 && context.defects.skips_certificate_verify) believe_any_certificate_verify(leaf);
  return good;
}

/// The name alone makes an issuer, key identifiers and usages do not count.
int issued_by_name(X509_STORE_CTX* /*store*/, X509* certificate, X509* issuer) {
  return X509_NAME_cmp(X509_get_subject_name(issuer), X509_get_issuer_name(certificate)) == 0 ? 1
                                                                                              : 0;
}

Result<void> add_anchors(const TlsContext& context, X509_STORE* store) {
  std::vector<tls::CertificatePtr> added;
  for (const auto& der : context.anchors) {
    const auto* at = der.data();
    tls::CertificatePtr anchor(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    const auto& d = context.defects;
    if (d.ignores_intermediates_in_trust_file && !is_self_signed(anchor.get())) continue;
    if (d.first_anchor_only && !added.empty()) break;
    if (d.one_anchor_a_name && std::ranges::any_of(added, [&](const auto& other) {
          return X509_NAME_cmp(X509_get_subject_name(other.get()),
                               X509_get_subject_name(anchor.get())) == 0;
        })) {
      continue;
    }
    if (X509_STORE_add_cert(store, anchor.get()) != 1) {
      return tls::openssl_problem(ProblemKind::environment, "cannot add a trust anchor");
    }
    if (!d.names_other_authority && !d.insists_on_named_authority) {
      SSL_CTX_add_client_CA(context.ssl.get(), anchor.get());
    }
    added.push_back(std::move(anchor));
  }
  return {};
}

/// An authority that is none of the anchors.
void name_a_stranger(SSL_CTX* ssl) {
  using NamePtr = tls::OpensslPtr<X509_NAME, X509_NAME_free>;
  NamePtr name(X509_NAME_new());
  static constexpr unsigned char text[] = "some other authority";
  X509_NAME_add_entry_by_NID(name.get(), NID_commonName, MBSTRING_ASC, text, -1, -1, 0);
  STACK_OF(X509_NAME)* names = sk_X509_NAME_new_null();
  sk_X509_NAME_push(names, name.release());
  SSL_CTX_set_client_CA_list(ssl, names);
}

void add_revocations(const TlsContext& context, X509_STORE* store) {
  using CrlPtr = tls::OpensslPtr<X509_CRL, X509_CRL_free>;
  for (const auto& der : context.revocations) {
    const auto* at = der.data();
    const CrlPtr crl(d2i_X509_CRL(nullptr, &at, static_cast<long>(der.size())));
    X509_STORE_add_crl(store, crl.get());
    if (context.defects.first_crl_only) break;
  }
  unsigned long flags = X509_V_FLAG_CRL_CHECK;
  if (!context.defects.crl_leaf_only) flags |= X509_V_FLAG_CRL_CHECK_ALL;
  X509_STORE_set_flags(store, flags);
}

}  // namespace

Result<void> set_up_verification(TlsContext& context, bool over_websocket) {
  const auto& d = context.defects;
  auto* ssl = context.ssl.get();
  auto* store = SSL_CTX_get_cert_store(ssl);
  int mode = SSL_VERIFY_PEER;
  if ((context.demands || d.demands_optional_certificate) && !d.accepts_no_certificate &&
      !(d.wss_certificate_optional && over_websocket)) {
    mode |= SSL_VERIFY_FAIL_IF_NO_PEER_CERT;
  }
  SSL_CTX_set_verify(ssl, mode, on_verdict);
  SSL_CTX_set_cert_verify_callback(ssl, on_certificates, &context);
  SSL_CTX_set_purpose(ssl, X509_PURPOSE_SSL_CLIENT);
  constexpr int most_intermediates = 10;  // declared as mtls.depth
  if (!d.ignores_depth_limit) SSL_CTX_set_verify_depth(ssl, most_intermediates);
  if (d.rejects_two_intermediates) SSL_CTX_set_verify_depth(ssl, 1);
  if (!d.insists_on_root) X509_STORE_set_flags(store, X509_V_FLAG_PARTIAL_CHAIN);
  constexpr long small_list_bytes = 16L * 1024;
  constexpr long list_bytes = 100L * 1024;
  SSL_CTX_set_max_cert_list(ssl, d.rejects_large_list ? small_list_bytes : list_bytes);
  if (d.trusts_by_name || d.any_certificate_issues || d.ignores_key_cert_sign ||
      d.ignores_key_identifiers) {
    X509_STORE_set_check_issued(store, issued_by_name);
  }
  if (d.offers_sha1_schemes) {
    SSL_CTX_set1_client_sigalgs_list(ssl, "ECDSA+SHA256:RSA-PSS+SHA256:ECDSA+SHA1:RSA+SHA1");
  }
  if (auto added = add_anchors(context, store); !added) return added.error();
  if (d.names_other_authority || d.insists_on_named_authority) name_a_stranger(ssl);
  const bool read_lists = !d.ignores_crl && !(d.crl_not_on_wss && over_websocket);
  if (!context.revocations.empty() && read_lists) add_revocations(context, store);
  return {};
}

}  // namespace handfast::test::faulty
