#include "pki/mint/profile.hpp"

#include "tests/support/catch.hpp"
#include "tests/unit/pki_mint/minting.hpp"

using namespace handfast;
using namespace handfast::pki;

namespace {

using Words = std::vector<std::string>;

/// "ds de | serverAuth clientAuth": a row of the usage tables, in the words of the certificate.
std::string usages_in_certificate(std::string_view name) {
  static const auto ca = test::make_ca();
  static const auto key = make_key(KeyType::rsa2048).value();  // can carry every usage
  const auto leaf = issue(test::spec_for(name, "x"), key.get(), ca.issuer()).value();
  const auto usages = usages_of(leaf.get());
  std::string out;
  for (const auto& word : usages.key.words()) out += word + " ";
  out += "|";
  for (const auto& word : usages.extended) out += " " + word;
  return out;
}

const char* const ds_de = "digitalSignature dataEncipherment |";
const char* const ds_ke_de = "digitalSignature keyEncipherment dataEncipherment |";

}  // namespace

TEST_CASE("usage table 1: CallManager, CAPF, IPsec, Tomcat, TVS (S4-26 S4-18 S4-19 S4-20 S4-21)",
          "[pki]") {
  CHECK(usages_in_certificate("callmanager") == std::string(ds_de) + " serverAuth clientAuth");
  CHECK(usages_in_certificate("callmanager-ecdsa") ==
        std::string(ds_de) + " serverAuth clientAuth");
  CHECK(usages_in_certificate("capf") == "digitalSignature keyCertSign | serverAuth");
  CHECK(usages_in_certificate("ipsec") ==
        std::string(ds_ke_de) + " serverAuth clientAuth ipsecEndSystem");
  CHECK(usages_in_certificate("tomcat") == std::string(ds_de) + " serverAuth clientAuth");
  CHECK(usages_in_certificate("tomcat-ecdsa") == std::string(ds_de) + " serverAuth clientAuth");
  CHECK(usages_in_certificate("tvs") == std::string(ds_ke_de) + " serverAuth clientAuth");
  CHECK(profile("callmanager").multi_server);
  CHECK(profile("tomcat").multi_server);
  CHECK_FALSE(profile("capf").multi_server);
  CHECK_FALSE(profile("tvs").multi_server);
}

TEST_CASE("usage table 2: IM and Presence (S4-27 S4-22)", "[pki]") {
  const auto all = std::string(ds_ke_de) + " serverAuth clientAuth ipsecEndSystem";
  for (const auto* name : {"cup", "cup-ecdsa", "cup-xmpp", "cup-xmpp-ecdsa", "cup-xmpp-s2s",
                           "cup-xmpp-s2s-ecdsa", "ipsec-imp"}) {
    CAPTURE(name);
    CHECK(usages_in_certificate(name) == all);
  }
  CHECK(usages_in_certificate("tomcat-imp") == std::string(ds_ke_de) + " serverAuth clientAuth");
  CHECK(profile("cup-xmpp").multi_server);
  CHECK_FALSE(profile("cup").multi_server);
}

TEST_CASE("what the text allows is taken from a request, what it does not is dropped (S4-23)",
          "[pki]") {
  // The table marks ke as not needed for Tomcat, its text lists it: allowed, not required.
  Usages asked{{KeyUsage::digital_signature, KeyUsage::key_encipherment, KeyUsage::key_cert_sign},
               {"serverAuth", "codeSigning", "ipsecEndSystem"}};
  const auto granted = grant(profile("tomcat"), asked);
  CHECK(granted.key.words() == Words{"digitalSignature", "keyEncipherment", "dataEncipherment"});
  CHECK(granted.extended == Words{"serverAuth", "ipsecEndSystem", "clientAuth"});
  const auto diff = compare(asked, granted);
  CHECK(diff.dropped == Words{"keyCertSign", "codeSigning"});
  CHECK(diff.added == Words{"dataEncipherment", "clientAuth"});
}

TEST_CASE("a data-encipherment bit that was asked for survives, and a lost one shows (S4-28)",
          "[pki]") {
  const Usages asked{{KeyUsage::digital_signature, KeyUsage::data_encipherment}, {"serverAuth"}};
  CHECK(compare(asked, grant(profile("callmanager"), asked)).dropped.empty());
  auto careless = profile("server");
  careless.deny.key.add(KeyUsage::data_encipherment);
  CHECK(compare(asked, grant(careless, asked)).dropped == Words{"dataEncipherment"});
}

TEST_CASE("a request that asks for nothing gets the profile's usages", "[pki]") {
  CHECK(grant(profile("peer"), {}) == profile("peer").usages);
}

TEST_CASE("usages have long and short words", "[pki]") {
  CHECK(parse_key_usage("ds").value() == KeyUsage::digital_signature);
  CHECK(parse_key_usage("cRLSign").value() == KeyUsage::crl_sign);
  CHECK(parse_key_usage("contentCommitment").value() == KeyUsage::content_commitment);
  CHECK(parse_key_usage("digitalSignatur").error().text() ==
        "unknown key usage \"digitalSignatur\" (did you mean \"digitalSignature\"?)");
  CHECK(parse_extended_usage("ipsec").value() == "ipsecEndSystem");
  CHECK(parse_extended_usage("1.3.6.1.5.5.7.3.1").value() == "serverAuth");
  CHECK(parse_extended_usage("1.3.6.1.4.1.99999.5").value() == "1.3.6.1.4.1.99999.5");
  CHECK(parse_extended_usage("serverAut").error().text() ==
        "unknown extended key usage \"serverAut\" (did you mean \"serverAuth\"?)");
}
