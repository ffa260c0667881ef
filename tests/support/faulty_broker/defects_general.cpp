// Switches that many rows are to notice, whatever they are about.
#include "tests/support/faulty_broker/defects.hpp"

namespace handfast::test::detail {

namespace {

using D = Defects;

}  // namespace

std::vector<DefectSwitch> general_switches() {
  return {
      {"verifies_nothing",
       "a certificate is required, and no chain is verified",
       {"client-issuer-name-mismatch", "client-int-renewed-new-key-only", "client-cross-only-dead",
        "client-cert-inverted-dates", "client-ext-known-critical", "client-nc-dos",
        "client-alg-md5", "client-sigalg-inner-outer", "client-cert-expired-seconds",
        "client-chain-leaf-second", "crl-no-crlsign"},
       &D::verifies_nothing},
      {"demands_optional_certificate",
       "a certificate that is only requested is required",
       {"client-none-optional"},
       &D::demands_optional_certificate},
      {"knows_first_client_only",
       "the first client of a listener is let in, and no other",
       {"client-depth-at-limit", "client-dn-encoding", "client-cross-alt-expired",
        "client-root-renewed-same-key", "client-trust-file-shape", "client-cert-no-expiry",
        "client-pathlen-ok", "client-pathlen-self-issued", "client-nc-dns-ok", "client-nc-dn-ok",
        "client-empty-subject", "client-ext-unknown-noncritical", "client-alg-p384",
        "client-alg-rsa2048", "crl-same-serial-other-issuer", "crl-large",
        "certreq-ca-names-honest"},
       &D::knows_first_client_only},
      {"rejects_without_alert",
       "a failed handshake ends in a bare close",
       {"client-reject-alert-visible",
        "server-sigalg-limited",
        "client-entry-empty",
        "client-der-truncated",
        "client-der-trailing",
        "client-list-length-lie",
        "client-context-nonempty",
        "client-cv-missing",
        "client-cv-scheme-unoffered",
        "client-cv-pkcs1-in-13",
        "client-alg-unoffered-curve",
        "psk-wrong-key",
        "tls-ssl3-refused",
        "tls-ssl2-hello",
        "tls13-group-none",
        "tls-hello-duplicate-extension",
        "tls13-compression-bad",
        "tls13-binder-bad",
        "tls-record-overflow",
        "tls-record-bad-mac",
        "tls-appdata-before-finished",
        "tls-hello-oversize-claim",
        "tls13-hello-after-handshake",
        "tls13-keyupdate-bad-value",
        "tls13-keyupdate-early",
        "tls-record-empty-handshake"},
       &D::rejects_without_alert},
      {"hangs_after_bad_tls",
       "what is wrong in TLS is answered by nothing: no alert, no close",
       {"tls-http-noise", "ident-cn-invalid-utf8"},
       &D::hangs_after_bad_tls},
  };
}

}  // namespace handfast::test::detail
