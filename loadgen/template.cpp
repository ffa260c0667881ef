#include "loadgen/template.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>

namespace handfast::loadgen {
namespace {

constexpr std::string_view alphabet = "abcdefghijklmnopqrstuvwxyz0123456789";

bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

void append(Bytes& out, std::string_view text) { out.insert(out.end(), text.begin(), text.end()); }

void append(Bytes& out, std::uint64_t number) {
  std::array<char, 20> digits{};
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number).ptr;
  out.insert(out.end(), digits.data(), end);
}

std::uint64_t milliseconds_of(WallTime time) {
  using std::chrono::milliseconds;
  return static_cast<std::uint64_t>(
      std::chrono::duration_cast<milliseconds>(time.time_since_epoch()).count());
}

Problem unknown(std::string_view name, Placeholders allowed) {
  return usage_problem(fmt::format("unknown placeholder \"{{{}}}\"", name), {},
                       allowed == Placeholders::client
                           ? "one of: {fleet}, {i}, {n}"
                           : "one of: {fleet}, {i}, {n}, {seq}, {time}, {random:N}");
}

}  // namespace

Result<Template> Template::parse(std::string_view text, Placeholders allowed) {
  Template parsed;
  std::string plain;
  while (!text.empty()) {
    const auto end = text.find('}');
    const bool opens = text.size() > 1 && text[0] == '{' && is_letter(text[1]);
    if (!opens || end == std::string_view::npos) {
      plain += text.front();
      text.remove_prefix(1);
      continue;
    }
    auto piece = placeholder(text.substr(1, end - 1), allowed);
    if (!piece) return piece.error();
    if (!plain.empty()) parsed.pieces_.push_back({.text = std::move(plain)});
    plain.clear();
    parsed.pieces_.push_back(std::move(*piece));
    text.remove_prefix(end + 1);
  }
  if (!plain.empty()) parsed.pieces_.push_back({.text = std::move(plain)});
  return parsed;
}

Result<Template::Piece> Template::placeholder(std::string_view name, Placeholders allowed) {
  if (name == "fleet") return Piece{.kind = Kind::fleet};
  if (name == "i") return Piece{.kind = Kind::client};
  if (name == "n") return Piece{.kind = Kind::number};
  if (allowed == Placeholders::client) return unknown(name, allowed);
  if (name == "seq") return Piece{.kind = Kind::sequence};
  if (name == "time") return Piece{.kind = Kind::time};
  if (!name.starts_with("random:")) return unknown(name, allowed);
  const std::string_view digits = name.substr(7);
  std::size_t count = 0;
  const auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), count);
  if (error != std::errc() || end != digits.data() + digits.size() || count == 0 ||
      count > most_random) {
    return usage_problem(fmt::format("\"{{{}}}\" needs a number of characters", name), {},
                         fmt::format("1 to {}, for example {{random:8}}", most_random));
  }
  return Piece{.kind = Kind::random, .count = count};
}

void Template::render(Bytes& out, const TemplateValues& values, Random& random) const {
  for (const Piece& piece : pieces_) render_piece(out, piece, values, random);
}

void Template::render_piece(Bytes& out, const Piece& piece, const TemplateValues& values,
                            Random& random) {
  switch (piece.kind) {
    case Kind::text:
      return append(out, piece.text);
    case Kind::fleet:
      return append(out, values.fleet);
    case Kind::client:
      return append(out, values.client);
    case Kind::number:
      return append(out, values.number);
    case Kind::sequence:
      return append(out, values.sequence);
    case Kind::time:
      return append(out, milliseconds_of(values.clock()));
    case Kind::random:
      for (std::size_t i = 0; i < piece.count; ++i) {
        out.push_back(static_cast<std::uint8_t>(alphabet[random.below(alphabet.size())]));
      }
      return;
  }
}

std::string Template::text(const TemplateValues& values) const {
  Bytes out;
  Random random(0);
  render(out, values, random);
  return std::string(as_text(out));
}

std::string Template::stream_text(const TemplateValues& values) const {
  Bytes out;
  Random random(0);
  for (const Piece& piece : pieces_) {
    if (varying(piece.kind)) {
      out.push_back(static_cast<std::uint8_t>(varying_mark));
    } else {
      render_piece(out, piece, values, random);
    }
  }
  return std::string(as_text(out));
}

bool Template::varying(Kind kind) {
  return kind == Kind::sequence || kind == Kind::time || kind == Kind::random;
}

bool Template::varies() const {
  return std::ranges::any_of(pieces_, [](const Piece& piece) { return varying(piece.kind); });
}

}  // namespace handfast::loadgen
