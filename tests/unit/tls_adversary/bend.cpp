#include "tests/unit/tls_adversary/bend.hpp"

#include <algorithm>
#include <stdexcept>

#include "tests/support/hex.hpp"

namespace handfast::test {

namespace {

constexpr std::size_t header = 4;

/// Where the block of extensions begins, with its length.
std::size_t extensions_offset(const Bytes& message) {
  switch (message[0]) {
    case message::server_hello:
      return suite_offset(message) + 3;
    case message::encrypted_extensions:
      return header;
    case message::certificate_request:
      return header + 1 + message[header];
    case message::new_session_ticket: {
      const std::size_t ticket = header + 8 + 1 + message[header + 8];
      return ticket + 2 + (std::size_t{message[ticket]} << 8U) + message[ticket + 1];
    }
    default:
      throw std::runtime_error("no message with one block of extensions");
  }
}

void put_extensions(ByteWriter& writer, const ExtensionList& list) {
  std::size_t size = 0;
  for (const auto& one : list) size += 4 + one.body.size();
  writer.u16(static_cast<std::uint16_t>(size));
  for (const auto& one : list) {
    writer.u16(one.type);
    writer.u16(static_cast<std::uint16_t>(one.body.size()));
    writer.bytes(one.body);
  }
}

}  // namespace

void edit_extensions(Bytes& message, const std::function<void(ExtensionList&)>& edit) {
  const auto at = extensions_offset(message);
  ByteReader reader(ByteView(message).subspan(at + 2));
  ExtensionList list;
  while (!reader.empty()) {
    const auto type = reader.u16().value();
    const auto body = reader.bytes(reader.u16().value()).value();
    list.push_back({type, Bytes(body.begin(), body.end())});
  }
  edit(list);
  message.resize(at);
  ByteWriter writer(message);
  put_extensions(writer, list);
  fit_length(message);
}

void set_extension(Bytes& message, std::uint16_t type, Bytes body) {
  edit_extensions(message, [&](ExtensionList& list) {
    const auto found = std::ranges::find(list, type, &Extension::type);
    if (found == list.end()) {
      list.push_back({type, std::move(body)});
    } else {
      found->body = std::move(body);
    }
  });
}

void remove_extension(Bytes& message, std::uint16_t type) {
  edit_extensions(message, [type](ExtensionList& list) {
    std::erase_if(list, [type](const Extension& one) { return one.type == type; });
  });
}

Bytes certificate_message(const std::vector<CertificateEntry>& entries, ByteView context) {
  Bytes list;
  ByteWriter writer(list);
  for (const auto& entry : entries) {
    writer.u24(static_cast<std::uint32_t>(entry.der.size()));
    writer.bytes(entry.der);
    put_extensions(writer, entry.extensions);
  }
  Bytes body;
  ByteWriter whole(body);
  whole.u8(static_cast<std::uint8_t>(context.size()));
  whole.bytes(context);
  whole.u24(static_cast<std::uint32_t>(list.size()));
  whole.bytes(list);
  return handshake_message(message::certificate, body);
}

std::vector<CertificateEntry> entries_of(const tls::Identity& identity) {
  std::vector<CertificateEntry> entries{{.der = tls::to_der(identity.leaf())}};
  for (auto* one : identity.intermediates()) entries.push_back({.der = tls::to_der(one)});
  return entries;
}

std::size_t suite_offset(const Bytes& hello) {
  constexpr std::size_t session_id = header + 2 + 32;
  return session_id + 1 + hello[session_id];
}

Bytes retry_request_like(const Bytes& hello, std::optional<std::uint16_t> group, ByteView cookie) {
  Bytes retry = hello;
  const Bytes special = hex("cf21ad74e59a6111be1d8c021e65b891c2a211167abb8c5e079e09e2c8a8339c");
  std::ranges::copy(special, retry.begin() + header + 2);
  edit_extensions(retry, [&](ExtensionList& list) {
    list = {{extension::supported_versions, {3, 4}}};
    if (group) {
      list.push_back(
          {extension::key_share,
           {static_cast<std::uint8_t>(*group >> 8U), static_cast<std::uint8_t>(*group & 0xffU)}});
    }
    if (cookie.empty()) return;
    Bytes body;
    ByteWriter writer(body);
    writer.u16(static_cast<std::uint16_t>(cookie.size()));
    writer.bytes(cookie);
    list.push_back({extension::cookie, body});
  });
  return retry;
}

std::function<void(Units&)> in_message(std::uint8_t type, std::function<void(Bytes&)> change) {
  return [type, change = std::move(change)](Units& units) {
    if (auto* unit = find(units, type)) change(unit->bytes);
  };
}

std::function<void(Units&)> behind(std::uint8_t type, Unit unit) {
  return [type, unit = std::move(unit)](Units& units) {
    if (auto* found = find(units, type)) {
      units.insert(units.begin() + (found - units.data()) + 1, unit);
    }
  };
}

std::function<void(Units&)> without(std::uint8_t type) {
  return [type](Units& units) {
    if (auto* found = find(units, type)) units.erase(units.begin() + (found - units.data()));
  };
}

}  // namespace handfast::test
