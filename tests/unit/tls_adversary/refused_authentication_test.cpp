// CertificateRequest, CertificateVerify and Finished that a client must refuse (RFC 8446 sections
// 4.3.2, 4.4.3 and 4.4.4).
#include "tests/support/catch.hpp"
#include "tests/unit/tls_adversary/bend.hpp"
#include "tests/unit/tls_adversary/lab.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace handfast::tls;

namespace {

MemoryServerOptions rsa_options() {
  auto options = plain_options();
  options.identity = leaf_identity({.name = "localhost", .san = "DNS:localhost", .key = "RSA"});
  return options;
}

MemoryServerOptions two_way_options() {
  auto options = plain_options();
  options.client_trust = test_pki().trust();
  return options;
}

/// The server signs with this scheme, correctly; the finish fits.
auto signs_with(std::uint16_t scheme) {
  return [scheme](const Target& target) {
    return lie(target, in_message(message::certificate_verify, [scheme](Bytes& bytes) {
                 bytes[4] = static_cast<std::uint8_t>(scheme >> 8U);
                 bytes[5] = static_cast<std::uint8_t>(scheme & 0xffU);
               }));
  };
}

auto changes(std::function<void(Units&)> change) {
  return [change = std::move(change)](const Target& target) { return lie(target, change); };
}

Unit handshake_unit(Bytes message) {
  return {.epoch = Epoch::handshake, .bytes = std::move(message)};
}

}  // namespace

TEST_CASE("a wrong signature in CertificateVerify is refused with decrypt_error (RFC 8446 4.4.3)",
          "[tls][adversary]") {
  check_each(
      [](const Target&) {
        return Edits{.units = in_message(message::certificate_verify,
                                         [](Bytes& bytes) { bytes.back() ^= 1; }),
                     .finish_again = true};
      },
      {"decrypt_error"});
}

TEST_CASE("a CertificateVerify by another key is refused with decrypt_error (RFC 8446 4.4.3)",
          "[tls][adversary]") {
  check_each(
      [](const Target&) {
        return Edits{.sign_again = test_pki().stranger.key.get(), .finish_again = true};
      },
      {"decrypt_error"});
}

TEST_CASE("a CertificateVerify of another handshake is refused with decrypt_error (RFC 8446 4.4.3)",
          "[tls][adversary]") {
  const Target target(plain_options());
  with_each_engine([&](const TestedEngine&, Engine& engine) {
    Bytes kept;
    check_outcome(attack(engine, target,
                         {.units = in_message(message::certificate_verify,
                                              [&](Bytes& bytes) { kept = bytes; })}),
                  "accepted");
    check_outcome(attack(engine, target,
                         {.units = in_message(message::certificate_verify,
                                              [&](Bytes& bytes) { bytes = kept; }),
                          .finish_again = true}),
                  "decrypt_error");
  });
}

TEST_CASE("a scheme that was not offered is refused with illegal_parameter (RFC 8446 4.4.3)",
          "[tls][adversary]") {
  auto settings = tls13_settings();
  settings.signature_algorithms = {"ecdsa_secp384r1_sha384", "rsa_pss_rsae_sha256"};
  const Target target(plain_options());  // its libssl would not sign: he does
  auto open = tls13_settings();
  open.signature_algorithms = {"ecdsa_secp256r1_sha256", "rsa_pss_rsae_sha256"};
  with_each_engine(
      [&](const TestedEngine&, Engine& engine) {
        for (const auto scheme :
             std::initializer_list<std::uint16_t>{0x0804, 0x0503, 0x0807, 0xfefe}) {
          INFO("scheme " << scheme);
          check_outcome(attack(engine, target,
                               {.units = in_message(message::certificate_verify,
                                                    [scheme](Bytes& bytes) {
                                                      bytes[4] =
                                                          static_cast<std::uint8_t>(scheme >> 8U);
                                                      bytes[5] = static_cast<std::uint8_t>(scheme);
                                                    }),
                                .finish_again = true}),
                        "illegal_parameter");
        }
      },
      open);
}

TEST_CASE("a curve that is not the scheme's is refused with illegal_parameter (RFC 8446 4.2.3)",
          "[tls][adversary]") {
  check_each(signs_with(0x0503), {"illegal_parameter"});
}

TEST_CASE("SHA-1 in CertificateVerify is refused with illegal_parameter (RFC 8446 4.2.3)",
          "[tls][adversary]") {
  check_each(signs_with(0x0203), {"illegal_parameter"});
  check_each(signs_with(0x0201), {"illegal_parameter"}, rsa_options());
}

TEST_CASE(
    "RSASSA-PKCS1-v1_5 in CertificateVerify is refused with illegal_parameter (RFC 8446 4.2.3)",
    "[tls][adversary]") {
  for (const auto scheme : std::initializer_list<std::uint16_t>{0x0401, 0x0501, 0x0601}) {
    check_each(signs_with(scheme), {"illegal_parameter"}, rsa_options());
  }
}

TEST_CASE(
    "rsa_pss_pss with a key of rsaEncryption is refused with illegal_parameter (RFC 8446 4.2.3)",
    "[tls][adversary]") {
  check_each(signs_with(0x0809), {"illegal_parameter"}, rsa_options());
}

TEST_CASE("a CertificateVerify with bytes behind it is refused with decode_error (RFC 8446 4.4.3)",
          "[tls][adversary]") {
  check_each(
      [](const Target&) {
        return Edits{.units = in_message(message::certificate_verify,
                                         [](Bytes& bytes) {
                                           bytes.push_back(0);
                                           fit_length(bytes);
                                         }),
                     .finish_again = true};
      },
      {"decode_error"});
}

TEST_CASE("a wrong Finished is refused with decrypt_error (RFC 8446 4.4.4)", "[tls][adversary]") {
  for (const bool first : {true, false}) {
    check_each(
        [first](const Target&) {
          return Edits{.units = in_message(message::finished, [first](Bytes& bytes) {
                         (first ? bytes[4] : bytes.back()) ^= 1;
                       })};
        },
        {"decrypt_error"});
  }
}

TEST_CASE("a Finished of another length is refused with decode_error (RFC 8446 4.4.4)",
          "[tls][adversary]") {
  for (const int grow : {-1, 1, -32}) {
    check_each(
        [grow](const Target&) {
          return Edits{.units = in_message(message::finished, [grow](Bytes& bytes) {
                         bytes.resize(bytes.size() + static_cast<std::size_t>(grow));
                         fit_length(bytes);
                       })};
        },
        {"decode_error"});
  }
}

TEST_CASE("a message left out is refused with unexpected_message (RFC 8446 4)",
          "[tls][adversary]") {
  for (const auto type :
       {message::encrypted_extensions, message::certificate, message::certificate_verify}) {
    INFO("without " << handshake_name(type));
    check_each(changes(without(type)), {"unexpected_message"});
  }
}

TEST_CASE(
    "both Certificate and CertificateVerify left out are refused: nobody is authenticated (RFC "
    "8446 4.4.2)",
    "[tls][adversary]") {
  check_each(changes([](Units& units) {
               without(message::certificate)(units);
               without(message::certificate_verify)(units);
             }),
             {"unexpected_message"});
}

TEST_CASE("messages in another order are refused with unexpected_message (RFC 8446 4)",
          "[tls][adversary]") {
  const auto swap = [](std::uint8_t left, std::uint8_t right) {
    return [left, right](Units& units) {
      auto* one = find(units, left);
      auto* other = find(units, right);
      if (one != nullptr && other != nullptr) std::swap(*one, *other);
    };
  };
  for (const auto& [left, right] :
       {std::pair{message::certificate, message::certificate_verify},
        std::pair{message::certificate_verify, message::finished},
        std::pair{message::encrypted_extensions, message::certificate}}) {
    check_each(changes(swap(left, right)), {"unexpected_message"});
  }
  check_each(changes(swap(message::certificate_request, message::certificate)),
             {"unexpected_message"}, two_way_options());
}

TEST_CASE(
    "a CertificateRequest without signature_algorithms is refused with missing_extension (RFC 8446 "
    "4.3.2)",
    "[tls][adversary]") {
  check_each(changes(in_message(
                 message::certificate_request,
                 [](Bytes& bytes) { remove_extension(bytes, extension::signature_algorithms); })),
             {"missing_extension"}, two_way_options());
}

TEST_CASE("a CertificateRequest in the handshake with a context is refused (RFC 8446 4.3.2)",
          "[tls][adversary]") {
  check_each(changes(in_message(message::certificate_request,
                                [](Bytes& bytes) {
                                  bytes[4] = 1;
                                  bytes.insert(bytes.begin() + 5, 7);
                                  fit_length(bytes);
                                })),
             {"illegal_parameter", "accepted"}, two_way_options());
}

TEST_CASE("a CertificateRequest with an extension twice is refused (RFC 8446 4.2)",
          "[tls][adversary]") {
  check_each(changes(in_message(message::certificate_request,
                                [](Bytes& bytes) {
                                  edit_extensions(bytes, [](ExtensionList& list) {
                                    list.push_back(list.front());
                                  });
                                })),
             {"illegal_parameter"}, two_way_options());
}

TEST_CASE("two CertificateRequests are refused with unexpected_message (RFC 8446 4.3.2)",
          "[tls][adversary]") {
  check_each(changes([](Units& units) {
               if (const auto* unit = find(units, message::certificate_request)) {
                 const Unit copy = *unit;
                 behind(message::certificate_request, copy)(units);
               }
             }),
             {"unexpected_message"}, two_way_options());
}

TEST_CASE("handshake messages of clients are refused with unexpected_message (RFC 8446 4)",
          "[tls][adversary]") {
  for (const std::uint8_t type : Bytes{0, 1, 5, 12, 14, 16, 24, 254}) {
    INFO("type " << int{type});
    check_each(changes(behind(message::encrypted_extensions,
                              handshake_unit(handshake_message(type, Bytes{0})))),
               {"unexpected_message"});
  }
}
