#include "tests/integration/check_dtls/lab.hpp"

#include <fmt/format.h>

#include "harness/check/fixture_material.hpp"
#include "harness/check/profiles.hpp"
#include "tests/support/catch.hpp"

namespace handfast::test {

namespace {

struct LabFiles {
  TempDirectory directory;
  check::Materials materials;

  LabFiles() {
    check::Selection selection;
    selection.groups = {"dtls"};
    selection.slow = true;
    const auto rows = check::select(selection);
    REQUIRE(rows);
    const auto added = check::add_fixtures(materials, *rows, {.directory = directory.path()});
    INFO((added ? std::string() : added.error().text()));
    REQUIRE(added);
  }
};

const check::IdentityMaterial& server_files() {
  return *dtls_materials().identity(check::fixture_server);
}

std::string root_file() { return dtls_materials().trust(check::fixture_trust)->file.string(); }

/// The port of DTLS is the one above that of CoAP in clear.
std::vector<std::string> coap_command(const std::string& library, std::uint16_t port) {
  return {"coap-server-" + library, "-A", "127.0.0.1", "-p", std::to_string(port - 1), "-v", "3"};
}

}  // namespace

const check::Materials& dtls_materials() {
  static const LabFiles minted;
  return minted.materials;
}

broker::Listener dtls_listener(const std::string& profile, const Endpoint& endpoint) {
  return {.name = profile, .kind = *check::listener_kind(profile), .endpoint = endpoint};
}

check::Context dtls_context(std::vector<broker::Listener> listeners, const std::string& speaks) {
  check::Context context;
  context.materials = dtls_materials();
  context.listeners = std::move(listeners);
  context.capabilities = broker::Capabilities({{"dtls", speaks}, {"psk", "yes"}});
  context.recovery = std::chrono::seconds(1);
  return context;
}

reports::CheckResult play(const std::string& id, const check::Context& context) {
  check::Selection selection;
  selection.ids = {id};
  auto results = check::run_checks(selection, context);
  REQUIRE(results);
  REQUIRE(results->size() == 1);
  return std::move(results->front());
}

std::string told(const reports::CheckResult& result) {
  return fmt::format("{}: {}: {} ({})", result.id, reports::to_string(result.verdict),
                     result.reason, result.observed);
}

std::unique_ptr<DtlsPeer> coap_server(const std::string& library, bool two_way) {
  const auto port = static_cast<std::uint16_t>(free_udp_port() + 1);
  auto words = coap_command(library, port);
  const auto& server = server_files();
  words.insert(words.end(), {"-c", server.chain.string(), "-j", server.key.string()});
  // It asks for certificates as soon as it has something to judge them by.
  if (two_way) words.insert(words.end(), {"-C", root_file()});
  return std::make_unique<DtlsPeer>(port, words);
}

std::unique_ptr<DtlsPeer> coap_server_psk() {
  const auto port = static_cast<std::uint16_t>(free_udp_port() + 1);
  auto words = coap_command("gnutls", port);
  const auto key = check::known_keys().front().key;
  words.insert(words.end(), {"-k", std::string(key.begin(), key.end())});
  return std::make_unique<DtlsPeer>(port, words);
}

std::unique_ptr<DtlsPeer> erlang_echo(bool two_way) {
  const auto port = free_udp_port();
  const auto& server = server_files();
  return std::make_unique<DtlsPeer>(
      port, std::vector<std::string>{"escript", HANDFAST_DTLS_ECHO, std::to_string(port),
                                     server.chain.string(), server.key.string(),
                                     two_way ? root_file() : "none", "100"});
}

}  // namespace handfast::test
