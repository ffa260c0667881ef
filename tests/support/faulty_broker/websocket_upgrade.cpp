// The opening handshake (RFC 6455 section 4.2).
#include <fmt/format.h>
#include <openssl/evp.h>

#include <algorithm>
#include <array>
#include <vector>

#include "core/base/text.hpp"
#include "tests/support/faulty_broker/websocket_server.hpp"

namespace handfast::test::faulty {

namespace {

constexpr std::size_t most_head_bytes = std::size_t{16} << 10U;
/// Web pages of this host alone may connect (RFC 6455 section 10.2); ports do not count.
bool is_foreign(std::string_view origin, std::string_view host) {
  const auto scheme = origin.find("://");
  const auto page = scheme == std::string_view::npos ? origin : origin.substr(scheme + 3);
  return !origin.empty() && page.substr(0, page.find(':')) != host.substr(0, host.find(':'));
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
  });
  return out;
}

std::string base64(ByteView bytes) {
  std::string out(((bytes.size() + 2) / 3) * 4, '\0');
  EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()), bytes.data(),
                  static_cast<int>(bytes.size()));
  return out;
}

std::string accept_hash(const std::string& key) {
  const auto text = key + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<std::uint8_t, EVP_MAX_MD_SIZE> digest{};
  unsigned size = 0;
  EVP_Digest(text.data(), text.size(), digest.data(), &size, EVP_sha1(), nullptr);
  return base64(ByteView(digest.data(), size));
}

/// 16 bytes in base64: 22 characters and two of padding.
bool is_key(std::string_view key) {
  return key.size() == 24 && key.ends_with("==") &&
         std::ranges::all_of(key.substr(0, 22), [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '+' || c == '/';
         });
}

std::vector<std::string> members(std::string_view list) {
  std::vector<std::string> out;
  for (const auto& part : split(list, ',')) out.emplace_back(trim(part));
  return out;
}

void refuse(Bytes& reply, std::string_view status, std::string_view extra = {}) {
  const auto text =
      fmt::format("HTTP/1.1 {}\r\n{}Content-Length: 0\r\nConnection: close\r\n\r\n", status, extra);
  reply.insert(reply.end(), text.begin(), text.end());
}

}  // namespace

WebSocketServer::Step WebSocketServer::take_request(Bytes& in, Bytes& reply) {
  if (silent_) return Step::silent;
  const auto end = as_text(in).find("\r\n\r\n");
  if (end == std::string_view::npos || end > most_head_bytes) {
    if (in.size() > most_head_bytes) {
      silent_ = defects_.ws_hangs_on_large_head;
      if (silent_) return Step::silent;
      refuse(reply, "431 Request Header Fields Too Large");
      return Step::refused;
    }
    if (!defects_.ws_request_in_one_read || in.empty()) return Step::more;
    refuse(reply, "400 Bad Request");
    return Step::refused;
  }
  const auto lines = split(as_text(in).substr(0, end), '\n');
  Fields fields;
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const auto colon = lines[i].find(':');
    if (colon == std::string::npos) continue;
    auto name = lines[i].substr(0, colon);
    if (!defects_.ws_case_sensitive_fields) name = lower(name);
    auto& value = fields[name];
    if (!value.empty()) value += ", ";
    value += trim(std::string_view(lines[i]).substr(colon + 1));
  }
  const auto start_line = std::string(trim(lines.front()));
  in.erase(in.begin(), in.begin() + static_cast<std::ptrdiff_t>(end + 4));
  if (defects_.ws_loses_data_behind_request) in.clear();
  return answer(start_line, fields, reply);
}

WebSocketServer::Step WebSocketServer::answer(std::string_view start_line, const Fields& fields,
                                              Bytes& reply) const {
  const auto& d = defects_;
  const auto field = [&](const std::string& name) {
    const auto found = fields.find(d.ws_case_sensitive_fields ? name : lower(name));
    return found == fields.end() ? std::string() : found->second;
  };
  const auto has = [&](const std::string& name, std::string_view wanted) {
    const auto list = members(field(name));
    return std::ranges::any_of(list, [&](const std::string& member) {
      return d.ws_case_sensitive_fields ? member == wanted : lower(member) == lower(wanted);
    });
  };
  const auto refused = [&](std::string_view status, std::string_view extra = {}) {
    refuse(reply, status, extra);
    return Step::refused;
  };

  const auto words = split(start_line, ' ');
  if (words.size() != 3 || !words[2].starts_with("HTTP/1.")) return refused("400 Bad Request");
  if (words[0] != "GET" && !d.ws_any_method)
    return refused("405 Method Not Allowed", "Allow: GET\r\n");
  const auto path = words[1].substr(0, words[1].find('?'));
  if (d.ws_refuses_query && path != words[1]) return refused("400 Bad Request");
  if (!has("Upgrade", "websocket") || !has("Connection", "Upgrade")) {
    return d.ws_hangs_without_upgrade ? Step::silent : refused("400 Bad Request");
  }
  if (path != "/mqtt" && !d.ws_any_path) return refused("404 Not Found");
  if (is_foreign(field("Origin"), field("Host")) && !d.ws_any_origin) {
    return refused("403 Forbidden");
  }
  if (field("Sec-WebSocket-Version") != "13" && !d.ws_any_version) {
    return refused("426 Upgrade Required", "Sec-WebSocket-Version: 13\r\nUpgrade: websocket\r\n");
  }
  const auto key = field("Sec-WebSocket-Key");
  if (!is_key(key) && !d.ws_any_key) return refused("400 Bad Request");
  bool unknown = false;
  const auto protocol = subprotocol(fields, unknown);
  if (unknown || (!protocol && d.ws_demands_subprotocol)) return refused("400 Bad Request");

  auto answer_text = fmt::format(
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: {}\r\n",
      accept_hash(d.ws_wrong_accept_hash ? "another key" : key));
  if (protocol && !d.ws_no_subprotocol) {
    answer_text += fmt::format("Sec-WebSocket-Protocol: {}\r\n", *protocol);
  }
  if (d.ws_accepts_deflate &&
      field("Sec-WebSocket-Extensions").find("permessage-deflate") != std::string::npos) {
    answer_text += "Sec-WebSocket-Extensions: permessage-deflate\r\n";
  }
  answer_text += "\r\n";
  reply.insert(reply.end(), answer_text.begin(), answer_text.end());
  return Step::open;
}

/// What to echo; `refused` when the client offers only what we do not speak.
std::optional<std::string> WebSocketServer::subprotocol(const Fields& fields, bool& refused) const {
  const std::string name = "Sec-WebSocket-Protocol";
  const auto found = fields.find(defects_.ws_case_sensitive_fields ? name : lower(name));
  if (found == fields.end()) return std::nullopt;
  auto offered = members(found->second);
  if (defects_.ws_echoes_unknown_subprotocol) return offered.front();
  if (defects_.ws_first_subprotocol_only) offered.resize(1);
  if (std::ranges::find(offered, "mqtt") != offered.end()) return "mqtt";
  refused = true;
  return std::nullopt;
}

}  // namespace handfast::test::faulty
