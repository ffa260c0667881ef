// Every target, one-way and two-way, as it is written.
#include <fmt/format.h>

#include "tests/support/catch.hpp"
#include "tests/support/golden.hpp"
#include "tests/unit/export/fixture.hpp"

using namespace handfast;
using namespace handfast::broker;
using test::contains;
using test::export_request;

namespace {

/// What an export holds: texts in full, certificates and keys by their names and modes.
std::string listing(const std::vector<ExportedFile>& files) {
  std::string text;
  for (const auto& file : files) {
    text += fmt::format("=== {} {:04o}\n", file.path, file.mode);
    const bool opaque = contains(file.content, "-----BEGIN ") || contains(file.path, ".p12");
    text += opaque ? fmt::format(
                         "({} blocks)\n",
                         [&] {
                           std::size_t blocks = 0;
                           for (std::size_t at = 0;
                                (at = file.content.find("-----BEGIN ", at)) != std::string::npos;
                                ++at) {
                             ++blocks;
                           }
                           return blocks;
                         }())
                   : file.content;
  }
  return text;
}

std::string difference(const std::string& target, ClientAuth clients, const std::string& name) {
  const auto files = export_files(export_request(target, clients));
  if (!files) return files.error().text();
  return tests::golden_difference(listing(*files), fmt::format("export/{}-{}.txt", target, name));
}

}  // namespace

TEST_CASE("each target's one-way export is its golden file (S2-15)", "[export]") {
  for (const auto& target : export_targets()) {
    CHECK(difference(target, ClientAuth::none, "one-way") == "");
  }
}

TEST_CASE("each target's two-way export is its golden file (S2-21)", "[export]") {
  for (const auto& target : export_targets()) {
    CHECK(difference(target, ClientAuth::required, "two-way") == "");
  }
}

TEST_CASE("no file that holds a secret is readable by others", "[export]") {
  for (const auto& target : export_targets()) {
    const auto files = export_files(export_request(target, ClientAuth::required)).value();
    for (const auto& file : files) {
      INFO(target << " " << file.path);
      const bool has_secret = contains(file.content, "PRIVATE KEY") ||
                              contains(file.content, "key store") ||
                              contains(file.content, "chang&");
      CHECK((!has_secret || file.mode == 0600));
    }
  }
}

TEST_CASE("both settings that make an export two-way are always written (S2-21)", "[export]") {
  struct Words {
    std::string target, file, asks, insists;
  };
  for (const auto& [target, file, asks, insists] : std::vector<Words>{
           {"emqx4", "etc/handfast.conf", ".verify = verify_peer\n",
            ".fail_if_no_peer_cert = true\n"},
           {"emqx5", "etc/handfast.conf", " verify = verify_peer\n",
            " fail_if_no_peer_cert = true\n"},
           {"rabbitmq", "rabbitmq.conf", ".verify = verify_peer\n",
            ".fail_if_no_peer_cert = true\n"},
           {"nanomq", "nanomq.conf", "verify_peer = true\n", "fail_if_no_peer_cert = true\n"},
           {"mosquitto", "mosquitto.conf", "cafile ", "require_certificate true\n"}}) {
    INFO(target);
    const auto two_way = test::exported(export_request(target, ClientAuth::required), file);
    CHECK(contains(two_way, asks));
    CHECK(contains(two_way, insists));
    const auto one_way = test::exported(export_request(target, ClientAuth::none), file);
    CHECK_FALSE(contains(one_way, asks));
    CHECK_FALSE(contains(one_way, insists));
    if (target != "mosquitto") CHECK(contains(one_way, "fail_if_no_peer_cert = false\n"));
  }
}

TEST_CASE("every target says what makes it show a replaced certificate (S4-45)", "[export]") {
  for (const auto& target : export_targets()) {
    INFO(target);
    const auto hint = reload_hint(target).value();
    CHECK(hint.size() > 20);
    CHECK(contains(test::exported(export_request(target, ClientAuth::none), "README.md"), hint));
  }
  CHECK(contains(reload_hint("mosquitto").value(), "SIGHUP"));
  CHECK(contains(reload_hint("emqx5").value(), "120 s"));
  CHECK(reload_hint("mosquito").error().text() ==
        "unknown export target \"mosquito\" (did you mean \"mosquitto\"?)");
}

TEST_CASE("a cluster's five files come with the command that takes them (S3-17)", "[export]") {
  const auto& pki = test::test_pki();
  const auto request = export_request("cms-database", ClientAuth::required);
  const auto files = export_files(request).value();
  CHECK(test::content_of(files, "server.key") == test::to_pem(pki.server.key.get()));
  CHECK(test::content_of(files, "server.crt") == pki.server_chain_pem());
  CHECK(test::content_of(files, "client.key") == test::to_pem(pki.client.key.get()));
  CHECK(test::content_of(files, "client.crt") == request.client.chain_pem);
  CHECK(test::content_of(files, "ca.crt") == request.server.trust_pem);
  CHECK(contains(test::content_of(files, "README.md"),
                 "database cluster certs server.key server.crt client.key client.crt ca.crt"));
}

TEST_CASE("each leg has TLS or none by its own listener (S0-11)", "[export]") {
  auto request = export_request("emqx5", ClientAuth::required);
  request.listeners.push_back({.transport = Transport::ws, .port = 8083});
  const auto settings = test::exported(request, "etc/handfast.conf");
  CHECK(contains(settings, "listeners.ssl.default {\n  enable = true\n"));
  CHECK(contains(settings,
                 "listeners.ws.default {\n  enable = true\n  bind = \"127.0.0.1:8083\"\n}\n"));
  CHECK(contains(settings, "listeners.tcp.default.enable = false\n"));
}

TEST_CASE("a listener that is switched off is switched off in the settings (S1-08)", "[export]") {
  auto request = export_request("emqx5", ClientAuth::none);
  request.listeners.push_back({.transport = Transport::wss, .port = 8084});
  CHECK(contains(test::exported(request, "etc/handfast.conf"), "listeners.wss.default {"));
  request.listeners[1].enabled = false;
  const auto settings = test::exported(request, "etc/handfast.conf");
  CHECK(contains(settings, "listeners.wss.default.enable = false\n"));
  CHECK_FALSE(contains(settings, "8084"));
}
