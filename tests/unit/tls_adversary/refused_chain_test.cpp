// Certificates that a client must not accept (RFC 8446 sections 4.4.2 and 6.2, RFC 5280, RFC 6125).
#include "tests/support/catch.hpp"
#include "tests/unit/tls_adversary/bend.hpp"
#include "tests/unit/tls_adversary/lab.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace handfast::tls;

namespace {

Edits honest(const Target&) { return {}; }

MemoryServerOptions with_leaf(const MintOptions& leaf) {
  auto options = plain_options();
  options.identity = leaf_identity(leaf);
  return options;
}

/// The server shows `message` for its Certificate, and signs for it.
auto shows(Bytes message) {
  return [message = std::move(message)](const Target& target) {
    return lie(target, in_message(message::certificate, [message](Bytes& old) { old = message; }));
  };
}

}  // namespace

TEST_CASE("a chain to an unknown CA is refused with unknown_ca (RFC 8446 6.2)",
          "[tls][adversary]") {
  auto settings = tls13_settings();
  settings.trust = Trust::from_pem(to_pem(test_pki().rogue_root.certificate.get()), "r").value();
  check_each(honest, {"unknown_ca"}, plain_options(), settings);
}

TEST_CASE("a chain that lacks its intermediate is refused with unknown_ca (RFC 8446 6.2)",
          "[tls][adversary]") {
  auto options = plain_options();
  options.identity = test_pki().server_identity().leaf_only();
  check_each(honest, {"unknown_ca"}, options);
}

TEST_CASE("another host name is refused with bad_certificate (RFC 6125, RFC 8446 6.2)",
          "[tls][adversary]") {
  check_each(honest, {"bad_certificate"}, plain_options(), tls13_settings(),
             {.host = "other.test"});
  check_each(honest, {"bad_certificate"}, plain_options(), tls13_settings(), {.host = "127.0.0.1"});
}

TEST_CASE("an expired leaf is refused with certificate_expired (RFC 8446 6.2)",
          "[tls][adversary]") {
  check_each(honest, {"certificate_expired"},
             with_leaf({.name = "localhost", .san = "DNS:localhost", .not_after_s = -60}));
}

TEST_CASE("a leaf that is not valid yet is refused (RFC 5280 6.1.3)", "[tls][adversary]") {
  check_each(honest, {"bad_certificate"},
             with_leaf({.name = "localhost", .san = "DNS:localhost", .not_before_s = 3600}));
}

TEST_CASE("a leaf for clients is refused with unsupported_certificate (RFC 8446 4.4.2.2)",
          "[tls][adversary]") {
  check_each(
      honest, {"unsupported_certificate"},
      with_leaf({.name = "localhost", .san = "DNS:localhost", .extended_usage = "clientAuth"}));
}

TEST_CASE("a leaf that may not sign is refused (RFC 8446 4.4.2.2)", "[tls][adversary]") {
  // libssl has the purpose check alone, which takes keyEncipherment or keyAgreement too.
  check_each(
      honest, {"bad_certificate", "accepted"},
      with_leaf(
          {.name = "localhost", .san = "DNS:localhost", .key_usage = "critical,keyAgreement"}));
}

TEST_CASE("a certificate with bytes behind it is refused (RFC 8446 4.4.2)", "[tls][adversary]") {
  auto entries = entries_of(leaf_identity());
  entries[0].der.push_back(0);
  check_each(shows(certificate_message(entries)), {"bad_certificate", "decode_error"});
}

TEST_CASE("a certificate that is none is refused with bad_certificate (RFC 8446 6.2)",
          "[tls][adversary]") {
  check_each(shows(certificate_message({{.der = {0x30, 0x03, 0x02, 0x01, 0x01}}})),
             {"bad_certificate"});
}

TEST_CASE("an empty Certificate of a server is refused with decode_error (RFC 8446 4.4.2.4)",
          "[tls][adversary]") {
  check_each(shows(certificate_message({})), {"decode_error"});
}

TEST_CASE("an empty entry of a chain is refused with decode_error (RFC 8446 4.4.2)",
          "[tls][adversary]") {
  auto entries = entries_of(leaf_identity());
  entries.push_back({});
  check_each(shows(certificate_message(entries)), {"decode_error", "bad_certificate"});
}

TEST_CASE("a certificate_request_context of a server is refused (RFC 8446 4.4.2)",
          "[tls][adversary]") {
  check_each(shows(certificate_message(entries_of(leaf_identity()), Bytes{1, 2})),
             {"illegal_parameter", "decode_error"});
}

TEST_CASE("an OCSP response that was not asked for is refused (RFC 8446 4.4.2)",
          "[tls][adversary]") {
  auto entries = entries_of(leaf_identity());
  entries[0].extensions = {{extension::status_request, {1, 0, 0, 1, 0}}};
  check_each(shows(certificate_message(entries)), {"unsupported_extension"});
}

TEST_CASE("an unknown extension of a certificate is refused (RFC 8446 4.4.2)", "[tls][adversary]") {
  auto entries = entries_of(leaf_identity());
  entries[0].extensions = {{extension::unassigned, {}}};
  // libssl passes over what it does not know, in every message.
  check_each(shows(certificate_message(entries)), {"unsupported_extension", "accepted"});
}
