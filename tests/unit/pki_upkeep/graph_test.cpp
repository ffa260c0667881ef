#include "pki/upkeep/graph.hpp"

#include "pki/upkeep/distribution.hpp"
#include "tests/unit/pki_upkeep/upkeep_support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

TEST_CASE("the graph shows who signed whom and who gets which file (S0-14, S0-06)", "[pki]") {
  const auto manifest = manifest_of(lab_manifest());
  CHECK(graph_text(manifest, inventory(manifest, {}, noon)) ==
        R"(root (authority, not configured)
`- second (authority, not configured)
   |- server (identity, not configured)
   |- client (identity, not configured)
   `- devices (fleet of 20, not configured)
rogue (authority, not configured, in no bundle)
`- stranger (fault, not configured)
lone (identity, not configured)

bundles
  cacert           cacert.pem: second, root

who gets which file
  broker-node      cacert.pem, server.key, server-chain.pem
  client-node      root.pem, client.key, client-chain.pem
)");
}

TEST_CASE("the graph is also drawn by Graphviz and read by programs", "[pki]") {
  const auto manifest = manifest_of(lab_manifest());
  const auto items = inventory(manifest, {}, noon);
  const auto dot = graph_dot(manifest, items);
  CHECK(dot.starts_with("digraph pki {\n"));
  CHECK(contains(dot, "  \"second\" -> \"server\";\n"));
  CHECK(contains(dot, "  \"bundle cacert\" -> \"node broker-node\" [style=dashed];\n"));
  CHECK(dot.ends_with("}\n"));
  CHECK(contains(graph_json(manifest, items), "\"node\": \"client-node\""));
}

TEST_CASE(
    "a distribution list gives each node its pairs and the CA, never a CA's key (S3-16, "
    "S3-19, S4-12)",
    "[pki]") {
  const auto manifest = manifest_of(R"(handfast-pki: 1
authorities: {root: {}}
identities:
  db-server: {issuer: root, profile: server, names: [db.test]}
  db-client: {issuer: root, profile: client}
bundles: {trusted: [root]}
distribute:
  db-node: [db-server, db-client, trusted]
  web-node: [db-client, root]
)");
  const auto list = distribution_list(manifest);
  REQUIRE(list.size() == 2);
  CHECK(list[0].files == std::vector<std::string>{"db-server.key", "db-server-chain.pem",
                                                  "db-client.key", "db-client-chain.pem",
                                                  "trusted.pem"});
  CHECK(list[1].files ==
        std::vector<std::string>{"db-client.key", "db-client-chain.pem", "root.pem"});
  CHECK(handed_out(manifest, "root") == std::vector<std::string>{"root.pem"});
}

TEST_CASE("only nodes and exports that use a changed certificate are refreshed (S4-46)", "[pki]") {
  const auto manifest = manifest_of(lab_manifest());
  const auto client = refresh_list(manifest, {"client"}, {"client.pem", "client-chain.pem"});
  REQUIRE(client.nodes.size() == 1);
  CHECK(client.nodes[0].node == "client-node");
  CHECK(client.nodes[0].files == std::vector<std::string>{"client-chain.pem"});
  CHECK(client.exports.empty());
  const auto second = refresh_list(manifest, {"second"}, {"cacert.pem", "server-chain.pem"});
  CHECK(second.nodes.size() == 1);
  REQUIRE(second.exports.size() == 1);
  CHECK(second.exports[0].because == "\"second\" is in the chain of its server");
}
