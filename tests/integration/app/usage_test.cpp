// Wrong input: one clear error with its place and a hint, exit 2, and nothing started.
#include "tests/integration/app/handfast_program.hpp"

using namespace handfast;
using namespace handfast::test;

namespace {

struct Wrong {
  std::string from, to;  ///< a change to the storm
  std::string error;     ///< behind "handfast run: FILE"
};

}  // namespace

TEST_CASE("a mistake in a scenario is named with line, column and hint", "[app]") {
  const auto wrong = GENERATE(values<Wrong>({
      {"clients: 2000", "cleints: 2000",
       ":8:5: unknown key \"cleints\" in \"sensors\" (did you mean \"clients\"?)\n"},
      {"for: 1s", "for: 1", ": duration \"1\" has no unit (write for example 500ms, 30s or 5m)\n"},
      {"listener: tls-two-way", "listener: tls-twoway",
       ": unknown listener \"tls-twoway\" (did you mean \"tls-two-way\"?)\n"},
      {"identity: devices", "identity: device", "(did you mean \"devices\"?)\n"},
      {"emqx-two-tier", "emqx-two-teir", "(did you mean \"emqx-two-tier\"?)\n"},
  }));
  const Folder folder;
  auto text = storm("20/s", "1s");
  text.replace(text.find(wrong.from), wrong.from.size(), wrong.to);
  const auto file = folder.write("storm.yaml", text);
  Program program(handfast_words({"run", file, "--out", folder.out()}), folder.path());
  CHECK(program.wait() == 2);
  CHECK_THAT(program.err(), Catch::StartsWith("handfast run: " + file + ":"));
  CHECK_THAT(program.err(), Catch::EndsWith(wrong.error));
  CHECK(program.out().empty());
  CHECK_FALSE(std::filesystem::exists(folder.out()));
}

TEST_CASE("a group that OpenSSL does not know is refused before anything starts", "[app]") {
  const Folder folder;
  const auto file = folder.write("storm.yaml", storm("20/s", "1s"));
  Program program(handfast_words({"run", file, "--out", folder.out(), "--set",
                                  "fleets.sensors.tls.groups=[x25519, p999]"}),
                  folder.path());
  CHECK(program.wait() == 2);
  CHECK_THAT(program.err(), Catch::StartsWith("handfast run: " + file + ": fleet \"sensors\": ") &&
                                Catch::Contains("accepts no groups \"x25519:p999\""));
  CHECK_FALSE(std::filesystem::exists(folder.out()));
}

TEST_CASE("a scenario that is not there is an environment problem", "[app]") {
  const Folder folder;
  Program program(handfast_words({"run", "nowhere.yaml"}), folder.path());
  CHECK(program.wait() == 3);
  CHECK(program.err() ==
        "handfast run: nowhere.yaml: cannot read the file: No such file or directory\n");
}

TEST_CASE("a mistyped verb gets a suggestion, a missing argument the way to the manual", "[app]") {
  const Folder folder;
  Program verb(handfast_words({"rnu"}), folder.path());
  CHECK(verb.wait() == 2);
  CHECK(verb.err() == "handfast: unknown command \"rnu\" (did you mean \"run\"?)\n");
  Program missing(handfast_words({"run"}), folder.path());
  CHECK(missing.wait() == 2);
  CHECK_THAT(missing.err(),
             Catch::StartsWith("handfast run: ") && Catch::EndsWith("(see handfast run --help)\n"));
}

TEST_CASE("a load on a foreign network needs a word of its own", "[app]") {
  const Folder folder;
  const auto file = folder.write("storm.yaml", storm("20/s", "1s"));
  Program program(
      handfast_words({"run", file, "--out", folder.out(), "--target", "tls://192.0.2.1:8883"}),
      folder.path());
  CHECK(program.wait() == 2);
  CHECK_THAT(program.err(), Catch::Contains("192.0.2.1 is outside loopback and private ranges") &&
                                Catch::Contains("--i-may-load-this-target"));
}

TEST_CASE("the manual inside lists checks, brokers and metrics", "[app]") {
  const Folder folder;
  for (const auto& [what, word] : {std::pair{"checks", "emqx-two-way-tls-no-certificate"},
                                   {"brokers", "mosquitto"},
                                   {"metrics", "FLEET.handshake"}}) {
    Program program(handfast_words({"list", what}), folder.path());
    CHECK(program.wait() == 0);
    CHECK_THAT(program.out(), Catch::Contains(word));
  }
}
