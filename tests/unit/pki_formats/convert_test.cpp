#include "pki/formats/convert.hpp"

#include <algorithm>
#include <iterator>

#include "pki/formats/encode.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki_formats/lab.hpp"

using namespace handfast;
using namespace handfast::pki;
using lab::Chain;

namespace {

/// All files of the lab in a bad order: root, lower, key, leaf, upper.
std::vector<Credential> mixed(const Chain& chain) {
  return parse_credentials(chain.root.pem() + chain.lower.pem() + chain.leaf.key_pem() +
                               chain.leaf.pem() + chain.upper.pem(),
                           "mix")
      .value();
}

std::vector<Credential> read_back(const Converted& made, const Secret* pass = nullptr) {
  return parse_credentials(made.bytes.text(), "made", {.passphrase = pass}).value();
}

std::vector<CredentialKind> kinds(const std::vector<Credential>& items) {
  std::vector<CredentialKind> out;
  for (const auto& item : items) out.push_back(item.kind);
  return out;
}

constexpr auto certificate = CredentialKind::certificate;
constexpr auto private_key = CredentialKind::private_key;

}  // namespace

TEST_CASE("a bag of files becomes a PKCS#12 file with the whole chain (S0-16)", "[pki]") {
  const Chain chain;
  const Secret pass("x");
  const auto made = convert(mixed(chain), {.to = Format::p12, .passphrase = &pass}, "mix").value();
  CHECK(made.holds_key);
  CHECK(made.summary == "PKCS#12: 4 certificates and the private key");
  const auto back = read_back(made, &pass);
  CHECK(kinds(back) ==
        std::vector{certificate, certificate, certificate, certificate, private_key});
  CHECK(X509_cmp(back.front().certificate.get(), chain.leaf.x509()) == 0);

  ConvertOptions leaf{.to = Format::p12, .leaf_only = true, .passphrase = &pass};
  CHECK(read_back(convert(mixed(chain), leaf, "mix").value(), &pass).size() == 2);
  CHECK(convert(mixed(chain), {.to = Format::p12}, "mix").error().text() ==
        "a PKCS#12 file needs a passphrase (say where it is: --out-password env:NAME, file:PATH or "
        "fd:N)");
}

TEST_CASE("combined PEM leaves the root out unless it is asked for (S1-16)", "[pki]") {
  const Chain chain;
  const auto made = convert(mixed(chain), {.to = Format::combined}, "mix").value();
  CHECK(made.holds_key);
  CHECK(made.bytes.text() ==
        chain.leaf.pem() + chain.lower.pem() + chain.upper.pem() + chain.leaf.key_pem());
  const auto whole =
      convert(mixed(chain), {.to = Format::combined, .root = RootPlace::last}, "mix").value();
  CHECK(whole.bytes.text() == chain.leaf.pem() + chain.lower.pem() + chain.upper.pem() +
                                  chain.root.pem() + chain.leaf.key_pem());
  CHECK(convert(mixed(chain), {.to = Format::combined, .root = RootPlace::first}, "mix")
            .error()
            .kind == ProblemKind::usage);
}

TEST_CASE("a self-signed pair keeps its only certificate", "[pki]") {
  const auto pair = lab::authority("self");
  const auto items = parse_credentials(pair.pem() + pair.key_pem(), "x").value();
  CHECK(convert(items, {.to = Format::combined}, "x").value().bytes.text() ==
        pair.pem() + pair.key_pem());
}

TEST_CASE("PKCS#7 gets its certificates in order, and CRLs (S4-08)", "[pki]") {
  const Chain chain;
  const auto crl = lab::revocation_list(chain.root, {}, {});
  auto items = mixed(chain);
  auto lists = parse_credentials(crl_pem(crl.get()).value(), "x").value();
  std::move(lists.begin(), lists.end(), std::back_inserter(items));
  for (const bool der : {false, true}) {
    const auto made =
        convert(items, {.to = Format::p7b, .der = der, .root = RootPlace::none}, "x").value();
    CHECK_FALSE(made.holds_key);
    CHECK(made.summary == "PKCS#7: 3 certificates and 1 CRL");
    const auto back = read_back(made);
    CHECK(kinds(back) == std::vector{certificate, certificate, certificate, CredentialKind::crl});
    CHECK(X509_cmp(back.front().certificate.get(), chain.leaf.x509()) == 0);
  }
}

TEST_CASE("PEM and DER there and back give the same bytes (S1-20)", "[pki]") {
  const Chain chain;
  const auto items = mixed(chain);
  const auto pem = convert(items, {.to = Format::pem}, "mix").value();
  CHECK(pem.holds_key);
  CHECK(pem.bytes.text() == chain.root.pem() + chain.lower.pem() + chain.leaf.key_pem() +
                                chain.leaf.pem() + chain.upper.pem());
  const auto leaf = parse_credentials(chain.leaf.pem(), "leaf").value();
  const auto der = convert(leaf, {.to = Format::der}, "leaf").value();
  CHECK_FALSE(der.holds_key);
  CHECK(convert(read_back(der), {.to = Format::pem}, "x").value().bytes.text() == chain.leaf.pem());
  CHECK(convert(items, {.to = Format::der}, "mix").error().text() ==
        "mix: DER holds one object, and the input has 5 (take pem, p7b or p12, or give one "
        "object)");
}

TEST_CASE("PKCS#8 is encrypted when there is a passphrase for it", "[pki]") {
  const Chain chain;
  const Secret pass("x");
  for (const bool der : {false, true}) {
    const auto plain = convert(mixed(chain), {.to = Format::p8, .der = der}, "mix").value();
    CHECK(plain.holds_key);
    CHECK(kinds(read_back(plain)) == std::vector{private_key});
    const auto locked =
        convert(mixed(chain), {.to = Format::p8, .der = der, .passphrase = &pass}, "mix").value();
    CHECK(kinds(read_back(locked)) == std::vector{CredentialKind::encrypted_key});
    CHECK(kinds(read_back(locked, &pass)) == std::vector{private_key});
    CHECK(convert(read_back(locked), {.to = Format::p8}, "k").error().message ==
          "the private key is encrypted");
  }
}

TEST_CASE("what is missing for a format is said", "[pki]") {
  const Chain chain;
  const Secret pass("x");
  const auto leaf = parse_credentials(chain.leaf.pem(), "leaf").value();
  CHECK(convert(leaf, {.to = Format::p8}, "a.pem").error().text() ==
        "a.pem: p8 needs one private key, and the input has 0 (give it with --key)");
  const auto foreign = parse_credentials(chain.leaf.pem() + chain.root.key_pem(), "a.pem").value();
  CHECK(convert(foreign, {.to = Format::p12, .passphrase = &pass}, "a.pem").error().text() ==
        "a.pem: certificate and private key do not belong together (compare them with: handfast "
        "pki match CERT KEY)");
  const auto key = parse_credentials(chain.leaf.key_pem(), "k").value();
  CHECK(convert(key, {.to = Format::p7b}, "k").error().message ==
        "PKCS#7 takes certificates and CRLs, and the input has none");
  CHECK(parse_format("pfx").error().text() ==
        "there is no format \"pfx\" (one of: pem, der, p8, p12, p7b, combined)");
  CHECK(parse_format("p12").value() == Format::p12);
}

TEST_CASE("a trust store holds no key", "[pki]") {
  const Chain chain;
  const Secret pass("x");
  const auto roots = parse_credentials(chain.root.pem() + chain.upper.pem(), "x").value();
  const auto made =
      convert(roots, {.to = Format::p12, .trust = true, .passphrase = &pass}, "x").value();
  CHECK_FALSE(made.holds_key);
  CHECK(made.summary == "PKCS#12: 2 certificates to trust");
  const auto back = read_back(made, &pass);
  REQUIRE(back.size() == 2);
  CHECK(back[0].java_trusted);
}
