#include "pki/revocation/detail/der.hpp"

#include <openssl/objects.h>

#include <algorithm>
#include <array>
#include <chrono>
#include <ctime>

namespace handfast::pki::detail {

namespace {

void put_digits(Bytes& out, unsigned value, int width) {
  unsigned scale = 1;
  for (int i = 1; i < width; ++i) scale *= 10;
  for (; scale > 0; scale /= 10) {
    out.push_back(static_cast<std::uint8_t>('0' + value / scale % 10));
  }
}

/// YYYYMMDDHHMMSSZ, or with a year of two digits.
Bytes time_element(WallTime time, bool utc_time) {
  const auto day = std::chrono::floor<std::chrono::days>(time);
  const std::chrono::year_month_day date(day);
  const std::chrono::hh_mm_ss clock(std::chrono::floor<std::chrono::seconds>(time - day));
  Bytes out;
  out.reserve(17);
  put_header(out, utc_time ? der_utc_time : der_generalized_time, utc_time ? 13 : 15);
  const auto year = static_cast<unsigned>(static_cast<int>(date.year()));
  put_digits(out, utc_time ? year % 100 : year, utc_time ? 2 : 4);
  put_digits(out, static_cast<unsigned>(date.month()), 2);
  put_digits(out, static_cast<unsigned>(date.day()), 2);
  put_digits(out, static_cast<unsigned>(clock.hours().count()), 2);
  put_digits(out, static_cast<unsigned>(clock.minutes().count()), 2);
  put_digits(out, static_cast<unsigned>(clock.seconds().count()), 2);
  out.push_back('Z');
  return out;
}

}  // namespace

void put_header(Bytes& out, std::uint8_t tag, std::size_t length) {
  out.push_back(tag);
  if (length < 0x80) {
    out.push_back(static_cast<std::uint8_t>(length));
    return;
  }
  int octets = 1;
  while (octets < 8 && (length >> (8 * octets)) != 0) ++octets;
  out.push_back(static_cast<std::uint8_t>(0x80 | octets));
  for (int i = octets - 1; i >= 0; --i) {
    out.push_back(static_cast<std::uint8_t>(length >> (8 * i)));
  }
}

Bytes element(std::uint8_t tag, ByteView contents) { return element_of(tag, contents); }

Bytes integer(std::uint64_t value) {
  Bytes contents;
  for (int shift = 56; shift >= 0; shift -= 8) {
    const auto octet = static_cast<std::uint8_t>(value >> shift);
    if (contents.empty() && octet == 0 && shift != 0) continue;
    if (contents.empty() && octet >= 0x80) contents.push_back(0);
    contents.push_back(octet);
  }
  return element(der_integer, contents);
}

Bytes enumerated(std::uint8_t value) { return {der_enumerated, 1, value}; }

Bytes boolean(bool value) {
  return {der_boolean, 1, static_cast<std::uint8_t>(value ? 0xff : 0x00)};
}

Bytes bit_string(ByteView octets) {
  constexpr std::array<std::uint8_t, 1> no_unused_bits{0};
  return element_of(der_bit_string, no_unused_bits, octets);
}

Bytes object_id(int nid) {
  const ASN1_OBJECT* object = OBJ_nid2obj(nid);
  const int size = i2d_ASN1_OBJECT(object, nullptr);
  if (size <= 0) return {};
  Bytes out(static_cast<std::size_t>(size));
  auto* at = out.data();
  i2d_ASN1_OBJECT(object, &at);
  return out;
}

Bytes crl_time(WallTime time) {
  constexpr auto first_generalized = std::chrono::sys_days(std::chrono::year(2050) / 1 / 1);
  return time_element(time, time < first_generalized);
}

Bytes generalized_time(WallTime time) { return time_element(time, false); }

Bytes extension(ByteView oid, bool critical, ByteView value) {
  const Bytes flag = critical ? boolean(true) : Bytes{};  // DEFAULT FALSE: absent in DER
  return sequence(oid, flag, element(der_octet_string, value));
}

Bytes unknown_object_id() { return {0x06, 0x03, 0x69, 0x01, 0x01}; }

Bytes name_der(const X509_NAME* name) {
  unsigned char* data = nullptr;
  const int size = i2d_X509_NAME(name, &data);
  if (size <= 0) return {};
  Bytes out(data, data + size);
  OPENSSL_free(data);
  return out;
}

std::optional<WallTime> wall_time_of(const ASN1_TIME* time) {
  constexpr int last_year = 2261;
  std::tm parts{};
  if (time == nullptr || ASN1_TIME_to_tm(time, &parts) != 1) return std::nullopt;
  // Before 1678 WallTime overflows as well; nothing that old is meant seriously.
  parts.tm_year = std::clamp(parts.tm_year, 1700 - 1900, last_year - 1900);
  return std::chrono::system_clock::from_time_t(timegm(&parts));
}

}  // namespace handfast::pki::detail
