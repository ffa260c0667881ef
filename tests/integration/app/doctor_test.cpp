// The doctor on the machine that the tests run on, and with a limit taken away.
#include <nlohmann/json.hpp>

#include "tests/integration/app/handfast_program.hpp"

using namespace handfast;
using namespace handfast::test;

namespace {

nlohmann::json finding(const nlohmann::json& report, const std::string& area) {
  for (const auto& entry : report["findings"]) {
    if (entry["area"] == area) return entry;
  }
  FAIL("nothing about " << area);
  return {};
}

}  // namespace

TEST_CASE("the doctor finds mosquitto and OpenSSL, and exits as its findings say", "[app]") {
  const Folder folder;
  Program program(handfast_words({"doctor", "--output", "json"}), folder.path());
  const int exit = program.wait();
  const auto report = nlohmann::json::parse(program.out());
  CHECK(exit == (report["in_order"] == true ? 0 : 1));
  CHECK_THAT(finding(report, "libraries")["what"].get<std::string>(),
             Catch::Contains("OpenSSL 3.") && Catch::Contains("Boost 1."));
  CHECK_THAT(program.out(), Catch::Contains("\"mosquitto 2."));
  for (const auto& entry : report["findings"]) {
    INFO(entry.dump());
    CHECK(entry.contains("fix") == (entry["state"] != "fine"));
  }
}

TEST_CASE("the doctor says what stands in the way, and how to remove it", "[app]") {
  const Folder folder;
  std::vector<std::string> words{"/usr/bin/prlimit", "--nofile=300:300"};
  for (const auto& word : handfast_words({"doctor"})) words.push_back(word);
  Program program(words, folder.path());
  CHECK(program.wait() == 1);
  CHECK_THAT(program.out(), Catch::Contains("bad   descriptors   300 open files at most") &&
                                Catch::Contains("fix: echo '* - nofile 1048576'") &&
                                Catch::Contains("in the way"));
}

TEST_CASE("the doctor knows two forms of output", "[app]") {
  const Folder folder;
  Program program(handfast_words({"doctor", "--output", "jsn"}), folder.path());
  CHECK(program.wait() == 2);
  CHECK_THAT(program.err(), Catch::Contains("no output form \"jsn\" (did you mean \"json\"?)"));
}
