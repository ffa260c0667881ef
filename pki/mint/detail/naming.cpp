#include "pki/mint/detail/naming.hpp"

#include <openssl/rand.h>

#include <array>
#include <utility>

namespace handfast::pki::detail {

namespace {

bool add_entry(X509_NAME* name, const char* field, const std::string& value) {
  return value.empty() ||
         X509_NAME_add_entry_by_txt(name, field, MBSTRING_UTF8,
                                    reinterpret_cast<const unsigned char*>(value.data()),
                                    static_cast<int>(value.size()), -1, 0) == 1;
}

}  // namespace

NamePtr make_name(const Subject& subject) {
  NamePtr name(X509_NAME_new());
  const bool complete =
      add_entry(name.get(), "C", subject.country) && add_entry(name.get(), "ST", subject.state) &&
      add_entry(name.get(), "L", subject.locality) &&
      add_entry(name.get(), "O", subject.organization) &&
      add_entry(name.get(), "OU", subject.unit) && add_common_name(name.get(), subject.common_name);
  return complete ? std::move(name) : nullptr;
}

bool add_common_name(X509_NAME* name, const std::string& common_name) {
  return add_entry(name, "CN", common_name);
}

bool set_random_serial(X509* certificate) {
  std::array<unsigned char, 16> octets{};
  if (RAND_bytes(octets.data(), static_cast<int>(octets.size())) != 1) return false;
  octets[0] = static_cast<unsigned char>((octets[0] & 0x7fU) | 0x40U);
  return ASN1_STRING_set(X509_get_serialNumber(certificate), octets.data(),
                         static_cast<int>(octets.size())) == 1;
}

bool set_period(X509* certificate, const Period& period) {
  const auto begin = std::chrono::system_clock::to_time_t(period.not_before);
  const auto end = std::chrono::system_clock::to_time_t(period.not_after);
  return ASN1_TIME_set(X509_getm_notBefore(certificate), begin) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), end) != nullptr;
}

const EVP_MD* digest_for(const EVP_PKEY* signer) {
  return EVP_PKEY_is_a(signer, "ED25519") == 1 ? nullptr : EVP_sha256();
}

}  // namespace handfast::pki::detail
