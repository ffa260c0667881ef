// HelloRetryRequests that a client must refuse (RFC 8446 section 4.1.4).
#include "tests/support/catch.hpp"
#include "tests/unit/tls_adversary/bend.hpp"
#include "tests/unit/tls_adversary/lab.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace handfast::tls;

namespace {

/// libssl does not mind, and then has other keys.
constexpr std::string_view passed_over = "bad_record_mac";
constexpr std::uint16_t p256 = 23, p384 = 24, p521 = 25;

ClientSettings two_groups() {
  auto settings = tls13_settings();
  settings.groups = {"P-256", "P-384"};
  return settings;
}

/// The server wants P-384, for which no share was sent.
MemoryServerOptions retrying() {
  auto options = plain_options();
  options.configure = [base = options.configure](SSL_CTX* context) {
    base(context);
    SSL_CTX_set1_groups_list(context, "P-384");
  };
  return options;
}

/// Somebody says a HelloRetryRequest in place of the ServerHello.
auto retries(std::optional<std::uint16_t> group, Bytes cookie = {},
             std::function<void(Bytes&)> change = {}) {
  return [=](const Target&) {
    return Edits{.units = [=](Units& units) {
      if (auto* unit = find(units, message::server_hello)) {
        unit->bytes = retry_request_like(unit->bytes, group, cookie);
        if (change) change(unit->bytes);
        units = {*unit};
      }
    }};
  };
}

/// The server's own HelloRetryRequest, changed.
auto changes_retry(std::function<void(Bytes&)> change) {
  return [change = std::move(change)](const Target&) {
    return Edits{.units = [change](Units& units) {
      for (auto& unit : units) {
        if (unit.is_hello_retry_request()) change(unit.bytes);
      }
    }};
  };
}

auto changes_hello(std::function<void(Bytes&)> change) {
  return [change = std::move(change)](const Target&) {
    return Edits{.units = in_message(message::server_hello, change)};
  };
}

}  // namespace

TEST_CASE(
    "a HelloRetryRequest and what follows it are accepted as the server says them (RFC 8446 4.1.4)",
    "[tls][adversary]") {
  check_each([](const Target&) { return Edits{}; }, {"accepted"}, retrying(), two_groups());
}

TEST_CASE(
    "a HelloRetryRequest that changes nothing is refused with illegal_parameter (RFC 8446 4.1.4)",
    "[tls][adversary]") {
  check_each(retries(std::nullopt), {"illegal_parameter"}, plain_options(), two_groups());
}

TEST_CASE(
    "a HelloRetryRequest for a group with a share is refused with illegal_parameter (RFC 8446 "
    "4.2.8)",
    "[tls][adversary]") {
  check_each(retries(p256), {"illegal_parameter"}, plain_options(), two_groups());
}

TEST_CASE(
    "a HelloRetryRequest for a group that was not offered is refused with illegal_parameter (RFC "
    "8446 4.2.8)",
    "[tls][adversary]") {
  check_each(retries(p521), {"illegal_parameter"}, plain_options(), two_groups());
  check_each(retries(0xfafa), {"illegal_parameter"}, plain_options(), two_groups());
}

TEST_CASE("a second HelloRetryRequest is refused with unexpected_message (RFC 8446 4.1.4)",
          "[tls][adversary]") {
  check_each(
      [](const Target&) {
        return Edits{.units = [](Units& units) {
          if (auto* unit = find(units, message::server_hello)) {
            unit->bytes = retry_request_like(unit->bytes, std::nullopt, Bytes{1, 2, 3});
            units = {*unit};
          }
        }};
      },
      {"unexpected_message"}, retrying(), two_groups());
}

TEST_CASE(
    "a cipher that is negotiated anew after HelloRetryRequest is refused with illegal_parameter "
    "(RFC 8446 4.1.4)",
    "[tls][adversary]") {
  for (const std::uint8_t suite : Bytes{0x02, 0x03}) {
    check_each(changes_hello([suite](Bytes& hello) { hello[suite_offset(hello) + 1] = suite; }),
               {"illegal_parameter"}, retrying(), two_groups());
  }
  check_each(changes_retry([](Bytes& retry) { retry[suite_offset(retry) + 1] = 0x02; }),
             {"illegal_parameter"}, retrying(), two_groups());
}

TEST_CASE(
    "another group than the HelloRetryRequest's is refused with illegal_parameter (RFC 8446 4.2.8)",
    "[tls][adversary]") {
  check_each(changes_hello([](Bytes& hello) {
               edit_extensions(hello, [](ExtensionList& list) {
                 for (auto& one : list) {
                   if (one.type == extension::key_share) one.body[1] = p256;
                 }
               });
             }),
             {"illegal_parameter"}, retrying(), two_groups());
}

TEST_CASE("extensions that a HelloRetryRequest must not have are refused (RFC 8446 4.1.4)",
          "[tls][adversary]") {
  const auto with = [](std::uint16_t type, Bytes body) {
    return changes_retry([type, body](Bytes& retry) { set_extension(retry, type, body); });
  };
  SECTION("unknown to everybody") {
    check_each(with(extension::unassigned, {}), {"unsupported_extension", passed_over}, retrying(),
               two_groups());
  }
  SECTION("of another message") {
    check_each(with(extension::server_name, {}), {"illegal_parameter"}, retrying(), two_groups());
  }
  SECTION("twice") {
    check_each(changes_retry([](Bytes& retry) {
                 edit_extensions(retry, [](ExtensionList& list) { list.push_back(list.front()); });
               }),
               {"illegal_parameter"}, retrying(), two_groups());
  }
  SECTION("an empty cookie") {
    check_each(with(extension::cookie, {0, 0}), {"decode_error", passed_over}, retrying(),
               two_groups());
  }
  SECTION("a key share instead of a group") {
    check_each(with(extension::key_share, {0, p384, 0, 1, 4}), {"decode_error"}, retrying(),
               two_groups());
  }
}

TEST_CASE("a HelloRetryRequest of TLS 1.2 is refused with protocol_version (RFC 8446 4.1.4)",
          "[tls][adversary]") {
  check_each(
      changes_retry([](Bytes& retry) { remove_extension(retry, extension::supported_versions); }),
      {"protocol_version", passed_over}, retrying(), two_groups());
}

TEST_CASE("legacy fields of a HelloRetryRequest are checked (RFC 8446 4.1.4)", "[tls][adversary]") {
  check_each(changes_retry([](Bytes& retry) { retry[39] ^= 1; }), {"illegal_parameter"}, retrying(),
             two_groups());
  check_each(changes_retry([](Bytes& retry) { retry[suite_offset(retry) + 2] = 1; }),
             {"illegal_parameter"}, retrying(), two_groups());
}

TEST_CASE("a message in a HelloRetryRequest's place later on is refused (RFC 8446 4)",
          "[tls][adversary]") {
  check_each(
      [](const Target&) {
        return Edits{.units = [](Units& units) {
          const auto* hello = find(units, message::server_hello);
          if (hello == nullptr) return;
          Unit retry{.epoch = Epoch::handshake,
                     .bytes = retry_request_like(hello->bytes, p384, {})};
          behind(message::encrypted_extensions, retry)(units);
        }};
      },
      {"unexpected_message"}, plain_options(), two_groups());
}
