// EncryptedExtensions that a client must refuse (RFC 8446 sections 4.2 and 4.3.1). The server signs
// for what it says, so nothing but the extension is wrong.
#include "tests/support/catch.hpp"
#include "tests/unit/tls_adversary/bend.hpp"
#include "tests/unit/tls_adversary/lab.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace handfast::tls;

namespace {

auto says(std::function<void(Bytes&)> change) {
  return [change = std::move(change)](const Target& target) {
    return lie(target, in_message(message::encrypted_extensions, change));
  };
}

auto with(std::uint16_t type, Bytes body) {
  return says(
      [type, body = std::move(body)](Bytes& message) { set_extension(message, type, body); });
}

ClientSettings with_alpn() {
  auto settings = tls13_settings();
  settings.alpn = {"mqtt"};
  return settings;
}

}  // namespace

TEST_CASE("answers to what was asked are accepted (RFC 8446 4.3.1)", "[tls][adversary]") {
  check_each(with(extension::server_name, {}), {"accepted"});
  check_each(with(extension::supported_groups, {0, 4, 0, 29, 0, 23}), {"accepted"});
  check_each(with(extension::alpn, {0, 5, 4, 'm', 'q', 't', 't'}), {"accepted"}, plain_options(),
             with_alpn());
}

TEST_CASE(
    "an EncryptedExtensions with an extension twice is refused with illegal_parameter (RFC 8446 "
    "4.2)",
    "[tls][adversary]") {
  check_each(says([](Bytes& message) {
               edit_extensions(message, [](ExtensionList& list) {
                 list = {{extension::server_name, {}}, {extension::server_name, {}}};
               });
             }),
             {"illegal_parameter"});
}

TEST_CASE("an unsolicited extension is refused with unsupported_extension (RFC 8446 4.2)",
          "[tls][adversary]") {
  check_each(with(extension::alpn, {0, 5, 4, 'm', 'q', 't', 't'}), {"unsupported_extension"});
  check_each(with(extension::early_data, {}), {"unsupported_extension"});
  // libssl passes over what it does not know.
  check_each(with(extension::unassigned, {}), {"unsupported_extension", "accepted"});
}

TEST_CASE("an extension of another message is refused with illegal_parameter (RFC 8446 4.2)",
          "[tls][adversary]") {
  check_each(with(extension::key_share, {0, 23}), {"illegal_parameter"});
  check_each(with(extension::supported_versions, {3, 4}), {"illegal_parameter"});
  check_each(with(extension::signature_algorithms, {0, 2, 4, 3}), {"illegal_parameter"});
}

TEST_CASE("ALPN with a protocol that was not offered is refused (RFC 7301 3.2)",
          "[tls][adversary]") {
  check_each(with(extension::alpn, {0, 3, 2, 'h', '2'}), {"illegal_parameter", "decode_error"},
             plain_options(), with_alpn());
}

TEST_CASE("ALPN with more or less than one protocol is refused with decode_error (RFC 7301 3.1)",
          "[tls][adversary]") {
  check_each(with(extension::alpn, {0, 10, 4, 'm', 'q', 't', 't', 4, 'm', 'q', 't', 't'}),
             {"decode_error"}, plain_options(), with_alpn());
  check_each(with(extension::alpn, {0, 0}), {"decode_error"}, plain_options(), with_alpn());
  check_each(with(extension::alpn, {0, 1, 0}), {"decode_error"}, plain_options(), with_alpn());
  check_each(with(extension::alpn, {}), {"decode_error"}, plain_options(), with_alpn());
}

TEST_CASE("a server_name that is not empty is refused with decode_error (RFC 6066 3)",
          "[tls][adversary]") {
  check_each(with(extension::server_name, {0}), {"decode_error"});
}

TEST_CASE("lengths that do not fit are refused with decode_error (RFC 8446 4.2)",
          "[tls][adversary]") {
  SECTION("bytes behind the extensions") {
    check_each(says([](Bytes& message) {
                 message.push_back(0);
                 fit_length(message);
               }),
               {"decode_error"});
  }
  SECTION("a block that ends early") {
    check_each(says([](Bytes& message) {
                 set_extension(message, extension::server_name, {});
                 message.pop_back();
                 fit_length(message);
               }),
               {"decode_error"});
  }
  SECTION("an extension that ends outside its block") {
    check_each(says([](Bytes& message) {
                 set_extension(message, extension::server_name, {});
                 message.back() = 1;
               }),
               {"decode_error"});
  }
  SECTION("no block at all") {
    check_each(says([](Bytes& message) {
                 message.resize(4);
                 fit_length(message);
               }),
               {"decode_error"});
  }
}
