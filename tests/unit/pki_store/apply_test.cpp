#include "core/base/text.hpp"
#include "pki/files/files.hpp"
#include "pki/formats/describe.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/store/pki.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki/support.hpp"
#include "tests/unit/pki_store/store_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace std::chrono_literals;
using handfast::pki::test::apply_text;
using handfast::pki::test::has;
using handfast::pki::test::replaced;
using handfast::pki::test::slurp;
using handfast::pki::test::small_manifest;
using handfast::pki::test::TempFolder;

TEST_CASE("apply makes keys, certificates, chains, bundles and fleets",
          "[pki][S0-04][S0-07][S2-10]") {
  const TempFolder home;
  const auto report = apply_text(small_manifest(), home.path()).value();
  CHECK(report.unchanged.empty());
  CHECK(report.notes == std::vector<std::string>{
                            "root: P-256, self-signed, expires 2036-05-29",
                            "second: P-256, issued by root, expires 2031-05-31",
                            "server: P-256, issued by second, expires 2026-07-01",
                            "client: P-256, issued by second, expires 2026-07-01",
                            "devices: 3 identities, P-256, issued by second, expire 2026-07-01"});
  for (const auto* key : {"root.key", "second.key", "server.key", "client.key", "devices.pack"}) {
    CHECK(test::mode_of(home / key) == 0600);
  }
  CHECK(test::mode_of(home / "server.pem") == 0644);
  CHECK_FALSE(std::filesystem::exists(home / ".lock"));
}

TEST_CASE("an unchanged manifest writes no byte", "[pki]") {
  const TempFolder home;
  const auto first = apply_text(small_manifest(), home.path()).value();
  const auto before = test::snapshot(home.path());
  const auto second = apply_text(small_manifest(), home.path(), test::noon + 24h).value();
  CHECK(second.written.empty());
  CHECK(second.unchanged.size() == first.written.size());
  CHECK(test::snapshot(home.path()) == before);
}

TEST_CASE("a dry run says the same and touches nothing", "[pki]") {
  const TempFolder home;
  const auto manifest = test::manifest_of(small_manifest());
  const auto missing = home / "new";
  const auto planned = apply(manifest, {.home = missing, .key_owner = {}, .dry_run = true}).value();
  CHECK_FALSE(std::filesystem::exists(missing));
  const auto done = apply(manifest, {.home = missing, .key_owner = {}}).value();
  CHECK(planned.written == done.written);
}

TEST_CASE("a changed entry gets a new certificate for its old key, and the old one is kept",
          "[pki][S3-30][S4-11][S4-47]") {
  const TempFolder home;
  REQUIRE(apply_text(small_manifest(), home.path()));
  const auto key = slurp(home / "server.key");
  const auto old_text = slurp(home / "server.pem");
  const auto report =
      apply_text(replaced(small_manifest(), "[127.0.0.1]", "[127.0.0.1, lab.test]"), home.path())
          .value();
  CHECK(slurp(home / "server.key") == key);
  CHECK(slurp(home / "server.pem") != old_text);
  CHECK(slurp(home / "archive/server@1.pem") == old_text);
  CHECK(has(report.written, "server-chain.pem"));
  CHECK(has(report.unchanged, "client.pem"));
  CHECK(has(
      report.notes,
      "server: P-256, issued by second, expires 2026-07-01 (issued again: the manifest changed)"));
  CHECK(describe(test::certificate_in(home / "server.pem").get()).extensions.names.back() ==
        "DNS:lab.test");
}

TEST_CASE("an authority with a new name has everything below it issued again", "[pki]") {
  const TempFolder home;
  REQUIRE(apply_text(small_manifest(), home.path()));
  const auto report =
      apply_text(replaced(small_manifest(), "test second", "another second"), home.path()).value();
  CHECK(has(report.unchanged, "root.pem"));
  CHECK(has(
      report.notes,
      "client: P-256, issued by second, expires 2026-07-01 (issued again: its issuer changed)"));
  CHECK(has(report.notes,
            "devices: 3 identities, P-256, issued by second, expire 2026-07-01 (minted again: its "
            "issuer changed)"));
  CHECK(has(report.written, "archive/devices-1.pack"));
  CHECK(has(report.unchanged, "server.key"));
}

TEST_CASE("what expired is issued again, what was meant to be expired is not", "[pki][S4-41]") {
  const TempFolder home;
  const auto text = small_manifest();
  const auto manifest =
      replaced(text, "client: {issuer: second, profile: client}",
               "client: {issuer: second, profile: client, valid: {from: -30d, to: -1d}}");
  REQUIRE(apply_text(manifest, home.path()));
  CHECK(time_text(period_of(test::certificate_in(home / "client.pem").get()).not_after) ==
        "2026-05-31T12:00:00Z");
  const auto report = apply_text(manifest, home.path(), test::noon + 24h * 40).value();
  CHECK(has(report.notes,
            "server: P-256, issued by second, expires 2026-08-10 (issued again: it expired)"));
  CHECK(has(report.unchanged, "client.pem"));
  CHECK(has(report.unchanged, "server.key"));
}

TEST_CASE("a leaf that would outlive its issuer is cut, and the report says so", "[pki]") {
  const TempFolder home;
  const auto text = replaced(small_manifest(), "valid: 5y", "valid: 10d");
  const auto report = apply_text(text, home.path()).value();
  CHECK(has(report.notes, "server: ends on 2026-06-11 with its issuer second, not on 2026-07-01"));
  CHECK(
      has(report.notes, "devices: end on 2026-06-11 with their issuer second, not on 2026-07-01"));
  CHECK(time_text(period_of(test::certificate_in(home / "server.pem").get()).not_after) ==
        "2026-06-11T12:00:00Z");
}

TEST_CASE("what was deleted comes back without touching the rest", "[pki]") {
  const TempFolder home;
  REQUIRE(apply_text(small_manifest(), home.path()));
  for (const auto* file : {"client.pem", "client-chain.pem", "cacert.pem", "state.json"}) {
    std::filesystem::remove(home / file);
  }
  const auto key = slurp(home / "client.key");
  const auto report = apply_text(small_manifest(), home.path()).value();
  CHECK(slurp(home / "client.key") == key);
  CHECK(report.written ==
        std::vector<std::string>{"client.pem", "client-chain.pem", "cacert.pem", "state.json"});
}

TEST_CASE("an entry that would begin after its issuer's end is refused where it stands", "[pki]") {
  const TempFolder home;
  const auto text =
      replaced(replaced(small_manifest(), "valid: 5y", "valid: 10d"), "profile: server",
               "profile: server\n    valid: {from: +20d, to: +30d}");
  CHECK(apply_text(text, home.path()).error().text() ==
        "test.yaml:8:3: nothing would be valid: the issuer \"CN = test second\" ends on "
        "2026-06-11T12:00:00Z, "
        "before 2026-06-21T12:00:00Z (let the issuer live longer)");
}

TEST_CASE("without a state a certificate that says something else is issued again", "[pki]") {
  const TempFolder home;
  REQUIRE(apply_text(small_manifest(), home.path()));
  std::filesystem::remove(home / "state.json");
  const auto text = replaced(small_manifest(), "[127.0.0.1]", "[127.0.0.2]");
  const auto report = apply_text(text, home.path()).value();
  CHECK(has(
      report.notes,
      "server: P-256, issued by second, expires 2026-07-01 (issued again: the manifest changed)"));
  CHECK(has(report.unchanged, "client.pem"));
  CHECK(has(report.unchanged, "devices.pack"));
}

TEST_CASE("a pack that the state does not know and that does not fit goes to the archive",
          "[pki]") {
  const TempFolder home;
  REQUIRE(apply_text(small_manifest(), home.path()));
  const auto pack = slurp(home / "devices.pack");
  std::filesystem::remove(home / "state.json");
  const auto text = replaced(small_manifest(), "count: 3", "count: 4");
  REQUIRE(apply_text(text, home.path()));
  CHECK(slurp(home / "archive/devices-0.pack") == pack);
  CHECK(slurp(home / "devices.pack") != pack);
}

TEST_CASE("a certificate that is not ours is not replaced", "[pki][S4-43]") {
  const TempFolder home;
  const TempFolder other;
  REQUIRE(apply_text(small_manifest(), home.path()));
  REQUIRE(apply_text(small_manifest(), other.path()));
  std::filesystem::copy_file(other / "server.pem", home / "server.pem",
                             std::filesystem::copy_options::overwrite_existing);
  const auto before = test::snapshot(home.path());
  CHECK(apply_text(small_manifest(), home.path()).error().text() ==
        (home / "server.pem").string() +
            ": this certificate is not the one that apply made for \"server\" "
            "(move the file away to have it made again)");
  CHECK(test::snapshot(home.path()) == before);
}

TEST_CASE("a key is never replaced by one of another type", "[pki][S3-31]") {
  const TempFolder home;
  REQUIRE(apply_text(small_manifest(), home.path()));
  const auto before = test::snapshot(home.path());
  const auto text =
      replaced(small_manifest(), "profile: server", "profile: server\n    key: ed25519");
  CHECK(apply_text(text, home.path()).error().text() ==
        "test.yaml:8:3: \"server\" asks for a Ed25519 key, but server.key holds P-256 "
        "(keys are never replaced by apply; make a new one with: handfast pki rekey server)");
  CHECK(test::snapshot(home.path()) == before);
}

TEST_CASE("a key that was there before is used", "[pki]") {
  const TempFolder home;
  const auto key = private_key_pem(make_key(KeyType::p256).value().get()).value();
  test::spit(home / "client.key", key);
  const auto report = apply_text(small_manifest(), home.path()).value();
  CHECK(slurp(home / "client.key") == key);
  CHECK(has(report.notes, "client: client.key can be read by others (mode 0644); chmod 600 it"));
}

TEST_CASE("a root key may be kept elsewhere until it has to sign", "[pki]") {
  const TempFolder home;
  REQUIRE(apply_text(small_manifest(), home.path()));
  std::filesystem::rename(home / "root.key", home / "safe");
  CHECK(apply_text(small_manifest(), home.path())->written.empty());
  const auto needed = apply_text(replaced(small_manifest(), "test second", "other"), home.path());
  CHECK(needed.error().text() == (home / "root.key").string() +
                                     ": the key of \"root\" is needed to sign, but it is not here "
                                     "(bring it back for this apply)");
  const auto own = apply_text(replaced(small_manifest(), "test root", "other"), home.path());
  CHECK(own.error().text() ==
        (home / "root.key").string() +
            ": \"root\" has to be issued again, but its key is not here (bring it back, "
            "or move the certificate away to have a new authority)");
}

TEST_CASE("a broken key is named and its text is not", "[pki]") {
  const TempFolder home;
  test::spit(home / "root.key",
             "-----BEGIN PRIVATE KEY-----\nc2VjcmV0\n-----END PRIVATE KEY-----\n");
  const auto problem = apply_text(small_manifest(), home.path()).error();
  CHECK(problem.where == (home / "root.key").string());
  CHECK(problem.text().find("c2VjcmV0") == std::string::npos);
}

TEST_CASE("an apply waits for no other and says who works", "[pki]") {
  const TempFolder home;
  const auto lock = Lock::take(home.path());
  REQUIRE(lock);
  CHECK(apply_text(small_manifest(), home.path()).error().message ==
        "the folder is in use by process " + std::to_string(::getpid()));
}

TEST_CASE("a key owner that does not exist costs nothing", "[pki][S0-19]") {
  const TempFolder home;
  const auto result = apply(test::manifest_of(small_manifest()),
                            {.home = home / "new", .key_owner = "no-such-user"});
  REQUIRE_FALSE(result);
  CHECK(result.error().kind == ProblemKind::environment);
  CHECK_FALSE(std::filesystem::exists(home / "new"));
}

TEST_CASE("a damaged state is named", "[pki]") {
  const TempFolder home;
  test::spit(home / "state.json", "{\"handfast-pki-state\": 3}");
  CHECK(apply_text(small_manifest(), home.path()).error().text() ==
        (home / "state.json").string() +
            ": the state has version 3, this program reads 2 (use a newer handfast)");
  test::spit(home / "state.json", "{");
  CHECK(apply_text(small_manifest(), home.path())
            .error()
            .text()
            .starts_with((home / "state.json").string() + ": the state is damaged: "));
}

TEST_CASE("bundles and chains are plain blocks with one final newline",
          "[pki][S1-12][S3-27][S3-28][S3-29]") {
  const TempFolder home;
  REQUIRE(apply_text(small_manifest("  computed: [root, second]\n"), home.path()));
  const auto root = slurp(home / "root.pem");
  const auto second = slurp(home / "second.pem");
  CHECK(slurp(home / "cacert.pem") == root + second);
  CHECK(slurp(home / "computed.pem") == second + root);
  CHECK(slurp(home / "server-chain.pem") == slurp(home / "server.pem") + second);
  CHECK(root.starts_with("-----BEGIN CERTIFICATE-----\n"));
  CHECK(root.ends_with("-----END CERTIFICATE-----\n"));
  CHECK(root.find('\r') == std::string::npos);
}
