// Changes to handshake messages that keep their lengths right, so that one thing alone is wrong.
#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "tests/support/tls13_mitm.hpp"

namespace handfast::test {

struct Extension {
  std::uint16_t type = 0;
  Bytes body;
};
using ExtensionList = std::vector<Extension>;

namespace extension {
inline constexpr std::uint16_t server_name = 0, status_request = 5, supported_groups = 10,
                               signature_algorithms = 13, alpn = 16, pre_shared_key = 41,
                               early_data = 42, supported_versions = 43, cookie = 44,
                               key_share = 51, unassigned = 0xfa7a;
}

/// Edits the extensions of a ServerHello, HelloRetryRequest, EncryptedExtensions,
/// CertificateRequest or NewSessionTicket.
void edit_extensions(Bytes& message, const std::function<void(ExtensionList&)>& edit);
/// Puts `body` in place of the extension's, or adds it.
void set_extension(Bytes& message, std::uint16_t type, Bytes body);
void remove_extension(Bytes& message, std::uint16_t type);

struct CertificateEntry {
  Bytes der;
  ExtensionList extensions{};
};
/// A Certificate message.
Bytes certificate_message(const std::vector<CertificateEntry>& entries, ByteView context = {});
/// What the certificates of an identity look like in it.
std::vector<CertificateEntry> entries_of(const tls::Identity& identity);

/// The offset of the suite in a ServerHello.
std::size_t suite_offset(const Bytes& hello);
/// A HelloRetryRequest like `hello` that asks for `group`, and has `cookie` when there is one.
Bytes retry_request_like(const Bytes& hello, std::optional<std::uint16_t> group,
                         ByteView cookie = {});

/// Applies `change` to the first message of this type in a flight.
std::function<void(Units&)> in_message(std::uint8_t type, std::function<void(Bytes&)> change);
/// Puts `unit` behind the first message of this type.
std::function<void(Units&)> behind(std::uint8_t type, Unit unit);
/// Takes the first message of this type out.
std::function<void(Units&)> without(std::uint8_t type);

}  // namespace handfast::test
