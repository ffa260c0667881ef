#include "pki/formats/output.hpp"

#include <sys/stat.h>

#include "pki/formats/encode.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki_formats/lab.hpp"

using namespace handfast;
using namespace handfast::pki;

namespace {

mode_t mode_of(const std::filesystem::path& file) {
  struct stat status{};
  return ::stat(file.c_str(), &status) == 0 ? status.st_mode & 07777 : 0;
}

}  // namespace

TEST_CASE("a private key is recognised in every format", "[pki]") {
  const test::Chain chain;
  const Secret pass("x");
  const auto& key = chain.leaf.key;
  CHECK(holds_private_key(encode_key(key.get(), Encoding::pem).value().text()));
  CHECK(holds_private_key(encode_key(key.get(), Encoding::der).value().text()));
  CHECK(holds_private_key(encode_key(key.get(), Encoding::pem, &pass).value().text()));
  CHECK(holds_private_key(encode_key(key.get(), Encoding::der, &pass).value().text()));
  CHECK(holds_private_key(test::armour("OPENSSH PRIVATE KEY", "whatever")));
  CHECK(holds_private_key(
      encode_pkcs12({.chain = {chain.leaf.x509()}, .key = key.get(), .name = {}}, pass, "x")
          .value()
          .text()));
  CHECK_FALSE(holds_private_key(chain.leaf.pem()));
  CHECK_FALSE(holds_private_key(public_key_pem(key.get()).value()));
  CHECK_FALSE(holds_private_key("anything"));
  CHECK_FALSE(holds_private_key(""));
}

TEST_CASE("a key file is never overwritten, neither by a key nor by anything else", "[pki]") {
  const test::Chain chain;
  const test::Folder folder;
  const auto key = encode_key(chain.leaf.key.get(), Encoding::pem).value();
  REQUIRE(write_private(folder / "a.key", key));
  CHECK(mode_of(folder / "a.key") == 0600);
  CHECK(write_private(folder / "a.key", Secret("other")).error().text() ==
        (folder / "a.key").string() +
            ": cannot create the file: File exists (it is never overwritten; move it away first)");
  CHECK(write_public(folder / "a.key", chain.leaf.pem()).error().text() ==
        (folder / "a.key").string() +
            ": the file there holds a private key (it is never overwritten; move it away first)");
  CHECK(folder.read("a.key") == key.text());
}

TEST_CASE("a public file is replaced as a whole", "[pki]") {
  const test::Chain chain;
  const test::Folder folder;
  REQUIRE(write_public(folder / "a.pem", chain.leaf.pem()));
  REQUIRE(write_public(folder / "a.pem", chain.lower.pem()));
  CHECK(folder.read("a.pem") == chain.lower.pem());
  CHECK(mode_of(folder / "a.pem") == 0644);
}
