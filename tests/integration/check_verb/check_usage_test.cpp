// What handfast check cannot do: one line with a hint, the right exit code, and nothing started.
#include "core/base/file.hpp"
#include "tests/integration/app/handfast_program.hpp"

using namespace handfast;
using namespace handfast::test;

namespace {

struct Mistake {
  std::vector<std::string> words;
  int code;
  std::string error;  ///< the whole line behind "handfast check: "
};

}  // namespace

TEST_CASE("a mistake in the command line of check is one line with a hint", "[check_verb]") {
  const auto mistake = GENERATE(values<Mistake>({
      {{"--broker", "mosquito"},
       2,
       "there is no broker \"mosquito\" (did you mean \"mosquitto\"?)"},
      {{"--broker", "mosquitto", "--broker", "mosquitto"},
       2,
       "--broker mosquitto is given twice (name it once)"},
      {{"--group", "emqx-giude"},
       2,
       "there is no check group \"emqx-giude\" (did you mean \"emqx-guide\"?)"},
      {{"--id", "emqx-one-way-tls-raw-conect"},
       2,
       "there is no check id \"emqx-one-way-tls-raw-conect\" (did you mean "
       "\"emqx-one-way-tls-raw-connect\"?)"},
      {{"--target", "tls://127.0.0.1:1"},
       2,
       "tls://127.0.0.1:1: a broker with certificates of its own needs --trust FILE.pem (the "
       "anchors of its certificate; for a public one the system's, "
       "/etc/ssl/certs/ca-certificates.crt)"},
      {{"--trust", "ca.pem"},
       2,
       "--trust, --certificate and --server-name go with --target URL (name the URL of your "
       "broker)"},
      {{"--update-baseline"},
       2,
       "--update-baseline needs --baseline FILE (name the file to write)"},
      {{"--baseline", "nowhere.yaml"},
       3,
       "nowhere.yaml: cannot read the file: No such file or directory (--update-baseline writes a "
       "first one)"},
  }));
  const Folder folder;
  auto words = mistake.words;
  words.insert(words.begin(), {"check", "--out", folder.out()});
  Program program(handfast_words(words), folder.path());
  CHECK(program.wait() == mistake.code);
  CHECK(program.err() == "handfast check: " + mistake.error + "\n");
  CHECK(program.out().empty());
  CHECK_FALSE(std::filesystem::exists(folder.out()));
}

TEST_CASE("a wrong baseline is named with its place before anything starts", "[check_verb]") {
  const Folder folder;
  const std::string head =
      "handfast-baseline: 1\nbrokers:\n  - driver: mosquitto\n    version: \"2.0.\"\n    "
      "deviations:\n      - {id: ";
  const auto error_of = [&](const std::string& entry) {
    const auto file = folder.write("known.yaml", head + entry + "}\n");
    Program program(handfast_words({"check", "--out", folder.out(), "--baseline", file}),
                    folder.path());
    CHECK(program.wait() == 2);
    CHECK_FALSE(std::filesystem::exists(folder.out()));
    return program.err();
  };
  CHECK_THAT(error_of("x, verdict: fial, reason: r"),
             Catch::StartsWith("handfast check: ") && Catch::Contains("known.yaml:6:26: ") &&
                 Catch::EndsWith("(did you mean \"fail\"?)\n"));
  CHECK_THAT(
      error_of("emqx-one-way-tls-raw-conect, verdict: fail, reason: r"),
      Catch::EndsWith("known.yaml:6:9: there is no check \"emqx-one-way-tls-raw-conect\" (did you "
                      "mean \"emqx-one-way-tls-raw-connect\"?)\n"));
}

TEST_CASE("a broker that is not installed is exit 3, and CI sees it in JUnit", "[check_verb]") {
  const Folder folder;
  const auto junit = (folder / "junit.xml").string();
  Program program(
      handfast_words({"check", "--out", folder.out(), "--broker-bin", "/nonexistent/mosquitto",
                      "--id", "emqx-one-way-tls-raw-connect", "--junit", junit}),
      folder.path());
  CHECK(program.wait() == 3);
  CHECK_THAT(program.err(),
             Catch::Contains("handfast check: ") && Catch::Contains("/nonexistent/mosquitto"));
  CHECK(program.out().empty());
  CHECK_THAT(read_text(junit),
             Catch::Contains("errors=\"1\"") && Catch::Contains("/nonexistent/mosquitto"));
}
