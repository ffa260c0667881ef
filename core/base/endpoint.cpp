#include "core/base/endpoint.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>

#include <array>
#include <charconv>

#include "core/base/text.hpp"

namespace handfast {

namespace {

struct Scheme {
  std::string_view name;
  Transport transport;
  std::uint16_t port;
};

constexpr std::array<Scheme, 8> schemes{{{"tcp", Transport::tcp, 1883},
                                         {"mqtt", Transport::tcp, 1883},
                                         {"tls", Transport::tls, 8883},
                                         {"ssl", Transport::tls, 8883},
                                         {"mqtts", Transport::tls, 8883},
                                         {"ws", Transport::ws, 80},
                                         {"wss", Transport::wss, 443},
                                         {"dtls", Transport::dtls, 8883}}};

Problem bad_url(std::string_view url, std::string_view why) {
  return usage_problem(fmt::format("URL \"{}\" {}", printable(url), why), {},
                       "write for example tls://127.0.0.1:8883");
}

}  // namespace

std::string_view to_string(Transport transport) {
  switch (transport) {
    case Transport::tcp:
      return "tcp";
    case Transport::tls:
      return "tls";
    case Transport::ws:
      return "ws";
    case Transport::wss:
      return "wss";
    case Transport::dtls:
      return "dtls";
  }
  return "?";
}

bool uses_tls(Transport transport) {
  return transport == Transport::tls || transport == Transport::wss || transport == Transport::dtls;
}

bool uses_websocket(Transport transport) {
  return transport == Transport::ws || transport == Transport::wss;
}

std::string to_string(ListenerKind kind) {
  return fmt::format("{}{}", to_string(kind.transport), kind.two_way ? "-two-way" : "");
}

const std::vector<std::string>& listener_names() {
  static const std::vector<std::string> names{"tcp", "tls",         "tls-two-way", "ws",
                                              "wss", "wss-two-way", "dtls",        "dtls-two-way"};
  return names;
}

Result<ListenerKind> parse_listener(std::string_view name) {
  for (auto transport :
       {Transport::tcp, Transport::tls, Transport::ws, Transport::wss, Transport::dtls}) {
    for (bool two_way : {false, true}) {
      const ListenerKind kind{transport, two_way};
      if (two_way && !uses_tls(transport)) continue;
      if (to_string(kind) == name) return kind;
    }
  }
  return usage_problem(fmt::format("unknown listener \"{}\"", printable(name)), {},
                       suggest(name, listener_names()));
}

std::string Endpoint::authority() const {
  return host.find(':') == std::string::npos ? fmt::format("{}:{}", host, port)
                                             : fmt::format("[{}]:{}", host, port);
}

std::string Endpoint::url() const {
  return fmt::format("{}://{}{}", to_string(transport), authority(),
                     uses_websocket(transport) ? path : "");
}

Result<Endpoint> parse_url(std::string_view url) {
  const auto colon = url.find("://");
  if (colon == std::string_view::npos) return bad_url(url, "has no scheme");
  const auto name = url.substr(0, colon);
  const Scheme* scheme = nullptr;
  for (const auto& candidate : schemes) {
    if (candidate.name == name) scheme = &candidate;
  }
  if (scheme == nullptr) return bad_url(url, fmt::format("has the unknown scheme \"{}\"", name));

  Endpoint endpoint{.transport = scheme->transport, .host = {}, .port = scheme->port};
  auto rest = url.substr(colon + 3);
  if (const auto slash = rest.find('/'); slash != std::string_view::npos) {
    if (uses_websocket(endpoint.transport)) {
      endpoint.path = std::string(rest.substr(slash));
    } else if (slash + 1 != rest.size()) {
      return bad_url(url, "has a path, which only ws and wss know");
    }
    rest = rest.substr(0, slash);
  }
  std::string_view port;
  if (!rest.empty() && rest.front() == '[') {
    const auto close = rest.find(']');
    if (close == std::string_view::npos) return bad_url(url, "has no closing bracket");
    endpoint.host = std::string(rest.substr(1, close - 1));
    port = rest.substr(close + 1);
  } else {
    const auto at = rest.find(':');
    endpoint.host = std::string(rest.substr(0, at));
    port = at == std::string_view::npos ? std::string_view{} : rest.substr(at);
  }
  if (endpoint.host.empty()) return bad_url(url, "has no host");
  if (!port.empty()) {
    unsigned value = 0;
    const auto digits = port.substr(1);
    auto [stop, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value);
    if (port.front() != ':' || error != std::errc{} || stop != digits.data() + digits.size() ||
        value == 0 || value > 65535) {
      return bad_url(url, fmt::format("has the port \"{}\", expected 1 to 65535", digits));
    }
    endpoint.port = static_cast<std::uint16_t>(value);
  }
  return endpoint;
}

bool is_local_address(std::string_view host) {
  const std::string text(host);
  if (text == "localhost") return true;
  in_addr v4{};
  if (inet_pton(AF_INET, text.c_str(), &v4) == 1) {
    const std::uint32_t address = ntohl(v4.s_addr);
    return (address >> 24) == 127 || (address >> 24) == 10 || (address >> 20) == 0xac1 ||
           (address >> 16) == 0xc0a8 || (address >> 16) == 0xa9fe;
  }
  in6_addr v6{};
  if (inet_pton(AF_INET6, text.c_str(), &v6) != 1) return false;
  if (IN6_IS_ADDR_LOOPBACK(&v6) || IN6_IS_ADDR_LINKLOCAL(&v6)) return true;
  return (v6.s6_addr[0] & 0xfe) == 0xfc;
}

}  // namespace handfast
