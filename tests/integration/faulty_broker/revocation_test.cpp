// Revocation lists: leaf and chain, missing and many, and reloads.
#include "pki/revocation/crl.hpp"
#include "tests/integration/faulty_broker/lab.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mint.hpp"

namespace handfast::test {
namespace {

using probe::Outcome;

std::string crl_of(const Minted& issuer, const Minted* revoked) {
  pki::CrlContent content;
  content.this_update = std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now()) -
                        std::chrono::hours(1);
  content.next_update = content.this_update + std::chrono::hours(24);
  if (revoked != nullptr) {
    content.entries.push_back({.serial = pki::serial_of(revoked->certificate.get()),
                               .since = content.this_update,
                               .reason = std::nullopt,
                               .invalidity = std::nullopt});
  }
  return pki::crl_pem(pki::make_crl(content, issuer.certificate.get(), issuer.key.get()).value());
}

/// What becomes of the client of test_pki() where `lists` are the revocation lists, and, when
/// `reloaded` says so, of another client after a reload with these.
Outcome outcome(const std::string& lists, const Defects& defects = {},
                const std::string& reloaded = {}, const std::string& kind = "tls-two-way") {
  FaultyLab lab;
  lab.write("trust.pem", test_pki().trust_pem());
  lab.write("crl.pem", lists);
  auto settings = lab.listener(kind);
  settings.revoked = lab.directory() / "crl.pem";
  lab.start_with({settings}, defects);
  if (!reloaded.empty()) {
    lab.write("crl.pem", reloaded);
    lab.broker().reload();
  }
  auto options = lab.options(kind);
  options.identity = test_pki().client_identity();
  return probe::run(options)->outcome;
}

TEST_CASE("Revoked leaves and intermediates are refused, unless a switch looks away",
          "[faulty_broker]") {
  const auto& pki = test_pki();
  const auto root_clean = crl_of(pki.root, nullptr);
  const auto inter_clean = crl_of(pki.intermediate, nullptr);
  const auto root_revokes = crl_of(pki.root, &pki.intermediate);
  const auto inter_revokes = crl_of(pki.intermediate, &pki.client);

  CHECK(outcome(root_clean + inter_clean) == Outcome::accept);
  CHECK(outcome(root_clean + inter_revokes) == Outcome::reject);
  CHECK(outcome(root_revokes + inter_clean) == Outcome::reject);
  CHECK(outcome(root_clean) == Outcome::reject);
  CHECK(outcome(root_clean + inter_revokes, {}, {}, "wss-two-way") == Outcome::reject);
  CHECK(outcome(root_clean + inter_clean, {}, root_clean + inter_revokes) == Outcome::reject);

  CHECK(outcome(root_clean + inter_clean, with_defect("crl_rejects_everybody")) == Outcome::reject);
  CHECK(outcome(root_clean + inter_revokes, with_defect("ignores_crl")) == Outcome::accept);
  CHECK(outcome(root_revokes + inter_clean, with_defect("crl_leaf_only")) == Outcome::accept);
  CHECK(outcome(root_clean + inter_revokes, with_defect("crl_leaf_only")) == Outcome::reject);
  CHECK(outcome(root_clean + inter_revokes, with_defect("first_crl_only")) == Outcome::accept);
  CHECK(outcome(root_clean, with_defect("accepts_missing_crl")) == Outcome::accept);
  CHECK(outcome(root_clean + inter_revokes, with_defect("crl_not_on_wss"), {}, "wss-two-way") ==
        Outcome::accept);
  CHECK(outcome(root_clean + inter_clean, with_defect("reload_keeps_crl"),
                root_clean + inter_revokes) == Outcome::accept);
}

}  // namespace
}  // namespace handfast::test
