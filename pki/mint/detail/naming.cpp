#include "pki/mint/detail/naming.hpp"

#include <openssl/bn.h>
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
  bool complete =
      add_entry(name.get(), "C", subject.country) && add_entry(name.get(), "ST", subject.state) &&
      add_entry(name.get(), "L", subject.locality) &&
      add_entry(name.get(), "O", subject.organization) &&
      add_entry(name.get(), "OU", subject.unit) && add_common_name(name.get(), subject.common_name);
  for (const auto& attribute : subject.more) {
    complete = complete && add_entry(name.get(), attribute.type.c_str(), attribute.value);
  }
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

bool set_serial(X509* certificate, ByteView magnitude) {
  tls::BignumPtr number(BN_bin2bn(magnitude.data(), static_cast<int>(magnitude.size()), nullptr));
  return number && BN_to_ASN1_INTEGER(number.get(), X509_get_serialNumber(certificate)) != nullptr;
}

bool set_period(X509* certificate, const Period& period) {
  const auto begin = std::chrono::system_clock::to_time_t(period.not_before);
  const auto end = std::chrono::system_clock::to_time_t(period.not_after);
  return ASN1_TIME_set(X509_getm_notBefore(certificate), begin) != nullptr &&
         ASN1_TIME_set(X509_getm_notAfter(certificate), end) != nullptr;
}

}  // namespace handfast::pki::detail
