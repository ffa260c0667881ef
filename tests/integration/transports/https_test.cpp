// GET over TLS, against nginx and OpenSSL's server.
#include "harness/probe/https_get.hpp"
#include "tests/integration/probe/peers.hpp"
#include "tests/integration/transports/lab.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace std::chrono_literals;

namespace {

/// nginx that answers like a broker's API: JSON, and 401 without credentials.
class Api {
 public:
  Api() {
    folder_.write("chain.pem", test_pki().server_chain_pem());
    folder_.write("server.key", to_pem(test_pki().server.key.get()), 0600);
    std::filesystem::create_directories(folder_ / "tmp");
    const auto dir = folder_.path().string();
    auto text = fmt::format(R"(daemon off; master_process off;
pid {0}/nginx.pid;
error_log {0}/error.log;
events {{}}
http {{
  access_log off;
  client_body_temp_path {0}/tmp/a; proxy_temp_path {0}/tmp/b; fastcgi_temp_path {0}/tmp/c;
  uwsgi_temp_path {0}/tmp/d; scgi_temp_path {0}/tmp/e;
  server {{
    listen 127.0.0.1:{1} ssl;
    ssl_protocols TLSv1.2 TLSv1.3;
    ssl_certificate {0}/chain.pem;
    ssl_certificate_key {0}/server.key;
    default_type application/json;
    location = /api/v5/status {{ return 200 '{{"status":"running"}}'; }}
    location = /api/v5/nodes {{
      if ($http_authorization != "Basic YTpi") {{ return 401 '{{}}'; }}
      return 200 '[]';
    }}
  }}
}}
)",
                            dir, port_);
    const auto file = folder_.write("nginx.conf", text);
    program_ = std::make_unique<Program>(
        std::vector<std::string>{"nginx", "-p", dir, "-c", file.string()}, folder_.path());
    await_listener(port_);
  }
  probe::HttpsRequest request(const std::string& path) const {
    probe::HttpsRequest out;
    out.port = port_;
    out.path = path;
    out.tls.trust = test_pki().trust();
    return out;
  }

 private:
  TempDirectory folder_;
  std::uint16_t port_ = free_port();
  std::unique_ptr<Program> program_;
};

}  // namespace

TEST_CASE("an API is asked over TLS, with the server verified (S2-05)", "[transports]") {
  const Api api;
  const auto status = probe::https_get(api.request("/api/v5/status")).value();
  INFO(status.failure);
  CHECK(status.status == 200);
  CHECK(status.body == R"({"status":"running"})");
  CHECK(status.content_type == "application/json");
  CHECK(status.tls.verified);
  CHECK(status.tls.version == tls::Version::tls1_3);

  auto nodes = api.request("/api/v5/nodes");
  CHECK(probe::https_get(nodes).value().status == 401);
  nodes.authorization = "Basic YTpi";
  CHECK(probe::https_get(nodes).value().body == "[]");
}

TEST_CASE("an API that is not trusted is not asked (S2-05)", "[transports]") {
  const Api api;
  auto request = api.request("/api/v5/status");
  request.tls.trust =
      tls::Trust::from_pem(to_pem(test_pki().rogue_root.certificate.get()), "rogue").value();
  const auto untrusted = probe::https_get(request).value();
  CHECK_FALSE(untrusted.status);
  CHECK(untrusted.failure ==
        "our client sent alert unknown_ca (48): unable to get local issuer certificate");
  request = api.request("/api/v5/status");
  request.server_name = "other.test";
  CHECK(probe::https_get(request).value().failure.find("hostname mismatch") != std::string::npos);
  request = api.request("/a b");
  CHECK(probe::https_get(request).error().kind == ProblemKind::usage);
}

TEST_CASE("an answer may end with the connection, or be too long, or be no HTTP", "[transports]") {
  const Directory folder;
  const auto server = self_signed(folder.path(), "api");
  OpensslServer peer({"-cert", server.certificate.string(), "-key", server.key.string(), "-www"});
  probe::HttpsRequest request;
  request.port = peer.port();
  request.tls.trust = server.trust;
  const auto page = probe::https_get(request).value();
  INFO(page.failure);
  CHECK(page.status == 200);
  CHECK(page.body.find("</HTML>") != std::string::npos);
  request.body_limit = 10;
  const auto long_one = probe::https_get(request).value();
  CHECK_FALSE(long_one.status);
  CHECK(long_one.failure.starts_with("the answer is no HTTP that we understand: "));

  ScriptedPeer plain({{1, "HTTP/1.1 400 Bad Request\r\n\r\n"}}, ScriptedPeer::End::fin);
  request.port = plain.port();
  CHECK_FALSE(probe::https_get(request).value().failure.empty());
  request.port = closed_port();
  CHECK(probe::https_get(request).value().failure == "cannot connect: Connection refused");
}
