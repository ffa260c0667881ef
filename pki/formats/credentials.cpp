#include "pki/formats/credentials.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pem.h>
#include <openssl/pkcs7.h>

#include <array>
#include <optional>

#include "core/base/text.hpp"
#include "pki/files/files.hpp"
#include "pki/formats/detail/pem_blocks.hpp"
#include "pki/formats/detail/pkcs12_reader.hpp"
#include "pki/formats/detail/stored_keys.hpp"

namespace handfast::pki {

namespace {

using detail::FileReading;
using Pkcs7Ptr = tls::OpensslPtr<PKCS7, PKCS7_free>;
using Items = std::vector<Credential>;

/// Decodes all of `der` with one of OpenSSL's d2i functions; null when that is not what it is.
template <class Pointer, class Decode>
Pointer decode(ByteView der, Decode d2i) {
  const unsigned char* position = der.data();
  Pointer object(d2i(nullptr, &position, static_cast<long>(der.size())));
  const bool whole = position == der.data() + der.size();
  return whole ? std::move(object) : Pointer();
}

// Each of these appends what `der` holds and says whether it is of that kind at all.

template <auto D2i>
bool add_certificate(ByteView der, Items& out) {
  Credential item;
  item.certificate = decode<tls::CertificatePtr>(der, D2i);
  if (!item.certificate) return false;
  out.push_back(std::move(item));
  return true;
}

bool add_request(ByteView der, Items& out) {
  Credential item;
  item.kind = CredentialKind::request;
  item.request = decode<RequestPtr>(der, d2i_X509_REQ);
  if (!item.request) return false;
  out.push_back(std::move(item));
  return true;
}

bool add_crl(ByteView der, Items& out) {
  Credential item;
  item.kind = CredentialKind::crl;
  item.crl = decode<CrlPtr>(der, d2i_X509_CRL);
  if (!item.crl) return false;
  out.push_back(std::move(item));
  return true;
}

bool add_ocsp_response(ByteView der, Items& out) {
  Credential item;
  item.kind = CredentialKind::ocsp_response;
  item.ocsp = decode<OcspResponsePtr>(der, d2i_OCSP_RESPONSE);
  if (!item.ocsp) return false;
  out.push_back(std::move(item));
  return true;
}

bool add_private_key(ByteView der, Items& out) {
  auto key = decode<tls::PkeyPtr>(der, d2i_AutoPrivateKey);
  if (!key) return false;
  out.push_back(detail::of_key(CredentialKind::private_key, std::move(key)));
  return true;
}

bool add_public_key(ByteView der, Items& out) {
  auto key = decode<tls::PkeyPtr>(der, d2i_PUBKEY);
  if (!key) return false;
  out.push_back(detail::of_key(CredentialKind::public_key, std::move(key)));
  return true;
}

/// Certificates, then CRLs, of a SignedData (RFC 2315 section 9.1); whatever it signs is left out.
bool add_pkcs7(ByteView der, Items& out) {
  const auto bag = decode<Pkcs7Ptr>(der, d2i_PKCS7);
  if (!bag || !PKCS7_type_is_signed(bag.get()) || bag->d.sign == nullptr) return false;
  const auto* certificates = bag->d.sign->cert;
  for (int i = 0; i < sk_X509_num(certificates); ++i) {
    Credential item;
    item.certificate = tls::up_ref(sk_X509_value(certificates, i));
    out.push_back(std::move(item));
  }
  const auto* lists = bag->d.sign->crl;
  for (int i = 0; i < sk_X509_CRL_num(lists); ++i) {
    auto* list = sk_X509_CRL_value(lists, i);
    X509_CRL_up_ref(list);
    Credential item;
    item.kind = CredentialKind::crl;
    item.crl.reset(list);
    out.push_back(std::move(item));
  }
  return true;
}

struct KnownBlock {
  std::string_view label;
  bool (*add)(ByteView der, Items& out);
};

constexpr std::array known_blocks{
    KnownBlock{"CERTIFICATE", add_certificate<d2i_X509>},
    KnownBlock{"X509 CERTIFICATE", add_certificate<d2i_X509>},
    KnownBlock{"TRUSTED CERTIFICATE", add_certificate<d2i_X509_AUX>},
    KnownBlock{"CERTIFICATE REQUEST", add_request},
    KnownBlock{"NEW CERTIFICATE REQUEST", add_request},
    KnownBlock{"PRIVATE KEY", add_private_key},
    KnownBlock{"RSA PRIVATE KEY", add_private_key},
    KnownBlock{"EC PRIVATE KEY", add_private_key},
    KnownBlock{"DSA PRIVATE KEY", add_private_key},
    KnownBlock{"PUBLIC KEY", add_public_key},
    KnownBlock{"X509 CRL", add_crl},
    KnownBlock{"PKCS7", add_pkcs7},
    KnownBlock{"PKCS #7 SIGNED DATA", add_pkcs7},
    KnownBlock{"CMS", add_pkcs7},
    KnownBlock{"OCSP RESPONSE", add_ocsp_response},
};

Problem unknown_block(std::size_t number, std::string_view label, const std::string& where) {
  const bool ssh = label == "OPENSSH PRIVATE KEY";
  return environment_problem(
      fmt::format("block {} is a \"{}\"", number, printable(label, 60)), where,
      ssh ? "convert a copy of it: ssh-keygen -p -m PEM -f KEY"
          : "expected certificates, certificate requests, keys, CRLs, OCSP responses or PKCS#7");
}

Result<void> add_block(detail::PemBlock& block, std::size_t number, FileReading& reading,
                       Items& out) {
  const auto broken = [&] {
    return tls::openssl_problem(
        ProblemKind::environment,
        fmt::format("block {}, a {}, is broken", number, printable(block.label, 60)),
        reading.where);
  };
  // openssl ecparam and dsaparam write the parameters before a key.
  if (block.label.ends_with(" PARAMETERS")) return {};
  if (block.label == PEM_STRING_PKCS8) {
    const auto encrypted = decode<detail::EncryptedKeyPtr>(block.data(), d2i_X509_SIG);
    if (!encrypted) return broken();
    auto item = detail::open_key(encrypted.get(), reading);
    if (!item) return item.error();
    out.push_back(std::move(*item));
    return {};
  }
  for (const auto& known : known_blocks) {
    if (block.label != known.label) continue;
    if (block.encrypted()) {
      auto item = detail::open_key(block, reading);
      if (!item) return item.error();
      out.push_back(std::move(*item));
      return {};
    }
    if (!known.add(block.data(), out)) return broken();
    return {};
  }
  return unknown_block(number, block.label, reading.where);
}

Result<CredentialFile> parse_pem(std::string_view text, FileReading& reading) {
  CredentialFile out;
  out.format = "PEM";
  detail::PemReader blocks(text, reading.where);
  detail::PemBlock block;
  while (true) {
    auto more = blocks.next(block);
    if (!more) return more.error();
    if (!*more) break;
    if (auto added = add_block(block, blocks.number(), reading, out.items); !added) {
      return added.error();
    }
    if (block.label.starts_with("PKCS") || block.label == "CMS") out.format = "PKCS#7 (PEM)";
  }
  tls::drain_errors();
  return out;
}

/// The kinds are told by what decodes; no encoding is two of them.
Result<CredentialFile> parse_der(ByteView der, FileReading& reading) {
  CredentialFile out;
  out.format = "DER";
  // A store first, because its problems are worth telling.
  if (const auto store = decode<detail::Pkcs12Ptr>(der, d2i_PKCS12)) {
    return detail::read_pkcs12(store.get(), reading);
  }
  if (const auto encrypted = decode<detail::EncryptedKeyPtr>(der, d2i_X509_SIG)) {
    auto item = detail::open_key(encrypted.get(), reading);
    if (!item) return item.error();
    out.items.push_back(std::move(*item));
  } else if (add_pkcs7(der, out.items)) {
    out.format = "PKCS#7 (DER)";
  } else {
    for (auto* add : {add_certificate<d2i_X509>, add_request, add_crl, add_ocsp_response,
                      add_private_key, add_public_key}) {
      if (add(der, out.items)) break;
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
    case CredentialKind::crl:
      return "CRL";
    case CredentialKind::ocsp_response:
      return "OCSP response";
    case CredentialKind::locked_store:
      return "locked PKCS#12 file";
  }
  return "?";
}

const EVP_PKEY* Credential::public_key() const {
  if (certificate) return X509_get0_pubkey(certificate.get());
  if (request) return X509_REQ_get0_pubkey(request.get());
  return key.get();
}

Problem locked_problem(CredentialKind kind, const std::string& where) {
  return environment_problem(kind == CredentialKind::locked_store ? "the PKCS#12 file is encrypted"
                                                                  : "the private key is encrypted",
                             where, "give its passphrase: --password env:NAME, file:PATH or fd:N");
}

Result<CredentialFile> parse_credential_file(std::string_view bytes, const std::string& where,
                                             const ReadOptions& options) {
  tls::drain_errors();
  FileReading reading{where, options.passphrase, detail::KdfBudget(options.most_kdf_rounds, where)};
  auto found = detail::looks_like_pem(bytes) ? parse_pem(bytes, reading)
                                             : parse_der(as_bytes(bytes), reading);
  tls::drain_errors();
  if (!found || !found->items.empty()) return found;
  return environment_problem("no certificate, certificate request or key found", where,
                             "expected PEM (-----BEGIN ...) or DER");
}

Result<CredentialFile> load_credential_file(const std::filesystem::path& file,
                                            const ReadOptions& options) {
  const bool standard_input = file == "-";
  auto bytes = read_file(standard_input ? std::filesystem::path("/dev/stdin") : file);
  const auto where = standard_input ? std::string("standard input") : file.string();
  if (!bytes) {
    auto problem = bytes.error();
    problem.where = where;
    return problem;
  }
  auto found = parse_credential_file(*bytes, where, options);
  OPENSSL_cleanse(bytes->data(), bytes->size());
  return found;
}

Result<std::vector<Credential>> parse_credentials(std::string_view bytes, const std::string& where,
                                                  const ReadOptions& options) {
  auto found = parse_credential_file(bytes, where, options);
  if (!found) return found.error();
  return std::move(found->items);
}

Result<std::vector<Credential>> load_credentials(const std::filesystem::path& file,
                                                 const ReadOptions& options) {
  auto found = load_credential_file(file, options);
  if (!found) return found.error();
  return std::move(found->items);
}

}  // namespace handfast::pki
