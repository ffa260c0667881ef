#include "harness/check/profiles.hpp"

#include "tests/support/catch.hpp"

namespace handfast::check {
namespace {

Materials some_materials() {
  Materials materials;
  materials.identities["server-chain-full"] = {
      .certificate = "s.pem", .chain = "s.chain.pem", .key = "s.key", .value = {}};
  materials.identities["server-cn-only"] = {
      .certificate = "cn.pem", .chain = "cn.chain.pem", .key = "cn.key", .value = {}};
  materials.trusts["fixtures"] = {.file = "root.pem", .value = {}};
  materials.trusts["crl-good"] = {.file = "crl-good.trust.pem", .value = {}};
  materials.revocations["crl-good"] = {.file = "crl-good.crl.pem", .crls = {}};
  return materials;
}

TEST_CASE("a listener's name is a profile and the fixture that makes it special", "[check]") {
  CHECK(parse_profile("mtls")->profile == "mtls");
  CHECK(parse_profile("mtls")->fixture.empty());
  const auto crl = parse_profile("mtls-crl@crl-large/good");
  CHECK(crl->profile == "mtls-crl");
  CHECK(crl->fixture == "crl-large/good");
  CHECK_FALSE(parse_profile("tls-two-way@merged"));
  CHECK_FALSE(parse_profile(""));
}

TEST_CASE("profiles become settings", "[check]") {
  const auto materials = some_materials();
  const auto one = profile_settings("one", materials).value();
  CHECK(one.certificate == "s.chain.pem");
  CHECK_FALSE(one.kind.two_way);
  const auto own = profile_settings("one@server-cn-only", materials).value();
  CHECK(own.certificate == "cn.chain.pem");
  CHECK(own.key == "cn.key");
  const auto two = profile_settings("mtls", materials).value();
  CHECK(two.kind.two_way);
  CHECK(two.trust == "root.pem");
  CHECK_FALSE(two.certificate_optional);
  CHECK(profile_settings("mtls-opt", materials)->certificate_optional);
  const auto crl = profile_settings("mtls-crl@crl-good", materials).value();
  CHECK(crl.trust == "crl-good.trust.pem");
  CHECK(crl.revoked == "crl-good.crl.pem");
  CHECK(profile_settings("ident", materials)->user_from == broker::UserFrom::common_name);
  CHECK(profile_settings("wss-mtls", materials)->kind.transport == Transport::wss);
}

TEST_CASE("profiles that ask for a status, and those of two servers", "[check]") {
  auto materials = some_materials();
  materials.trusts["status"] = {.file = "status.pem", .value = {}};
  materials.identities["server-sni-select/one"] = materials.identities["server-cn-only"];
  materials.identities["server-sni-select/two"] = materials.identities["server-chain-full"];
  const auto points = profile_settings("mtls-cdp", materials).value();
  CHECK(points.fetches_crls);
  CHECK(points.trust == "status.pem");
  CHECK(points.certificate == "s.chain.pem");
  CHECK(profile_settings("mtls-ocsp", materials)->asks_ocsp);
  const auto staple = profile_settings("staple@server-cn-only", materials).value();
  CHECK(staple.staples);
  CHECK(staple.certificate == "cn.chain.pem");
  CHECK(profile_settings("one-v13", materials)->tls_version == "1.3");
  const auto dual = profile_settings("dual@server-sni-select", materials).value();
  CHECK(dual.certificate == "cn.chain.pem");
  CHECK(dual.other_certificate == "s.chain.pem");
  CHECK(dual.other_key == "s.key");
  CHECK_FALSE(profile_settings("dual@server-dual-cert", materials));
}

TEST_CASE("profiles of keys and of PROXY headers", "[check]") {
  const auto materials = some_materials();
  const auto psk = profile_settings("psk", materials).value();
  CHECK(psk.kind == ListenerKind{Transport::tls, false});
  CHECK(psk.certificate.empty());
  CHECK(psk.psk.size() == known_keys().size());
  CHECK(psk.names_users());
  const auto plain = profile_settings("proxy", materials).value();
  CHECK(plain.kind == ListenerKind{Transport::tcp, false});
  CHECK(plain.proxy_protocol);
  CHECK_FALSE(plain.names_users());
  const auto named = profile_settings("proxy-ident", materials).value();
  CHECK((named.proxy_protocol && named.kind.two_way && named.names_users()));
  const auto told = profile_settings("proxy-tlv", materials).value();
  CHECK((told.proxy_names_users && !told.kind.two_way && told.names_users()));
  CHECK_FALSE(profile_settings("one", materials)->proxy_protocol);
}

TEST_CASE("profiles of what a certificate decides besides the user name", "[check]") {
  const auto materials = some_materials();
  const auto names = profile_settings("ident-san", materials).value();
  CHECK(names.user_from == broker::UserFrom::alternative_name);
  CHECK_FALSE(names.binds_client_id);
  const auto bound = profile_settings("ident-id", materials).value();
  CHECK((bound.binds_client_id && bound.names_users() && bound.kind.two_way));
  const auto login = profile_settings("mtls-login", materials).value();
  CHECK(login.account == known_account());
  CHECK_FALSE(login.names_users());
  CHECK_FALSE(profile_settings("mtls", materials)->account);
}

TEST_CASE("a profile without its material says what is missing", "[check]") {
  const auto missing = profile_settings("mtls@client-two-anchors/old", some_materials());
  REQUIRE_FALSE(missing);
  CHECK_THAT(missing.error().text(),
             Catch::Matchers::Contains("the anchors of \"client-two-anchors/old\""));
  CHECK_THAT(profile_settings("mtls-crl", some_materials()).error().text(),
             Catch::Matchers::Contains("CRLs"));
}

TEST_CASE("a stimulus for a profile trusts and names its server", "[check]") {
  const auto profile = stimulus_for("mtls", "client-cert-expired");
  CHECK(profile.trust == "fixtures");
  CHECK(profile.server_name == "node.broker.lab.test");
  CHECK(profile.identity == "client-cert-expired");
  const auto guide = stimulus_for("tls-two-way");
  CHECK(guide.trust == "root");
  CHECK(guide.server_name.empty());
}

}  // namespace
}  // namespace handfast::check
