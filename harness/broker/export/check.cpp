// What a target cannot express is refused here, once for all targets, from its Abilities.
#include "harness/broker/export/check.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "core/base/text.hpp"
#include "harness/broker/export/parts.hpp"

namespace handfast::broker::exporting {

namespace {

/// "leave OPTION out, or export for one of: ..." naming the targets that could.
template <class Predicate>
std::string alternative(std::string_view option, Predicate can) {
  std::vector<std::string> able;
  for (const auto* target : targets()) {
    if (can(target->can)) able.push_back(target->name);
  }
  if (able.empty()) return fmt::format("leave {} out", option);
  return fmt::format("leave {} out, or export for one of: {}", option, join(able, ", "));
}

template <class Predicate>
Problem refusal(const Target& target, std::string_view cannot, std::string_view option,
                Predicate can) {
  return usage_problem(fmt::format("{} cannot {}", target.name, cannot), {},
                       alternative(option, can));
}

bool contains(const std::vector<std::string>& all, const std::string& one) {
  return std::ranges::find(all, one) != all.end();
}

Result<void> check_listener(const Target& target, const ExportListener& listener) {
  const auto& known = target.can.transports;
  if (std::ranges::find(known, listener.transport) == known.end()) {
    return refusal(
        target, fmt::format("open a listener of transport {}", to_string(listener.transport)), "it",
        [&](const Abilities& can) {
          return std::ranges::find(can.transports, listener.transport) != can.transports.end();
        });
  }
  if (listener.port == 0) {
    return usage_problem(fmt::format("listener {} has no port", kind_name(listener)), {},
                         "an export needs fixed ports, 1 to 65535");
  }
  if (!uses_tls(listener.transport) && listener.clients != ClientAuth::none) {
    return usage_problem(
        fmt::format("a {} listener has no TLS, so it cannot ask for client certificates",
                    to_string(listener.transport)),
        {}, "take tls or wss");
  }
  if (listener.transport == Transport::wss && listener.clients != ClientAuth::none &&
      !target.can.websocket_clients) {
    return refusal(
        target, "ask for client certificates on a wss listener", "it", [](const Abilities& can) {
          return can.websocket_clients &&
                 std::ranges::find(can.transports, Transport::wss) != can.transports.end();
        });
  }
  if (listener.clients == ClientAuth::optional && !target.can.optional_clients) {
    return refusal(target, "ask for a client certificate without insisting on one",
                   "clients: optional", [](const Abilities& can) { return can.optional_clients; });
  }
  return {};
}

Result<void> check_listeners(const Target& target, const ExportRequest& request) {
  if (!target.can.has_listeners) return {};
  std::set<std::uint16_t> ports;
  std::set<ClientAuth> kinds;
  std::set<Transport> transports;
  for (const auto& listener : request.listeners) {
    if (auto ok = check_listener(target, listener); !ok) return ok;
    if (!ports.insert(listener.port).second) {
      return usage_problem(fmt::format("two listeners have the port {}", listener.port));
    }
    if (!listener.enabled) continue;
    if (uses_tls(listener.transport)) kinds.insert(listener.clients);
    const auto single = [&](const Abilities& can) {
      return can.single_listeners || (can.single_websockets && uses_websocket(listener.transport));
    };
    if (!transports.insert(listener.transport).second && single(target.can)) {
      return refusal(
          target, fmt::format("open two listeners of transport {}", to_string(listener.transport)),
          "one of them", [&](const Abilities& can) {
            return !single(can) &&
                   std::ranges::find(can.transports, listener.transport) != can.transports.end();
          });
    }
  }
  if (enabled(request).empty()) return usage_problem("no listener is switched on");
  if (kinds.size() > 1 && !target.can.mixed_clients) {
    return refusal(target, "treat clients of its TLS listeners differently", "one of the listeners",
                   [](const Abilities& can) { return can.mixed_clients; });
  }
  return {};
}

Result<void> check_user_from(const Target& target, const ExportRequest& request) {
  const auto& wanted = request.user_from;
  if (wanted.empty()) return {};
  static const std::vector<std::string> words{"cn", "dn", "san"};
  if (!contains(words, wanted)) {
    return usage_problem(fmt::format("unknown user_from \"{}\"", printable(wanted)), {},
                         suggest(wanted, words));
  }
  if (contains(target.can.user_from, wanted)) return {};
  return refusal(target, fmt::format("take the user name from a certificate's {}", wanted),
                 "user_from",
                 [&](const Abilities& can) { return contains(can.user_from, wanted); });
}

Result<void> check_revocation(const Target& target, const ExportRequest& request) {
  const auto by_file = [](const Abilities& can) {
    return can.revocation == Revocation::file || can.revocation == Revocation::whole_chain_file;
  };
  const auto by_url = [](const Abilities& can) { return can.revocation == Revocation::url; };
  if (!request.server.crl_pem.empty() && !by_file(target.can)) {
    return refusal(target, "read a CRL from a file", "the CRL", by_file);
  }
  if (!request.crl_urls.empty() && !by_url(target.can)) {
    return refusal(target, "fetch a CRL from a URL", "the CRL's URL", by_url);
  }
  const bool asking_wss = std::ranges::any_of(request.listeners, [](const auto& listener) {
    return listener.enabled && listener.transport == Transport::wss &&
           listener.clients != ClientAuth::none;
  });
  if (!request.crl_urls.empty() && asking_wss) {
    return usage_problem(
        fmt::format("{} checks CRLs on its tls listeners only, a wss listener would let revoked "
                    "clients in",
                    target.name),
        {}, "switch the wss listener off, or leave the CRL's URL out");
  }
  if (!request.ocsp_url.empty() && !target.can.ocsp) {
    return refusal(target, "staple OCSP responses", "the OCSP responder",
                   [](const Abilities& can) { return can.ocsp; });
  }
  return {};
}

Result<void> check_versions(const Target& target, const ExportRequest& request) {
  static const std::vector<std::string> words{"1.2", "1.3"};
  for (const auto& version : request.tls_versions) {
    if (!contains(words, version)) {
      return usage_problem(fmt::format("unknown TLS version \"{}\"", printable(version)), {},
                           suggest(version, words));
    }
  }
  if (!request.tls_versions.empty() && target.can.versions == Versions::fixed) {
    return refusal(target, "choose TLS versions by a setting", "tls_versions",
                   [](const Abilities& can) { return can.versions != Versions::fixed; });
  }
  if (request.tls_versions.size() > 1 && target.can.versions == Versions::one) {
    return refusal(target, "offer two TLS versions by a setting", "one of tls_versions",
                   [](const Abilities& can) { return can.versions == Versions::both_or_one; });
  }
  return {};
}

Result<void> check_chain_options(const Target& target, const ExportRequest& request) {
  if (request.partial_chain && !target.can.partial_chain) {
    return refusal(target, "take an intermediate as trust anchor", "partial_chain",
                   [](const Abilities& can) { return can.partial_chain; });
  }
  if (!request.depth) return {};
  if (!target.can.depth) {
    return refusal(target, "limit the depth of a client's chain", "depth",
                   [](const Abilities& can) { return can.depth; });
  }
  if (*request.depth < 0 || *request.depth > 100) {
    return usage_problem(fmt::format("depth is {}, expected 0 to 100", *request.depth));
  }
  return {};
}

/// These say something about client certificates, which nobody would look at.
Result<void> check_asked(const ExportRequest& request) {
  if (asks_clients(request)) return {};
  const auto pointless = [&]() -> std::string_view {
    if (!request.user_from.empty()) return "user_from";
    if (request.partial_chain) return "partial_chain";
    if (request.depth) return "depth";
    if (!request.server.crl_pem.empty() || !request.crl_urls.empty()) return "the CRL";
    return {};
  }();
  if (pointless.empty()) return {};
  return usage_problem(
      fmt::format("{} has no meaning without client certificates: no listener asks for them",
                  pointless),
      {}, "set clients: required");
}

/// A word that stands unquoted in settings, scripts and URIs of a dozen syntaxes.
Result<void> check_word(std::string_view word, std::string_view what, std::string_view extra) {
  const bool safe = std::ranges::all_of(word, [&](unsigned char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
           extra.find(static_cast<char>(c)) != std::string_view::npos;
  });
  if (safe) return {};
  return usage_problem(
      fmt::format("{} holds a character that not every broker's settings can carry", what),
      printable(word), fmt::format("letters, digits and {}", extra));
}

Result<void> check_texts(const Target& target, const ExportRequest& request) {
  if (request.folder.empty()) {
    if (!target.can.own_folder) {
      return usage_problem(
          fmt::format("{} needs the folder where it will find the files", target.name));
    }
  } else if (request.folder.front() != '/') {
    return usage_problem("the export's folder is not an absolute path", printable(request.folder));
  }
  constexpr std::string_view in_paths = "._/+@~-";
  if (auto ok = check_word(request.folder, "the export's folder", in_paths); !ok) return ok;
  if (auto ok = check_word(request.backend.host, "the backend's host", ".:-"); !ok) return ok;
  for (const auto& url : request.crl_urls) {
    if (auto ok = check_word(url, "the CRL's URL", ":/._~%?&=+@-"); !ok) return ok;
  }
  return check_word(request.ocsp_url, "the OCSP responder's URL", ":/._~%?&=+@-");
}

}  // namespace

Result<void> check_options(const Target& target, const ExportRequest& request) {
  for (const auto check : {check_listeners, check_user_from, check_revocation, check_versions,
                           check_chain_options, check_texts}) {
    if (auto ok = check(target, request); !ok) return ok;
  }
  return target.can.has_listeners ? check_asked(request) : Result<void>();
}

}  // namespace handfast::broker::exporting
