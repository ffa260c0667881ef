// The preset of a video management system (capabilities S0).
#include "pki/manifest/presets/texts.hpp"

namespace handfast::pki::detail {

std::string_view milestone_preset() {
  return R"yaml(# The certificates of a video management system, as its guide makes them with a private CA: one CA that every machine
# trusts, one certificate for each machine that runs a service. Apply it with: handfast pki apply
handfast-pki: 1
home: pki                        # where the files go, relative to this file

defaults:
  key: rsa2048                   # the guide's; also rsa3072 rsa4096 p256
  valid: 365d
  subject: {C: DK, O: handfast lab}
  # Windows imports PKCS#12; say where the passphrase is and add it at the servers:
  #   write: [pem, p12]
  #   password: env:P12_PASSWORD

authorities:
  ca:
    cn: handfast private CA
    valid: 10y
    pathlen: 0
    note: install it as a trusted root on every machine

identities:
  # The host name that clients use has to be the subject or among the names.
  management-server:
    issuer: ca
    profile: server
    cn: management.lab.test
    names: [management, localhost]
    roles: [management server]
  recording-server:
    issuer: ca
    profile: server
    cn: recording.lab.test
    names: [recording]
    roles: [recording server]
    note: streams to clients and to servers that fetch from it
  mobile-server:
    issuer: ca
    profile: server
    cn: mobile.lab.test
    roles: [mobile server]
  event-server:
    issuer: ca
    profile: server
    cn: event.lab.test
    roles: [event server]
  smart-client:
    issuer: ca
    profile: client
    cn: smart client
    roles: [smart client, management client]

faults:
  foreign-name: {like: recording-server, names: [other.test], cn: other.test, dial: recording.lab.test, expect: name_mismatch}
  out-of-date: {like: recording-server, valid: {from: -30d, to: -1d}, expect: certificate_expired}

bundles:
  trusted: [ca]

distribute:
  management-host: [trusted, management-server]
  recording-host: [trusted, recording-server]
  mobile-host: [trusted, mobile-server]
  event-host: [trusted, event-server]
  workstation: [trusted, smart-client]

watch: {warn: [60d, 30d, 7d, 1d], every: 24h, notify: [log]}   # the system itself gives no warning
)yaml";
}

}  // namespace handfast::pki::detail
