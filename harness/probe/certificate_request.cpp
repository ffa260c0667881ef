#include "harness/probe/certificate_request.hpp"

#include <openssl/ssl.h>

#include <optional>

#include "harness/probe/libssl_line.hpp"

namespace handfast::probe {

namespace {

constexpr std::uint16_t signature_algorithms = 13;
constexpr std::uint16_t certificate_authorities = 47;
constexpr std::uint16_t signature_algorithms_cert = 50;

/// Bytes behind their length of two bytes.
std::optional<ByteView> vector16(ByteReader& reader) {
  const auto size = reader.u16();
  return size ? reader.bytes(*size) : std::nullopt;
}

std::optional<ByteView> vector8(ByteReader& reader) {
  const auto size = reader.u8();
  return size ? reader.bytes(*size) : std::nullopt;
}

bool read_schemes(ByteView list, std::vector<std::uint16_t>& out) {
  ByteReader reader(list);
  while (const auto scheme = reader.u16()) out.push_back(*scheme);
  return list.size() % 2 == 0;
}

bool read_names(ByteView list, std::vector<Bytes>& out) {
  ByteReader reader(list);
  std::size_t read = 0;
  while (const auto name = vector16(reader)) {
    out.emplace_back(name->begin(), name->end());
    read += name->size() + 2;
  }
  return read == list.size();
}

bool read_extension(std::uint16_t type, ByteView body, CertificateRequest& out) {
  if (type != signature_algorithms && type != certificate_authorities &&
      type != signature_algorithms_cert) {
    return true;
  }
  ByteReader reader(body);
  const auto list = vector16(reader);
  if (!list) return false;
  return type == certificate_authorities ? read_names(*list, out.authorities)
                                         : read_schemes(*list, out.schemes);
}

bool read_tls13(ByteReader& reader, CertificateRequest& out) {
  const auto context = vector8(reader);
  const auto extensions = context ? vector16(reader) : std::nullopt;
  if (!extensions) return false;
  ByteReader inner(*extensions);
  while (const auto type = inner.u16()) {
    const auto body = vector16(inner);
    if (!body || !read_extension(*type, *body, out)) return false;
  }
  return true;
}

bool read_tls12(ByteReader& reader, CertificateRequest& out) {
  const auto types = vector8(reader);
  const auto schemes = types ? vector16(reader) : std::nullopt;
  const auto names = schemes ? vector16(reader) : std::nullopt;
  return names && read_schemes(*schemes, out.schemes) && read_names(*names, out.authorities);
}

}  // namespace

Result<CertificateRequest> parse_certificate_request(ByteView body, tls::Version version) {
  CertificateRequest out;
  ByteReader reader(body);
  const bool read =
      version == tls::Version::tls1_3 ? read_tls13(reader, out) : read_tls12(reader, out);
  if (read) return out;
  return environment_problem("these bytes are no CertificateRequest of " + tls::to_string(version));
}

Result<CertificateRequest> fetch_certificate_request(const Endpoint& endpoint, tls::Version version,
                                                     const Timeouts& timeouts) {
  auto opened = RawConnection::open(endpoint, timeouts.tcp);
  if (!opened) return opened.error();
  LibsslLine line(std::move(*opened), [version](SSL_CTX* context) {
    const int number = version == tls::Version::tls1_3 ? TLS1_3_VERSION : TLS1_2_VERSION;
    SSL_CTX_set_min_proto_version(context, number);
    SSL_CTX_set_max_proto_version(context, number);
  });
  line.handshake(Clock::now() + timeouts.handshake);
  if (const auto& body = line.certificate_request()) {
    return parse_certificate_request(*body, version);
  }
  return environment_problem("no CertificateRequest came with " + tls::to_string(version),
                             endpoint.authority());
}

}  // namespace handfast::probe
