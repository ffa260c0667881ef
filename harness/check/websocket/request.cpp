#include "harness/check/websocket/request.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <random>

#include "core/base/text.hpp"

namespace handfast::check::wss {

namespace {

std::string fresh_key() {
  std::random_device source;
  std::array<std::uint8_t, 16> nonce{};
  for (auto& byte : nonce) byte = static_cast<std::uint8_t>(source());
  return websocket::websocket_key(nonce);
}

auto find_field(websocket::Headers& fields, std::string_view name) {
  return std::ranges::find(fields, name, [](const auto& field) { return field.first; });
}

}  // namespace

void Request::set(std::string_view name, std::string value) {
  const auto found = find_field(fields, name);
  if (found == fields.end()) {
    add(std::string(name), std::move(value));
  } else {
    found->second = std::move(value);
  }
}

void Request::add(std::string name, std::string value) {
  fields.emplace_back(std::move(name), std::move(value));
}

void Request::remove(std::string_view name) {
  std::erase_if(fields, [name](const auto& field) { return field.first == name; });
}

const std::string& Request::key() const {
  static const std::string none;
  const auto* found = websocket::find_header(fields, "Sec-WebSocket-Key");
  return found == nullptr ? none : *found;
}

std::string Request::text() const {
  auto out = method + " " + target + " HTTP/1.1\r\n";
  for (const auto& [name, value] : fields) out += name + ": " + value + "\r\n";
  return out + "\r\n";
}

Request usual_request(const Endpoint& endpoint, std::string protocols) {
  auto request = plain_request(endpoint);
  request.add("Upgrade", "websocket");
  request.add("Connection", "Upgrade");
  request.add("Sec-WebSocket-Key", fresh_key());
  request.add("Sec-WebSocket-Version", "13");
  if (!protocols.empty()) request.add("Sec-WebSocket-Protocol", std::move(protocols));
  return request;
}

Request plain_request(const Endpoint& endpoint) {
  Request request{.target = endpoint.path};
  request.add("Host", endpoint.authority());
  return request;
}

std::string Answer::field(std::string_view name) const {
  const auto* found = websocket::find_header(fields, name);
  return found == nullptr ? std::string() : *found;
}

std::optional<Answer> read_answer(ByteView received) {
  const auto text = as_text(received);
  const auto end = text.find("\r\n\r\n");
  if (end == std::string_view::npos || !text.starts_with("HTTP/1.")) return std::nullopt;
  const auto lines = split(text.substr(0, end), '\n');
  const auto space = lines.front().find(' ');
  if (space == std::string::npos) return std::nullopt;
  Answer answer{.status_text = std::string(trim(lines.front().substr(space + 1))),
                .consumed = end + 4};
  const auto& status = answer.status_text;
  std::from_chars(status.data(), status.data() + status.size(), answer.status);
  for (std::size_t i = 1; i < lines.size(); ++i) {
    const std::string_view line = lines[i];
    const auto colon = line.find(':');
    if (colon == std::string_view::npos) continue;
    answer.fields.emplace_back(trim(line.substr(0, colon)), trim(line.substr(colon + 1)));
  }
  return answer;
}

}  // namespace handfast::check::wss
