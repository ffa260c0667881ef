#include "pki/revocation/serial.hpp"

#include <fmt/format.h>
#include <openssl/asn1.h>
#include <openssl/crypto.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::pki {

namespace {

constexpr std::size_t longest_octets = 64;

int digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

/// Two's complement of `value`, in place: what negates a number.
void negate(Bytes& value) {
  for (auto& octet : value) octet = static_cast<std::uint8_t>(~octet);
  for (auto octet = value.rbegin(); octet != value.rend(); ++octet) {
    if (++*octet != 0) break;
  }
}

/// DER allows no octet that only repeats the sign (X.690 section 8.3.2).
void shorten(Bytes& value) {
  std::size_t spare = 0;
  while (spare + 1 < value.size() && ((value[spare] == 0x00 && value[spare + 1] < 0x80) ||
                                      (value[spare] == 0xff && value[spare + 1] >= 0x80))) {
    ++spare;
  }
  value.erase(value.begin(), value.begin() + static_cast<std::ptrdiff_t>(spare));
}

}  // namespace

Bytes serial_of(const X509* certificate) { return serial_of(X509_get0_serialNumber(certificate)); }

Bytes serial_of(const ASN1_INTEGER* serial) {
  Bytes out(serial->data, serial->data + serial->length);
  const bool negative = (serial->type & V_ASN1_NEG) != 0;
  out.insert(out.begin(), 0);
  if (negative) negate(out);
  shorten(out);
  return out;
}

Bytes serial_from_magnitude(ByteView magnitude) {
  Bytes out{0};
  out.insert(out.end(), magnitude.begin(), magnitude.end());
  shorten(out);
  return out;
}

Result<Bytes> parse_serial(std::string_view text) {
  auto digits = text;
  const bool negative = digits.starts_with('-');
  if (negative) digits.remove_prefix(1);
  if (digits.starts_with("0x") || digits.starts_with("0X")) digits.remove_prefix(2);
  const bool legible = !digits.empty() && digits.size() <= 2 * longest_octets &&
                       std::ranges::all_of(digits, [](char c) { return digit(c) >= 0; });
  if (!legible) {
    return usage_problem(fmt::format("\"{}\" is no serial number", printable(text, 80)), {},
                         "write it in hexadecimal, as handfast pki inspect prints it");
  }
  Bytes magnitude;
  std::string even(digits.size() % 2, '0');
  even += digits;
  for (std::size_t i = 0; i < even.size(); i += 2) {
    magnitude.push_back(static_cast<std::uint8_t>(digit(even[i]) * 16 + digit(even[i + 1])));
  }
  auto out = serial_from_magnitude(magnitude);
  if (negative) {
    out.insert(out.begin(), 0);
    negate(out);
    shorten(out);
  }
  return out;
}

std::string serial_text(ByteView serial) {
  Bytes magnitude(serial.begin(), serial.end());
  const bool negative = !magnitude.empty() && magnitude.front() >= 0x80;
  if (negative) {
    magnitude.insert(magnitude.begin(), 0xff);
    negate(magnitude);
  }
  while (magnitude.size() > 1 && magnitude.front() == 0) magnitude.erase(magnitude.begin());
  return (negative ? "-" : "") + to_hex(magnitude);
}

}  // namespace handfast::pki
