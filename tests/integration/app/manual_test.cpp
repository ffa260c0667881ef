// The manual inside the program: list checks and explain, as a user calls them.
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "tests/integration/app/handfast_program.hpp"

using namespace handfast;
using namespace handfast::test;

namespace {

struct Ran {
  int exit;
  std::string out, err;
};

Ran handfast_says(const std::vector<std::string>& words) {
  const Folder folder;
  Program program(handfast_words(words), folder.path());
  const auto exit = program.wait();
  return {exit, program.out(), program.err()};
}

struct Misuse {
  std::vector<std::string> words;
  std::string error;
};

}  // namespace

TEST_CASE("list checks shows the rows of a group, one to a line", "[app]") {
  const auto ran = handfast_says({"list", "checks", "--group", "revocation", "--core"});
  CHECK(ran.exit == 0);
  CHECK(ran.err.empty());
  CHECK_THAT(ran.out, Catch::Contains("\ncrl-revoked-leaf "));
  CHECK_THAT(ran.out, !Catch::Contains("crl-large"));
  CHECK_THAT(ran.out, !Catch::Contains("client-cert-expired"));
  CHECK(split(ran.out, '\n').size() == 13 + 3);  // a heading, a sum, and what follows its newline
}

TEST_CASE("list checks as JSON can be read back", "[app]") {
  const auto ran = handfast_says({"list", "checks", "--output", "json", "--group", "websocket"});
  CHECK(ran.exit == 0);
  const auto json = nlohmann::json::parse(ran.out);
  REQUIRE(json.at("checks").size() == 39);
  CHECK(json.at("checks")[0].at("id") == "ws-upgrade-mqtt");
}

TEST_CASE("list checks --unbuilt has only rows that this build lacks", "[app]") {
  const auto ran = handfast_says({"list", "checks", "--output", "json", "--unbuilt"});
  CHECK(ran.exit == 0);
  for (const auto& check : nlohmann::json::parse(ran.out).at("checks")) {
    INFO(check.at("id"));
    CHECK(check.at("played") == false);
    CHECK(check.at("unbuilt") != "");
  }
}

TEST_CASE("explain tells of a check, an alert and a verify code", "[app]") {
  for (const auto& [word, line] :
       {std::pair{"client-cert-expired",
                  "A client whose certificate expired yesterday is "
                  "rejected.\n"},
        {"48", "alert unknown_ca (48)\n"},
        {"certificate_required", "alert certificate_required (116)\n"},
        {"X509_V_ERR_HOSTNAME_MISMATCH", "verify code 62 (hostname mismatch)\n"}}) {
    INFO(word);
    const auto ran = handfast_says({"explain", word});
    CHECK(ran.exit == 0);
    CHECK(ran.err.empty());
    CHECK_THAT(ran.out, Catch::Contains(line));
  }
}

TEST_CASE("wrong words to list and explain: one line with a suggestion, exit 2", "[app]") {
  const auto misuse = GENERATE(values<Misuse>({
      {{"list", "checks", "--group", "websockets"},
       "handfast list: there is no check group \"websockets\" (did you mean \"websocket\"?)\n"},
      {{"list", "checks", "--group", "nothing"},
       "handfast list: there is no check group \"nothing\" (one of: descriptor, emqx-guide, "
       "client-chain, server-chain, tls-protocol, websocket, revocation, identity, dtls)\n"},
      {{"list", "checks", "--output", "jsno"},
       "handfast list: there is no output form \"jsno\" (did you mean \"json\"?)\n"},
      {{"explain", "client-cert-expird"},
       "handfast explain: there is no check, alert or verify code \"client-cert-expird\" (did you "
       "mean \"client-cert-expired\"?)\n"},
      {{"explain", "300"},
       "handfast explain: there is no check, alert or verify code \"300\" (handfast list checks "
       "shows the ids; alerts and verify codes go by number or name)\n"},
      {{"explian", "48"}, "handfast: unknown command \"explian\" (did you mean \"explain\"?)\n"},
  }));
  const auto ran = handfast_says(misuse.words);
  CHECK(ran.exit == 2);
  CHECK(ran.err == misuse.error);
  CHECK(ran.out.empty());
}

TEST_CASE("explain without a word, and with two, points to the manual", "[app]") {
  for (const auto& words : {std::vector<std::string>{"explain"}, {"explain", "48", "49"}}) {
    const auto ran = handfast_says(words);
    CHECK(ran.exit == 2);
    CHECK(ran.out.empty());
    CHECK_THAT(ran.err, Catch::StartsWith("handfast explain: ") &&
                            Catch::EndsWith("(see handfast explain --help)\n"));
  }
}
