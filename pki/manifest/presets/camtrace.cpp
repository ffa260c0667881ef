// The preset of a network-management server (capabilities S1).
#include "pki/manifest/presets/texts.hpp"

namespace handfast::pki::detail {

std::string_view camtrace_preset() {
  return R"yaml(# The certificates of a network-management server that switches its web pages to HTTPS, as its guide describes it: a
# request for a recognised CA or a self-signed certificate, files named .CSR .KEY .CRT .PEM, later HAProxy's combined PEM.
# Apply it with: handfast pki apply
handfast-pki: 1
home: pki                        # where the files go, relative to this file

defaults:
  key: rsa2048
  valid: 365d
  subject: {C: FR, ST: Ile-de-France, L: Paris, O: handfast lab, OU: network}
  layout: cisco                  # N.CSR N.KEY N.CRT, and N.PEM with the chain; apache and combined are the others

authorities:
  recognised:
    cn: recognised root CA
    valid: 10y
  issuing:
    issuer: recognised
    cn: recognised issuing CA
    pathlen: 0
    valid: 5y

identities:
  server:                        # signed by the CA; its name is the DNS name of the server
    issuer: issuing
    profile: server
    cn: camtrace.lab.test
    names: ['*.cameras.lab.test']   # one wildcard certificate for several servers: copy all files
    write: [pem, combined]       # server-combined.pem is what HAProxy reads
  local:                         # self-signed: encrypts, but proves nothing; for the LAN only
    issuer: self
    profile: selfserver
    cn: camtrace-local.lab.test

faults:
  no-middle: {like: server, send: leaf, expect: {root-only: unknown_ca}}   # clients that do not know the intermediate

bundles:
  chain: [issuing, recognised]
  trustdir: {of: [issuing, recognised], form: rehash}   # a folder as c_rehash makes it
)yaml";
}

}  // namespace handfast::pki::detail
