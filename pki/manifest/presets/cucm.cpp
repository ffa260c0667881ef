// The preset of a call manager cluster (capabilities S4-01 to S4-12).
#include "pki/manifest/presets/texts.hpp"

namespace handfast::pki::detail {

std::string_view cucm_preset() {
  return R"yaml(# A cluster of call managers as its certificate guide describes it: identities that an outside CA signs, with an ECDSA
# one beside the RSA one for the same service, self-signed ones beside them, and trust stores named "-trust".
# Apply it with: handfast pki apply
handfast-pki: 1
home: pki                        # where the files go, relative to this file

defaults:
  key: rsa2048                   # on request rsa3072 or rsa4096
  hash: sha256
  valid: 5y
  subject: {C: CN, ST: Shanghai, L: Shanghai, O: handfast lab, OU: voice}
  write: [pem, csr]

authorities:
  root:
    cn: handfast voice root CA
    note: stands for the outside CA
  sub:
    issuer: root
    cn: handfast voice issuing CA
    pathlen: 0
    publish:                     # what revocation monitoring asks
      crl: 'http://127.0.0.1:9580/sub.crl'
      idp: true
      ocsp: 'http://127.0.0.1:9580/ocsp'
      signer: delegated
  capf:                          # issues the phones' own certificates (LSC)
    cn: CAPF-handfast
    pathlen: 0
    note: its root belongs into the callmanager-trust store

identities:
  tomcat:
    issuer: sub
    profile: tomcat
    cn: cucm-ms.lab.test
    names: [pub.lab.test, sub1.lab.test]   # multi-server
    note: web pages; restart the Tomcat service after a change
  tomcat-ecdsa:
    issuer: sub
    profile: tomcat-ecdsa
    key: p384
    cn: cucm-EC-ms.lab.test
    names: [pub.lab.test, sub1.lab.test]
  callmanager:
    issuer: sub
    profile: callmanager
    cn: cucm-ms.lab.test
    names: [pub.lab.test, sub1.lab.test]
    note: signalling; restart CallManager, TFTP and CTI, then phones fetch the new trust list
  callmanager-ecdsa:
    issuer: sub
    profile: callmanager-ecdsa
    key: p384
    cn: cucm-EC-ms.lab.test
    names: [pub.lab.test, sub1.lab.test]
  tvs: {issuer: sub, profile: tvs, cn: pub.lab.test}
  ipsec: {issuer: self, profile: ipsec, cn: pub.lab.test, note: self-signed at installation}
  cup: {issuer: sub, profile: cup, cn: imp.lab.test}
  cup-xmpp: {issuer: sub, profile: cup-xmpp, cn: imp.lab.test, names: [lab.test]}
  cup-xmpp-s2s: {issuer: sub, profile: cup-xmpp-s2s, cn: imp.lab.test, names: [lab.test]}

fleets:
  phones:
    issuer: capf
    profile: client
    count: 100
    cn: SEP{i:012}
    key: p256

bundles:
  tomcat-trust: [root, sub]
  callmanager-trust: {of: [root, sub, capf], link: [phone-trust]}   # what one gets, the other gets too
  phone-trust: {of: [capf], note: what phones verify servers with}
  ipsec-trust: [ipsec]           # peers exchange self-signed certificates by hand

watch: {warn: [30d, 7d, 1d], every: 24h, hurry: {below: 1d, every: 1h}, notify: [log, 'mail:voice@lab.test;noc@lab.test'], fleets: true}

# Trust certificates go to every node.
distribute:
  publisher: [tomcat-trust, callmanager-trust, ipsec-trust, tomcat, tomcat-ecdsa, callmanager, callmanager-ecdsa, tvs, ipsec]
  subscriber: [tomcat-trust, callmanager-trust, tomcat, tomcat-ecdsa, callmanager, callmanager-ecdsa]
  presence: [tomcat-trust, cup, cup-xmpp, cup-xmpp-s2s]
)yaml";
}

}  // namespace handfast::pki::detail
