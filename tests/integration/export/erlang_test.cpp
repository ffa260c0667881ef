// RabbitMQ and ejabberd from their exports.
#include "tests/integration/export/lab.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using test::ExportLab;

TEST_CASE("RabbitMQ runs from its one-way export and takes a renewed certificate (S4-45)",
          "[export]") {
  const ExportLab lab;
  auto request = lab.request("rabbitmq", {"tls", "wss"});
  const auto broker = lab.start(request);
  REQUIRE(lab.await(*broker, request.listeners[1]));
  lab.check_one_way(request.listeners[0]);
  lab.check_one_way(request.listeners[1]);

  const auto renewed = lab.renew_server(request);
  lab.write(request);
  CHECK(lab.shown_serial(request.listeners[0]) == ExportLab::server_serial());
  INFO(test::shell(lab.folder().string() + "/ctl.sh eval 'ssl:clear_pem_cache().'"));
  CHECK(lab.await_serial(request.listeners[0], renewed) == renewed);
  CHECK(broker->stop(std::chrono::seconds(30)));
}

TEST_CASE("RabbitMQ runs from its two-way export and takes the user from the certificate",
          "[export]") {
  const ExportLab lab;
  auto request = lab.request("rabbitmq", {"tls-two-way", "wss-two-way"});
  request.depth = 3;
  request.user_from = "cn";  // guest, the user that a new node has
  const auto broker = lab.start(request);
  REQUIRE(lab.await(*broker, request.listeners[1]));
  lab.check_two_way(request.listeners[0]);
  lab.check_two_way(request.listeners[1]);
}

TEST_CASE("ejabberd runs from its one-way export and takes a renewed certificate (S4-45)",
          "[export]") {
  const ExportLab lab;
  auto request = lab.request("ejabberd", {"tcp", "tls", "ws", "wss"});
  const test::Login anyone{.user = "guest", .password = "any"};
  const auto broker = lab.start(request);
  REQUIRE(lab.await(*broker, request.listeners[0], anyone));
  for (const auto& listener : request.listeners) lab.check_one_way(listener, anyone);

  const auto renewed = lab.renew_server(request);
  lab.write(request);
  CHECK(lab.shown_serial(request.listeners[1]) == ExportLab::server_serial());
  INFO(test::shell(lab.folder().string() + "/ctl.sh reload_config"));
  CHECK(lab.await_serial(request.listeners[1], renewed) == renewed);
  CHECK(broker->stop(std::chrono::seconds(15)));
}

TEST_CASE("ejabberd runs from its two-way export", "[export]") {
  const ExportLab lab;
  auto request = lab.request("ejabberd", {"tls-two-way"});
  request.user_from = "san";
  const auto broker = lab.start(request);
  const test::Login guest{.user = "guest"};
  REQUIRE(lab.await(*broker, request.listeners[0], guest));
  lab.check_two_way(request.listeners[0], guest);
  // Nor does a password help who has no certificate.
  const auto outcome = lab.connect(request.listeners[0], {}, {.user = "guest", .password = "any"});
  INFO(outcome);
  CHECK(outcome.starts_with("refuse"));
}
