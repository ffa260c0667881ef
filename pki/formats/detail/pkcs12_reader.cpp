#include "pki/formats/detail/pkcs12_reader.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/pkcs7.h>

#include <algorithm>
#include <limits>
#include <vector>

#include "pki/formats/detail/asn1_text.hpp"

namespace handfast::pki::detail {

namespace {

using Bags = STACK_OF(PKCS12_SAFEBAG);
using Safes = STACK_OF(PKCS7);

void free_bags(Bags* bags) { sk_PKCS12_SAFEBAG_pop_free(bags, PKCS12_SAFEBAG_free); }
void free_safes(Safes* safes) { sk_PKCS7_pop_free(safes, PKCS7_free); }
using BagsPtr = tls::OpensslPtr<Bags, free_bags>;
using SafesPtr = tls::OpensslPtr<Safes, free_safes>;

constexpr int deepest_nesting = 4;
constexpr const char* the_store = "the PKCS#12 file";

/// A passphrase as OpenSSL takes it: no passphrase and an empty one derive different keys.
struct Opening {
  const char* text = nullptr;
  int size = 0;
};

class Pkcs12Reader {
 public:
  Pkcs12Reader(PKCS12* store, FileReading& reading) : store_(store), reading_(reading) {
    out_.format = "PKCS#12";
    out_.integrity = "none";
    if (reading.passphrase != nullptr) {
      opening_ = {reading.passphrase->c_str(), static_cast<int>(reading.passphrase->size())};
    }
  }

  Result<CredentialFile> read() {
    if (PKCS12_mac_present(store_) == 1) {
      auto opened = check_mac();
      if (!opened) return opened.error();
      if (!*opened) return lock();
    }
    ERR_clear_error();
    const SafesPtr safes(PKCS12_unpack_authsafes(store_));
    if (!safes) return broken("the PKCS#12 file holds no safes");
    for (int i = 0; i < sk_PKCS7_num(safes.get()) && !locked_; ++i) {
      if (auto done = read_safe(sk_PKCS7_value(safes.get(), i)); !done) return done.error();
    }
    if (locked_) return lock();
    return std::move(out_);
  }

 private:
  Problem broken(const char* why) const {
    return tls::openssl_problem(ProblemKind::environment, why, reading_.where);
  }

  /// True when a passphrase fits, which is then `opening_`; false when none was given.
  Result<bool> check_mac() {
    const X509_ALGOR* algorithm = nullptr;
    const ASN1_INTEGER* iterations = nullptr;
    PKCS12_get0_mac(nullptr, &algorithm, nullptr, &iterations, store_);
    std::uint64_t rounds = 1;
    if (iterations != nullptr && ASN1_INTEGER_get_uint64(&rounds, iterations) != 1) {
      rounds = std::numeric_limits<std::uint64_t>::max();
    }
    out_.integrity = fmt::format("{}, {} rounds", algorithm_name(algorithm), rounds);
    const bool given = reading_.passphrase != nullptr;
    const auto candidates =
        given ? std::vector<Opening>{opening_} : std::vector<Opening>{{}, {"", 0}};
    for (const auto& candidate : candidates) {
      if (auto paid = reading_.budget.spend(rounds); !paid) return paid.error();
      ERR_clear_error();
      if (PKCS12_verify_mac(store_, candidate.text, candidate.size) == 1) {
        opening_ = candidate;
        return true;
      }
    }
    if (given) return opening_problem(the_store, out_.integrity, reading_.where);
    ERR_clear_error();
    return false;
  }

  CredentialFile lock() {
    out_.items.clear();
    Credential locked;
    locked.kind = CredentialKind::locked_store;
    locked.protection = protection_;
    out_.items.push_back(std::move(locked));
    ERR_clear_error();
    return std::move(out_);
  }

  Result<void> read_safe(PKCS7* safe) {
    ERR_clear_error();
    BagsPtr bags;
    if (PKCS7_type_is_data(safe) && safe->d.data != nullptr) {
      bags.reset(PKCS12_unpack_p7data(safe));
      if (!bags) return broken("a safe of the PKCS#12 file is broken");
    } else if (PKCS7_type_is_encrypted(safe) && safe->d.encrypted != nullptr &&
               safe->d.encrypted->enc_data != nullptr) {
      const auto* algorithm = safe->d.encrypted->enc_data->algorithm;
      protection_ = encryption_title(algorithm);
      if (auto paid = reading_.budget.spend(algorithm); !paid) return paid.error();
      ERR_clear_error();
      bags.reset(PKCS12_unpack_p7encdata(safe, opening_.text, opening_.size));
      if (!bags) return not_opened(the_store);
    } else {
      return environment_problem(
          "a safe of the PKCS#12 file is encrypted for a certificate, not with a passphrase",
          reading_.where);
    }
    return read_bags(bags.get(), 0);
  }

  Result<void> not_opened(const char* what) {
    if (reading_.passphrase != nullptr) return opening_problem(what, protection_, reading_.where);
    ERR_clear_error();
    locked_ = true;
    return {};
  }

  Result<void> read_bags(const Bags* bags, int depth) {
    if (depth > deepest_nesting) return broken("the safes of the PKCS#12 file are nested too deep");
    for (int i = 0; i < sk_PKCS12_SAFEBAG_num(bags) && !locked_; ++i) {
      if (auto done = read_bag(sk_PKCS12_SAFEBAG_value(bags, i), depth); !done) return done.error();
    }
    return {};
  }

  Result<void> read_bag(PKCS12_SAFEBAG* bag, int depth) {
    ERR_clear_error();
    switch (PKCS12_SAFEBAG_get_nid(bag)) {
      case NID_keyBag: {
        const auto* plain = PKCS12_SAFEBAG_get0_p8inf(bag);
        return plain == nullptr ? Result<void>(broken("a key of the PKCS#12 file is broken"))
                                : add_key(bag, plain, {});
      }
      case NID_pkcs8ShroudedKeyBag:
        return read_encrypted_key(bag);
      case NID_certBag:
        return read_certificate(bag);
      case NID_crlBag: {
        Credential out;
        out.kind = CredentialKind::crl;
        out.crl.reset(PKCS12_SAFEBAG_get1_crl(bag));
        if (!out.crl) return broken("a CRL of the PKCS#12 file is broken");
        return add(bag, std::move(out));
      }
      case NID_safeContentsBag:
        return read_bags(PKCS12_SAFEBAG_get0_safes(bag), depth + 1);
      default:
        return {};  // secrets of other programs: not ours to show
    }
  }

  Result<void> read_encrypted_key(PKCS12_SAFEBAG* bag) {
    const auto* encrypted = PKCS12_SAFEBAG_get0_pkcs8(bag);
    if (encrypted == nullptr) return broken("a key of the PKCS#12 file is broken");
    const X509_ALGOR* algorithm = nullptr;
    X509_SIG_get0(encrypted, &algorithm, nullptr);
    protection_ = encryption_title(algorithm);
    if (auto paid = reading_.budget.spend(algorithm); !paid) return paid.error();
    ERR_clear_error();
    const PlainKeyPtr plain(PKCS12_decrypt_skey(bag, opening_.text, opening_.size));
    if (!plain) return not_opened("the private key in the PKCS#12 file");
    return add_key(bag, plain.get(), protection_);
  }

  Result<void> add_key(PKCS12_SAFEBAG* bag, const PKCS8_PRIV_KEY_INFO* plain,
                       std::string protection) {
    auto out = of_key(CredentialKind::private_key, tls::PkeyPtr(EVP_PKCS82PKEY(plain)));
    if (!out.key) return broken("a key of the PKCS#12 file is none that OpenSSL knows");
    out.protection = std::move(protection);
    return add(bag, std::move(out));
  }

  Result<void> read_certificate(PKCS12_SAFEBAG* bag) {
    if (PKCS12_SAFEBAG_get_bag_nid(bag) != NID_x509Certificate) return {};  // SDSI
    Credential out;
    out.certificate.reset(PKCS12_SAFEBAG_get1_cert(bag));
    if (!out.certificate) return broken("a certificate of the PKCS#12 file is broken");
    const auto* attributes = PKCS12_SAFEBAG_get0_attrs(bag);
    for (int i = 0; i < sk_X509_ATTRIBUTE_num(attributes); ++i) {
      auto* attribute = sk_X509_ATTRIBUTE_value(attributes, i);
      if (oid_text(X509_ATTRIBUTE_get0_object(attribute)) == java_trusted_key_usage) {
        out.java_trusted = true;
      }
    }
    return add(bag, std::move(out));
  }

  Result<void> add(PKCS12_SAFEBAG* bag, Credential credential) {
    char* name = PKCS12_get_friendlyname(bag);
    if (name != nullptr) credential.friendly_name = name;
    OPENSSL_free(name);
    out_.items.push_back(std::move(credential));
    return {};
  }

  PKCS12* store_;
  FileReading& reading_;
  Opening opening_;
  CredentialFile out_;
  std::string protection_;  ///< of the part that is being opened
  bool locked_ = false;
};

}  // namespace

Result<CredentialFile> read_pkcs12(PKCS12* store, FileReading& reading) {
  return Pkcs12Reader(store, reading).read();
}

}  // namespace handfast::pki::detail
