#include <fmt/format.h>
#include <openssl/pkcs12.h>

#include <array>
#include <map>

#include "pki/formats/detail/asn1_text.hpp"
#include "pki/formats/detail/pkcs12_reader.hpp"
#include "pki/formats/encode.hpp"
#include "pki/mint/certificate.hpp"

namespace handfast::pki {

namespace {

using Bags = STACK_OF(PKCS12_SAFEBAG);
using Safes = STACK_OF(PKCS7);

constexpr int kdf_rounds = 10'000;  // what the JDK writes
constexpr int cipher = NID_aes_256_cbc;

/// Collects bags and safes; OpenSSL allocates both stacks on first use.
class StoreWriter {
 public:
  explicit StoreWriter(const Secret& passphrase) : passphrase_(passphrase) { tls::drain_errors(); }
  StoreWriter(const StoreWriter&) = delete;
  StoreWriter& operator=(const StoreWriter&) = delete;
  ~StoreWriter() {
    sk_PKCS12_SAFEBAG_pop_free(bags_, PKCS12_SAFEBAG_free);
    sk_PKCS7_pop_free(safes_, PKCS7_free);
  }

  /// The bag belongs to the store; null when there is no memory.
  PKCS12_SAFEBAG* add_certificate(X509* certificate) {
    return PKCS12_add_cert(&bags_, certificate);
  }
  PKCS12_SAFEBAG* add_key(const EVP_PKEY* key) {
    return PKCS12_add_key(&bags_, const_cast<EVP_PKEY*>(key), 0, kdf_rounds, cipher,
                          passphrase_.c_str());
  }
  /// The bags so far become a safe; keys are encrypted one by one, so their safe is not.
  bool close_safe(bool encrypted) {
    const bool done = PKCS12_add_safe(&safes_, bags_, encrypted ? cipher : -1, kdf_rounds,
                                      passphrase_.c_str()) == 1;
    sk_PKCS12_SAFEBAG_pop_free(bags_, PKCS12_SAFEBAG_free);
    bags_ = nullptr;
    return done;
  }
  Result<Secret> finish() {
    const detail::Pkcs12Ptr store(PKCS12_add_safes(safes_, 0));
    if (!store || PKCS12_set_mac(store.get(), passphrase_.c_str(), -1, nullptr, 0, kdf_rounds,
                                 EVP_sha256()) != 1) {
      return problem();
    }
    unsigned char* der = nullptr;
    const int size = i2d_PKCS12(store.get(), &der);
    if (size < 0) return problem();
    Secret out(std::string_view(reinterpret_cast<char*>(der), static_cast<std::size_t>(size)));
    OPENSSL_clear_free(der, static_cast<std::size_t>(size));
    return out;
  }
  static Problem problem() {
    return tls::openssl_problem(ProblemKind::internal, "cannot make a PKCS#12 file");
  }

 private:
  const Secret& passphrase_;
  Bags* bags_ = nullptr;
  Safes* safes_ = nullptr;
};

bool set_name(PKCS12_SAFEBAG* bag, const std::string& name) {
  return PKCS12_add_friendlyname_utf8(bag, name.c_str(), static_cast<int>(name.size())) == 1;
}

/// Ties key and leaf together, as every reader expects: SHA-1 of the certificate.
bool set_local_id(PKCS12_SAFEBAG* bag, const X509* leaf) {
  std::array<unsigned char, EVP_MAX_MD_SIZE> id{};
  unsigned int size = 0;
  return X509_digest(leaf, EVP_sha1(), id.data(), &size) == 1 &&
         PKCS12_add_localkeyid(bag, id.data(), static_cast<int>(size)) == 1;
}

/// "Trusted for any use", behind the friendly name: OpenSSL 3.0 has no setter for other attributes,
/// so this pushes onto the list that the friendly name made.
bool set_java_trusted(PKCS12_SAFEBAG* bag) {
  using ObjectPtr = tls::OpensslPtr<ASN1_OBJECT, ASN1_OBJECT_free>;
  using AttributePtr = tls::OpensslPtr<X509_ATTRIBUTE, X509_ATTRIBUTE_free>;
  const ObjectPtr name(OBJ_txt2obj(detail::java_trusted_key_usage, 1));
  AttributePtr attribute(X509_ATTRIBUTE_create_by_OBJ(nullptr, name.get(), V_ASN1_OBJECT,
                                                      OBJ_nid2obj(NID_anyExtendedKeyUsage), -1));
  auto* list = const_cast<STACK_OF(X509_ATTRIBUTE)*>(PKCS12_SAFEBAG_get0_attrs(bag));
  if (!name || !attribute || list == nullptr) return false;
  if (sk_X509_ATTRIBUTE_push(list, attribute.get()) <= 0) return false;
  (void)attribute.release();
  return true;
}

std::string common_name(const X509* certificate) {
  const X509_NAME* subject = X509_get_subject_name(certificate);
  const int at = X509_NAME_get_index_by_NID(subject, NID_commonName, -1);
  if (at < 0) return name_text(subject);
  unsigned char* text = nullptr;
  const int size =
      ASN1_STRING_to_UTF8(&text, X509_NAME_ENTRY_get_data(X509_NAME_get_entry(subject, at)));
  std::string out =
      size < 0 ? "" : std::string(reinterpret_cast<char*>(text), static_cast<std::size_t>(size));
  OPENSSL_free(text);
  return out.empty() ? "certificate" : out;
}

}  // namespace

Result<Secret> encode_pkcs12(const Pkcs12Content& content, const Secret& passphrase,
                             const std::string& where) {
  if (content.chain.empty() || !belongs_to(content.chain.front(), content.key)) {
    tls::drain_errors();
    return environment_problem("certificate and private key do not belong together", where,
                               "compare them with: handfast pki match CERT KEY");
  }
  X509* leaf = content.chain.front();
  const auto name = content.name.empty() ? common_name(leaf) : content.name;
  StoreWriter store(passphrase);
  for (auto* certificate : content.chain) {
    auto* bag = store.add_certificate(certificate);
    if (bag == nullptr) return StoreWriter::problem();
    if (certificate == leaf && !(set_name(bag, name) && set_local_id(bag, leaf))) {
      return StoreWriter::problem();
    }
  }
  if (!store.close_safe(true)) return StoreWriter::problem();
  auto* bag = store.add_key(content.key);
  if (bag == nullptr || !set_name(bag, name) || !set_local_id(bag, leaf) ||
      !store.close_safe(false)) {
    return StoreWriter::problem();
  }
  return store.finish();
}

Result<std::string> encode_pkcs12_trust(const std::vector<X509*>& anchors,
                                        const Secret& passphrase) {
  if (anchors.empty()) return usage_problem("there is no certificate to trust");
  StoreWriter store(passphrase);
  std::map<std::string, int> used;
  for (auto* anchor : anchors) {
    auto alias = common_name(anchor);  // Java compares aliases without case
    for (auto& c : alias) c = c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
    const int number = ++used[alias];
    if (number > 1) alias += fmt::format("-{}", number);
    auto* bag = store.add_certificate(anchor);
    if (bag == nullptr || !set_name(bag, alias) || !set_java_trusted(bag)) {
      return StoreWriter::problem();
    }
  }
  if (!store.close_safe(true)) return StoreWriter::problem();
  auto out = store.finish();
  if (!out) return out.error();
  return std::string(out->text());
}

}  // namespace handfast::pki
