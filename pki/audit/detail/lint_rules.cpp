// The table of rules. Sources: RFC 5280 unless said otherwise.
#include <algorithm>
#include <array>

#include "pki/audit/detail/lint_view.hpp"

namespace handfast::pki {

const std::vector<LintRule>& lint_rules() {
  using enum Severity;
  static const std::vector<LintRule> rules{
      {"pki.aki-absent", error, "the authority key identifier is missing", "RFC 5280 4.2.1.1"},
      {"pki.aki-differs", error, "it is not the issuer's subject key identifier",
       "RFC 5280 4.2.1.1"},
      {"pki.aki-empty", error, "the authority key identifier holds nothing", "RFC 5280 4.2.1.1"},
      {"pki.bc-missing-on-ca", error, "a certificate that signs others has no CA:TRUE",
       "RFC 5280 4.2.1.9"},
      {"pki.bc-not-critical", error, "a CA's basic constraints are not critical",
       "RFC 5280 4.2.1.9"},
      {"pki.bundle-duplicate", warning, "a certificate is in the file twice", "RFC 8446 4.4.2"},
      {"pki.bundle-newline", warning, "the file does not end with exactly one line end", "S3-28"},
      {"pki.bundle-order", error, "a certificate does not follow the one it issued",
       "RFC 5246 7.4.2"},
      {"pki.bundle-root-in-chain", note, "the chain holds the root, which the peer has anyway",
       "RFC 8446 4.4.2"},
      {"pki.cdp-mismatch", error, "the CRL's distribution point is not the certificate's",
       "RFC 5280 5.2.5"},
      {"pki.crl-no-idp", warning,
       "the CRL has no issuing distribution point, although certificates name URLs",
       "RFC 5280 5.2.5"},
      {"pki.crl-no-number", error, "the CRL has no number", "RFC 5280 5.2.3"},
      {"pki.crl-not-yet-valid", error, "the CRL is from the future", "RFC 5280 5.1.2.4"},
      {"pki.crl-signature", error, "the CRL is not signed by the issuer it names",
       "RFC 5280 6.3.3"},
      {"pki.crl-stale", error, "the CRL's next update is past", "RFC 5280 5.1.2.5"},
      {"pki.days-over-397", note, "it is valid longer than browsers accept", "CA/B Baseline 6.3.2"},
      {"pki.dup-extension", error, "an extension is there twice", "RFC 5280 4.2"},
      {"pki.eku-absent", warning, "a leaf has no extended key usage", "RFC 5280 4.2.1.12"},
      {"pki.eku-any", warning, "anyExtendedKeyUsage allows everything", "RFC 5280 4.2.1.12"},
      {"pki.eku-not-nested", error, "the issuer's extended key usage does not allow it",
       "RFC 5280 4.2.1.12"},
      {"pki.expired", error, "it has expired", "RFC 5280 4.1.2.5"},
      {"pki.expires-soon", warning, "it expires soon", "RFC 5280 4.1.2.5"},
      {"pki.ip-as-dns", error, "an IP address stands as DNS name", "RFC 5280 4.2.1.6"},
      {"pki.ke-on-ec", warning, "keyEncipherment on a key that cannot encipher", "RFC 8813 3"},
      {"pki.key-mismatch", error, "key and certificate do not belong together", "RFC 5280 4.1.2.7"},
      {"pki.key-mode", error, "others can read the private key", "S0-19"},
      {"pki.key-owner", error, "the user of the broker cannot read the private key", "S0-19"},
      {"pki.ku-absent", warning, "there is no key usage", "RFC 5280 4.2.1.3"},
      {"pki.ku-certsign-on-leaf", error, "keyCertSign without CA:TRUE", "RFC 5280 4.2.1.9"},
      {"pki.ku-missing-certsign", error, "a CA's key usage lacks keyCertSign", "RFC 5280 4.2.1.3"},
      {"pki.ku-missing-crlsign", note, "a CA's key usage lacks cRLSign", "RFC 5280 4.2.1.3"},
      {"pki.ku-missing-ds", error, "a leaf cannot sign handshakes", "RFC 8446 4.4.2.2"},
      {"pki.ku-not-critical", warning, "the key usage is not critical", "RFC 5280 4.2.1.3"},
      {"pki.name-in-cn-only", error, "the host stands in the common name alone", "RFC 6125 6.4.4"},
      {"pki.name-missing", error, "a host that clients dial is not among the names", "RFC 9525 6"},
      {"pki.name-wildcard-deep", error, "a wildcard is not the whole leftmost label",
       "RFC 9525 6.3"},
      {"pki.name-wildcard-wide", warning, "a wildcard covers a top-level domain", "RFC 9525 7.1"},
      {"pki.nc-not-critical", error, "name constraints are not critical", "RFC 5280 4.2.1.10"},
      {"pki.nc-on-leaf", error, "name constraints on a certificate that is no CA",
       "RFC 5280 4.2.1.10"},
      {"pki.nc-violated", error, "a name is outside the issuer's name constraints",
       "RFC 5280 6.1.4"},
      {"pki.not-rsa", error, "peers of this kind accept RSA alone", "S4-15"},
      {"pki.not-yet-valid", warning, "it is not valid yet", "RFC 5280 4.1.2.5"},
      {"pki.ocsp-no-nocheck", warning, "an OCSP signer has no id-pkix-ocsp-nocheck",
       "RFC 6960 4.2.2.2.1"},
      {"pki.ocsp-signer-no-eku", error, "it has id-pkix-ocsp-nocheck, but not OCSPSigning",
       "RFC 6960 4.2.2.2"},
      {"pki.outlives-issuer", error, "it is valid longer than its issuer", "RFC 5280 6.1"},
      {"pki.pathlen-exceeded", error, "a CA stands below an issuer whose path length forbids it",
       "RFC 5280 4.2.1.9"},
      {"pki.pathlen-on-leaf", error, "a path length on a certificate that is no CA",
       "RFC 5280 4.2.1.9"},
      {"pki.san-absent", error, "a server has no subject alternative name", "RFC 9525 6"},
      {"pki.san-not-critical", error, "without a subject the alternative names have to be critical",
       "RFC 5280 4.2.1.6"},
      {"pki.self-signed-leaf", warning,
       "it signs itself: it encrypts, but proves nothing to those who lack this very file",
       "S1-07"},
      {"pki.serial-long", error, "the serial has more than 20 octets", "RFC 5280 4.1.2.2"},
      {"pki.serial-negative", error, "the serial is negative", "RFC 5280 4.1.2.2"},
      {"pki.serial-repeat", error, "two certificates of one issuer have the same serial",
       "RFC 5280 4.1.2.2"},
      {"pki.serial-zero", error, "the serial is zero", "RFC 5280 4.1.2.2"},
      {"pki.signature", error, "the signature is not the issuer's", "RFC 5280 6.1.3"},
      {"pki.ski-absent", error, "the subject key identifier is missing", "RFC 5280 4.2.1.2"},
      {"pki.unknown-critical", error, "a critical extension that verifiers do not know",
       "RFC 5280 4.2"},
      {"pki.v1-cert", error, "it is no version 3 certificate", "RFC 5280 4.1.2.1"},
      {"pki.validity-reversed", error, "it ends before it begins", "RFC 5280 4.1.2.5"},
      {"pki.weak-curve", error, "the key's curve is weak or unknown to TLS", "RFC 8446 4.2.7"},
      {"pki.weak-hash", error, "the signature's digest is broken", "RFC 9155"},
      {"pki.weak-rsa", error, "the RSA key has less than 2,048 bits", "RFC 9325 4.5"},
  };
  return rules;
}

const LintRule& detail::rule(std::string_view id) {
  const auto& rules = lint_rules();
  const auto at = std::find_if(rules.begin(), rules.end(),
                               [&](const LintRule& entry) { return entry.id == id; });
  return at == rules.end() ? rules.front() : *at;
}

}  // namespace handfast::pki
