#include "pki/faults/detail/der.hpp"

#include <fmt/format.h>

#include <charconv>
#include <utility>

namespace handfast::pki::der {

namespace {

constexpr int deepest = 40;

struct Header {
  std::size_t octets = 0;
  std::size_t length = 0;
  LengthForm form = LengthForm::minimal;
};

std::optional<Header> read_header(ByteView bytes) {
  if (bytes.size() < 2 || (bytes[0] & 0x1fU) == 0x1fU) return std::nullopt;
  const std::uint8_t first = bytes[1];
  if (first < 0x80) return Header{2, first, LengthForm::minimal};
  if (first == 0x80) {
    if ((bytes[0] & 0x20U) == 0) return std::nullopt;
    return Header{2, 0, LengthForm::indefinite};
  }
  const std::size_t count = first & 0x7fU;
  if (count > 4 || bytes.size() < 2 + count) return std::nullopt;
  std::size_t length = 0;
  for (std::size_t i = 0; i < count; ++i) length = length << 8U | bytes[2 + i];
  const bool minimal = bytes[2] != 0 && length >= 0x80;
  return Header{2 + count, length, minimal ? LengthForm::minimal : LengthForm::padded};
}

std::optional<Value> read_value(ByteView source, std::size_t offset, std::size_t end, int depth);

/// Children from `at` to `end`, or to the end-of-contents octets; `at` moves behind what was read.
bool read_children(ByteView source, std::size_t& at, std::size_t end, Value& parent, int depth) {
  const bool indefinite = parent.form == LengthForm::indefinite;
  while (at < end) {
    if (indefinite && end - at >= 2 && source[at] == 0 && source[at + 1] == 0) {
      at += 2;
      return true;
    }
    auto child = read_value(source, at, end, depth + 1);
    if (!child) return false;
    at += child->size;
    parent.children.push_back(std::move(*child));
  }
  return !indefinite;
}

std::optional<Value> read_value(ByteView source, std::size_t offset, std::size_t end, int depth) {
  const auto header = read_header(source.subspan(offset, end - offset));
  if (!header || depth > deepest) return std::nullopt;
  std::size_t at = offset + header->octets;
  if (header->length > end - at) return std::nullopt;
  Value out;
  out.tag = source[offset];
  out.form = header->form;
  out.offset = offset;
  const bool indefinite = header->form == LengthForm::indefinite;
  const std::size_t stop = indefinite ? end : at + header->length;
  if (!out.constructed()) {
    const auto content = source.subspan(at, header->length);
    out.content.assign(content.begin(), content.end());
    at = stop;
  } else if (!read_children(source, at, stop, out, depth)) {
    return std::nullopt;
  }
  out.size = at - offset;
  return out;
}

void append_length(Bytes& out, std::size_t length, LengthForm form) {
  if (form == LengthForm::padded) {
    out.push_back(0x84);
    for (int shift = 24; shift >= 0; shift -= 8) {
      out.push_back(static_cast<std::uint8_t>(length >> static_cast<unsigned>(shift)));
    }
    return;
  }
  if (length < 0x80) {
    out.push_back(static_cast<std::uint8_t>(length));
    return;
  }
  Bytes digits;
  for (auto rest = length; rest != 0; rest >>= 8U)
    digits.push_back(static_cast<std::uint8_t>(rest));
  out.push_back(static_cast<std::uint8_t>(0x80U | digits.size()));
  out.insert(out.end(), digits.rbegin(), digits.rend());
}

}  // namespace

std::optional<Value> read(ByteView bytes) { return read_value(bytes, 0, bytes.size(), 0); }

std::optional<Value> read_all(ByteView bytes) {
  auto out = read(bytes);
  if (out && out->size != bytes.size()) return std::nullopt;
  return out;
}

Bytes encode(const Value& value) {
  Bytes content = value.content;
  for (const auto& child : value.children) {
    const auto inner = encode(child);
    content.insert(content.end(), inner.begin(), inner.end());
  }
  Bytes out{value.tag};
  if (value.form == LengthForm::indefinite) {
    out.push_back(0x80);
    content.insert(content.end(), {0, 0});
  } else {
    append_length(out, content.size(), value.form);
  }
  out.insert(out.end(), content.begin(), content.end());
  return out;
}

Value primitive(std::uint8_t tag, Bytes content) {
  Value out;
  out.tag = tag;
  out.content = std::move(content);
  return out;
}

Value text(std::uint8_t tag, std::string_view content) {
  return primitive(tag, Bytes(content.begin(), content.end()));
}

Value constructed(std::uint8_t tag, std::vector<Value> children) {
  Value out;
  out.tag = tag;
  out.children = std::move(children);
  return out;
}

Value object(std::string_view dotted_text) {
  return primitive(tag::object, object_octets(dotted_text));
}

Bytes object_octets(std::string_view dotted_text) {
  Bytes out;
  std::uint64_t first = 0;
  for (int index = 0; !dotted_text.empty(); ++index) {
    const auto dot = dotted_text.find('.');
    const auto part = dotted_text.substr(0, dot);
    dotted_text = dot == std::string_view::npos ? std::string_view{} : dotted_text.substr(dot + 1);
    std::uint64_t arc = 0;
    std::from_chars(part.data(), part.data() + part.size(), arc);
    if (index == 0) {
      first = arc;
      continue;
    }
    if (index == 1) arc += first * 40;
    Bytes groups{static_cast<std::uint8_t>(arc & 0x7fU)};
    while ((arc >>= 7U) != 0) groups.push_back(static_cast<std::uint8_t>(0x80U | (arc & 0x7fU)));
    out.insert(out.end(), groups.rbegin(), groups.rend());
  }
  return out;
}

std::string dotted(ByteView content) {
  std::string out;
  std::uint64_t arc = 0;
  for (const auto octet : content) {
    if (arc > (UINT64_MAX >> 7U)) return {};
    arc = arc << 7U | (octet & 0x7fU);
    if ((octet & 0x80U) != 0) continue;
    if (out.empty()) {
      const std::uint64_t first = arc < 80 ? arc / 40 : 2;
      out = fmt::format("{}.{}", first, arc - first * 40);
    } else {
      out += fmt::format(".{}", arc);
    }
    arc = 0;
  }
  const bool cut = !content.empty() && (content.back() & 0x80U) != 0;
  return cut ? std::string{} : out;
}

}  // namespace handfast::pki::der
