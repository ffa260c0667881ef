#include "pki/formats/detail/encryption.hpp"

#include <fmt/format.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/x509.h>

#include <limits>

#include "pki/formats/detail/asn1_text.hpp"

namespace handfast::pki::detail {

namespace {

using Pbe2Ptr = tls::OpensslPtr<PBE2PARAM, PBE2PARAM_free>;
using Pbkdf2Ptr = tls::OpensslPtr<PBKDF2PARAM, PBKDF2PARAM_free>;
using PbePtr = tls::OpensslPtr<PBEPARAM, PBEPARAM_free>;
using ScryptPtr = tls::OpensslPtr<SCRYPT_PARAMS, SCRYPT_PARAMS_free>;

/// The parameters of an algorithm as `Pointer`; null when they are something else.
template <class Pointer>
Pointer parameters(const X509_ALGOR* algorithm, const ASN1_ITEM* item) {
  const ASN1_OBJECT* object = nullptr;
  int type = 0;
  const void* value = nullptr;
  X509_ALGOR_get0(&object, &type, &value, algorithm);
  if (type != V_ASN1_SEQUENCE) return {};
  using Value = typename Pointer::element_type;
  return Pointer(
      static_cast<Value*>(ASN1_item_unpack(static_cast<const ASN1_STRING*>(value), item)));
}

int algorithm_nid(const X509_ALGOR* algorithm) {
  const ASN1_OBJECT* object = nullptr;
  X509_ALGOR_get0(&object, nullptr, nullptr, algorithm);
  return OBJ_obj2nid(object);
}

/// The most that fits for a number that is negative or too big: nobody can afford that.
std::uint64_t number(const ASN1_INTEGER* value) {
  std::uint64_t out = 0;
  if (value == nullptr || ASN1_INTEGER_get_uint64(&out, value) != 1) {
    return std::numeric_limits<std::uint64_t>::max();
  }
  return out;
}

std::uint64_t times(std::uint64_t a, std::uint64_t b) {
  const auto most = std::numeric_limits<std::uint64_t>::max();
  return a != 0 && b > most / a ? most : a * b;
}

struct Derivation {
  std::uint64_t rounds = 0;
  std::string title;
};

/// Of PBES2's key derivation function.
Derivation derivation_of(const X509_ALGOR* function) {
  if (algorithm_nid(function) == NID_id_scrypt) {
    const auto scrypt = parameters<ScryptPtr>(function, ASN1_ITEM_rptr(SCRYPT_PARAMS));
    if (!scrypt) return {1, "scrypt"};
    const auto n = number(scrypt->costParameter);
    const auto r = number(scrypt->blockSize);
    const auto p = number(scrypt->parallelizationParameter);
    return {times(times(n, r), p), fmt::format("scrypt with N={} r={} p={}", n, r, p)};
  }
  const auto pbkdf2 = parameters<Pbkdf2Ptr>(function, ASN1_ITEM_rptr(PBKDF2PARAM));
  if (!pbkdf2) return {1, algorithm_name(function)};
  const auto rounds = number(pbkdf2->iter);
  const auto* prf = pbkdf2->prf;
  return {rounds, fmt::format("PBKDF2 with {} rounds of {}", rounds,
                              prf == nullptr ? "hmacWithSHA1" : algorithm_name(prf))};
}

/// What it costs, and how it is called.
Derivation examine(const X509_ALGOR* algorithm) {
  const auto name = algorithm_name(algorithm);
  Derivation out{1, name};
  if (algorithm_nid(algorithm) == NID_pbes2) {
    const auto pbes2 = parameters<Pbe2Ptr>(algorithm, ASN1_ITEM_rptr(PBE2PARAM));
    if (pbes2) {
      out = derivation_of(pbes2->keyfunc);
      out.title = fmt::format("PBES2, {}, {}", out.title, algorithm_name(pbes2->encryption));
    }
  } else if (const auto pbe = parameters<PbePtr>(algorithm, ASN1_ITEM_rptr(PBEPARAM))) {
    out = {number(pbe->iter), fmt::format("{} with {} rounds", name, number(pbe->iter))};
  }
  ERR_clear_error();
  return out;
}

bool is_unsupported(unsigned long error) {
  const int reason = ERR_GET_REASON(error);
  if (reason == ERR_R_UNSUPPORTED) return true;
  return ERR_GET_LIB(error) == ERR_LIB_EVP &&
         (reason == EVP_R_UNKNOWN_PBE_ALGORITHM || reason == EVP_R_UNSUPPORTED_CIPHER ||
          reason == EVP_R_UNKNOWN_CIPHER || reason == EVP_R_UNKNOWN_DIGEST ||
          reason == EVP_R_UNSUPPORTED_ALGORITHM || reason == EVP_R_UNSUPPORTED_PRF ||
          reason == EVP_R_UNSUPPORTED_KEY_DERIVATION_FUNCTION);
}

}  // namespace

std::string encryption_title(const X509_ALGOR* algorithm) { return examine(algorithm).title; }

Result<void> KdfBudget::spend(const X509_ALGOR* algorithm) {
  return spend(examine(algorithm).rounds);
}

Result<void> KdfBudget::spend(std::uint64_t rounds) {
  if (rounds <= left_) {
    left_ -= rounds;
    return {};
  }
  return environment_problem(
      fmt::format("opening it would take {} rounds of key derivation, more than the {} that a file "
                  "may cost",
                  rounds, left_),
      where_, "no honest file needs that many; encrypt it again with fewer");
}

Problem opening_problem(const std::string& what, const std::string& encryption,
                        const std::string& where) {
  bool unsupported = false;
  while (const auto error = ERR_get_error()) unsupported = unsupported || is_unsupported(error);
  if (unsupported) {
    return environment_problem(
        fmt::format("{} is encrypted with {}, which this OpenSSL does not offer", what, encryption),
        where, "encrypt it again with AES (openssl pkcs12 -legacy reads the old ciphers)");
  }
  return environment_problem(fmt::format("the passphrase does not open {}", what), where,
                             "check which passphrase it was written with");
}

}  // namespace handfast::pki::detail
