#include "harness/app/manual/profiles.hpp"

#include <algorithm>

namespace handfast::app {

namespace {

constexpr Term certificates[] = {
    {"R", "the root"},
    {"I", "the intermediate under R"},
    {"I2", "a second intermediate, under I"},
    {"L", "the client's leaf, under I"},
    {"L2", "a client's leaf under I2"},
    {"S", "the broker's leaf, under I"},
    {"S2", "a broker's leaf under I2"},
    {"X", "a foreign root, or a certificate of its PKI"},
};

constexpr Term needed[] = {
    {"one", "one-way TLS, the broker sends S+I and asks for no certificate"},
    {"mtls", "two-way TLS, a client certificate is required, trust file = R"},
    {"mtls-bundle", "as mtls, trust file = R and I"},
    {"mtls-inter", "as mtls, trust file = I alone, without a partial-chain option"},
    {"mtls-partial", "as mtls, trust file = I alone, with the broker's partial-chain option on"},
    {"mtls-2roots", "as mtls, trust file = an old and a new root"},
    {"mtls-opt", "a client certificate is asked for, but not required"},
    {"mtls-depth:n", "as mtls, with a verification depth of n"},
    {"mtls-crl", "as mtls, with revocation data; behind a colon their variant"},
    {"ident", "as mtls; the name in the certificate becomes the user name or client identifier"},
    {"plain", "a listener of plain MQTT"},
    {"ws", "a WebSocket listener"},
    {"wss", "a WebSocket listener over TLS"},
    {"wss-mtls", "a WebSocket listener over TLS that requires a client certificate"},
    {"proxy1", "a listener behind the PROXY protocol, version 1"},
    {"proxy2", "a listener behind the PROXY protocol, version 2"},
    {"psk", "a listener with pre-shared keys"},
    {"dtls",
     "a listener of datagrams: DTLS, one-way, with what the descriptor's key dtls says on top"},
    {"dtls-mtls", "as dtls, and a client certificate is required, trust file = R"},
    {"dtls-psk", "as dtls, with pre-shared keys in place of certificates"},
    {"dtls.cid", "the listener speaks connection identifiers (declared)"},
    {"srv", "as one, with the server files of the variant behind the colon"},
    {"audit", "any listener; what the broker presents is read"},
    {"mtls.eku_policy", "the broker can demand an extended key usage (declared)"},
    {"sni", "what the broker makes of SNI: ignore, select or strict (declared)"},
    {"reload", "the broker can take over changed files (declared: signal, api, poll or restart)"},
    {"resume.tls13", "the broker resumes TLS 1.3 sessions (declared)"},
    {"ident.to", "what the certificate's name becomes: username or clientid (declared)"},
    {"ident.password", "a password can be asked for beside a client certificate (declared)"},
    {"crl.cdp", "the broker fetches CRLs from distribution points (declared)"},
    {"ocsp.staple", "the broker staples OCSP answers (declared)"},
    {"ocsp.client", "the broker asks OCSP responders about clients (declared)"},
    {"proxy.tls_tlv", "the broker reads the TLS information of PROXY headers (declared)"},
    {"oob.log", "the broker's log can be read"},
    {"oob.restart", "the broker can be restarted"},
};

bool is_word(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
         c == '.' || c == '_' || c == ':';
}

/// "srv" in "srv:two-int" counts, "mtls" in "wss-mtls" does not.
bool names(std::string_view text, std::string_view word) {
  for (auto at = text.find(word); at != std::string_view::npos; at = text.find(word, at + 1)) {
    const auto end = at + word.size();
    const bool starts = at == 0 || !is_word(text[at - 1]);
    const bool ends = end == text.size() || !is_word(text[end]) || text[end] == ':';
    if (starts && ends) return true;
  }
  return false;
}

}  // namespace

std::span<const Term> certificate_terms() { return certificates; }

std::span<const Term> need_terms() { return needed; }

std::vector<Term> terms_in(std::string_view needs) {
  std::vector<Term> found;
  std::ranges::copy_if(needed, std::back_inserter(found),
                       [&](const Term& term) { return names(needs, term.word); });
  return found;
}

}  // namespace handfast::app
