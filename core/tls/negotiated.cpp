#include "core/tls/negotiated.hpp"

#include <fmt/format.h>

#include <array>
#include <mutex>
#include <set>

namespace handfast::tls {

namespace {

struct Named {
  int number;
  std::string_view name;
};

constexpr std::array groups{
    Named{NID_X9_62_prime256v1, "secp256r1"},
    Named{NID_secp384r1, "secp384r1"},
    Named{NID_secp521r1, "secp521r1"},
    Named{NID_X25519, "x25519"},
    Named{NID_X448, "x448"},
};

/// By code point: hybrid groups that some releases of OpenSSL have no object for (IANA, TLS
/// Supported Groups).
constexpr std::array hybrid_groups{
    Named{0x11eb, "SecP256r1MLKEM768"},
    Named{0x11ec, "X25519MLKEM768"},
    Named{0x11ed, "SecP384r1MLKEM1024"},
};

/// A name that no table has, made once and kept.
std::string_view keep(std::string name) {
  static std::mutex mutex;
  static std::set<std::string> names;
  const std::lock_guard lock(mutex);
  return *names.insert(std::move(name)).first;
}

std::string_view object_name(int nid) {
  const char* name = nid == NID_undef ? nullptr : OBJ_nid2sn(nid);
  return name != nullptr ? name : "";
}

std::string_view name_of_group(int nid) {
  for (const auto& [number, name] : groups) {
    if (number == nid) return name;
  }
  return object_name(nid);
}

struct Scheme {
  int type;
  int digest;
  std::string_view name;
};

/// What a TLS 1.3 CertificateVerify can carry beyond the EdDSA schemes, which have no digest.
constexpr std::array schemes13{
    Scheme{EVP_PKEY_EC, NID_sha256, "ecdsa_secp256r1_sha256"},
    Scheme{EVP_PKEY_EC, NID_sha384, "ecdsa_secp384r1_sha384"},
    Scheme{EVP_PKEY_EC, NID_sha512, "ecdsa_secp521r1_sha512"},
};
/// TLS 1.2 says digest and algorithm; the curve is not part of it (RFC 5246 section 7.4.1.4.1).
constexpr std::array schemes12{
    Scheme{EVP_PKEY_EC, NID_sha256, "ecdsa_sha256"},
    Scheme{EVP_PKEY_EC, NID_sha384, "ecdsa_sha384"},
    Scheme{EVP_PKEY_EC, NID_sha512, "ecdsa_sha512"},
    Scheme{EVP_PKEY_EC, NID_sha1, "ecdsa_sha1"},
    Scheme{EVP_PKEY_RSA, NID_sha256, "rsa_pkcs1_sha256"},
    Scheme{EVP_PKEY_RSA, NID_sha384, "rsa_pkcs1_sha384"},
    Scheme{EVP_PKEY_RSA, NID_sha512, "rsa_pkcs1_sha512"},
    Scheme{EVP_PKEY_RSA, NID_sha1, "rsa_pkcs1_sha1"},
};
constexpr std::array schemes_pss_rsae{
    Scheme{EVP_PKEY_RSA_PSS, NID_sha256, "rsa_pss_rsae_sha256"},
    Scheme{EVP_PKEY_RSA_PSS, NID_sha384, "rsa_pss_rsae_sha384"},
    Scheme{EVP_PKEY_RSA_PSS, NID_sha512, "rsa_pss_rsae_sha512"},
};
constexpr std::array schemes_pss_pss{
    Scheme{EVP_PKEY_RSA_PSS, NID_sha256, "rsa_pss_pss_sha256"},
    Scheme{EVP_PKEY_RSA_PSS, NID_sha384, "rsa_pss_pss_sha384"},
    Scheme{EVP_PKEY_RSA_PSS, NID_sha512, "rsa_pss_pss_sha512"},
};

template <class Table>
std::string_view find_scheme(const Table& table, int type, int digest) {
  for (const auto& scheme : table) {
    if (scheme.type == type && scheme.digest == digest) return scheme.name;
  }
  return object_name(type);
}

std::string_view tls12_group(SSL* ssl) {
  EVP_PKEY* peer = nullptr;
  if (SSL_get_peer_tmp_key(ssl, &peer) != 1) return {};
  const PkeyPtr owned(peer);
  const int type = EVP_PKEY_get_base_id(peer);
  if (type != EVP_PKEY_EC) return name_of_group(type);
  std::array<char, 80> name{};
  std::size_t length = 0;
  if (EVP_PKEY_get_group_name(peer, name.data(), name.size(), &length) != 1) return {};
  return name_of_group(OBJ_txt2nid(name.data()));
}

}  // namespace

std::string_view group_name(SSL* ssl) {
  if (SSL_version(ssl) != TLS1_3_VERSION) return tls12_group(ssl);
  // OpenSSL answers TLSEXT_nid_unknown | id for groups without an object, such as the hybrid ones.
  const int nid = static_cast<int>(SSL_get_negotiated_group(ssl));
  if ((nid & TLSEXT_nid_unknown) == 0) return name_of_group(nid);
  const int code_point = nid & 0xffff;
  for (const auto& [number, name] : hybrid_groups) {
    if (number == code_point) return name;
  }
  return keep(fmt::format("group_0x{:04x}", code_point));
}

std::string_view signature_name(SSL* ssl) {
  int type = NID_undef;
  int digest = NID_undef;
  if (SSL_get_peer_signature_type_nid(ssl, &type) != 1) return {};
  SSL_get_peer_signature_nid(ssl, &digest);
  switch (type) {
    case EVP_PKEY_ED25519:
      return "ed25519";
    case EVP_PKEY_ED448:
      return "ed448";
#ifdef NID_ML_DSA_65  // OpenSSL 3.5
    case NID_ML_DSA_44:
      return "mldsa44";
    case NID_ML_DSA_65:
      return "mldsa65";
    case NID_ML_DSA_87:
      return "mldsa87";
#endif
    case EVP_PKEY_RSA_PSS: {
      const auto* key = X509_get0_pubkey(SSL_get0_peer_certificate(ssl));
      return key != nullptr && EVP_PKEY_is_a(key, "RSA-PSS") == 1
                 ? find_scheme(schemes_pss_pss, type, digest)
                 : find_scheme(schemes_pss_rsae, type, digest);
    }
    case EVP_PKEY_EC:
      if (SSL_version(ssl) == TLS1_3_VERSION) return find_scheme(schemes13, type, digest);
      [[fallthrough]];
    default:
      return find_scheme(schemes12, type, digest);
  }
}

}  // namespace handfast::tls
