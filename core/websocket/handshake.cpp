#include "core/websocket/handshake.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>

#include "core/websocket/detail/http_head.hpp"

namespace handfast::websocket {

namespace {

std::string base64(ByteView bytes) {
  std::string text(4 * ((bytes.size() + 2) / 3) + 1, '\0');  // EVP_EncodeBlock appends a zero
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(text.data()), bytes.data(),
                                   static_cast<int>(bytes.size()));
  text.resize(static_cast<std::size_t>(size));
  return text;
}

bool has_control_character(std::string_view text) {
  return std::ranges::any_of(text, [](char c) {
    return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
  });
}

Result<void> check_field(std::string_view name, std::string_view value) {
  if (!has_control_character(name) && !has_control_character(value)) return {};
  return usage_problem("a control character cannot stand in an HTTP header",
                       fmt::format("WebSocket field {}", name.empty() ? "name" : name));
}

}  // namespace

std::string HandshakeError::text() const {
  return fmt::format("expected {}, saw {} ({})", expected, seen, clause);
}

const std::string* find_header(const Headers& headers, std::string_view name) {
  const auto found = std::ranges::find_if(headers, [name](const auto& field) {
    return detail::equals_ignoring_case(field.first, name);
  });
  return found == headers.end() ? nullptr : &found->second;
}

std::string websocket_key(const std::array<std::uint8_t, 16>& nonce) { return base64(nonce); }

std::string websocket_accept(std::string_view key) {
  const auto input = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<std::uint8_t, 20> digest{};
  if (EVP_Digest(input.data(), input.size(), digest.data(), nullptr, EVP_sha1(), nullptr) != 1) {
    return {};
  }
  return base64(digest);
}

Result<std::string> render_request(const UpgradeRequest& request) {
  if (!request.path.starts_with('/') || request.path.find(' ') != std::string::npos) {
    return usage_problem(fmt::format(
        "the WebSocket path must begin with \"/\" and have no space, got \"{}\"", request.path));
  }
  Headers headers{{"Host", request.host},
                  {"Upgrade", "websocket"},
                  {"Connection", "Upgrade"},
                  {"Sec-WebSocket-Key", websocket_key(request.nonce)},
                  {"Sec-WebSocket-Version", "13"}};
  if (!request.protocol.empty()) headers.emplace_back("Sec-WebSocket-Protocol", request.protocol);
  if (!request.origin.empty()) headers.emplace_back("Origin", request.origin);
  headers.insert(headers.end(), request.extra.begin(), request.extra.end());

  if (auto path = check_field("path", request.path); !path) return path.error();
  auto text = fmt::format("GET {} HTTP/1.1\r\n", request.path);
  for (const auto& [name, value] : headers) {
    if (auto field = check_field(name, value); !field) return field.error();
    text += fmt::format("{}: {}\r\n", name, value);
  }
  return text + "\r\n";
}

std::string render_response(const ReceivedRequest& request, std::string_view protocol) {
  auto text = fmt::format(
      "HTTP/1.1 101 Switching Protocols\r\n"
      "Upgrade: websocket\r\n"
      "Connection: Upgrade\r\n"
      "Sec-WebSocket-Accept: {}\r\n",
      websocket_accept(request.key));
  if (!protocol.empty()) text += fmt::format("Sec-WebSocket-Protocol: {}\r\n", protocol);
  return text + "\r\n";
}

}  // namespace handfast::websocket
