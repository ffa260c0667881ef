#include "core/websocket/detail/http_head.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"

namespace handfast::websocket::detail {

namespace {

char lower(char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; }

HandshakeError head_error(std::string clause, std::string expected, std::string_view seen) {
  return {.clause = std::move(clause),
          .expected = std::move(expected),
          .seen = '"' + printable(seen, 60) + '"',
          .http_status = std::nullopt,
          .headers = {}};
}

/// A field name is a token (RFC 9110 §5.6.2): letters, digits and these marks.
bool is_token(std::string_view name) {
  constexpr std::string_view marks = "!#$%&'*+-.^_`|~";
  return !name.empty() && std::ranges::all_of(name, [&](char c) {
    return (lower(c) >= 'a' && lower(c) <= 'z') || (c >= '0' && c <= '9') ||
           marks.find(c) != marks.npos;
  });
}

}  // namespace

bool equals_ignoring_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

std::vector<std::string> list_members(const Headers& headers, std::string_view name) {
  std::vector<std::string> members;
  for (const auto& [field, value] : headers) {
    if (!equals_ignoring_case(field, name)) continue;
    for (const auto& part : split(value, ',')) {
      if (const auto member = trim(part); !member.empty()) members.emplace_back(member);
    }
  }
  return members;
}

bool list_contains(const Headers& headers, std::string_view name, std::string_view token) {
  return std::ranges::any_of(list_members(headers, name), [&](const std::string& member) {
    return equals_ignoring_case(member, token);
  });
}

Incremental<HttpHead, HandshakeError> parse_head(ByteView received, std::string_view start) {
  const auto text = as_text(received.first(std::min(received.size(), max_head_bytes)));
  const auto compared = std::min(text.size(), start.size());
  if (text.substr(0, compared) != start.substr(0, compared)) {
    return head_error("RFC 6455 §4.1", fmt::format("a message that begins with \"{}\"", start),
                      text.substr(0, 16));
  }
  const auto end = text.find("\r\n\r\n");
  if (end == text.npos) {
    if (received.size() < max_head_bytes) return NeedMore{};
    return HandshakeError{.clause = "RFC 6455 §10.4",
                          .expected = fmt::format("a head of at most {} bytes", max_head_bytes),
                          .seen = "no empty line in them",
                          .http_status = std::nullopt,
                          .headers = {}};
  }

  HttpHead head{.start_line = {}, .headers = {}, .consumed = end + 4};
  auto rest = text.substr(0, end);
  const auto next_line = [&rest] {
    const auto line = rest.substr(0, rest.find("\r\n"));
    rest.remove_prefix(std::min(rest.size(), line.size() + 2));
    return line;
  };
  head.start_line = next_line();
  while (!rest.empty()) {
    const auto line = next_line();
    const auto colon = line.find(':');
    if (colon == line.npos || !is_token(line.substr(0, colon))) {
      return head_error("RFC 9112 §5", "a field \"name: value\"", line);
    }
    head.headers.emplace_back(line.substr(0, colon), trim(line.substr(colon + 1)));
  }
  return head;
}

}  // namespace handfast::websocket::detail
