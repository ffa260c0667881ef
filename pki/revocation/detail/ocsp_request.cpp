#include "pki/revocation/detail/ocsp_request.hpp"

#include <openssl/err.h>
#include <openssl/ocsp.h>

#include <array>

#include "pki/revocation/detail/der.hpp"
#include "pki/revocation/serial.hpp"

namespace handfast::pki::detail {

namespace {

using RequestPtr = tls::OpensslPtr<OCSP_REQUEST, OCSP_REQUEST_free>;

Bytes octets(const ASN1_STRING* text) {
  const auto* data = ASN1_STRING_get0_data(text);
  return {data, data + ASN1_STRING_length(text)};
}

Bytes hash(ByteView bytes, int digest) {
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> out{};
  unsigned size = 0;
  const auto* method = EVP_get_digestbynid(digest);
  if (method == nullptr ||
      EVP_Digest(bytes.data(), bytes.size(), out.data(), &size, method, nullptr) != 1) {
    return {};
  }
  return {out.data(), out.data() + size};
}

CertId take(OCSP_CERTID* id) {
  ASN1_OCTET_STRING* name_hash = nullptr;
  ASN1_OBJECT* digest = nullptr;
  ASN1_OCTET_STRING* key_hash = nullptr;
  ASN1_INTEGER* serial = nullptr;
  OCSP_id_get0_info(&name_hash, &digest, &key_hash, &serial, id);
  CertId out{.digest = OBJ_obj2nid(digest),
             .name_hash = octets(name_hash),
             .key_hash = octets(key_hash),
             .serial = serial_of(serial)};
  const int size = i2d_OCSP_CERTID(id, nullptr);
  out.der.resize(static_cast<std::size_t>(size > 0 ? size : 0));
  auto* at = out.der.data();
  if (size > 0) i2d_OCSP_CERTID(id, &at);
  return out;
}

/// Takes the nonce; false for an extension that forbids an answer.
bool take_extensions(OCSP_REQUEST* request, OcspRequest& out) {
  constexpr std::size_t longest_nonce = 128;  // RFC 9654 section 2.1
  constexpr std::size_t longest_header = 3;
  for (int i = 0; i < OCSP_REQUEST_get_ext_count(request); ++i) {
    auto* extension = OCSP_REQUEST_get_ext(request, i);
    const int nid = OBJ_obj2nid(X509_EXTENSION_get_object(extension));
    if (nid == NID_id_pkix_OCSP_Nonce) {
      auto value = octets(X509_EXTENSION_get_data(extension));
      // Two octets are the header of an empty OCTET STRING.
      if (value.size() <= 2 || value.size() > longest_nonce + longest_header) return false;
      out.nonce = std::move(value);
    } else if (X509_EXTENSION_get_critical(extension) != 0) {
      return false;
    }
  }
  return true;
}

}  // namespace

std::optional<OcspRequest> parse_ocsp_request(ByteView der) {
  const auto* at = der.data();
  RequestPtr request(d2i_OCSP_REQUEST(nullptr, &at, static_cast<long>(der.size())));
  if (!request || at != der.data() + der.size()) {
    ERR_clear_error();
    return std::nullopt;
  }
  OcspRequest out;
  const int count = OCSP_request_onereq_count(request.get());
  for (int i = 0; i < count; ++i) {
    out.wanted.push_back(take(OCSP_onereq_get0_id(OCSP_request_onereq_get0(request.get(), i))));
  }
  if (out.wanted.empty() || !take_extensions(request.get(), out)) return std::nullopt;
  return out;
}

IssuerHashes issuer_hashes(const X509* issuer, int digest) {
  const auto* bits = X509_get0_pubkey_bitstr(issuer);
  return {digest, hash(name_der(X509_get_subject_name(issuer)), digest),
          hash({bits->data, static_cast<std::size_t>(bits->length)}, digest)};
}

CertId cert_id_of(const X509* issuer, Bytes serial, int digest) {
  auto hashes = issuer_hashes(issuer, digest);
  CertId out{.digest = digest,
             .name_hash = std::move(hashes.name),
             .key_hash = std::move(hashes.key),
             .serial = std::move(serial)};
  out.der = cert_id_der(out);
  return out;
}

Bytes cert_id_der(const CertId& id) {
  return sequence(sequence(object_id(id.digest), Bytes{der_null, 0}),
                  element(der_octet_string, id.name_hash), element(der_octet_string, id.key_hash),
                  element(der_integer, id.serial));
}

}  // namespace handfast::pki::detail
