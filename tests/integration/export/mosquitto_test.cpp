// mosquitto from its export.
#include "tests/integration/export/lab.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using test::ExportLab;

TEST_CASE("mosquitto runs from its export, each leg with TLS or without (S0-11)", "[export]") {
  const ExportLab lab;
  const auto request =
      lab.request("mosquitto", {"tcp", "tls", "tls-two-way", "ws", "wss", "wss-two-way"});
  const auto broker = lab.start(request);
  REQUIRE(lab.await(*broker, request.listeners[0]));
  CHECK(lab.connect(request.listeners[0], {}) == "accept");
  CHECK(lab.connect(request.listeners[3], {}) == "accept");
  for (const auto i : {1U, 4U}) lab.check_one_way(request.listeners[i]);
  for (const auto i : {2U, 5U}) lab.check_two_way(request.listeners[i]);
  CHECK(broker->stop(std::chrono::seconds(10)));
}

TEST_CASE("mosquitto's export takes user names from certificates and turns revoked clients away",
          "[export]") {
  const ExportLab lab;
  auto request = lab.request("mosquitto", {"tls-two-way"});
  request.user_from = "cn";
  request.server.crl_pem = lab.crls();
  request.tls_versions = {"1.3"};
  const auto broker = lab.start(request);
  REQUIRE(lab.await(*broker, request.listeners[0]));
  CHECK(lab.connect(request.listeners[0], lab.revoked).starts_with("reject"));
  CHECK(broker->log().find("u'guest'") != std::string::npos);
}
