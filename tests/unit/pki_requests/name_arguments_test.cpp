#include "pki/requests/name_arguments.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::pki;

namespace {

std::string refusal(const std::vector<std::string>& arguments) {
  const auto names = parse_name_arguments(arguments);
  return names ? "accepted" : names.error().text();
}

std::vector<std::string> alt_names(const std::vector<std::string>& arguments) {
  std::vector<std::string> out;
  const auto names = parse_name_arguments(arguments);
  for (const auto& name : names.value().names) out.push_back(to_string(name));
  return out;
}

}  // namespace

TEST_CASE("names come in the argument form of Cisco's servers (S3-02 S3-04 S1-03)", "[pki]") {
  const auto names =
      parse_name_arguments({"CN:acano.example.com", "OU:Acano Support", "O:Cisco", "L:San Jose",
                            "ST:California", "C:US", "subjectAltName:acano.example.com"})
          .value();
  CHECK(to_string(names.subject) ==
        "C=US, ST=California, L=San Jose, O=Cisco, OU=Acano Support, CN=acano.example.com");
}

TEST_CASE("the alternative names are a comma list of every kind and hold the common name (S3-06)",
          "[pki][S3-09][S3-10][S4-49]") {
  CHECK(alt_names({"CN:a.test"}) == std::vector<std::string>{"DNS:a.test"});
  CHECK(alt_names({"CN:a.test", "subjectAltName:b.test, 10.0.0.1,x@b.test,urn:lab:7,a.test"}) ==
        std::vector<std::string>{"DNS:b.test", "IP:10.0.0.1", "email:x@b.test", "URI:urn:lab:7",
                                 "DNS:a.test"});
  CHECK(
      alt_names({"CN:*.cluster.test", "subjectAltName:n1.cluster.test,n2.cluster.test"}) ==
      std::vector<std::string>{"DNS:*.cluster.test", "DNS:n1.cluster.test", "DNS:n2.cluster.test"});
  // A role name of a database is no host: it stays out (S3-14).
  CHECK(alt_names({"CN:data base"}).empty());
}

TEST_CASE("mistakes in the names are told one by one (S3-05)", "[pki]") {
  CHECK(refusal({"OU:x"}) == "the common name is missing (add CN:broker.lab.test)");
  CHECK(refusal({"CN:a", "C:USA"}) ==
        "C: \"USA\" is no country (two letters, as ISO 3166-1 has them: CN, FR, US)");
  CHECK(refusal({"CN:a", "CN:b"}) == "\"CN\" is there twice");
  CHECK(refusal({"CN:a", "X:b"}).starts_with("unknown part of a name \"X\""));
  CHECK(refusal({"CN:a", "O:"}) ==
        "\"O:\" has no value (write for example CN:broker.lab.test O:lab C:CN)");
  CHECK(refusal({"CN:" + std::string(65, 'a')}) == "CN: the value has more than 64 characters");
  CHECK(refusal({"CN:a", "subjectAltName:a..b"}).starts_with("subjectAltName: \"a..b\" is no DNS"));
}

TEST_CASE("base names are letters, digits, hyphens and underscores (S3-03)", "[pki]") {
  CHECK(check_base_name("web-bridge_2"));
  for (const auto* bad : {"", "a.b", "a/b", "../a", "-a", "a b"}) CHECK_FALSE(check_base_name(bad));
}
