#include "pki/audit/detail/signing.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/objects.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>

#include <algorithm>
#include <array>

#include "pki/mint/key.hpp"

namespace handfast::pki::detail {

namespace {

using PssPtr = tls::OpensslPtr<RSA_PSS_PARAMS, RSA_PSS_PARAMS_free>;

struct Algorithm {
  int digest = NID_undef;  ///< undefined for algorithms that bring their own
  int key = NID_undef;
  bool pss = false;
  int salt = 20;
  bool parameters = false;  ///< PSS parameters are there and can be read
};

int nid_of(const der::Value& algorithm) {
  if (algorithm.children.empty()) return NID_undef;
  return OBJ_txt2nid(der::dotted(algorithm.children[0].content).c_str());
}

int digest_of(const X509_ALGOR* algorithm) {
  if (algorithm == nullptr) return NID_sha1;  // the default of RFC 4055
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  return OBJ_obj2nid(object);
}

Algorithm read_algorithm(const der::Value& value) {
  Algorithm out;
  const int nid = nid_of(value);
  if (nid != NID_rsassaPss) {
    OBJ_find_sigid_algs(nid, &out.digest, &out.key);
    return out;
  }
  out.pss = true;
  out.key = NID_rsaEncryption;
  if (value.children.size() < 2) return out;
  const auto der = der::encode(value.children[1]);
  const unsigned char* at = der.data();
  const PssPtr parameters(d2i_RSA_PSS_PARAMS(nullptr, &at, static_cast<long>(der.size())));
  if (!parameters) return out;
  out.parameters = true;
  out.digest = digest_of(parameters->hashAlgorithm);
  if (parameters->saltLength != nullptr) {
    out.salt = static_cast<int>(ASN1_INTEGER_get(parameters->saltLength));
  }
  return out;
}

bool verify(const ReadCertificate& subject, const ReadCertificate& issuer) {
  const auto algorithm = read_algorithm(subject.outer_algorithm);
  if (!issuer.key || (algorithm.pss && !algorithm.parameters)) return false;
  const EVP_MD* digest =
      algorithm.digest == NID_undef ? nullptr : EVP_get_digestbynid(algorithm.digest);
  const tls::DigestContextPtr context(EVP_MD_CTX_new());
  EVP_PKEY_CTX* parameters = nullptr;  // owned by `context`
  if (EVP_DigestVerifyInit(context.get(), &parameters, digest, nullptr, issuer.key.get()) != 1) {
    return false;
  }
  if (algorithm.pss && (EVP_PKEY_CTX_set_rsa_padding(parameters, RSA_PKCS1_PSS_PADDING) != 1 ||
                        EVP_PKEY_CTX_set_rsa_pss_saltlen(parameters, algorithm.salt) != 1)) {
    return false;
  }
  return EVP_DigestVerify(context.get(), subject.signature.data(), subject.signature.size(),
                          subject.tbs.data(), subject.tbs.size()) == 1;
}

/// P-256, P-384 and P-521 have a scheme in TLS 1.3 (RFC 8446 section 4.2.3).
bool is_tls_curve(const EVP_PKEY* key) {
  return is_of_type(key, KeyType::p256) || is_of_type(key, KeyType::p384) ||
         is_of_type(key, KeyType::p521);
}

void judge_ec(const ReadCertificate& certificate, Findings& findings) {
  if (EVP_PKEY_get_security_bits(certificate.key.get()) < 112) {
    findings.push_back(
        {DefectKind::weak_key, fmt::format("the key is {}", describe_key(certificate.key.get()))});
  }
  if (!is_tls_curve(certificate.key.get())) {
    findings.push_back({DefectKind::unsupported_curve,
                        fmt::format("the key is {}", describe_key(certificate.key.get()))});
  }
}

/// Algorithm parameters and point of an EC key, as encoded; false when the key is of no use.
bool judge_ec_encoding(const ReadCertificate& certificate, Findings& findings) {
  const auto& info = certificate.key_value.children;
  const auto& algorithm = info[0].children;
  if (algorithm.size() < 2) {
    findings.push_back({DefectKind::bad_key_parameters, "the curve is not named"});
    return true;
  }
  if (algorithm[1].tag != der::tag::object) {
    findings.push_back({DefectKind::bad_key_parameters, "the curve is spelled out"});
    return true;
  }
  const auto& point = info[1].content;
  if (point.size() > 1 && (point[1] == 2 || point[1] == 3)) {
    findings.push_back({DefectKind::compressed_point, "the public point is compressed"});
  }
  if (certificate.key) return true;
  findings.push_back({DefectKind::bad_point, "the public point is not on its curve"});
  return false;
}

void judge_decoded(const ReadCertificate& certificate, Findings& findings) {
  const EVP_PKEY* key = certificate.key.get();
  if (EVP_PKEY_is_a(key, "EC") == 1) return judge_ec(certificate, findings);
  const bool rsa = EVP_PKEY_is_a(key, "RSA") == 1 || EVP_PKEY_is_a(key, "RSA-PSS") == 1;
  if (rsa && EVP_PKEY_get_bits(key) < 2048) {
    findings.push_back({DefectKind::weak_key, fmt::format("the key is {}", describe_key(key))});
  }
  if (!rsa && EVP_PKEY_is_a(key, "ED25519") != 1 && EVP_PKEY_is_a(key, "ED448") != 1) {
    findings.push_back(
        {DefectKind::unsupported_key, fmt::format("the key is {}", describe_key(key))});
  }
}

}  // namespace

bool is_signed_by(const ReadCertificate& subject, const ReadCertificate& issuer) {
  const bool out = verify(subject, issuer);
  ERR_clear_error();
  return out;
}

void judge_signature_algorithm(const ReadCertificate& certificate, Findings& findings) {
  const auto algorithm = read_algorithm(certificate.outer_algorithm);
  ERR_clear_error();
  if (algorithm.pss && !algorithm.parameters) {
    findings.push_back({DefectKind::bad_pss_parameters, "the RSASSA-PSS parameters are absent"});
    return;
  }
  if (algorithm.digest == NID_md5 || algorithm.digest == NID_sha1) {
    findings.push_back(
        {DefectKind::weak_hash, fmt::format("signed with {}", OBJ_nid2sn(algorithm.digest))});
  }
  const EVP_MD* digest = EVP_get_digestbynid(algorithm.digest);
  if (algorithm.pss && digest != nullptr && algorithm.salt != EVP_MD_get_size(digest)) {
    findings.push_back(
        {DefectKind::bad_pss_parameters,
         fmt::format("a salt of {} octets with {}", algorithm.salt, OBJ_nid2sn(algorithm.digest))});
  }
}

void judge_key(const ReadCertificate& certificate, Findings& findings) {
  const auto& info = certificate.key_value.children;
  if (info.size() != 2 || info[0].children.empty()) {
    findings.push_back({DefectKind::malformed, "the public key is none"});
    return;
  }
  const auto id = der::dotted(info[0].children[0].content);
  if (id == "1.2.840.10045.2.1") {
    if (!judge_ec_encoding(certificate, findings)) return;
  } else if (id == "1.2.840.113549.1.1.1" && info[0].children.size() < 2) {
    findings.push_back(
        {DefectKind::bad_key_parameters, "the NULL of the RSA parameters is absent"});
  }
  if (certificate.key) {
    judge_decoded(certificate, findings);
  } else {
    findings.push_back({DefectKind::unsupported_key, "the public key cannot be decoded"});
  }
}

bool possesses(const ReadCertificate& certificate, EVP_PKEY* key) {
  static constexpr std::array<unsigned char, 32> challenge{'h', 'a', 'n', 'd', 'f', 'a', 's', 't'};
  const auto own_digest = [](const EVP_PKEY* which) {
    return EVP_PKEY_is_a(which, "ED25519") == 1 || EVP_PKEY_is_a(which, "ED448") == 1;
  };
  if (!certificate.key || EVP_PKEY_get_id(certificate.key.get()) != EVP_PKEY_get_id(key)) {
    return false;
  }
  const EVP_MD* digest = own_digest(key) ? nullptr : EVP_sha256();
  const tls::DigestContextPtr signing(EVP_MD_CTX_new());
  const tls::DigestContextPtr checking(EVP_MD_CTX_new());
  Bytes bits(static_cast<std::size_t>(std::max(EVP_PKEY_get_size(key), 1)));
  std::size_t size = bits.size();
  const bool out =
      EVP_DigestSignInit(signing.get(), nullptr, digest, nullptr, key) == 1 &&
      EVP_DigestSign(signing.get(), bits.data(), &size, challenge.data(), challenge.size()) == 1 &&
      EVP_DigestVerifyInit(checking.get(), nullptr, digest, nullptr, certificate.key.get()) == 1 &&
      EVP_DigestVerify(checking.get(), bits.data(), size, challenge.data(), challenge.size()) == 1;
  ERR_clear_error();
  return out;
}

}  // namespace handfast::pki::detail
