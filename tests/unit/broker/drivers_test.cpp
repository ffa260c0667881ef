#include <algorithm>

#include "harness/broker/driver.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"

using namespace handfast;
using namespace handfast::broker;

TEST_CASE("a mistyped broker gets a suggestion", "[broker]") {
  CHECK(find_driver("mosquito").error().text() ==
        "unknown broker \"mosquito\" (did you mean \"mosquitto\"?)");
  CHECK(start("mosquito", {}).error().kind == ProblemKind::usage);
  CHECK(render("mosquito", {}).error().kind == ProblemKind::usage);
}

TEST_CASE("every driver is found by its name and complete", "[broker]") {
  CHECK(std::ranges::find(drivers(), "mosquitto") != drivers().end());
  for (const auto& name : drivers()) {
    INFO(name);
    const auto* driver = find_driver(name).value();
    CHECK(driver->name == name);
    CHECK_FALSE(driver->kinds.empty());
    CHECK((driver->find && driver->render && driver->invoke && driver->capabilities));
    CHECK(driver->installing.starts_with("apt-get install "));
  }
}

TEST_CASE("programs are found along the search path, files that cannot run are passed over",
          "[broker]") {
  const test::TempDirectory dir;
  dir.write("one/broker", "data", 0644);
  const auto program = dir.write("two/broker", "#!/bin/sh\n", 0755);
  const auto path =
      (dir / "none").string() + "::" + (dir / "one").string() + ":" + (dir / "two").string();
  CHECK(find_program("", "broker", path, "hint").value() == program);
  CHECK(find_program("broker", "other", path, "hint").value() == program);
  CHECK(find_program(program, "other", "", "hint").value() == program);
}

TEST_CASE("a program that is not there tells how to get it", "[broker]") {
  const test::TempDirectory dir;
  CHECK(find_program("", "broker", "/no/such/folder", "apt-get install broker").error().text() ==
        "broker is not installed: no program of that name in /no/such/folder "
        "(apt-get install broker)");
  CHECK(
      find_program("/no/such/broker", "broker", "/bin", "apt-get install broker").error().text() ==
      "/no/such/broker: no such program (leave the path out to use the installed broker, or "
      "apt-get install broker)");
  const auto data = dir.write("data", "data", 0644);
  CHECK(find_program(data, "broker", "/bin", "hint").error().message == "not an executable file");
}
