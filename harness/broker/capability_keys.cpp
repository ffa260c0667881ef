// The keys of section 1.6 of chain-cases.md, and those that single rows add to them.
#include "harness/broker/capabilities.hpp"

namespace handfast::broker {

const std::vector<std::string>& capability_keys() {
  static const std::vector<std::string> keys{"alpn",
                                             "crl.cdp",
                                             "crl.file",
                                             "crl.scope",
                                             "dtls",
                                             "dtls.cid",
                                             "dtls.mtls",
                                             "deadline.connect",
                                             "deadline.handshake",
                                             "ident",
                                             "ident.password",
                                             "ident.to",
                                             "limits.ban",
                                             "limits.conn_rate",
                                             "mtls",
                                             "mtls.depth",
                                             "mtls.eku_policy",
                                             "mtls.max_chain_bytes",
                                             "mtls.no_date_checks",
                                             "mtls.partial",
                                             "ocsp.client",
                                             "ocsp.staple",
                                             "oob.log",
                                             "oob.restart",
                                             "proxy.tls_tlv",
                                             "proxy.v1",
                                             "proxy.v2",
                                             "proxy.ws",
                                             "psk",
                                             "reload",
                                             "reneg.client",
                                             "resume.tls12",
                                             "resume.tls13",
                                             "sni",
                                             "tls.stack",
                                             "tls.versions",
                                             "ws",
                                             "ws.origin",
                                             "ws.strict",
                                             "wss"};
  return keys;
}

}  // namespace handfast::broker
