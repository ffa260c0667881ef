#include "tests/support/faulty_broker/tls_context.hpp"

#include <openssl/err.h>
#include <openssl/rand.h>

#include <algorithm>

#include "core/base/file.hpp"
#include "core/tls/identity.hpp"
#include "pki/faults/keys.hpp"
#include "tests/support/faulty_broker/hello.hpp"
#include "tests/support/faulty_broker/verification.hpp"
#include "tests/support/mint.hpp"

namespace handfast::test::faulty {

namespace {

using tls::CertificatePtr;

int notes_index() {
  static const int index = SSL_get_ex_new_index(0, nullptr, nullptr, nullptr, nullptr);
  return index;
}

CertificatePtr parse_der(const Bytes& der) {
  const auto* at = der.data();
  return CertificatePtr(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

void free_stack(STACK_OF(X509) * stack) { sk_X509_pop_free(stack, X509_free); }

Result<std::vector<Bytes>> read_certificates(const std::filesystem::path& path) {
  auto pem = read_file(path);
  if (!pem) return pem.error();
  auto parsed = tls::parse_certificates(*pem, path.string());
  if (!parsed) return parsed.error();
  std::vector<Bytes> out;
  for (const auto& certificate : *parsed) out.push_back(tls::to_der(certificate.get()));
  return out;
}

Result<std::vector<Bytes>> read_revocations(const std::filesystem::path& path) {
  auto pem = read_file(path);
  if (!pem) return pem.error();
  const tls::BioPtr bio(BIO_new_mem_buf(pem->data(), static_cast<int>(pem->size())));
  std::vector<Bytes> out;
  while (X509_CRL* crl = PEM_read_bio_X509_CRL(bio.get(), nullptr, nullptr, nullptr)) {
    const int size = i2d_X509_CRL(crl, nullptr);
    Bytes der(static_cast<std::size_t>(std::max(size, 0)));
    auto* at = der.data();
    i2d_X509_CRL(crl, &at);
    X509_CRL_free(crl);
    out.push_back(std::move(der));
  }
  ERR_clear_error();  // the end of the file is one
  if (out.empty()) {
    return environment_problem("holds no revocation list", path.string());
  }
  return out;
}

Result<void> read_own_chain(TlsContext& context, const broker::ListenerSettings& settings) {
  if (context.defects.sends_self_signed || !settings.psk.empty()) {
    auto minted = mint({.name = "self-signed", .san = {}, .extended_usage = "serverAuth"});
    context.chain = {tls::to_der(minted.certificate.get())};
    context.key = std::move(minted.key);
    return {};
  }
  auto chain = read_certificates(settings.certificate);
  if (!chain) return chain.error();
  auto pem = read_file(settings.key);
  if (!pem) return pem.error();
  auto key = tls::parse_private_key(*pem, settings.key.string());
  if (!key) return key.error();
  context.chain = std::move(*chain);
  context.key = std::move(*key);
  if (settings.other_certificate.empty()) return {};
  auto other_chain = read_certificates(settings.other_certificate);
  if (!other_chain) return other_chain.error();
  auto other_pem = read_file(settings.other_key);
  if (!other_pem) return other_pem.error();
  auto other_key = tls::parse_private_key(*other_pem, settings.other_key.string());
  if (!other_key) return other_key.error();
  context.other_chain = std::move(*other_chain);
  context.other_key = std::move(*other_key);
  return {};
}

/// What is sent of the chain in the file.
std::vector<Bytes> sent_chain(std::vector<Bytes> chain, const Defects& d, bool over_websocket) {
  if (d.sends_leaf_only || (d.wss_sends_leaf_only && over_websocket)) chain.resize(1);
  if (d.sends_first_intermediate_only && chain.size() > 2) chain.resize(2);
  if (d.sends_chain_reversed) std::reverse(chain.begin() + 1, chain.end());
  if (d.sends_leaf_twice) chain.push_back(chain.front());
  return chain;
}

using CertificateStack = tls::OpensslPtr<STACK_OF(X509), free_stack>;

std::pair<CertificatePtr, CertificateStack> parsed_chain(const std::vector<Bytes>& chain) {
  CertificateStack rest(sk_X509_new_null());
  for (std::size_t i = 1; i < chain.size(); ++i) {
    sk_X509_push(rest.get(), parse_der(chain[i]).release());
  }
  return {parse_der(chain.front()), std::move(rest)};
}

/// The second certificate when the server name is one of its names.
int on_certificate_choice(SSL* ssl, void* argument) {
  const auto& context = *static_cast<const TlsContext*>(argument);
  const char* name = SSL_get_servername(ssl, TLSEXT_NAMETYPE_host_name);
  if (name == nullptr) return 1;
  const auto [leaf, rest] = parsed_chain(context.other_chain);
  if (X509_check_host(leaf.get(), name, 0, 0, nullptr) != 1) return 1;
  return SSL_use_cert_and_key(ssl, leaf.get(), context.other_key.get(), rest.get(), 1);
}

/// Adds what the trust file holds of the chain, the root included.
void complete_chain(const TlsContext& context) {
  const tls::StorePtr store(X509_STORE_new());
  for (const auto& der : context.anchors) X509_STORE_add_cert(store.get(), parse_der(der).get());
  SSL_CTX_set1_chain_cert_store(context.ssl.get(), store.get());
  SSL_CTX_build_cert_chain(context.ssl.get(), SSL_BUILD_CHAIN_FLAG_UNTRUSTED |
                                                  SSL_BUILD_CHAIN_FLAG_IGNORE_ERROR |
                                                  SSL_BUILD_CHAIN_FLAG_CLEAR_ERROR);
}

Result<void> use_own_chain(const TlsContext& context) {
  auto* ssl = context.ssl.get();
  auto key = tls::up_ref(context.key.get());
  if (context.defects.signs_with_wrong_key) {
    auto bent = pki::impostor_key(context.key.get());
    if (!bent) return bent.error();
    key = std::move(*bent);
  }
  const auto leaf = parse_der(context.chain.front());
  if (context.defects.refuses_expired_own_certificate &&
      X509_cmp_current_time(X509_get0_notAfter(leaf.get())) < 0) {
    return environment_problem("the server's certificate has expired");
  }
  if (SSL_CTX_use_certificate(ssl, leaf.get()) != 1 ||
      SSL_CTX_use_PrivateKey(ssl, key.get()) != 1) {
    if (context.defects.starts_with_wrong_key) return {};
    return tls::openssl_problem(ProblemKind::environment,
                                "the server's certificate and key cannot be used");
  }
  for (std::size_t i = 1; i < context.chain.size(); ++i) {
    SSL_CTX_add1_chain_cert(ssl, parse_der(context.chain[i]).get());
  }
  SSL_CTX_set_mode(ssl, SSL_MODE_NO_AUTO_CHAIN);
  if (context.defects.completes_own_chain) complete_chain(context);
  return {};
}

/// The second chain: beside the first when its key is of another kind, which libssl then chooses by
/// the client's schemes; by its names in on_certificate_choice() else.
Result<void> use_other_chain(const TlsContext& context) {
  if (context.other_chain.empty() || context.defects.first_certificate_only) return {};
  if (EVP_PKEY_get_base_id(context.key.get()) == EVP_PKEY_get_base_id(context.other_key.get())) {
    SSL_CTX_set_cert_cb(context.ssl.get(), on_certificate_choice,
                        const_cast<TlsContext*>(&context));
    return {};
  }
  const auto [leaf, rest] = parsed_chain(context.other_chain);
  if (SSL_CTX_use_cert_and_key(context.ssl.get(), leaf.get(), context.other_key.get(), rest.get(),
                               0) != 1) {
    return tls::openssl_problem(ProblemKind::environment,
                                "the server's second certificate and key cannot be used");
  }
  return {};
}

Result<void> set_versions_and_suites(const TlsContext& context,
                                     const broker::ListenerSettings& settings) {
  const auto& d = context.defects;
  auto* ssl = context.ssl.get();
  const auto wanted = d.ignores_version_setting ? std::string() : settings.tls_version;
  const bool only_12 = wanted == "1.2" || d.no_tls13 || (d.psk_tls12_only && !settings.psk.empty());
  const bool only_13 = wanted == "1.3" || d.no_tls12;
  int oldest = TLS1_2_VERSION;
  if (only_13) oldest = TLS1_3_VERSION;
  if (d.accepts_tls11) oldest = TLS1_VERSION;
  SSL_CTX_set_min_proto_version(ssl, oldest);
  SSL_CTX_set_max_proto_version(ssl, only_12 ? TLS1_2_VERSION : TLS1_3_VERSION);

  std::string ciphers = settings.ciphers.empty() ? "ECDHE+AESGCM:ECDHE+CHACHA20" : settings.ciphers;
  if (d.no_aes128_gcm) ciphers = "ECDHE+AES256";
  if (d.accepts_null_and_anonymous) ciphers = "aNULL:eNULL:" + ciphers;
  if (d.accepts_static_rsa) ciphers = "AES128-GCM-SHA256:AES256-GCM-SHA384:AES128-SHA:" + ciphers;
  if (d.client_chooses_suite) ciphers += ":ECDHE+AES:AES128-SHA";
  if (d.accepts_tls11) ciphers += ":ECDHE+AES:AES128-SHA";
  const bool weak = d.accepts_weak_algorithms || d.accepts_tls11 || d.accepts_null_and_anonymous ||
                    d.offers_sha1_schemes;
  if (weak) {
    ciphers += ":@SECLEVEL=0";
    SSL_CTX_set_security_level(ssl, 0);
  }
  if (SSL_CTX_set_cipher_list(ssl, ciphers.c_str()) != 1) {
    return tls::openssl_problem(ProblemKind::usage, "no usable cipher in " + ciphers);
  }
  if (d.no_aes128_gcm) SSL_CTX_set_ciphersuites(ssl, "TLS_AES_256_GCM_SHA384");
  SSL_CTX_set1_groups_list(ssl, d.no_x25519 ? "P-256" : "X25519:P-256:P-384");

  std::uint64_t options = SSL_OP_NO_COMPRESSION;
  if (!d.client_chooses_suite) options |= SSL_OP_CIPHER_SERVER_PREFERENCE;
  if (d.serves_renegotiation) options |= SSL_OP_ALLOW_CLIENT_RENEGOTIATION;
  if (d.serves_legacy_renegotiation) {
    options |= SSL_OP_ALLOW_CLIENT_RENEGOTIATION | SSL_OP_ALLOW_UNSAFE_LEGACY_RENEGOTIATION;
  }
  if (d.no_extended_master_secret) options |= SSL_OP_NO_EXTENDED_MASTER_SECRET;
  if (d.accepts_early_data || d.acts_on_early_data_at_once) options |= SSL_OP_NO_ANTI_REPLAY;
  if (d.resumes_without_key_exchange) options |= SSL_OP_ALLOW_NO_DHE_KEX;
  SSL_CTX_set_options(ssl, options);
  return {};
}

/// Asked by TLS 1.2 and 1.3 alike. An identity that nobody has gets a key that nobody has, so that
/// it fails as a wrong key does (RFC 4279 section 2).
unsigned find_key(SSL* ssl, const char* identity, unsigned char* out, unsigned most) {
  const auto* context = static_cast<const TlsContext*>(SSL_CTX_get_app_data(SSL_get_SSL_CTX(ssl)));
  const auto& d = context->defects;
  auto* notes = notes_of(ssl);
  notes->psk_identity = identity;
  const auto known = std::ranges::find(context->psk, identity, &broker::PreSharedKey::identity);
  Bytes key(32);
  if (known != context->psk.end()) {
    key = known->key;
  } else if (d.psk_accepts_unknown_identity) {
    key = context->psk.front().key;
  } else if (d.psk_tells_identities) {
    return 0;
  } else {
    RAND_bytes(key.data(), static_cast<int>(key.size()));
  }
  if (key.size() > most) return 0;
  std::ranges::copy(key, out);
  return static_cast<unsigned>(key.size());
}

/// Keys in place of a certificate.
Result<void> use_keys(TlsContext& context, const broker::ListenerSettings& settings) {
  auto* ssl = context.ssl.get();
  context.psk = settings.psk;
  SSL_CTX_set_psk_server_callback(ssl, find_key);
  const std::string more = context.defects.psk_accepts_certificates ? ":ECDHE+AESGCM" : "";
  if (SSL_CTX_set_cipher_list(ssl, ("kECDHEPSK+AESGCM:kECDHEPSK:kPSK" + more).c_str()) == 1) {
    return {};
  }
  return tls::openssl_problem(ProblemKind::usage, "no usable cipher with pre-shared keys");
}

/// Tickets alone: without a cache of sessions, nothing but their keys needs to be forgotten.
void set_up_sessions(TlsContext& context, const std::string& listener, const TlsContext* before) {
  const auto& d = context.defects;
  auto* ssl = context.ssl.get();
  SSL_CTX_set_session_cache_mode(ssl, SSL_SESS_CACHE_OFF);
  if (d.gives_no_tickets) {
    SSL_CTX_set_options(ssl, SSL_OP_NO_TICKET);
    SSL_CTX_set_num_tickets(ssl, 0);
  }
  RAND_bytes(context.ticket_keys.data(), static_cast<int>(context.ticket_keys.size()));
  if (d.resumes_after_reload && before != nullptr) context.ticket_keys = before->ticket_keys;
  if (d.resumes_across_listeners) context.ticket_keys.fill(0x5a);
  SSL_CTX_set_tlsext_ticket_keys(ssl, context.ticket_keys.data(),
                                 static_cast<long>(context.ticket_keys.size()));
  const auto id = d.resumes_across_listeners ? std::string("everywhere")
                                             : listener.substr(0, SSL_MAX_SID_CTX_LENGTH);
  if (!d.no_session_context) {
    SSL_CTX_set_session_id_context(ssl, as_bytes(id).data(), static_cast<unsigned>(id.size()));
  }
  constexpr std::uint32_t early_bytes = 16384;
  if (d.accepts_early_data || d.acts_on_early_data_at_once) {
    SSL_CTX_set_max_early_data(ssl, early_bytes);
    SSL_CTX_set_recv_max_early_data(ssl, early_bytes);
  }
}

/// Anchors and revocation lists, after a reload perhaps those from before.
Result<void> read_trust(TlsContext& context, const broker::ListenerSettings& settings,
                        const TlsContext* before) {
  const auto& d = context.defects;
  if (!settings.trust.empty()) {
    auto anchors = read_certificates(settings.trust);
    if (!anchors) return anchors.error();
    context.anchors = std::move(*anchors);
  }
  if (before != nullptr && d.reload_keeps_trust) context.anchors = before->anchors;
  if (before != nullptr && d.reload_adds_trust) {
    std::ranges::copy(before->anchors, std::back_inserter(context.anchors));
  }
  if (!settings.revoked.empty()) {
    auto lists = read_revocations(settings.revoked);
    if (!lists && !d.ignores_unreadable_crl) return lists.error();
    if (lists) context.revocations = std::move(*lists);
  }
  if (before != nullptr && d.reload_keeps_crl) context.revocations = before->revocations;
  return {};
}

}  // namespace

PeerNotes* notes_of(const SSL* ssl) {
  return static_cast<PeerNotes*>(SSL_get_ex_data(ssl, notes_index()));
}
void set_notes(SSL* ssl, PeerNotes* notes) { SSL_set_ex_data(ssl, notes_index(), notes); }

Result<std::shared_ptr<const TlsContext>> make_tls_context(const broker::ListenerSettings& settings,
                                                           const Defects& defects,
                                                           const TlsContext* before) {
  const bool over_websocket = uses_websocket(settings.kind.transport);
  auto context = std::make_shared<TlsContext>();
  context->defects = defects;
  context->asks = settings.kind.two_way;
  context->demands = settings.kind.two_way && !settings.certificate_optional;
  context->names_count = settings.user_from != broker::UserFrom::nothing;
  context->fetches_crls = settings.fetches_crls;
  context->asks_ocsp = settings.asks_ocsp;
  context->ssl.reset(SSL_CTX_new(TLS_server_method()));
  SSL_CTX_set_app_data(context->ssl.get(), context.get());
  if (auto read = read_trust(*context, settings, before); !read) return read.error();
  if (auto set = set_versions_and_suites(*context, settings); !set) return set.error();
  const bool keys = !settings.psk.empty();
  if (keys) {
    if (auto used = use_keys(*context, settings); !used) return used.error();
  }
  if (keys && !defects.psk_accepts_certificates) {
    // nothing to show
  } else if (before != nullptr && defects.reload_keeps_certificate) {
    context->chain = before->chain;
    context->key = tls::up_ref(before->key.get());
  } else {
    if (auto read = read_own_chain(*context, settings); !read) return read.error();
    context->chain = sent_chain(std::move(context->chain), defects, over_websocket);
  }
  if (!context->chain.empty() && (before == nullptr || !defects.reload_breaks_listener)) {
    if (auto used = use_own_chain(*context); !used) return used.error();
    if (auto used = use_other_chain(*context); !used) return used.error();
  }
  set_up_sessions(*context, settings.name, before);
  set_up_hello(*context, over_websocket);
  if (settings.staples) set_up_staple(*context);
  if (context->asks) {
    if (auto set = set_up_verification(*context, over_websocket); !set) return set.error();
  } else if (defects.requests_certificate_always) {
    SSL_CTX_set_verify(context->ssl.get(), SSL_VERIFY_PEER, [](int, X509_STORE_CTX*) { return 1; });
  }
  return std::shared_ptr<const TlsContext>(std::move(context));
}

}  // namespace handfast::test::faulty
