#include "pki/mint/names.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::pki;

TEST_CASE("a subject alternative name is told by its look", "[pki][S3-06][S1-17]") {
  CHECK(to_string(parse_alt_name("localhost").value()) == "DNS:localhost");
  CHECK(to_string(parse_alt_name("*.lab.test").value()) == "DNS:*.lab.test");
  CHECK(to_string(parse_alt_name("127.0.0.1").value()) == "IP:127.0.0.1");
  CHECK(to_string(parse_alt_name("::1").value()) == "IP:::1");
  CHECK(to_string(parse_alt_name("urn:handfast:dev:7").value()) == "URI:urn:handfast:dev:7");
  CHECK(to_string(parse_alt_name("ops@lab.test").value()) == "email:ops@lab.test");
}

TEST_CASE("what is no name is refused with examples", "[pki][S3-06]") {
  for (const auto* text :
       {"", "my broker", "a..b", "-a", "*.*.x", "a.*.b", "@x", "x@", ":x", "1:x"}) {
    INFO(text);
    CHECK_FALSE(parse_alt_name(text));
  }
  CHECK(parse_alt_name("my broker").error().text() ==
        "\"my broker\" is no DNS name, IP address, URI or e-mail address (write for example "
        "localhost, "
        "127.0.0.1, '::1', '*.lab.test' or 'urn:lab:7')");
}

TEST_CASE("a subject prints in the customary order", "[pki][S1-03]") {
  CHECK(to_string(Subject{"CN", "Zhejiang", "Hangzhou", "lab", "mqtt", "root", {}}) ==
        "C=CN, ST=Zhejiang, L=Hangzhou, O=lab, OU=mqtt, CN=root");
  CHECK(to_string(Subject{.common_name = "root"}) == "CN=root");
}

TEST_CASE("templates put the index where they say", "[pki]") {
  CHECK(NameTemplate::parse("dev-{i:06}").value().expand(42) == "dev-000042");
  CHECK(NameTemplate::parse("{i}/{i:02}x").value().expand(123) == "123/123x");
  CHECK(NameTemplate::parse("plain").value().expand(1) == "plain");
  CHECK_FALSE(NameTemplate::parse("plain").value().has_index());
  CHECK(NameTemplate::parse("{i}").value().has_index());
}

TEST_CASE("a template with a mistake says which", "[pki]") {
  const std::string hint = " (write {i} for the index or {i:06} for six digits)";
  CHECK(NameTemplate::parse("dev-{i").error().text() ==
        "template \"dev-{i\" has an unclosed placeholder" + hint);
  CHECK(NameTemplate::parse("dev-{n}").error().text() ==
        "template \"dev-{n}\" has the unknown placeholder \"{n}\"" + hint);
  CHECK(NameTemplate::parse("dev-{i:099}").error().text() ==
        "template \"dev-{i:099}\" has a width that is not 1 to 20" + hint);
}

TEST_CASE("templates have hexadecimal, random and UUID placeholders", "[pki]") {
  const auto expand = [](std::string_view text, std::uint64_t index, std::string_view salt) {
    return NameTemplate::parse(text).value().expand(index, salt);
  };
  CHECK(expand("{hex:8}", 255, "") == "000000ff");
  CHECK(expand("x{hex:2}y", 4096, "") == "x1000y");
  const auto uuid = expand("{uuid}", 7, "salt");
  CHECK(uuid.size() == 36);
  CHECK(uuid[14] == '4');
  CHECK(std::string("89ab").find(uuid[19]) != std::string::npos);
  CHECK(expand("{uuid}", 7, "salt") == uuid);
  CHECK(expand("{uuid}", 8, "salt") != uuid);
  CHECK(expand("{uuid}", 7, "pepper") != uuid);
  CHECK(expand("{uuid}/{uuid}", 7, "salt") == uuid + "/" + uuid);
  const auto random = expand("{rand:32}", 7, "salt");
  CHECK(random.size() == 32);
  CHECK(random.find_first_not_of("abcdefghijklmnopqrstuvwxyz234567") == std::string::npos);
  CHECK(expand("{rand:12}", 7, "salt") == random.substr(0, 12));
  for (const auto* unique : {"{hex:8}", "{uuid}", "{rand:12}"}) {
    CHECK(NameTemplate::parse(unique).value().has_index());
  }
  CHECK_FALSE(NameTemplate::parse("{rand:11}").value().has_index());
  for (const auto* bad : {"{hex:0}", "{hex:17}", "{rand:33}", "{rand:}", "{hex}", "{uuid:4}"}) {
    INFO(bad);
    CHECK_FALSE(NameTemplate::parse(bad));
  }
}
