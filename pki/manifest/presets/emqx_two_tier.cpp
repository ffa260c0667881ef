// The preset of the EMQX guide: root, second CA, server, client.
#include "pki/manifest/presets/texts.hpp"

namespace handfast::pki::detail {

std::string_view emqx_two_tier_preset() {
  return R"yaml(# A PKI of two tiers, as the EMQX guide to TLS builds it by hand: a root, a second CA below it that issues
# everything, one server, one client. Apply it with: handfast pki apply
handfast-pki: 1
home: pki                        # where the files go, relative to this file

defaults:
  key: p256                      # the guide has rsa2048; also p384 p521 ed25519 rsa3072 rsa4096
  valid: 10y                     # of identities and fleets; authorities have 10y on their own
  subject: {C: CN, O: handfast lab}
  write: [pem, csr]              # the guide keeps the requests beside the certificates

authorities:
  root:
    cn: handfast root CA
    file: {cert: root-cacert.pem, key: root-ca.key}
  second:
    issuer: root
    cn: handfast second CA
    pathlen: 0                   # it may issue leaves, but no further CA
    file: {cert: second-cacert.pem, key: second-ca.key}
  rogue:                         # a root that nobody trusts, for negative tests
    cn: handfast rogue CA
    trust: false

identities:
  server:                        # server.key, server.pem, server-chain.pem (leaf, then second)
    issuer: second
    profile: server
    cn: localhost
    names: [localhost, 127.0.0.1, '::1']
  client:
    issuer: second
    profile: client
    cn: client
  stranger:                      # a client that every broker must refuse
    issuer: rogue
    profile: client
    cn: stranger

fleets:
  devices:                       # one certificate for each client, all in devices.pack
    issuer: second
    profile: client
    count: 2000
    cn: dev-{i:06}
    key: p256                    # RSA takes a quarter second a key; {type: rsa2048, reuse: 64} deals 64 in turn

bundles:
  # EMQX takes the last certificate of the file as anchor when partial_chain is on, so the order is as written.
  cacert: {of: [root, second], order: as written}
)yaml";
}

}  // namespace handfast::pki::detail
