// Listener settings from the names that rows use.
#include <algorithm>

#include "harness/check/check.hpp"
#include "tests/support/catch.hpp"

namespace handfast::check {
namespace {

Materials two_tier() {
  Materials materials;
  for (const std::string name : {"root", "second", "cacert", "rogue"}) {
    materials.trusts[name].file = name + ".pem";
  }
  auto& server = materials.identities["server"];
  server.certificate = "server.pem";
  server.chain = "server-chain.pem";
  server.key = "server.key";
  return materials;
}

const broker::ListenerSettings& find(const std::vector<broker::ListenerSettings>& listeners,
                                     const std::string& name) {
  const auto found = std::ranges::find(listeners, name, &broker::ListenerSettings::name);
  REQUIRE(found != listeners.end());
  return *found;
}

Selection guide_rows() {
  Selection selection;
  selection.groups = {"emqx-guide"};
  return selection;
}

TEST_CASE("the group's listeners are asked for once each, variants included", "[check]") {
  const auto listeners = listeners_for(guide_rows(), two_tier());
  REQUIRE(listeners);
  CHECK(listeners->size() == 7);

  const auto& one_way = find(*listeners, "tls");
  CHECK(one_way.certificate == "server-chain.pem");
  CHECK(one_way.key == "server.key");
  CHECK(one_way.trust.empty());
  CHECK(find(*listeners, "tls-two-way").trust == "root.pem");
  CHECK(find(*listeners, "wss-two-way").kind == ListenerKind{Transport::wss, true});
  CHECK(find(*listeners, "tls-two-way@merged").trust == "cacert.pem");
  CHECK(find(*listeners, "tls-two-way@second").trust == "second.pem");
  CHECK(find(*listeners, "tls-two-way@second").certificate == "server-chain.pem");

  // No trust file: a server would complete its chain from it.
  const auto& leaf = find(*listeners, "tls@leaf");
  CHECK(leaf.certificate == "server.pem");
  CHECK(leaf.trust.empty());
}

TEST_CASE("a single row asks for its own listeners and those of its twin", "[check]") {
  Selection selection;
  selection.ids = {"emqx-trust-broker-second-chain"};
  const auto listeners = listeners_for(selection, two_tier());
  REQUIRE(listeners);
  REQUIRE(listeners->size() == 2);
  CHECK((*listeners)[0].name == "tls-two-way@second");
  CHECK((*listeners)[1].name == "tls-two-way@merged");
}

TEST_CASE("a PKI of one tier gets no listeners for rows that it cannot run", "[check]") {
  auto materials = two_tier();
  materials.trusts.erase("second");
  const auto listeners = listeners_for(guide_rows(), materials);
  REQUIRE(listeners);
  CHECK(listeners->size() == 4);
}

TEST_CASE("a PKI without a server certificate is a problem that names it", "[check]") {
  auto materials = two_tier();
  materials.identities.clear();
  const auto listeners = listeners_for(guide_rows(), materials);
  REQUIRE_FALSE(listeners);
  CHECK(listeners.error().text() ==
        "the listener \"tls\" needs the identity \"server\", which the PKI lacks (the preset "
        "emqx-two-tier has all that the checks use)");
}

}  // namespace
}  // namespace handfast::check
