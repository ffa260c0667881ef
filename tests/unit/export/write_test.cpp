// An export on disk: complete files, keys that are never lost.
#include "harness/broker/export/write.hpp"

#include <sys/stat.h>
#include <unistd.h>

#include "core/base/file.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/temp_directory.hpp"
#include "tests/unit/export/fixture.hpp"

using namespace handfast;
using namespace handfast::broker;
using test::TempDirectory;

namespace {

struct stat status_of(const std::filesystem::path& path) {
  struct stat status{};
  REQUIRE(stat(path.c_str(), &status) == 0);
  return status;
}

unsigned mode_of(const std::filesystem::path& path) { return status_of(path).st_mode & 07777U; }

std::size_t entries(const std::filesystem::path& folder) {
  return static_cast<std::size_t>(std::distance(std::filesystem::directory_iterator(folder), {}));
}

}  // namespace

TEST_CASE("files of an export get their modes, and nothing else lies beside them", "[export]") {
  const TempDirectory dir;
  const auto files = export_files(test::export_request("mosquitto", ClientAuth::required)).value();
  REQUIRE(write_export(files, dir / "out/a"));
  for (const auto& file : files) {
    INFO(file.path);
    CHECK(read_text(dir / "out/a" / file.path) == file.content);
    CHECK(mode_of(dir / "out/a" / file.path) == file.mode);
  }
  CHECK(entries(dir / "out/a") == files.size());
  CHECK(mode_of(dir / "out/a/server.key") == 0600);
  CHECK(mode_of(dir / "out/a/start.sh") == 0755);
}

TEST_CASE("a file with the same content is left alone", "[export]") {
  const TempDirectory dir;
  const auto files = export_files(test::export_request("nginx", ClientAuth::none)).value();
  REQUIRE(write_export(files, dir.path()));
  const auto before = status_of(dir / "server.key").st_ino;
  std::filesystem::remove(dir / "nginx.conf");
  REQUIRE(write_export(files, dir.path()));
  CHECK(status_of(dir / "server.key").st_ino == before);
  CHECK(std::filesystem::exists(dir / "nginx.conf"));
}

TEST_CASE("another private key is refused before anything is written", "[export]") {
  const TempDirectory dir;
  const auto& pki = test::test_pki();
  const auto other = test::to_pem(pki.client.key.get());
  dir.write("server.key", other, 0600);
  const auto files = export_files(test::export_request("mosquitto", ClientAuth::none)).value();
  const auto problem = write_export(files, dir.path()).error();
  CHECK(problem.kind == ProblemKind::environment);
  CHECK(problem.text() ==
        (dir / "server.key").string() +
            ": another private key is there already, which is never overwritten (move it away, or "
            "export into another folder)");
  CHECK(read_text(dir / "server.key") == other);
  CHECK(entries(dir.path()) == 1);

  // Nor is a key overwritten by something that is none, nor one that cannot be read.
  CHECK_FALSE(write_export({{.path = "server.key", .content = "text"}}, dir.path()));
  dir.write("server.key", "-----BEGIN PRIVATE KEY-----\nbroken\n-----END PRIVATE KEY-----\n");
  CHECK_FALSE(write_export(files, dir.path()));
}

TEST_CASE("a renewed certificate replaces the old one beside the same key", "[export]") {
  const TempDirectory dir;
  const auto& pki = test::test_pki();
  auto request = test::export_request("haproxy", ClientAuth::none);
  REQUIRE(write_export(export_files(request).value(), dir.path()));
  // The same key below a leaf-only chain stands for a renewal.
  request.server.chain_pem = test::to_pem(pki.server.certificate.get());
  REQUIRE(write_export(export_files(request).value(), dir.path()));
  CHECK(read_text(dir / "server-bundle.pem") == request.server.chain_pem + request.server.key_pem);
  CHECK(mode_of(dir / "server-bundle.pem") == 0600);
}

TEST_CASE("a replaced file keeps its owner", "[export]") {
  const TempDirectory dir;
  const auto file = dir.write("a", "old");
  constexpr uid_t nobody = 65534;
  const bool root = geteuid() == 0;
  if (root) REQUIRE(chown(file.c_str(), nobody, nobody) == 0);
  REQUIRE(write_export({{.path = "a", .content = "new"}}, dir.path()));
  CHECK(read_text(file) == "new");
  CHECK(status_of(file).st_uid == (root ? nobody : geteuid()));
}

TEST_CASE("a PKCS#12 file is replaced by one with the same key only", "[export]") {
  const TempDirectory dir;
  const auto& pki = test::test_pki();
  const auto store = [](const test::Minted& leaf) {
    return std::vector<ExportedFile>{{.path = "server.p12",
                                      .content = test::pkcs12(leaf, "secret"),
                                      .mode = 0600,
                                      .password = "secret"}};
  };
  const auto first = store(pki.server);
  const auto second = store(pki.server);
  REQUIRE(first[0].content != second[0].content);
  REQUIRE(write_export(first, dir.path()));
  REQUIRE(write_export(second, dir.path()));
  CHECK(read_text(dir / "server.p12") == second[0].content);
  CHECK_FALSE(write_export(store(pki.client), dir.path()));
  auto other_password = first;
  other_password[0].password = "other";
  CHECK_FALSE(write_export(other_password, dir.path()));
  CHECK(read_text(dir / "server.p12") == second[0].content);
}

TEST_CASE("no file leaves the export's folder, and links are replaced, not followed", "[export]") {
  const TempDirectory dir;
  for (const auto* path : {"../a", "/tmp/a", "", "a/../../b", "./a"}) {
    INFO(path);
    const auto written = write_export({{.path = path, .content = "x"}}, dir / "out");
    REQUIRE_FALSE(written);
    CHECK(written.error().kind == ProblemKind::internal);
  }
  dir.write("target", "kept");
  std::filesystem::create_symlink(dir / "target", dir / "link");
  REQUIRE(write_export({{.path = "link", .content = "new"}}, dir.path()));
  CHECK(read_text(dir / "target") == "kept");
  CHECK(read_text(dir / "link") == "new");
}

TEST_CASE("a folder that cannot be written is told by its name", "[export]") {
  const TempDirectory dir;
  dir.write("file", "x");
  const auto problem = write_export({{.path = "a", .content = "x"}}, dir / "file").error();
  CHECK(problem.kind == ProblemKind::environment);
  CHECK(test::contains(problem.text(), (dir / "file").string()));
}
