// The rows that this build cannot play, each with its reason. Whoever builds a row takes its line
// out: a test fails for a row that is neither played nor listed, and for one that is both.
#include <algorithm>

#include "harness/check/row.hpp"

namespace handfast::check {

namespace {

struct Lacks {
  static constexpr std::string_view dtls13 = "needs a client of DTLS 1.3, which OpenSSL is not";
  static constexpr std::string_view connection_identifiers =
      "needs a client with connection identifiers, which OpenSSL lacks";
  static constexpr std::string_view idle_time =
      "no capability declares an idle time, and no listener of the lab has one below five minutes";
  static constexpr std::string_view connection_api =
      "needs a gateway with such an API, and none can be installed from packages";
  static constexpr std::string_view sleeping_clients =
      "needs a gateway that keeps messages for sleeping clients, and none can be installed from "
      "packages";
};

constexpr Unbuilt unbuilt_table[] = {
    // dtls
    {"dtls13-hrr-cookie", Lacks::dtls13},
    {"dtls-rebind", Lacks::connection_identifiers},
    {"dtls-idle-expiry", Lacks::idle_time},
    {"dtls-connection-mode", Lacks::connection_api},
    {"dtls-sn-wakeup-binding", Lacks::sleeping_clients},
};

}  // namespace

std::span<const Unbuilt> unbuilt() { return unbuilt_table; }

std::string_view unbuilt_reason(std::string_view id) {
  const auto found = std::ranges::find(unbuilt(), id, &Unbuilt::id);
  return found == unbuilt().end() ? std::string_view() : found->reason;
}

}  // namespace handfast::check
