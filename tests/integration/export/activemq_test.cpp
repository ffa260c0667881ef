// ActiveMQ from its export.
#include "tests/integration/export/lab.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using test::ExportLab;

TEST_CASE("ActiveMQ runs from its export, one-way and two-way", "[export]") {
  const ExportLab lab;
  auto request = lab.request("activemq", {"tcp", "tls", "tls-two-way"});
  test::add_java_stores(lab, request);
  const auto broker = lab.start(request);
  REQUIRE(lab.await(*broker, request.listeners[1]));
  lab.check_one_way(request.listeners[1]);
  lab.check_two_way(request.listeners[2]);
  CHECK(broker->stop(std::chrono::seconds(15)));
}
