// Listener set-ups of the conformance catalogue (its section 2), by name: "PROFILE" or
// "PROFILE@FIXTURE", where the fixture brings what makes the set-up special:
//
//     one                 one-way TLS, the server's chain is S and I
//     one@FIXTURE         the same with the fixture's certificate list as the server's chain
//     mtls                two-way, client certificate required, trust file R
//     mtls@FIXTURE        the same with the fixture's anchors as the trust file
//     mtls-opt            certificate asked for and not required
//     mtls-crl@FIXTURE    two-way with the fixture's anchors and CRLs
//     mtls-cdp            two-way, trust file R of the status lab; CRLs are fetched
//     mtls-ocsp           the same; clients' OCSP responders are asked
//     staple@SERVER       one-way, the server staples its OCSP answer
//     one-v13             one-way, TLS 1.3 alone
//     one-split@FIXTURE   one-way, the certificate file lacks the issuer, the trust file has it
//     dual@FIXTURE        one-way, FIXTURE/one and FIXTURE/two (or /ec and /rsa): the hello decides
//     ident               two-way, the certificate's common name becomes the user name
//     ident-opt           the same, certificate not required
//     ident-dn            the same with the whole subject as user name
//     ident-san           the same with the first dNSName of its subjectAltName as user name
//     ident-id            as `ident`, and the name is the client identifier too
//     mtls-login          as `mtls`, and CONNECT must carry known_account() besides
//     psk                 pre-shared keys in place of certificates: known_keys()
//     proxy               plain TCP behind a PROXY header
//     proxy-mtls          two-way TLS behind one; proxy-ident: and the common name is the user name
//     proxy-ws            WebSocket behind one
//     proxy-tlv           one-way TLS behind one that must prove a certificate and names the user
//     dtls, dtls-mtls     datagrams: as one and mtls; dtls-psk as psk
//     plain, ws, wss, wss-mtls, wss-crl@FIXTURE, wss-ident
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/broker/broker.hpp"
#include "harness/check/materials.hpp"
#include "harness/check/plan.hpp"

namespace handfast::check {

/// Identity of the server of all profiles that name no other, and the host name that it proves.
inline constexpr std::string_view fixture_server = "server-chain-full";
/// Its certificate file lacks the intermediate, which its trust file holds.
inline constexpr std::string_view split_server = "server-chain-split-files";
inline constexpr std::string_view fixture_host = "node.broker.lab.test";
/// Our clients' trust: R of the fixtures.
inline constexpr std::string_view fixture_trust = "fixtures";
inline constexpr std::string_view good_client_fixture = "client-chain-good/ec";
inline constexpr std::string_view foreign_client_fixture = "client-chain-wrong-root";

struct ProfileName {
  std::string_view profile;  ///< "mtls-crl"
  std::string_view fixture;  ///< "crl-good"; empty: none
};

/// nullopt for a listener that is no profile: "tls-two-way@merged" of the group emqx-guide.
std::optional<ProfileName> parse_profile(std::string_view listener);

/// The kind of a listener by its name, profile or not. Usage problem for an unknown one.
Result<ListenerKind> listener_kind(std::string_view listener);

/// Certificates of this profile name the responder of the status lab, which lives as long as the
/// run that made them: nobody can set such a listener up beforehand.
bool needs_responder(std::string_view listener);

/// Settings of the listener. Usage problem when `materials` lack what it needs.
Result<broker::ListenerSettings> profile_settings(const std::string& listener,
                                                  const Materials& materials);

/// The two server fixtures of a listener "dual@FIXTURE".
std::pair<std::string, std::string> dual_servers(std::string_view fixture);

/// What the profile `psk` knows: "dev-1", an identity of 128 bytes, one beyond ASCII. Keys of a
/// test bench, no secrets.
std::vector<broker::PreSharedKey> known_keys();

/// Who the profile `mtls-login` lets in with a certificate. For a test bench, no secret.
broker::Account known_account();

/// The users that rows log in as, for brokers that keep a list: those of good certificates, and
/// "admin", which nobody may become.
std::vector<std::string> registered_users();

/// A stimulus for `listener` with the trust and server name that its server needs; no identity.
Stimulus stimulus_for(const std::string& listener);
/// The same with an identity, the good client's when it is not said.
Stimulus stimulus_for(const std::string& listener, std::string identity);

}  // namespace handfast::check
