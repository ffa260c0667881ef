#include "harness/app/manual/alert_notes.hpp"

#include <algorithm>

namespace handfast::app {

namespace {

constexpr std::string_view tls13_closure = "RFC 8446 section 6.1";
constexpr std::string_view tls13_error = "RFC 8446 section 6.2";
constexpr std::string_view tls12_error = "RFC 5246 section 7.2.2";
constexpr std::string_view extension_alerts = "RFC 6066 section 9";

constexpr AlertNote notes[] = {
    {0, "The sender will send nothing more on this connection. It is the orderly end and no error.",
     "A broker that ends a connection in order: after DISCONNECT, after a refused CONNECT, at its "
     "shutdown. Instead of CONNACK it means that the broker judged the certificate after the "
     "handshake and did not say why: look into its log.",
     tls13_closure},
    {10, "A message came that does not belong there.",
     "Bytes that are no TLS at this point: MQTT in clear on a TLS port, a PROXY header that the "
     "listener does not expect, a handshake message out of its order.",
     tls13_error},
    {20, "A record could not be decrypted: its authentication tag or MAC is wrong.",
     "Both sides hold different keys, or a record was changed on its way. With PSK under TLS 1.2 "
     "it "
     "is what a wrong key looks like.",
     tls13_error},
    {21, "A record could not be decrypted. Reserved today; bad_record_mac takes its place.",
     "A very old TLS stack. As for bad_record_mac (20).", tls12_error},
    {22, "A record is longer than the protocol allows.",
     "Bytes that are no TLS record were read as its header: clear text on a TLS port, for example.",
     tls13_error},
    {30, "Data could not be decompressed. Reserved today, as compression is gone.",
     "A very old TLS stack that still compresses.", tls12_error},
    {40, "No acceptable set of security parameters could be found.",
     "No cipher suite, group or signature scheme in common: compare versions, suites and the key "
     "types of the certificates. Under TLS 1.2 some stacks send it for a client without a "
     "certificate, and Erlang/OTP for several faults of a chain.",
     tls13_error},
    {41, "The client has no certificate. An alert of SSL 3.0 alone.",
     "A very old TLS stack, or none: look at the version.", tls12_error},
    {42, "A certificate is broken: it does not parse, or its signature does not verify.",
     "A damaged or forged certificate, or SHA-1 or a short key under a strict policy. Go before "
     "its "
     "newer releases sends it for every fault of a chain, so its log says more.",
     tls13_error},
    {43, "The certificate is of an unsupported kind.",
     "The extended key usage or key usage does not fit: a server's certificate used by a client is "
     "the classic. Else a critical extension that the stack does not know.",
     tls13_error},
    {44, "The certificate was revoked by its signer.",
     "The broker's CRL lists it, or an OCSP responder says so. If that surprises: is it the CRL "
     "that "
     "you mean, and is the serial number that of the right issuer?",
     tls13_error},
    {45, "The certificate has expired, or is not currently valid.",
     "The dates of the leaf, of an intermediate that the client sends, or of the CRL: with an "
     "expired CRL OpenSSL rejects everybody with it. Compare the clocks, too.",
     tls13_error},
    {46, "Some other problem with the certificate made it unacceptable.",
     "Java sends it for nearly every fault of a chain; OpenSSL for a violated name constraint or "
     "an "
     "unknown critical extension. The broker's log has the reason.",
     tls13_error},
    {47, "A field is out of range or contradicts others.",
     "A hello or a CertificateVerify that offers or uses what it must not, or a list that is "
     "larger "
     "than the broker allows (OpenSSL: about 100 KB).",
     tls13_error},
    {48, "No path to a trust anchor: the issuer is unknown, or is not trusted.",
     "The broker's trust file lacks the root, or the client sends its leaf without the "
     "intermediate. OpenSSL also wants the self-signed root in the trust file unless partial "
     "chains "
     "are on, and sends this alert when the CRL of an issuer is missing.",
     tls13_error},
    {49, "The certificate is valid, but access was denied.",
     "A policy of the broker: a name that is not on its list, or a chain that is deeper than it "
     "wants.",
     tls13_error},
    {50, "A message could not be decoded: a field is wrong in length or value.",
     "A message that was built wrong, or cut. With a well-formed client look for something between "
     "client and broker that changes bytes.",
     tls13_error},
    {51, "A cryptographic operation of the handshake failed: a signature, a Finished or a binder.",
     "The client signed with a key that does not fit its certificate, a certificate was forged, or "
     "the PSK is wrong.",
     tls13_error},
    {52, "Too many connection identifiers were asked for (DTLS 1.3).",
     "A DTLS client that asks again and again.", "RFC 9147 section 9"},
    {60, "An export restriction was violated. Reserved today.", "A very old TLS stack.",
     tls12_error},
    {70, "The version that the peer offers is recognised, but not supported.",
     "The client speaks only versions that the broker has switched off: TLS 1.0 or 1.1, or 1.2 on "
     "a "
     "listener for 1.3 alone.",
     tls13_error},
    {71, "The server wants more secure parameters than the client offers.",
     "Suites, groups or keys below the broker's policy: RSA with 1024 bits, for example.",
     tls13_error},
    {80, "Something failed that has nothing to do with the peer.",
     "A fault, a limit or a setting of the broker: memory, a certificate of too many names, a "
     "callback that failed, files that it could not load. Look into its log.",
     tls13_error},
    {86, "The client fell back to an older version although the server speaks a newer one.",
     "A client that sent FALLBACK_SCSV; something may be forcing the version down.",
     "RFC 7507 section 3"},
    {90, "The handshake is given up for a reason that is no error of the protocol.",
     "A program that stops while it connects. A close_notify follows.", tls13_closure},
    {100, "A renegotiation is refused. Only a warning, and only up to TLS 1.2.",
     "The broker does not renegotiate, which is right.", tls12_error},
    {109, "An extension that the offer demands is missing.",
     "A hello of TLS 1.3 without groups, key shares or signature algorithms; or a broker that "
     "wants "
     "SNI.",
     tls13_error},
    {110, "An extension came that was not asked for or does not belong into this message.",
     "A peer that answers with an extension that nobody offered. A broker sends it to clients "
     "whose "
     "hello repeats or misplaces one.",
     tls13_error},
    {111, "The certificate could not be fetched from the URL that the client gave.",
     "An extension (client_certificate_url) that hardly anybody uses.", extension_alerts},
    {112, "No server of the name in SNI lives here.",
     "The client dials another name than the broker's certificates have, or an IP address. Some "
     "brokers are strict about SNI: use the name of the certificate.",
     tls13_error},
    {113, "The OCSP staple is missing where it must be there, or is not acceptable.",
     "Sent by clients: the staple is stale, forged or says that the broker's certificate is "
     "revoked.",
     tls13_error},
    {114, "The hash of a certificate does not match what the client said.",
     "An extension (client_certificate_url) that hardly anybody uses.", extension_alerts},
    {115, "The PSK identity is unknown.",
     "The broker's PSK file lacks the identity. A broker that sends this for unknown ones and "
     "another alert for wrong keys tells strangers which identities exist.",
     tls13_error},
    {116, "A certificate was required, and the client sent none.",
     "A client without certificate on a two-way listener under TLS 1.3. If you gave it one: the "
     "library withholds it when no signature scheme that the broker offers fits its key.",
     tls13_error},
    {117, "An error that the sender does not want to name.", "The broker's log has the reason.",
     "RFC 9846 section 6.2"},
    {120, "None of the protocols that the client offers by ALPN is spoken here.",
     "A client that offers \"h2\" alone, or a listener that insists on \"mqtt\". Offer \"mqtt\", "
     "or "
     "no ALPN.",
     "RFC 7301 section 3.2"},
};

}  // namespace

std::span<const AlertNote> alert_notes() { return notes; }

const AlertNote* find_alert_note(unsigned number) {
  const auto* found = std::ranges::find(notes, number, &AlertNote::number);
  return found == std::end(notes) ? nullptr : found;
}

}  // namespace handfast::app
