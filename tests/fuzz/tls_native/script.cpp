#include "tests/fuzz/tls_native/script.hpp"

#include <algorithm>

namespace handfast::fuzz {

using namespace handfast::test;

namespace {

constexpr std::size_t header = 4;

bool bit(std::uint8_t byte, unsigned number) { return ((byte >> number) & 1U) != 0; }

std::ptrdiff_t offset(std::size_t at) { return static_cast<std::ptrdiff_t>(at); }

}  // namespace

Setup read_setup(std::uint8_t byte) {
  return {.signs = bit(byte, 0),
          .two_way = bit(byte, 1),
          .retries = bit(byte, 2),
          .psk = bit(byte, 3),
          .alpn = bit(byte, 4),
          .resumes = bit(byte, 5),
          .chacha = bit(byte, 6),
          .trickles = bit(byte, 7)};
}

/// 16 bits of the input, made to fit; 0 at its end.
std::size_t Script::number(std::size_t below) {
  const auto value = reader_.u16().value_or(0);
  return below == 0 ? 0 : value % below;
}

Bytes Script::some_bytes() {
  const std::size_t size = reader_.u8().value_or(0);
  const auto bytes = reader_.bytes(std::min(size, reader_.remaining())).value();
  return {bytes.begin(), bytes.end()};
}

/// Within one message; odd kinds leave the length in its header as it was.
void Script::change_bytes(Unit& unit, std::uint8_t kind) {
  auto& bytes = unit.bytes;
  const auto at = number(bytes.size() + 1);
  switch (kind / 2) {
    case 0:
      if (at < bytes.size()) bytes[at] ^= reader_.u8().value_or(1);
      return;  // the length is one of those bytes
    case 1: {
      const Bytes more = some_bytes();
      bytes.insert(bytes.begin() + offset(at), more.begin(), more.end());
      break;
    }
    case 2: {
      const auto count = number(bytes.size() - at + 1);
      bytes.erase(bytes.begin() + offset(at), bytes.begin() + offset(at + count));
      break;
    }
    default: {
      // Over what stands there.
      const Bytes over = some_bytes();
      for (std::size_t i = 0; i < over.size() && at + i < bytes.size(); ++i)
        bytes[at + i] = over[i];
      return;
    }
  }
  const bool fits = kind % 2 == 0 && unit.content_type == content::handshake;
  if (fits && bytes.size() >= header) fit_length(bytes);
}

void Script::change(Units& units) {
  constexpr std::uint8_t kinds = 14;
  for (auto steps = reader_.u8().value_or(0) % 8; steps > 0 && !units.empty(); --steps) {
    const std::uint8_t kind = reader_.u8().value_or(0) % kinds;
    const auto index = number(units.size());
    const auto here = units.begin() + offset(index);
    switch (kind) {
      case 8:
        units.insert(here, Unit(*here));
        break;
      case 9:
        units.erase(here);
        break;
      case 10:
        std::swap(units[index], units[number(units.size())]);
        break;
      case 11: {
        const auto type = reader_.u8().value_or(0);
        units.insert(here, {.epoch = here->epoch, .bytes = handshake_message(type, some_bytes())});
        break;
      }
      case 12: {
        const auto type = static_cast<std::uint8_t>(20 + number(5));
        units.insert(here, {.epoch = here->epoch, .content_type = type, .bytes = some_bytes()});
        break;
      }
      case 13: {
        // A new body for what stands there.
        const Bytes body = some_bytes();
        if (here->message_type() != 0) here->bytes = handshake_message(here->bytes[0], body);
        break;
      }
      default:
        change_bytes(*here, kind);
    }
  }
}

void Script::change(PlainRecords& records) {
  constexpr std::uint8_t kinds = 8;
  for (auto steps = reader_.u8().value_or(0) % 4; steps > 0 && !records.empty(); --steps) {
    const std::uint8_t kind = reader_.u8().value_or(0) % kinds;
    const auto index = number(records.size());
    const auto here = records.begin() + offset(index);
    switch (kind) {
      case 0: {
        auto rest = *here;
        const auto at = number(here->content.size() + 1);
        rest.content.erase(rest.content.begin(), rest.content.begin() + offset(at));
        here->content.resize(at);
        records.insert(std::next(here), rest);
        break;
      }
      case 1:
        if (index == 0) break;
        std::prev(here)->content.insert(std::prev(here)->content.end(), here->content.begin(),
                                        here->content.end());
        records.erase(here);
        break;
      case 2:
        here->padding = number(17000);
        break;
      case 3:
        here->version = reader_.u16().value_or(0);
        break;
      case 4:
        here->outer_type = static_cast<std::uint8_t>(20 + number(5));
        break;
      case 5:
        here->no_inner_type = true;
        break;
      case 6:
        records.insert(here, {.content = some_bytes(), .raw = true});
        break;
      default:
        here->content_type = reader_.u8().value_or(0);
    }
  }
}

}  // namespace handfast::fuzz
