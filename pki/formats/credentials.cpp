#include "pki/formats/credentials.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>

#include <optional>

#include "core/base/text.hpp"
#include "pki/files/files.hpp"
#include "pki/mint/certificate.hpp"

namespace handfast::pki {

namespace {

/// One PEM block as OpenSSL split it; the data may be a secret.
class Block {
 public:
  Block() = default;
  Block(const Block&) = delete;
  Block& operator=(const Block&) = delete;
  ~Block() { clear(); }

  bool read(BIO* from) {
    clear();
    return PEM_read_bio(from, &name_, &header_, &data_, &size_) == 1;
  }
  std::string_view name() const { return name_; }
  bool encrypted() const {
    return std::string_view(header_).find("ENCRYPTED") != std::string_view::npos;
  }
  ByteView data() const { return {data_, static_cast<std::size_t>(size_)}; }

 private:
  void clear() {
    OPENSSL_free(name_);
    OPENSSL_free(header_);
    OPENSSL_clear_free(data_, static_cast<std::size_t>(size_));
    name_ = header_ = nullptr;
    data_ = nullptr;
    size_ = 0;
  }

  char* name_ = nullptr;
  char* header_ = nullptr;
  unsigned char* data_ = nullptr;
  long size_ = 0;
};

/// Decodes all of `der` with one of OpenSSL's d2i functions; null when that is not what it is.
template <class Pointer, class Decode>
Pointer decode(ByteView der, Decode d2i) {
  const unsigned char* position = der.data();
  Pointer object(d2i(nullptr, &position, static_cast<long>(der.size())));
  const bool whole = position == der.data() + der.size();
  return whole ? std::move(object) : Pointer();
}

Credential of_certificate(tls::CertificatePtr certificate) {
  Credential out;
  out.certificate = std::move(certificate);
  return out;
}

Credential of_request(RequestPtr request) {
  Credential out;
  out.kind = CredentialKind::request;
  out.request = std::move(request);
  return out;
}

Credential of_key(CredentialKind kind, tls::PkeyPtr key) {
  Credential out;
  out.kind = kind;
  out.key = std::move(key);
  return out;
}

/// nullopt for DER that is not what `name` says.
std::optional<Credential> decode_block(std::string_view name, ByteView der) {
  if (name == PEM_STRING_X509 || name == PEM_STRING_X509_OLD) {
    if (auto object = decode<tls::CertificatePtr>(der, d2i_X509))
      return of_certificate(std::move(object));
  } else if (name == PEM_STRING_X509_TRUSTED) {
    if (auto object = decode<tls::CertificatePtr>(der, d2i_X509_AUX))
      return of_certificate(std::move(object));
  } else if (name == PEM_STRING_X509_REQ || name == PEM_STRING_X509_REQ_OLD) {
    if (auto object = decode<RequestPtr>(der, d2i_X509_REQ)) return of_request(std::move(object));
  } else if (name.ends_with("PRIVATE KEY")) {
    if (auto object = decode<tls::PkeyPtr>(der, d2i_AutoPrivateKey)) {
      return of_key(CredentialKind::private_key, std::move(object));
    }
  } else if (name == PEM_STRING_PUBLIC) {
    if (auto object = decode<tls::PkeyPtr>(der, d2i_PUBKEY)) {
      return of_key(CredentialKind::public_key, std::move(object));
    }
  }
  return std::nullopt;
}

bool is_known(std::string_view name) {
  return name == PEM_STRING_X509 || name == PEM_STRING_X509_OLD ||
         name == PEM_STRING_X509_TRUSTED || name == PEM_STRING_X509_REQ ||
         name == PEM_STRING_X509_REQ_OLD || name == PEM_STRING_PUBLIC ||
         name.ends_with("PRIVATE KEY");
}

Result<std::vector<Credential>> parse_pem(std::string_view text, const std::string& where) {
  tls::BioPtr bio(BIO_new_mem_buf(text.data(), static_cast<int>(text.size())));
  std::vector<Credential> out;
  Block block;
  std::size_t number = 0;
  while (block.read(bio.get())) {
    ++number;
    if (block.name() == "EC PARAMETERS") continue;  // openssl ecparam writes them before a key
    if (block.name() == PEM_STRING_PKCS8 || block.encrypted()) {
      out.push_back(of_key(CredentialKind::encrypted_key, nullptr));
      continue;
    }
    if (!is_known(block.name())) {
      return environment_problem(
          fmt::format("block {} is a \"{}\"", number, printable(block.name(), 60)), where,
          "expected certificates, certificate requests or keys");
    }
    auto credential = decode_block(block.name(), block.data());
    if (!credential) {
      return tls::openssl_problem(ProblemKind::environment,
                                  fmt::format("block {}, a {}, is broken", number, block.name()),
                                  where);
    }
    out.push_back(std::move(*credential));
  }
  const auto error = ERR_peek_last_error();
  if (ERR_GET_LIB(error) != ERR_LIB_PEM || ERR_GET_REASON(error) != PEM_R_NO_START_LINE) {
    return tls::openssl_problem(ProblemKind::environment,
                                fmt::format("block {} is broken", number + 1), where);
  }
  tls::drain_errors();
  return out;
}

std::vector<Credential> parse_der(ByteView der) {
  std::vector<Credential> out;
  for (const auto* name :
       {PEM_STRING_X509, PEM_STRING_X509_REQ, "PRIVATE KEY", PEM_STRING_PUBLIC}) {
    if (auto credential = decode_block(name, der)) {
      out.push_back(std::move(*credential));
      break;
    }
  }
  tls::drain_errors();  // of the kinds that it was not
  return out;
}

}  // namespace

std::string_view to_string(CredentialKind kind) {
  switch (kind) {
    case CredentialKind::certificate:
      return "certificate";
    case CredentialKind::request:
      return "certificate request";
    case CredentialKind::private_key:
      return "private key";
    case CredentialKind::public_key:
      return "public key";
    case CredentialKind::encrypted_key:
      return "encrypted private key";
  }
  return "?";
}

const EVP_PKEY* Credential::public_key() const {
  if (certificate) return X509_get0_pubkey(certificate.get());
  if (request) return X509_REQ_get0_pubkey(request.get());
  return key.get();
}

Result<std::vector<Credential>> parse_credentials(std::string_view bytes,
                                                  const std::string& where) {
  tls::drain_errors();
  const bool pem = bytes.find("-----BEGIN ") != std::string_view::npos;
  auto found =
      pem ? parse_pem(bytes, where) : Result<std::vector<Credential>>(parse_der(as_bytes(bytes)));
  if (!found || !found->empty()) return found;
  return environment_problem("no certificate, certificate request or key found", where,
                             "expected PEM (-----BEGIN ...) or DER");
}

Result<std::vector<Credential>> load_credentials(const std::filesystem::path& file) {
  auto bytes = read_file(file);
  if (!bytes) return bytes.error();
  auto found = parse_credentials(*bytes, file.string());
  OPENSSL_cleanse(bytes->data(), bytes->size());
  return found;
}

}  // namespace handfast::pki
