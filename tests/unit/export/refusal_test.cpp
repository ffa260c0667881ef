// What a target cannot express is refused with the names of those that can.
#include "tests/support/catch.hpp"
#include "tests/unit/export/fixture.hpp"

using namespace handfast;
using namespace handfast::broker;
using test::export_request;
using test::refusal;

TEST_CASE("options that a target cannot express are refused", "[export]") {
  auto request = export_request("nginx", ClientAuth::required);
  request.user_from = "cn";
  CHECK(refusal(request) ==
        "nginx cannot take the user name from a certificate's cn (leave user_from out, or export "
        "for one of: emqx4, emqx5, mosquitto, rabbitmq, vernemq, haproxy)");
  CHECK(export_files(request).error().kind == ProblemKind::usage);

  request = export_request("nanomq", ClientAuth::required);
  request.server.crl_pem = test::empty_crl(test::test_pki().intermediate);
  CHECK(refusal(request) ==
        "nanomq cannot read a CRL from a file (leave the CRL out, or export for one of: "
        "mosquitto, vernemq, haproxy, nginx)");

  request = export_request("mosquitto", ClientAuth::required);
  request.crl_urls = {"http://127.0.0.1/a.crl"};
  CHECK(refusal(request) ==
        "mosquitto cannot fetch a CRL from a URL (leave the CRL's URL out, or export for one of: "
        "emqx4, emqx5)");

  request = export_request("haproxy", ClientAuth::none);
  request.ocsp_url = "http://127.0.0.1/ocsp";
  CHECK(refusal(request) ==
        "haproxy cannot staple OCSP responses (leave the OCSP responder out, or export for one of: "
        "emqx4, emqx5)");

  request = export_request("rabbitmq", ClientAuth::required);
  request.partial_chain = true;
  CHECK(refusal(request) ==
        "rabbitmq cannot take an intermediate as trust anchor (leave partial_chain out, or export "
        "for one of: emqx4, emqx5)");

  request = export_request("hivemq", ClientAuth::required);
  request.depth = 2;
  CHECK(refusal(request) ==
        "hivemq cannot limit the depth of a client's chain (leave depth out, or export for one of: "
        "emqx4, emqx5, rabbitmq, vernemq, nginx)");

  request = export_request("ejabberd", ClientAuth::none);
  request.tls_versions = {"1.3"};
  CHECK(refusal(request).starts_with(
      "ejabberd cannot choose TLS versions by a setting (leave tls_versions out, or"));

  request = export_request("vernemq", ClientAuth::none);
  request.tls_versions = {"1.2", "1.3"};
  CHECK(refusal(request).starts_with(
      "vernemq cannot offer two TLS versions by a setting (leave one of tls_versions out, or"));

  request = export_request("mosquitto", ClientAuth::optional);
  CHECK(refusal(request) ==
        "mosquitto cannot ask for a client certificate without insisting on one (leave clients: "
        "optional out, or export for one of: emqx4, emqx5, rabbitmq, activemq, hivemq, haproxy, "
        "nginx)");
}

TEST_CASE("listeners that a target cannot open are refused", "[export]") {
  auto request = export_request("activemq", ClientAuth::none);
  request.listeners[0].transport = Transport::wss;
  CHECK(refusal(request) ==
        "activemq cannot open a listener of transport wss (leave it out, or export for one of: "
        "emqx4, emqx5, mosquitto, rabbitmq, ejabberd, hivemq, vernemq)");

  request = export_request("rabbitmq", ClientAuth::none);
  request.listeners.push_back(
      {.transport = Transport::tls, .clients = ClientAuth::required, .port = 8884});
  CHECK(refusal(request).starts_with(
      "rabbitmq cannot treat clients of its TLS listeners differently (leave one of"));

  request.target = "nanomq";
  request.listeners[1].clients = ClientAuth::none;
  CHECK(refusal(request).starts_with("nanomq cannot open two listeners of transport tls"));

  request = export_request("ejabberd", ClientAuth::required);
  request.listeners[0].transport = Transport::wss;
  CHECK(refusal(request).starts_with("ejabberd cannot ask for client certificates on a wss"));

  request = export_request("emqx5", ClientAuth::required);
  request.listeners[0].transport = Transport::wss;
  request.crl_urls = {"http://127.0.0.1/a.crl"};
  CHECK(refusal(request) ==
        "emqx5 checks CRLs on its tls listeners only, a wss listener would let revoked clients in "
        "(switch the wss listener off, or leave the CRL's URL out)");
}

TEST_CASE("requests that contradict themselves are refused", "[export]") {
  auto request = export_request("mosquitto", ClientAuth::none);
  request.user_from = "cn";
  CHECK(refusal(request) ==
        "user_from has no meaning without client certificates: no listener asks for them (set "
        "clients: required)");
  request.user_from = "mail";
  CHECK(refusal(request) == "unknown user_from \"mail\" (one of: cn, dn, san)");

  request = export_request("mosquitto", ClientAuth::none);
  request.tls_versions = {"1.1"};
  CHECK(refusal(request).starts_with("unknown TLS version \"1.1\""));
  request.tls_versions.clear();
  request.listeners.push_back(request.listeners[0]);
  CHECK(refusal(request) == "two listeners have the port 8883");
  request.listeners[1].port = 0;
  CHECK(refusal(request) == "listener tls has no port (an export needs fixed ports, 1 to 65535)");
  request.listeners[1] = {.transport = Transport::ws, .clients = ClientAuth::required, .port = 1};
  CHECK(refusal(request) ==
        "a ws listener has no TLS, so it cannot ask for client certificates (take tls or wss)");
  request.listeners.clear();
  CHECK(refusal(request) == "no listener is switched on");

  request = export_request("nginx", ClientAuth::required);
  request.depth = 101;
  CHECK(refusal(request) == "depth is 101, expected 0 to 100");
  request.target = "ngnix";
  CHECK(refusal(request) == "unknown export target \"ngnix\" (did you mean \"nginx\"?)");
}

TEST_CASE("texts that would break out of a broker's settings are refused", "[export]") {
  for (const auto* folder : {"/srv/my lab", "/srv/a\nb", "/srv/a\"b", "/srv/$(id)", "/srv/a'b"}) {
    auto request = export_request("mosquitto", ClientAuth::none);
    request.folder = folder;
    CHECK(refusal(request).find("the export's folder holds a character that not every broker's "
                                "settings can carry (letters, digits and ._/+@~-)") !=
          std::string::npos);
  }
  auto request = export_request("mosquitto", ClientAuth::none);
  request.folder = "lab/export";
  CHECK(refusal(request) == "lab/export: the export's folder is not an absolute path");
  request.folder.clear();
  CHECK(refusal(request) == "mosquitto needs the folder where it will find the files");

  request = export_request("haproxy", ClientAuth::none);
  request.backend.host = "a b";
  CHECK(refusal(request).starts_with("a b: the backend's host holds a character"));

  request = export_request("activemq", ClientAuth::none);
  request.server.store_password = "${user.home}";
  CHECK(refusal(request).starts_with("the password of a PKCS#12 file must be printable ASCII"));
  CHECK(refusal(request).find("user.home") == std::string::npos);
}
