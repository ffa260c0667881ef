#include "pki/upkeep/query.hpp"
#include "tests/unit/pki_upkeep/upkeep_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

std::vector<Item> sample() {
  std::vector<Item> out(4);
  out[0].name = "root";
  out[0].kind = "authority";
  out[0].trust = true;
  out[0].key = "rsa4096";
  out[0].not_after = noon + 3650 * day;
  out[1].name = "server";
  out[1].kind = "identity";
  out[1].identity = true;
  out[1].key = "p256";
  out[1].common_name = "Gate Way";
  out[1].usage = {"serverAuth"};
  out[1].generation = 3;
  out[1].not_after = noon + 10 * day;
  out[2].name = "client";
  out[2].kind = "identity";
  out[2].identity = true;
  out[2].key = "rsa2048";
  out[2].usage = {"clientAuth"};
  out[2].revoked = "certificateHold";
  out[2].condition = Condition::on_hold;
  out[2].not_after = noon - 1s;
  out[3].name = "new";
  out[3].kind = "identity";
  out[3].identity = true;
  out[3].key = "ed25519";
  return out;
}

std::string found(const std::string& text) {
  const auto query = Query::parse(text);
  INFO(text << " " << (query ? std::string() : query.error().text()));
  REQUIRE(query.has_value());
  std::string out;
  for (const auto& item : sample()) {
    if (query->matches(item, noon)) out += (out.empty() ? "" : " ") + item.name;
  }
  return out;
}

std::string refused(const std::string& text) {
  const auto query = Query::parse(text);
  REQUIRE_FALSE(query.has_value());
  CHECK(query.error().kind == ProblemKind::usage);
  return query.error().text();
}

}  // namespace

TEST_CASE("a list is filtered by name, expiry, key and usage (S4-29)", "[pki]") {
  CHECK(found("expires<30d") == "server client");
  CHECK(found("expires<30d and key=rsa") == "client");
  CHECK(found("key=rsa") == "root client");
  CHECK(found("key=rsa2048") == "client");
  CHECK(found("key=EC") == "server");
  CHECK(found("cn~gate") == "server");
  CHECK(found("cn='gate way'") == "server");
  CHECK(found("usage=serverauth or name=new") == "server new");
  CHECK(found("name!=root and expires>=0s") == "server");
  CHECK(found("generation>2") == "server");
}

TEST_CASE("a list is filtered by identity and trust (S4-30)", "[pki]") {
  CHECK(found("kind=identity") == "server client new");
  CHECK(found("kind=trust") == "root");
  CHECK(found("store=trust") == "root");
  CHECK(found("expires<30d and key=rsa and kind=identity") == "client");
  CHECK(found("revoked=yes") == "client");
  CHECK(found("revoked=hold") == "client");
  CHECK(found("revoked=no and kind=identity") == "server new");
  CHECK(found("status=\"on hold\"") == "client");
}

TEST_CASE("and binds closer than or", "[pki]") {
  CHECK(found("name=root or kind=identity and key=p256") == "root server");
}

TEST_CASE("a wrong query says what is wrong and where", "[pki]") {
  CHECK(refused("expire<30d") ==
        "--where, column 1: there is no field \"expire\" (did you mean \"expires\"?)");
  CHECK(refused("") ==
        "--where, column 1: a field is missing (for example expires<30d and key=rsa)");
  CHECK(refused("key") ==
        "--where, column 4: behind \"key\" an operator is missing (one of: = != ~ < <= > >=)");
  CHECK(refused("key=") == "--where, column 5: a value is missing");
  CHECK(refused("key<rsa") == "--where, column 4: key has no order (use = != or ~)");
  CHECK(refused("expires=30d").starts_with("--where, column 8: expires wants < <= > or >="));
  CHECK(refused("expires<30").starts_with("--where, column 9: "));
  CHECK(refused("kind=trusted") ==
        "--where, column 6: there is no kind \"trusted\" (did you mean \"trust\"?)");
  CHECK(refused("generation>x").starts_with("--where, column 12: generation is compared"));
  CHECK(refused("name=a xor key=b") ==
        "--where, column 8: expected \"and\" or \"or\", not \"xor key=b\"");
  CHECK(refused("cn='a") == "--where, column 4: the quotes are not closed");
  CHECK(refused("name=a and") ==
        "--where, column 11: a field is missing (for example expires<30d and key=rsa)");
}
