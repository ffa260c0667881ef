// The chain that a server shows, from OpenSSL's own server.
#include "harness/probe/fetch_chain.hpp"
#include "tests/integration/pki_formats/workshop.hpp"
#include "tests/integration/probe/peers.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;
using handfast::test::OpensslServer;

namespace {

/// Leaf and intermediates in one file, as a server is set up.
struct Served : Workshop {
  Served() {
    spit(folder / "send.pem", chain.leaf.pem() + chain.lower.pem() + chain.upper.pem());
    const auto response = lab::ocsp_answer(chain.lower, {{1, V_OCSP_CERTSTATUS_GOOD}});
    Credential item;
    item.kind = CredentialKind::ocsp_response;
    item.ocsp.reset(
        static_cast<OCSP_RESPONSE*>(ASN1_item_dup(ASN1_ITEM_rptr(OCSP_RESPONSE), response.get())));
    spit(folder / "staple.der", credential_der(item).value());
  }
  std::string file(const std::string& name) const { return (folder / name).string(); }
  std::vector<std::string> arguments(std::vector<std::string> more = {}) const {
    std::vector<std::string> out{"-cert",       file("leaf.pem"), "-key",       file("leaf.key"),
                                 "-cert_chain", file("send.pem"), "-no_CAfile", "-no_CApath"};
    out.insert(out.end(), more.begin(), more.end());
    return out;
  }
  static Endpoint endpoint(const OpensslServer& server) {
    return {.transport = Transport::tls, .host = "127.0.0.1", .port = server.port()};
  }
};

}  // namespace

TEST_CASE("a live server's chain comes as it was sent, leaf first", "[pki]") {
  const Served served;
  // s_server adds what stands in -cert_chain behind the leaf.
  OpensslServer server({"-cert", served.file("leaf.pem"), "-key", served.file("leaf.key"),
                        "-cert_chain", served.file("lower.pem"), "-status_file",
                        served.file("staple.der")});
  const auto fetched = probe::fetch_chain(Served::endpoint(server)).value();
  CHECK(fetched.completed);
  CHECK(fetched.ended.empty());
  REQUIRE(fetched.chain().size() == 2);
  CHECK(fetched.chain()[0] == tls::to_der(served.chain.leaf.x509()));
  CHECK(fetched.chain()[1] == tls::to_der(served.chain.lower.x509()));
  CHECK(fetched.facts.version == tls::Version::tls1_3);
  CHECK_FALSE(fetched.facts.certificate_requested);
  CHECK(as_text(fetched.facts.ocsp_staple) == served.read("staple.der"));
}

TEST_CASE("inspect HOST:PORT shows how a server speaks and what it sends", "[pki]") {
  const Served served;
  OpensslServer server({"-cert", served.file("leaf.pem"), "-key", served.file("leaf.key"),
                        "-verify", "1", "-status_file", served.file("staple.der")});
  const auto address = "127.0.0.1:" + std::to_string(server.port());
  const auto text = served.pki("inspect --sni localhost " + address);
  INFO(text);
  CHECK(text.starts_with(address + "\nTLS version: TLS 1.3\ncipher suite: TLS_"));
  for (const std::string line :
       {"group: x25519", "asks for a client certificate: yes", "OCSP staple: yes",
        "handshake: complete", "certificate: CN = localhost", "OCSP response: successful"}) {
    CHECK(text.find(line + "\n") != std::string::npos);
  }
  const auto json = served.pki("inspect --output json " + address);
  CHECK(json.find("\"client_certificate_requested\": \"yes\"") != std::string::npos);
  CHECK(served.pki("show " + address).starts_with(served.read("leaf.pem")));
  CHECK(served.pki("match leaf.key " + address).find("belong together") != std::string::npos);
}

TEST_CASE("a TLS 1.2 server that insists on a client certificate still shows its own", "[pki]") {
  const Served served;
  OpensslServer server({"-cert", served.file("leaf.pem"), "-key", served.file("leaf.key"),
                        "-Verify", "1", "-tls1_2"});
  const auto fetched = probe::fetch_chain(Served::endpoint(server)).value();
  CHECK_FALSE(fetched.completed);
  CHECK(fetched.ended == "alert handshake_failure (40) received");
  CHECK(fetched.chain().size() == 1);
  CHECK(fetched.facts.certificate_requested);
}

TEST_CASE("the server name decides which certificate is shown", "[pki]") {
  const Served served;
  OpensslServer server({"-cert", served.file("leaf.pem"), "-key", served.file("leaf.key"),
                        "-servername", "other.test", "-cert2", served.file("lower.pem"), "-key2",
                        [&] {
                          spit(served.folder / "lower.key", served.chain.lower.key_pem());
                          return served.file("lower.key");
                        }()});
  const auto endpoint = Served::endpoint(server);
  CHECK(probe::fetch_chain(endpoint).value().chain()[0] == tls::to_der(served.chain.leaf.x509()));
  CHECK(probe::fetch_chain(endpoint, "other.test").value().chain()[0] ==
        tls::to_der(served.chain.lower.x509()));
}

TEST_CASE("nobody there and no TLS there are one clear error each", "[pki]") {
  const Served served;
  const auto closed = handfast::test::closed_port();
  served.refuses("inspect 127.0.0.1:" + std::to_string(closed), 3,
                 "127.0.0.1:" + std::to_string(closed) +
                     ": cannot connect: Connection refused (is the server running, and is this its "
                     "TLS port?)");
  handfast::test::ScriptedPeer plain({{.read = 1, .write = "220 mail.test ESMTP\r\n"}},
                                     handfast::test::ScriptedPeer::End::fin);
  const auto refused =
      probe::fetch_chain({.transport = Transport::tls, .host = "127.0.0.1", .port = plain.port()});
  REQUIRE_FALSE(refused);
  CHECK(refused.error().message.starts_with("the server showed no certificate: "));
}
