#include "pki/mint/name_template.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>
#include <charconv>
#include <iterator>
#include <optional>

#include "core/base/bytes.hpp"
#include "core/base/text.hpp"

namespace handfast::pki {

namespace {

constexpr int widest_random = 32;
constexpr int unique_random = 12;  // 60 bits

using Digest = std::array<std::uint8_t, SHA256_DIGEST_LENGTH>;

/// What {uuid} and {rand:N} of one member are made from, each for itself.
Digest digest_of(std::string_view salt, std::string_view purpose, std::uint64_t index) {
  const auto text = fmt::format("{}/{}/{}", salt, purpose, index);
  Digest digest{};
  SHA256(as_bytes(text).data(), text.size(), digest.data());
  return digest;
}

std::string uuid_of(std::string_view salt, std::uint64_t index) {
  auto digest = digest_of(salt, "uuid", index);
  digest[6] = static_cast<std::uint8_t>((digest[6] & 0x0fU) | 0x40U);  // version 4
  digest[8] = static_cast<std::uint8_t>((digest[8] & 0x3fU) | 0x80U);  // variant of RFC 9562
  const auto hex = to_hex(ByteView(digest).first(16));
  const std::string_view all = hex;
  return fmt::format("{}-{}-{}-{}-{}", all.substr(0, 8), all.substr(8, 4), all.substr(12, 4),
                     all.substr(16, 4), all.substr(20));
}

std::string random_of(std::string_view salt, std::uint64_t index, int width) {
  constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz234567";
  const auto digest = digest_of(salt, "rand", index);
  std::string out;
  for (int i = 0; i < width; ++i) {
    out += alphabet[digest[static_cast<std::size_t>(i)] % alphabet.size()];
  }
  return out;
}

/// The number in `digits` when it lies between 1 and `most`.
std::optional<int> width_in(std::string_view digits, int most) {
  int width = 0;
  const auto* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, width);
  if (error != std::errc{} || stop != end || width < 1 || width > most) return std::nullopt;
  return width;
}

}  // namespace

bool NameTemplate::read_placeholder(std::string_view inside, Part& part, std::string& why) {
  if (inside == "i" || inside == "uuid") {
    part.kind = inside == "i" ? Kind::decimal : Kind::uuid;
    return true;
  }
  struct Sized {
    std::string_view prefix;
    Kind kind;
    int most;
  };
  constexpr std::array<Sized, 3> sized{{{"i:0", Kind::decimal, 20},
                                        {"hex:", Kind::hexadecimal, 16},
                                        {"rand:", Kind::random, widest_random}}};
  for (const auto& [prefix, kind, most] : sized) {
    if (!inside.starts_with(prefix) || inside.size() == prefix.size()) continue;
    const auto width = width_in(inside.substr(prefix.size()), most);
    if (!width) {
      why = fmt::format("has a width that is not 1 to {}", most);
      return false;
    }
    part.kind = kind;
    part.width = *width;
    return true;
  }
  why = fmt::format("has the unknown placeholder \"{{{}}}\"", printable(inside));
  return false;
}

Result<NameTemplate> NameTemplate::parse(std::string_view text) {
  NameTemplate out;
  const auto whole = text;
  const auto bad = [whole](std::string_view why) {
    return usage_problem(fmt::format("template \"{}\" {}", printable(whole), why), {},
                         "write {i} for the index or {i:06} for six digits");
  };
  while (!text.empty()) {
    const auto open = text.find('{');
    if (open != 0) {
      out.parts_.push_back({Kind::text, std::string(text.substr(0, open)), 0});
      if (open == std::string_view::npos) break;
      text.remove_prefix(open);
    }
    const auto close = text.find('}');
    if (close == std::string_view::npos) return bad("has an unclosed placeholder");
    Part part;
    std::string why;
    if (!read_placeholder(text.substr(1, close - 1), part, why)) return bad(why);
    if (part.kind != Kind::random || part.width >= unique_random) out.has_index_ = true;
    out.parts_.push_back(std::move(part));
    text.remove_prefix(close + 1);
  }
  return out;
}

std::string NameTemplate::expand(std::uint64_t index, std::string_view salt) const {
  std::string out;
  for (const auto& part : parts_) {
    switch (part.kind) {
      case Kind::text:
        out += part.text;
        break;
      case Kind::decimal:
        fmt::format_to(std::back_inserter(out), "{:0{}}", index, part.width);
        break;
      case Kind::hexadecimal:
        fmt::format_to(std::back_inserter(out), "{:0{}x}", index, part.width);
        break;
      case Kind::uuid:
        out += uuid_of(salt, index);
        break;
      case Kind::random:
        out += random_of(salt, index, part.width);
        break;
    }
  }
  return out;
}

}  // namespace handfast::pki
