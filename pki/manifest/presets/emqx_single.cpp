// The preset of older EMQX guides: one CA.
#include "pki/manifest/presets/texts.hpp"

namespace handfast::pki::detail {

std::string_view emqx_single_preset() {
  return R"yaml(# A PKI with a single CA that issues server and client itself, under the file names that older EMQX guides use.
# Apply it with: handfast pki apply
handfast-pki: 1
home: pki                        # where the files go, relative to this file

defaults:
  key: p256                      # the guides have rsa2048; also p384 p521 ed25519 rsa3072 rsa4096
  valid: 10y                     # of identities and fleets; authorities have 10y on their own
  subject: {C: CN, O: handfast lab}
  write: [pem, csr]              # the guides keep the requests beside the certificates

authorities:
  ca:
    cn: handfast CA              # ca.pem, ca.key
    pathlen: 0                   # it may issue leaves, but no further CA
  rogue:                         # a root that nobody trusts, for negative tests
    cn: handfast rogue CA
    trust: false

identities:
  server:                        # emqx.key, emqx.pem, emqx-chain.pem
    issuer: ca
    profile: server
    cn: localhost
    names: [localhost, 127.0.0.1, '::1']
    file: emqx
  client:
    issuer: ca
    profile: client
    cn: client
  stranger:                      # a client that every broker must refuse
    issuer: rogue
    profile: client
    cn: stranger

fleets:
  devices:                       # one certificate for each client, all in devices.pack
    issuer: ca
    profile: client
    count: 2000
    cn: dev-{i:06}
    key: p256                    # RSA takes a quarter second a key; {type: rsa2048, reuse: 64} deals 64 in turn

bundles:
  cacert: [ca]
)yaml";
}

}  // namespace handfast::pki::detail
