#include "harness/app/manual/verify_notes.hpp"

#include <algorithm>
#include <cctype>
#include <string>

namespace handfast::app {

namespace {

namespace advice {
constexpr std::string_view damaged =
    "The certificate was made wrong or damaged: make it anew. `handfast pki lint` shows what is "
    "wrong with it.";
constexpr std::string_view strict =
    "Only a strict verifier (X509_V_FLAG_X509_STRICT) minds. Issue it as RFC 5280 wants; `handfast "
    "pki lint` names the rule.";
constexpr std::string_view suite_b =
    "Suite B is demanded: issue with its curves, or take the demand away.";
constexpr std::string_view ours =
    "A fault of the program that verifies, not of the certificates: please report it.";
constexpr std::string_view clock =
    "Compare the clocks of both machines, and look at the dates with `handfast pki inspect`.";
constexpr std::string_view proxy =
    "Proxy certificates (RFC 3820) belong to grids: use an ordinary certificate.";
constexpr std::string_view crl =
    "Is it the CRL of this CA, made with its present key? Issue it again with `handfast pki crl`.";
}  // namespace advice

constexpr VerifyNote notes_by_code[] = {
    {0, "ok", "ok", "The chain verifies.", "Nothing to do."},
    {1, "unspecified", "unspecified certificate verification error",
     "An error that OpenSSL gives no name to.", advice::ours},
    {2, "unable_to_get_issuer_cert", "unable to get issuer certificate",
     "The issuer of a certificate that is not the leaf is nowhere: neither sent nor in the trust "
     "file.",
     "Give the trust file the root, or let the peer send the missing intermediate. With an "
     "intermediate as only anchor, trust it as partial chain."},
    {3, "unable_to_get_crl", "unable to get certificate CRL",
     "Revocation is checked, and the CRL of an issuer is missing.",
     "Add the CRL of that issuer. When the whole chain is checked, every CA of it needs one, the "
     "root included."},
    {4, "unable_to_decrypt_cert_signature", "unable to decrypt certificate's signature",
     "The signature of a certificate could not even be read.", advice::damaged},
    {5, "unable_to_decrypt_crl_signature", "unable to decrypt CRL's signature",
     "The signature of a CRL could not even be read.", advice::crl},
    {6, "unable_to_decode_issuer_public_key", "unable to decode issuer public key",
     "The public key of an issuer could not be read.", advice::damaged},
    {7, "cert_signature_failure", "certificate signature failure",
     "The signature of a certificate is wrong.",
     "The certificate was changed or forged, or two CAs have one name and the wrong one was taken: "
     "compare key identifiers with `handfast pki inspect`."},
    {8, "crl_signature_failure", "CRL signature failure", "The signature of a CRL is wrong.",
     advice::crl},
    {9, "cert_not_yet_valid", "certificate is not yet valid", "A certificate begins in the future.",
     advice::clock},
    {10, "cert_has_expired", "certificate has expired",
     "A certificate has expired: the leaf, or one above it.",
     "Renew it (`handfast pki renew`). Look at all of the chain, also at an old intermediate that "
     "the peer still sends, and at the clock."},
    {11, "crl_not_yet_valid", "CRL is not yet valid", "A CRL begins in the future.", advice::clock},
    {12, "crl_has_expired", "CRL has expired",
     "A CRL has expired, so that nothing can be said about its certificates.",
     "Issue a new one (`handfast pki crl`) and let the verifier load it."},
    {13, "error_in_cert_not_before_field", "format error in certificate's notBefore field",
     "notBefore of a certificate is no valid time.", advice::damaged},
    {14, "error_in_cert_not_after_field", "format error in certificate's notAfter field",
     "notAfter of a certificate is no valid time.", advice::damaged},
    {15, "error_in_crl_last_update_field", "format error in CRL's lastUpdate field",
     "thisUpdate of a CRL is no valid time.", advice::crl},
    {16, "error_in_crl_next_update_field", "format error in CRL's nextUpdate field",
     "nextUpdate of a CRL is no valid time.", advice::crl},
    {17, "out_of_mem", "out of memory", "There was not enough memory.",
     "Look at the machine, not at the certificates."},
    {18, "depth_zero_self_signed_cert", "self-signed certificate",
     "The only certificate is self-signed and not trusted.",
     "Trust it, if you know it. Brokers with a self-made default certificate send this: configure "
     "the one of your PKI."},
    {19, "self_signed_cert_in_chain", "self-signed certificate in certificate chain",
     "The chain ends in a self-signed certificate that is not trusted.",
     "The peer sends its root, and your trust file has another one. Trust that root, if you know "
     "it to be the right one."},
    {20, "unable_to_get_issuer_cert_locally", "unable to get local issuer certificate",
     "The issuer of a certificate is not in the trust file, and was not sent.",
     "Most often the peer sends its leaf without the intermediate: let it send the whole chain. "
     "Else the trust file lacks the root."},
    {21, "unable_to_verify_leaf_signature", "unable to verify the first certificate",
     "The leaf came alone and its issuer is not trusted.",
     "Let the peer send its intermediates, or add the issuer to the trust file. It often stands "
     "beside code 20."},
    {22, "cert_chain_too_long", "certificate chain too long",
     "The chain is longer than the verifier allows.",
     "Raise the depth, or shorten the chain. Depth counts the certificates between leaf and root."},
    {23, "cert_revoked", "certificate revoked", "A CRL lists the certificate.",
     "If that surprises: is the serial number that of the right issuer? `handfast pki inspect` "
     "shows both."},
    {24, "no_issuer_public_key", "issuer certificate doesn't have a public key",
     "An issuer has no public key.", advice::damaged},
    {25, "path_length_exceeded", "path length constraint exceeded",
     "There are more CAs below one than its path length allows.",
     "Issue that CA with a larger path length, or take a CA out of the chain."},
    {26, "invalid_purpose", "unsuitable certificate purpose",
     "The certificate is not meant for this purpose: its extended key usage or key usage does not "
     "fit.",
     "A client needs clientAuth, a server serverAuth, and an issuer must be a CA. `handfast pki "
     "lint` names the field."},
    {27, "cert_untrusted", "certificate not trusted", "The anchor is not trusted for this purpose.",
     "Its trust settings, which OpenSSL keeps beside a certificate, do not cover it: use the plain "
     "certificate."},
    {28, "cert_rejected", "certificate rejected", "The anchor is rejected for this purpose.",
     "Its trust settings, which OpenSSL keeps beside a certificate, exclude it: use the plain "
     "certificate."},
    {29, "subject_issuer_mismatch", "subject issuer mismatch",
     "The issuer named by a certificate is not the subject of its supposed issuer.",
     "A wrong certificate in the chain: order and names with `handfast pki inspect`."},
    {30, "akid_skid_mismatch", "authority and subject key identifier mismatch",
     "The authority key identifier of a certificate is not the subject key identifier of its "
     "supposed issuer.",
     "The issuer was made anew with another key: issue the certificate again, or send the old "
     "issuer."},
    {31, "akid_issuer_serial_mismatch", "authority and issuer serial number mismatch",
     "The authority key identifier names an issuer and serial number that its supposed issuer does "
     "not have.",
     "The issuer was issued again: mint leaves whose AKI holds the key identifier alone."},
    {32, "keyusage_no_certsign", "key usage does not include certificate signing",
     "An issuer may not sign certificates: its key usage lacks keyCertSign.",
     "Issue that CA with key usage keyCertSign."},
    {33, "unable_to_get_crl_issuer", "unable to get CRL issuer certificate",
     "The issuer of a CRL was not found.", advice::crl},
    {34, "unhandled_critical_extension", "unhandled critical extension",
     "A certificate has a critical extension that the verifier does not know.",
     "Make the extension not critical, or use a verifier that knows it."},
    {35, "keyusage_no_crl_sign", "key usage does not include CRL signing",
     "An issuer may not sign CRLs: its key usage lacks cRLSign.",
     "Issue that CA with key usage cRLSign."},
    {36, "unhandled_critical_crl_extension", "unhandled critical CRL extension",
     "A CRL has a critical extension that the verifier does not know.", advice::crl},
    {37, "invalid_non_ca", "invalid non-CA certificate (has CA markings)",
     "A certificate that must not be a CA is marked as one.", "Issue it with CA:FALSE."},
    {38, "proxy_path_length_exceeded", "proxy path length constraint exceeded",
     "There are more proxy certificates than one of them allows.", advice::proxy},
    {39, "keyusage_no_digital_signature", "key usage does not include digital signature",
     "The key usage lacks digitalSignature.", "Issue it with key usage digitalSignature."},
    {40, "proxy_certificates_not_allowed",
     "proxy certificates not allowed, please set the appropriate flag",
     "A proxy certificate came, and they are not allowed.", advice::proxy},
    {41, "invalid_extension", "invalid or inconsistent certificate extension",
     "An extension is malformed or contradicts another one.", advice::damaged},
    {42, "invalid_policy_extension", "invalid or inconsistent certificate policy extension",
     "A policy extension is malformed or contradicts another one.", advice::damaged},
    {43, "no_explicit_policy", "no explicit policy",
     "A policy is demanded, and the chain carries none.",
     "Issue the chain with the policy, or take the demand away."},
    {44, "different_crl_scope", "different CRL scope",
     "The only CRL covers other certificates than this one.",
     "Use a CRL without a limited scope, or that of the right scope."},
    {45, "unsupported_extension_feature", "unsupported extension feature",
     "An extension uses a feature that OpenSSL does not support.", "Issue without it."},
    {46, "unnested_resource", "RFC 3779 resource not subset of parent's resources",
     "The address resources of a certificate (RFC 3779) exceed those of its issuer.",
     "Such extensions belong to routing, hardly to MQTT: issue without them."},
    {47, "permitted_violation", "permitted subtree violation",
     "A name lies outside what a CA above permits.",
     "Issue the certificate with a name inside the constraint, or change the constraint."},
    {48, "excluded_violation", "excluded subtree violation",
     "A name lies inside what a CA above excludes.",
     "Issue the certificate with another name, or change the constraint."},
    {49, "subtree_minmax", "name constraints minimum and maximum not supported",
     "A name constraint uses minimum or maximum, which RFC 5280 rules out.", advice::damaged},
    {50, "application_verification", "application verification failure",
     "The program that verifies said no for a reason of its own.", "Look into its log."},
    {51, "unsupported_constraint_type", "unsupported name constraint type",
     "A name constraint is of a type that OpenSSL does not know.",
     "Constrain names of types that it knows: DNS, email, URI, address, directory."},
    {52, "unsupported_constraint_syntax", "unsupported or invalid name constraint syntax",
     "A name constraint is malformed.", advice::damaged},
    {53, "unsupported_name_syntax", "unsupported or invalid name syntax",
     "A name is malformed, so that a constraint cannot be applied to it.", advice::damaged},
    {54, "crl_path_validation_error", "CRL path validation error",
     "The path of the CRL's own issuer does not verify.", advice::crl},
    {55, "path_loop", "path loop", "The certificates form a loop.",
     "Take the cross-certificates out that lead back."},
    {56, "suite_b_invalid_version", "Suite B: certificate version invalid",
     "Suite B: the version of a certificate does not fit.", advice::suite_b},
    {57, "suite_b_invalid_algorithm", "Suite B: invalid public key algorithm",
     "Suite B: the public key is of the wrong algorithm.", advice::suite_b},
    {58, "suite_b_invalid_curve", "Suite B: invalid ECC curve",
     "Suite B: the curve is not allowed.", advice::suite_b},
    {59, "suite_b_invalid_signature_algorithm", "Suite B: invalid signature algorithm",
     "Suite B: the signature is of the wrong algorithm.", advice::suite_b},
    {60, "suite_b_los_not_allowed", "Suite B: curve not allowed for this LOS",
     "Suite B: the curve does not fit the level of security.", advice::suite_b},
    {61, "suite_b_cannot_sign_p_384_with_p_256", "Suite B: cannot sign P-384 with P-256",
     "Suite B: a P-256 key signed for a P-384 one.", advice::suite_b},
    {62, "hostname_mismatch", "hostname mismatch",
     "The certificate does not name the host that was dialled.",
     "Dial a name of its SAN, or issue it with the right dNSName; the common name does not count. "
     "An address needs an iPAddress entry."},
    {63, "email_mismatch", "email address mismatch",
     "The certificate does not have the email address that was asked for.",
     "Issue it with that address in the SAN."},
    {64, "ip_address_mismatch", "IP address mismatch",
     "The certificate does not have the IP address that was dialled.",
     "Issue it with that iPAddress in the SAN, or dial a name that it has."},
    {65, "dane_no_match", "no matching DANE TLSA records", "No TLSA record of DNS fits the chain.",
     "DANE is used: update the records."},
    {66, "ee_key_too_small", "EE certificate key too weak",
     "The key of the leaf is too weak for the security level.",
     "RSA needs 2048 bits, EC 256. Issue with a new key, or lower the level knowingly."},
    {67, "ca_key_too_small", "CA certificate key too weak",
     "The key of a CA is too weak for the security level.",
     "RSA needs 2048 bits, EC 256. Issue that CA with a new key, or lower the level knowingly."},
    {68, "ca_md_too_weak", "CA signature digest algorithm too weak",
     "A signature of the chain uses a hash that is too weak, SHA-1 for example.",
     "Issue that certificate again with SHA-256. The signature of the root itself does not count."},
    {69, "invalid_call", "invalid certificate verification context",
     "The verification was called with wrong arguments.", advice::ours},
    {70, "store_lookup", "issuer certificate lookup error",
     "The trust store could not be searched.", "Look whether its files and folders can be read."},
    {71, "no_valid_scts", "Certificate Transparency required, but no valid SCTs found",
     "Certificate Transparency is demanded, and the certificate has no valid timestamps.",
     "A private CA has none: take the demand away."},
    {72, "proxy_subject_name_violation", "proxy subject name violation",
     "The subject of a proxy certificate does not fit its issuer.", advice::proxy},
    {73, "ocsp_verify_needed", "OCSP verification needed",
     "OCSP is to be checked, and was not yet.", advice::ours},
    {74, "ocsp_verify_failed", "OCSP verification failed",
     "The OCSP answer does not verify, or says that the certificate is revoked.",
     "Look at the signer and the times of the answer."},
    {75, "ocsp_cert_unknown", "OCSP unknown cert",
     "The OCSP responder does not know the certificate.",
     "Is it the responder of the right issuer?"},
    {76, "unsupported_signature_algorithm", "Cannot find certificate signature algorithm",
     "The algorithm of a signature is not known.",
     "Sign with one that OpenSSL has, ECDSA or RSA with SHA-256."},
    {77, "signature_algorithm_mismatch",
     "subject signature algorithm and issuer public key algorithm mismatch",
     "The algorithm of a signature does not fit the key of its issuer.", advice::damaged},
    {78, "signature_algorithm_inconsistency",
     "cert info signature and signature algorithm mismatch",
     "The two fields that name the algorithm of a signature differ.", advice::damaged},
    {79, "invalid_ca", "invalid CA certificate",
     "An issuer is no CA: basicConstraints is missing or says CA:FALSE.",
     "Issue that CA with CA:TRUE. Else somebody signs with a leaf, and the verifier is right."},
    {80, "pathlen_invalid_for_non_ca", "Path length invalid for non-CA cert",
     "A certificate that is no CA has a path length.", advice::strict},
    {81, "pathlen_without_ku_key_cert_sign", "Path length given without key usage keyCertSign",
     "A CA has a path length, and its key usage lacks keyCertSign.", advice::strict},
    {82, "ku_key_cert_sign_invalid_for_non_ca", "Key usage keyCertSign invalid for non-CA cert",
     "A certificate that is no CA has key usage keyCertSign.", advice::strict},
    {83, "issuer_name_empty", "Issuer name empty", "A certificate names no issuer.",
     advice::strict},
    {84, "subject_name_empty", "Subject name empty", "A CA has an empty subject.", advice::strict},
    {85, "missing_authority_key_identifier", "Missing Authority Key Identifier",
     "A certificate has no authority key identifier.", advice::strict},
    {86, "missing_subject_key_identifier", "Missing Subject Key Identifier",
     "A CA has no subject key identifier.", advice::strict},
    {87, "empty_subject_alt_name", "Empty Subject Alternative Name extension",
     "A subject alternative name is there, and empty.", advice::strict},
    {88, "empty_subject_san_not_critical",
     "Subject empty and Subject Alt Name extension not critical",
     "The subject is empty, and the subject alternative name is not critical.", advice::strict},
    {89, "ca_bcons_not_critical", "Basic Constraints of CA cert not marked critical",
     "basicConstraints of a CA is not critical.", advice::strict},
    {90, "authority_key_identifier_critical", "Authority Key Identifier marked critical",
     "The authority key identifier is critical.", advice::strict},
    {91, "subject_key_identifier_critical", "Subject Key Identifier marked critical",
     "The subject key identifier is critical.", advice::strict},
    {92, "ca_cert_missing_key_usage", "CA cert does not include key usage extension",
     "A CA has no key usage.", advice::strict},
    {93, "extensions_require_version_3", "Using cert extension requires at least X509v3",
     "A certificate before version 3 has extensions.", advice::strict},
    {94, "ec_key_explicit_params", "Certificate public key has explicit ECC parameters",
     "An EC key carries its curve as explicit parameters.", "Make the key with a named curve."},
};

std::string in_small_letters(std::string_view text) {
  std::string out(text);
  for (auto& c : out) c = static_cast<char>(std::tolower(static_cast<unsigned char>(c)));
  return out;
}

/// "unable_to_get_crl" for "X509_V_ERR_UNABLE_TO_GET_CRL".
std::string bare_name(std::string_view word) {
  auto name = in_small_letters(word);
  for (const std::string_view prefix : {"x509_v_err_", "x509_v_"}) {
    if (name.starts_with(prefix)) return name.substr(prefix.size());
  }
  return name;
}

}  // namespace

std::span<const VerifyNote> verify_notes() { return notes_by_code; }

const VerifyNote* find_verify_note(std::string_view word) {
  const auto name = bare_name(word);
  const auto* found = std::ranges::find_if(notes_by_code, [&](const VerifyNote& note) {
    return std::to_string(note.number) == word || note.name == name ||
           in_small_letters(note.words) == name;
  });
  return found == std::end(notes_by_code) ? nullptr : found;
}

}  // namespace handfast::app
