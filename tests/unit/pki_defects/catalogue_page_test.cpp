// docs/pki/faults.md shows the tables that the program has. The hidden case "[.page]" prints them.
#include <fmt/format.h>

#include <fstream>
#include <iostream>
#include <iterator>
#include <string>

#include "pki/faults/defect.hpp"
#include "pki/faults/expectation.hpp"
#include "pki/faults/mutation.hpp"
#include "tests/support/catch.hpp"

using namespace handfast::pki;

namespace {

std::string_view needs_text(MutationNeeds needs) {
  switch (needs) {
    case MutationNeeds::nothing:
      return "";
    case MutationNeeds::rsa_issuer:
      return "RSA issuer";
    case MutationNeeds::digest_issuer:
      return "EC or RSA issuer";
    case MutationNeeds::rsa_key:
      return "RSA key";
    case MutationNeeds::ec_key:
      return "EC key";
    case MutationNeeds::plain_key:
      return "EC or RSA key";
    case MutationNeeds::root_issuer:
      return "root as issuer";
    case MutationNeeds::other_issuer:
      return "an issuer";
    case MutationNeeds::deep_name:
      return "DNS name of 4 labels";
    case MutationNeeds::common_name:
      return "common name";
  }
  return "";
}

std::string mutation_table() {
  std::string out =
      "| damage | of | what | claims | needs | OpenSSL 3.0 where it differs |\n"
      "|---|---|---|---|---|---|\n";
  for (const auto& mutation : mutations()) {
    std::string claims;
    for (const auto kind : mutation.claims) {
      claims += fmt::format("{}{}", claims.empty() ? "" : ", ", to_string(kind));
    }
    out +=
        fmt::format("| `{}` | {} | {} | {} | {} | {} |\n", mutation.name,
                    mutation.target == MutationTarget::leaf ? "leaf" : "CA", mutation.what,
                    claims.empty() ? "none" : claims, needs_text(mutation.needs), mutation.openssl);
  }
  return out;
}

std::string defect_list() {
  std::string out = "| word | refuses | what |\n|---|---|---|\n";
  for (const auto& info : defect_table()) {
    out += fmt::format("| `{}` | {} | {} |\n", info.word, info.refuses ? "yes" : "no", info.what);
  }
  return out;
}

std::string expectation_list() {
  std::string out;
  for (const auto& entry : expectations()) {
    out += fmt::format("{}`{}`", out.empty() ? "" : ", ", entry.word);
  }
  return out;
}

}  // namespace

TEST_CASE("The tables of docs/pki/faults.md", "[.page]") {
  std::cout << mutation_table() << "\n" << defect_list() << "\n" << expectation_list() << "\n";
}

TEST_CASE("docs/pki/faults.md has every mutation, defect and expectation as the program has them",
          "[pki]") {
  std::ifstream file(HANDFAST_SOURCE_DIR "/docs/pki/faults.md");
  const std::string page{std::istreambuf_iterator<char>(file), {}};
  CHECK(page.find(mutation_table()) != std::string::npos);
  CHECK(page.find(defect_list()) != std::string::npos);
  CHECK(page.find(expectation_list()) != std::string::npos);
}
