// The status lab: what its certificates name, what is published about them, and what a staple is
// worth.
#include "harness/check/status/status_lab.hpp"

#include "harness/check/status/staple.hpp"
#include "harness/responder/ocsp_client.hpp"
#include "pki/revocation/ocsp_query.hpp"
#include "tests/support/catch.hpp"

namespace handfast::check {
namespace {

using namespace std::chrono_literals;

WallTime current_time() { return std::chrono::system_clock::now(); }

struct Lab {
  std::shared_ptr<StatusLab> lab = StatusLab::start().value();
  StatusBranch branch = lab->branch("test").value();
};

TEST_CASE("a leaf names the list and the responder of its branch", "[check]") {
  Lab lab;
  const auto leaf = lab.branch.leaf({.crl = true, .ocsp = true}).value();
  CHECK(pki::crl_urls(leaf.certificate.get()) ==
        std::vector<std::string>{lab.lab->url(lab.branch.crl_path())});
  CHECK(pki::ocsp_urls(leaf.certificate.get()) ==
        std::vector<std::string>{lab.lab->url(lab.branch.ocsp_path())});
  const auto elsewhere = lab.branch.leaf({.other_crl = "file:///nowhere"}).value();
  CHECK(pki::crl_urls(elsewhere.certificate.get()) == std::vector<std::string>{"file:///nowhere"});
  CHECK(pki::ocsp_urls(elsewhere.certificate.get()).empty());
}

TEST_CASE("what a branch publishes is what its responder answers", "[check]") {
  Lab lab;
  const auto leaf = lab.branch.leaf({.crl = true, .ocsp = true}).value();
  const responder::OcspCheck check{.limit = 5s};
  const auto status = [&] {
    return responder::check_ocsp(leaf.certificate.get(), lab.branch.certificate(), check,
                                 current_time())
        .value()
        .verdict.status->status;
  };
  CHECK(status() == pki::CertificateStatus::good);
  REQUIRE(lab.branch.answer_ocsp({leaf.certificate.get()}, 1h));
  CHECK(status() == pki::CertificateStatus::revoked);
  const auto first = responder::fetch(lab.lab->url(lab.branch.crl_path()), 5s).value();
  REQUIRE(lab.branch.publish({.revoked = {leaf.certificate.get()}, .number = 2}));
  const auto second = responder::fetch(lab.lab->url(lab.branch.crl_path()), 5s).value();
  CHECK(second.body.size() > first.body.size());
  CHECK(lab.lab->site().counts().path(lab.branch.crl_path()) == 2);
}

TEST_CASE("nobody listens on the closed port", "[check]") {
  Lab lab;
  CHECK_FALSE(responder::fetch("http://127.0.0.1:" + std::to_string(lab.lab->closed_port()), 1s));
}

TEST_CASE("a staple is good, absent, or something that it says", "[check]") {
  Lab lab;
  const auto server = lab.lab->server(staple_server_short).value();
  const auto ask = [&](const StatusLeaf& leaf, const StatusBranch& branch) {
    const auto query =
        pki::make_ocsp_query(leaf.certificate.get(), branch.certificate(), false).value();
    return responder::post_ocsp(pki::ocsp_urls(leaf.certificate.get()).front(), query.der, 5s)
        .value()
        .body;
  };
  const auto answer = ask(server, *lab.lab->branch_of(staple_server_short));
  CHECK(staple_text(answer, server.list, current_time()) == good_staple);
  CHECK(staple_text({}, server.list, current_time()) == no_staple);
  const auto late = staple_text(answer, server.list, current_time() + short_answer_lifetime + 2s);
  CHECK(late != good_staple);
  CHECK(late != no_staple);

  const auto revoked = lab.lab->server(staple_server_revoked).value();
  const auto other = ask(revoked, *lab.lab->branch_of(staple_server_revoked));
  CHECK(staple_text(other, revoked.list, current_time()).starts_with("revoked"));
  // About somebody else.
  CHECK(staple_text(other, server.list, current_time()) != good_staple);
}

}  // namespace
}  // namespace handfast::check
