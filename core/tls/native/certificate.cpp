#include "core/tls/native/certificate.hpp"

#include <algorithm>

namespace handfast::tls::native {

namespace {

/// CertificateStatus (RFC 8446 section 4.4.2.1, RFC 6066 section 8).
Checked<ByteView> read_status(ByteView body) {
  constexpr std::uint8_t ocsp = 1;
  ByteReader reader(body);
  const auto type = reader.u8();
  const auto response = type ? vector24(reader) : std::nullopt;
  if (!response || response->empty() || !reader.empty() || *type != ocsp) {
    return malformed(Carrier::certificate,
                     "status_request holds no OCSP response (RFC 8446 4.4.2.1)");
  }
  return *response;
}

Checked<void> read_entry(ByteReader& list, const OfferedExtensions& offered, CertificateList& out) {
  const auto der = vector24(list);
  if (!der || der->empty()) {
    return malformed(Carrier::certificate, "a certificate is empty or cut short (RFC 8446 4.4.2)");
  }
  const auto extensions = read_extensions(list, Carrier::certificate, offered);
  if (!extensions) return extensions.error();
  if (const auto status = extensions->find(ExtensionType::status_request)) {
    const auto response = read_status(*status);
    if (!response) return response.error();
    if (out.der.empty()) out.ocsp_response = *response;
  }
  out.der.push_back(*der);
  return {};
}

/// supported_signature_algorithms<2..2^16-2> of RFC 8446 section 4.2.3.
Checked<void> read_schemes(ByteView body, std::vector<std::uint16_t>& schemes) {
  ByteReader reader(body);
  const auto list = vector16(reader);
  if (!list || list->empty() || list->size() % 2 != 0 || !reader.empty()) {
    return malformed(Carrier::certificate_request,
                     "signature_algorithms is no list of schemes (RFC 8446 4.2.3)");
  }
  ByteReader numbers(*list);
  while (const auto number = numbers.u16()) schemes.push_back(*number);
  return {};
}

}  // namespace

Checked<void> read_certificate(ByteView body, const OfferedExtensions& offered,
                               CertificateList& out) {
  out.der.clear();
  out.ocsp_response = {};
  ByteReader reader(body);
  const auto context = vector8(reader);
  const auto list = context ? vector24(reader) : std::nullopt;
  if (!list || !reader.empty()) {
    return malformed(Carrier::certificate, "cut short, or bytes behind it (RFC 8446 4.4.2)");
  }
  if (!context->empty()) {
    return refuse(
        AlertDescription::illegal_parameter,
        in_message(Carrier::certificate, "the server's has a request context (RFC 8446 4.4.2)"));
  }
  if (list->empty()) {
    return malformed(Carrier::certificate, "the server shows none (RFC 8446 4.4.2.4)");
  }
  ByteReader entries(*list);
  while (!entries.empty()) {
    if (auto read = read_entry(entries, offered, out); !read) return read.error();
  }
  return {};
}

Checked<void> read_certificate_request(ByteView body, std::vector<std::uint16_t>& schemes) {
  schemes.clear();
  ByteReader reader(body);
  const auto context = vector8(reader);
  if (!context) {
    return malformed(Carrier::certificate_request, "cut short (RFC 8446 4.3.2)");
  }
  if (!context->empty()) {
    return refuse(AlertDescription::illegal_parameter,
                  in_message(Carrier::certificate_request,
                             "a context within the handshake (RFC 8446 4.3.2)"));
  }
  const auto extensions = read_extensions(reader, Carrier::certificate_request, {});
  if (!extensions) return extensions.error();
  if (!reader.empty()) {
    return malformed(Carrier::certificate_request, "bytes behind the extensions (RFC 8446 4.3.2)");
  }
  const auto algorithms = extensions->find(ExtensionType::signature_algorithms);
  if (!algorithms) {
    return refuse(AlertDescription::missing_extension,
                  in_message(Carrier::certificate_request,
                             "signature_algorithms is missing (RFC 8446 4.3.2)"));
  }
  return read_schemes(*algorithms, schemes);
}

void put_certificate(const Identity& identity, Bytes& out) {
  const MessageFrame message(out, HandshakeType::certificate);
  out.push_back(0);  // certificate_request_context
  const LengthPrefix<3> list(out);
  if (identity.empty()) return;
  const auto put = [&out](X509* certificate) {
    {
      const LengthPrefix<3> length(out);
      const auto at = out.size();
      out.resize(at + static_cast<std::size_t>(std::max(0, i2d_X509(certificate, nullptr))));
      unsigned char* into = out.data() + at;
      i2d_X509(certificate, &into);
    }
    out.insert(out.end(), {0, 0});  // no extensions
  };
  put(identity.leaf());
  for (auto* intermediate : identity.intermediates()) put(intermediate);
}

}  // namespace handfast::tls::native
