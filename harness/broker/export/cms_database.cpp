// The five files that a Cisco Meeting Server database cluster asks for, with the command that takes
// them. No broker: it stands for every service that wants both sides' pairs at once.
#include "harness/broker/export/parts.hpp"
#include "harness/broker/export/target.hpp"

namespace handfast::broker::exporting {

namespace {

std::vector<ExportedFile> render(const ExportRequest& request) {
  return {
      secret("server.key", request.server.key_pem),
      text("server.crt", request.server.chain_pem),
      secret("client.key", request.client.key_pem),
      text("client.crt", request.client.chain_pem),
      text("ca.crt", request.server.trust_pem),
      readme(request, "Database cluster",
             "Nodes with the database get all five files, nodes that only use it client.key, "
             "client.crt and ca.crt.\n```\ndatabase cluster certs server.key server.crt "
             "client.key client.crt ca.crt    # on a node with the database\ndatabase cluster "
             "certs client.key client.crt ca.crt                          # on a node that only "
             "uses it\n```\n")};
}

}  // namespace

const Target& cms_database() {
  static const Target target{
      .name = "cms-database",
      .can = {.transports = {},
              .versions = Versions::fixed,
              .own_folder = true,
              .client_pair = true,
              .has_listeners = false},
      .render = render,
      .reload =
          "Remove the node from the cluster, give the command again with the new files, join "
          "it again: the database reads them when it starts."};
  return target;
}

}  // namespace handfast::broker::exporting
