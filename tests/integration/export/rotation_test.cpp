// Certificates replaced under brokers that run from an export, as the reload hints say it.
#include <signal.h>

#include "tests/integration/export/lab.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using test::ExportLab;

TEST_CASE("a renewed certificate reaches mosquitto by SIGHUP or restart (S3-24, S4-45)",
          "[export]") {
  const ExportLab lab;
  auto request = lab.request("mosquitto", {"tls", "wss", "wss"});
  auto broker = lab.start(request);
  const auto& tls = request.listeners[0];
  const auto& used = request.listeners[1];
  const auto& unused = request.listeners[2];
  const auto before = ExportLab::server_serial();
  REQUIRE(lab.await(*broker, used));
  const auto renewed = lab.renew_server(request);
  REQUIRE(before != renewed);
  lab.write(request);
  CHECK(lab.shown_serial(tls) == before);

  broker->signal(SIGHUP);
  CHECK(lab.await_serial(tls, renewed) == renewed);
  CHECK(lab.shown_serial(used) == renewed);
  CHECK(lab.shown_serial(unused) == before);
  REQUIRE(broker->stop(std::chrono::seconds(10)));
  broker = lab.start(request);
  REQUIRE(lab.await(*broker, used));
  CHECK(lab.shown_serial(unused) == renewed);
}

TEST_CASE("a renewed certificate reaches nginx by SIGHUP (S4-45)", "[export]") {
  const ExportLab lab;
  auto request = lab.request("nginx", {"tls"});
  const auto& listener = request.listeners[0];
  const auto before = ExportLab::server_serial();
  const auto proxy = lab.start(request);
  REQUIRE(lab.await_serial(listener, before) == before);
  const auto renewed = lab.renew_server(request);
  lab.write(request);
  CHECK(lab.shown_serial(listener) == before);
  proxy->signal(SIGHUP);
  CHECK(lab.await_serial(listener, renewed) == renewed);
}

TEST_CASE("a service is switched off, given certificate and key, and switched on (S3-23, S1-08)",
          "[export]") {
  const ExportLab lab;
  auto request = lab.request("mosquitto", {"tcp", "wss"});
  request.listeners[1].enabled = false;
  auto broker = lab.start(request);
  REQUIRE(lab.await(*broker, request.listeners[0]));
  CHECK(lab.connect(request.listeners[1], {}).starts_with("reject"));
  REQUIRE(broker->stop(std::chrono::seconds(10)));

  const auto renewed = lab.renew_server(request);
  request.listeners[1].enabled = true;
  broker = lab.start(request);
  REQUIRE(lab.await(*broker, request.listeners[1]));
  CHECK(lab.shown_serial(request.listeners[1]) == renewed);
}
