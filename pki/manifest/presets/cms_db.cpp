// The preset of a conference server's database cluster (capabilities S3-11 to S3-19).
#include "pki/manifest/presets/texts.hpp"

namespace handfast::pki::detail {

std::string_view cms_db_preset() {
  return R"yaml(# The certificates of a database cluster of conference servers, as the guide to Cisco Meeting Server makes them by hand:
# an own CA, one certificate for the database nodes, one for the role that connects to them.
# Apply it with: handfast pki apply
handfast-pki: 1
home: pki                        # where the files go, relative to this file

defaults:
  key: rsa2048                   # the guide's; p256 takes no time to make
  valid: 2y
  subject: {C: US, ST: NC, L: RTP, O: handfast lab, OU: conferencing}
  write: [pem, csr]

profiles:
  dbcluster: {ku: [ds, ke], eku: [server, client]}   # nodes dial each other

authorities:
  dbca:                          # pki selfsigned dbca CN:...
    cn: handfast database CA
    pathlen: 0

identities:
  dbserver:                      # CN is the first node, the SAN names all of them
    issuer: dbca
    profile: dbcluster
    cn: node1.lab.test
    names: [node2.lab.test, node3.lab.test]
    roles: [database]
    note: one certificate for every database node
  dbclient:                      # the CN is the database role that it logs in as
    issuer: dbca
    profile: client
    cn: postgres
    roles: [database, bridge]
    note: every node that talks to the database

bundles:
  cluster-ca: [dbca]

# Database nodes need all; a node that only connects needs the client pair and the CA.
distribute:
  node1: [cluster-ca, dbserver, dbclient]
  node2: [cluster-ca, dbserver, dbclient]
  node3: [cluster-ca, dbserver, dbclient]
  bridge: [cluster-ca, dbclient]
)yaml";
}

}  // namespace handfast::pki::detail
