#include "pki/revocation/revocation_files.hpp"

#include <fmt/format.h>

#include "core/base/file.hpp"
#include "pki/formats/credentials.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/revocation/detail/pem_blocks.hpp"
#include "pki/revocation/revocation_list.hpp"

namespace handfast::pki {

namespace {

Result<std::vector<tls::CertificatePtr>> load_certificates(const std::string& file) {
  auto credentials = load_credentials(file);
  if (!credentials) return credentials.error();
  std::vector<tls::CertificatePtr> out;
  for (auto& credential : *credentials) {
    if (credential.certificate) out.push_back(std::move(credential.certificate));
  }
  if (out.empty()) return environment_problem("the file holds no certificate", file);
  return out;
}

Result<tls::PkeyPtr> load_key(const std::string& file) {
  auto credentials = load_credentials(file);
  if (!credentials) return credentials.error();
  for (auto& credential : *credentials) {
    if (credential.kind == CredentialKind::private_key) return std::move(credential.key);
    if (credential.kind == CredentialKind::encrypted_key) {
      return environment_problem("the private key is encrypted", file,
                                 "decrypt it first, for example with openssl pkey");
    }
  }
  return environment_problem("the file holds no private key", file);
}

}  // namespace

Result<KeyedCertificate> load_keyed_certificate(const std::string& certificate_file,
                                                const std::string& key_file) {
  auto certificates = load_certificates(certificate_file);
  if (!certificates) return certificates.error();
  auto key = load_key(key_file);
  if (!key) return key.error();
  KeyedCertificate out{std::move(certificates->front()), std::move(*key), {}};
  certificates->erase(certificates->begin());
  out.chain = std::move(*certificates);
  if (belongs_to(out.certificate.get(), out.key.get())) return out;
  return usage_problem(
      fmt::format("the key does not belong to the certificate {}", certificate_file), key_file,
      "see handfast pki match");
}

Result<tls::CertificatePtr> load_certificate(const std::string& file) {
  auto certificates = load_certificates(file);
  if (!certificates) return certificates.error();
  return std::move(certificates->front());
}

Result<OcspAuthority> load_ocsp_authority(const OcspFiles& files, WallTime now) {
  if (files.signer.empty() != files.signer_key.empty()) {
    return usage_problem("an OCSP signer needs both its certificate and its key");
  }
  if (files.signer.empty() && files.key.empty()) {
    return usage_problem("nobody can sign: neither the CA's key nor a signer is given");
  }
  OcspAuthority out;
  auto issuer = load_certificate(files.ca);
  if (!issuer) return issuer.error();
  out.issuer = std::move(*issuer);
  auto signer = files.signer.empty() ? load_keyed_certificate(files.ca, files.key)
                                     : load_keyed_certificate(files.signer, files.signer_key);
  if (!signer) return signer.error();
  out.signer = {std::move(signer->certificate), std::move(signer->key), std::move(signer->chain)};
  auto revoked = load_all_revoked(files.revoked, now);
  if (!revoked) return revoked.error();
  std::optional<std::vector<Bytes>> issued;
  for (const auto& argument : files.issued) {
    auto more = load_issued(argument);
    if (!more) return more.error();
    if (!issued) issued.emplace();
    issued->insert(issued->end(), more->begin(), more->end());
  }
  out.status = source_of(StatusTable(*revoked, std::move(issued)));
  return out;
}

Result<std::vector<RevokedEntry>> load_all_revoked(const std::vector<std::string>& arguments,
                                                   WallTime now) {
  std::vector<RevokedEntry> out;
  for (const auto& argument : arguments) {
    auto entries = load_revoked(argument, now);
    if (!entries) return entries.error();
    out.insert(out.end(), std::make_move_iterator(entries->begin()),
               std::make_move_iterator(entries->end()));
  }
  return out;
}

Result<Bytes> load_crl_body(const std::string& file) {
  auto bytes = read_file(file);
  if (!bytes) return bytes.error();
  if (bytes->empty()) return environment_problem("the file is empty", file);
  if (bytes->find("-----BEGIN X509 CRL") == std::string::npos) {
    return Bytes(bytes->begin(), bytes->end());
  }
  auto blocks = detail::pem_crl_blocks(*bytes, file);
  if (!blocks) return blocks.error();
  if (blocks->empty()) return environment_problem("the file holds no CRL", file);
  return std::move(blocks->front());
}

Result<Bytes> load_certificate_body(const std::string& file) {
  auto certificate = load_certificate(file);
  if (!certificate) return certificate.error();
  unsigned char* data = nullptr;
  const int size = i2d_X509(certificate->get(), &data);
  if (size <= 0) return tls::openssl_problem(ProblemKind::internal, "cannot encode", file);
  Bytes out(data, data + size);
  OPENSSL_free(data);
  return out;
}

}  // namespace handfast::pki
