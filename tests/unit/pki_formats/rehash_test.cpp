#include "pki/formats/rehash.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "pki/formats/encode.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki_formats/lab.hpp"

using namespace handfast;
using namespace handfast::pki;

namespace {

std::string stem(const test::Pair& pair) {
  return fmt::format(
      "{:08x}", X509_NAME_hash_ex(X509_get_subject_name(pair.x509()), nullptr, nullptr, nullptr));
}

std::map<std::string, std::string> links(const test::Folder& folder) {
  std::map<std::string, std::string> out;
  for (const auto& entry : std::filesystem::directory_iterator(folder.path())) {
    if (!entry.is_symlink()) continue;
    out[entry.path().filename().string()] = std::filesystem::read_symlink(entry.path()).string();
  }
  return out;
}

}  // namespace

TEST_CASE("a hash directory links certificates and CRLs by the names they are looked up by (S1-19)",
          "[pki]") {
  const auto root = test::authority("root");
  const auto twin = test::authority("root");
  const auto other = test::authority("other");
  const auto crl = test::revocation_list(root, {}, {});
  const test::Folder folder;
  folder.write("b.crt", root.pem());
  folder.write("a.pem", twin.pem() + twin.key_pem());
  folder.write("other.pem", other.pem());
  folder.write("list.crl", crl_pem(crl.get()).value());
  const auto report = rehash(folder.path()).value();
  const std::map<std::string, std::string> expected{{stem(root) + ".0", "a.pem"},
                                                    {stem(root) + ".1", "b.crt"},
                                                    {stem(root) + ".r0", "list.crl"},
                                                    {stem(other) + ".0", "other.pem"}};
  CHECK(links(folder) == expected);
  CHECK(report.created.size() == 4);
  CHECK(report.notes.empty());

  const auto again = rehash(folder.path()).value();
  CHECK(again.created.empty());
  CHECK(again.removed.empty());
  CHECK(again.kept.size() == 4);
  CHECK(links(folder) == expected);
}

TEST_CASE("rehash removes its own stale links and nothing else", "[pki]") {
  const auto root = test::authority("root");
  const test::Folder folder;
  folder.write("root.pem", root.pem());
  std::filesystem::create_symlink("gone.pem", folder / "0123abcd.0");
  std::filesystem::create_symlink("/etc/passwd", folder / "0123abcd.1");
  std::filesystem::create_symlink("gone.pem", folder / "latest");
  folder.write("deadbeef.0", "a file");
  folder.write(stem(root) + ".0", "somebody's");
  const auto report = rehash(folder.path()).value();
  CHECK(report.removed == std::vector<std::string>{"0123abcd.0 -> gone.pem"});
  CHECK(links(folder) == std::map<std::string, std::string>{{"0123abcd.1", "/etc/passwd"},
                                                            {"latest", "gone.pem"},
                                                            {stem(root) + ".1", "root.pem"}});
  CHECK(folder.read("deadbeef.0") == "a file");
  CHECK(folder.read(stem(root) + ".0") == "somebody's");
}

TEST_CASE("a link whose file changed is led elsewhere", "[pki]") {
  const auto root = test::authority("root");
  const test::Folder folder;
  folder.write("b.pem", root.pem());
  REQUIRE(rehash(folder.path()).value().created.size() == 1);
  std::filesystem::rename(folder / "b.pem", folder / "c.pem");
  const auto report = rehash(folder.path()).value();
  CHECK(report.created == std::vector<std::string>{stem(root) + ".0 -> c.pem"});
  CHECK(links(folder).size() == 1);
}

TEST_CASE("files that get no link are named", "[pki]") {
  const auto root = test::authority("root");
  const auto other = test::authority("other");
  const test::Folder folder;
  folder.write("a.pem", root.pem());
  folder.write("both.pem", root.pem() + other.pem());
  folder.write("broken.crt", "-----BEGIN CERTIFICATE-----\n");
  folder.write("copy.pem", root.pem());
  folder.write("key.pem", root.key_pem());
  folder.write("notes.txt", "not looked at");
  CHECK(rehash(folder.path()).value().notes ==
        std::vector<std::string>{
            "both.pem: skipped, it holds 2 certificates or CRLs, and a link leads to one",
            "broken.crt: skipped, block 1 is broken: the line \"-----END CERTIFICATE-----\" is "
            "missing",
            "copy.pem: skipped, the same as a.pem"});
  CHECK(rehash(folder / "none").error().text() ==
        (folder / "none").string() + ": cannot read the folder: No such file or directory");
}
