// One broker gets other certificates: expired ones fixed, authorities rotated, trust following.
#include "pki/audit/verify.hpp"
#include "tests/integration/rotation/lab.hpp"

using namespace handfast;
using namespace handfast::test;

namespace {

/// root A and root B, and a server below each.
struct TwoAuthorities {
  Minted a = mint({.name = "authority A", .ca = true});
  Minted b = mint({.name = "authority B", .ca = true});
  Minted server_a = server_below(a);
  Minted server_b = server_below(b);
};

}  // namespace

TEST_CASE("an expired server certificate is named, replaced without a restart, and fine (S3-32)",
          "[rotation]") {
  const Minted root = mint({.name = "root", .ca = true});
  const Minted expired = server_below(root, -60);
  const Minted renewed = server_below(root);
  RotationLab lab;
  lab.install(expired);
  lab.start();
  const tls::ClientSettings settings{.trust = trust_in({&root})};
  const auto before = lab.connect(settings);
  INFO(before.sentence());
  CHECK(before.refused_by_us());
  CHECK(before.tls_failure.verify_code == X509_V_ERR_CERT_HAS_EXPIRED);
  CHECK(before.sentence().find("cert_has_expired") != std::string::npos);

  const auto pid = lab.broker().pid();
  lab.install(renewed);
  CHECK(lab.serves(expired));  // the new files alone change nothing
  lab.reload();
  REQUIRE(lab.comes_to_serve(renewed));
  CHECK(lab.connect(settings).outcome == probe::Outcome::accept);
  CHECK(lab.broker().pid() == pid);
}

TEST_CASE("the old certificate is served from memory until SIGHUP or a restart (S4-36)",
          "[rotation]") {
  const Minted root = mint({.name = "root", .ca = true});
  const Minted first = server_below(root);
  const Minted second = server_below(root);
  RotationLab lab;
  lab.install(first);
  lab.start();
  lab.install(second);
  CHECK(lab.serves(first));
  lab.stop();
  lab.start();
  CHECK(lab.serves(second));
}

TEST_CASE("clients with both anchors outlive a change of authority, others are cut off (S4-48)",
          "[rotation]") {
  const TwoAuthorities made;
  const tls::ClientSettings old_trust{.trust = trust_in({&made.a})};
  const tls::ClientSettings both{.trust = trust_in({&made.a, &made.b})};
  const tls::ClientSettings new_trust{.trust = trust_in({&made.b})};
  const auto gets_in = [](const RotationLab& lab, const tls::ClientSettings& settings) {
    return lab.connect(settings).outcome == probe::Outcome::accept;
  };
  RotationLab lab;
  lab.install(made.server_a);
  lab.start();
  CHECK(gets_in(lab, old_trust));
  CHECK(gets_in(lab, both));  // the new bundle goes out first, and nothing breaks
  CHECK_FALSE(gets_in(lab, new_trust));

  lab.install(made.server_b);
  lab.reload();
  REQUIRE(lab.comes_to_serve(made.server_b));
  CHECK(gets_in(lab, both));
  const auto forgotten = lab.connect(old_trust);
  CHECK(forgotten.refused_by_us());
  CHECK(forgotten.tls_failure.verify_code == X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY);
  CHECK(gets_in(lab, new_trust));  // and the old anchor may go
}

TEST_CASE("a client whose pin no longer fits asks the published bundle before it follows (S4-78)",
          "[rotation]") {
  const TwoAuthorities made;
  const Minted stranger = mint({.name = "stranger", .ca = true});
  RotationLab lab;
  lab.install(made.server_a);
  lab.start();
  const tls::ClientSettings pinned{.trust = trust_in({&made.a})};
  REQUIRE(lab.connect(pinned).outcome == probe::Outcome::accept);

  // What the publisher of trust lets clients follow to: A and B.
  std::vector<tls::CertificatePtr> bundle;
  bundle.push_back(tls::up_ref(made.a.certificate.get()));
  bundle.push_back(tls::up_ref(made.b.certificate.get()));
  const auto may_follow = [&] {
    std::vector<tls::CertificatePtr> chain;
    const auto fetched = probe::fetch_chain(lab.endpoint());
    REQUIRE(fetched);
    for (const auto& der : fetched->chain()) {
      const auto* bytes = der.data();
      chain.emplace_back(d2i_X509(nullptr, &bytes, static_cast<long>(der.size())));
    }
    return pki::verify(chain, bundle, {.host = "127.0.0.1", .purpose = pki::Purpose::server})
        .value()
        .accepted();
  };
  lab.install(made.server_b);
  lab.reload();
  REQUIRE(lab.comes_to_serve(made.server_b));
  CHECK(lab.connect(pinned).refused_by_us());
  CHECK(may_follow());
  CHECK(lab.connect({.trust = trust_in({&made.b})}).outcome == probe::Outcome::accept);

  const Minted foreign = server_below(stranger);
  lab.install(foreign);
  lab.reload();
  REQUIRE(lab.comes_to_serve(foreign));
  CHECK_FALSE(may_follow());
}
