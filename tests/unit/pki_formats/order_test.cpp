#include "pki/formats/order.hpp"

#include <algorithm>

#include "tests/support/catch.hpp"
#include "tests/unit/pki_formats/lab.hpp"

using namespace handfast;
using namespace handfast::pki;
using test::Chain;

namespace {

const test::Extensions ca{{"basicConstraints", "critical,CA:TRUE"}};

}  // namespace

TEST_CASE("whatever the order of the files, leaf comes first and root last (S3-27)", "[pki]") {
  const Chain chain;
  std::vector<X509*> files{chain.leaf.x509(), chain.lower.x509(), chain.upper.x509(),
                           chain.root.x509()};
  const auto right = files;
  std::sort(files.begin(), files.end());
  do {
    REQUIRE(in_order(files, RootPlace::last, "x").value() == right);
  } while (std::next_permutation(files.begin(), files.end()));
}

TEST_CASE("a chain of any depth keeps its order (S1-12)", "[pki]") {
  std::vector<test::Pair> pairs;
  pairs.push_back(test::authority("a0"));
  for (int i = 1; i < 12; ++i) {
    pairs.push_back(test::authority("a" + std::to_string(i), &pairs.back()));
  }
  std::vector<X509*> files;
  for (const auto& pair : pairs) files.push_back(pair.x509());
  auto reversed = files;
  std::reverse(reversed.begin(), reversed.end());
  CHECK(in_order(files, RootPlace::last, "x").value() == reversed);
  CHECK(in_order(files, RootPlace::first, "x").value() == files);
}

TEST_CASE("a CA bundle is the same without the entity (S3-29)", "[pki]") {
  const Chain chain;
  CHECK(in_order({chain.root.x509(), chain.lower.x509(), chain.upper.x509()}, RootPlace::last, "x")
            .value() ==
        std::vector<X509*>{chain.lower.x509(), chain.upper.x509(), chain.root.x509()});
  CHECK(in_order({chain.lower.x509(), chain.root.x509(), chain.upper.x509()}, RootPlace::first, "x")
            .value() ==
        std::vector<X509*>{chain.root.x509(), chain.upper.x509(), chain.lower.x509()});
}

TEST_CASE("what a server sends is without the root", "[pki]") {
  const Chain chain;
  CHECK(in_order({chain.root.x509(), chain.leaf.x509(), chain.upper.x509(), chain.lower.x509()},
                 RootPlace::none, "x")
            .value() ==
        std::vector<X509*>{chain.leaf.x509(), chain.lower.x509(), chain.upper.x509()});
  CHECK(in_order({chain.root.x509()}, RootPlace::none, "a.pem").error().text() ==
        "a.pem: there are only roots, and the bundle is to be without");
  CHECK(in_order({}, RootPlace::last, "a.pem").error().text() ==
        "a.pem: there is no certificate for the bundle");
}

TEST_CASE("doubles count once, leaves share their issuers, strangers follow", "[pki]") {
  const Chain chain;
  const auto other = test::certify("other", {}, &chain.lower);
  const auto stranger = test::authority("stranger");
  const tls::CertificatePtr twin(X509_dup(chain.root.x509()));
  CHECK(in_order({chain.root.x509(), chain.leaf.x509(), chain.lower.x509(), twin.get(),
                  other.x509(), stranger.x509(), chain.upper.x509()},
                 RootPlace::last, "x")
            .value() == std::vector<X509*>{chain.leaf.x509(), other.x509(), chain.lower.x509(),
                                           chain.upper.x509(), chain.root.x509(), stranger.x509()});
}

TEST_CASE("a name alone does not make an issuer", "[pki]") {
  const Chain chain;
  const auto impostor = test::authority("lower");
  CHECK_FALSE(issued(impostor.x509(), chain.leaf.x509()));
  CHECK(issued(chain.lower.x509(), chain.leaf.x509()));
  CHECK(is_self_signed(chain.root.x509()));
  CHECK_FALSE(is_self_signed(chain.upper.x509()));
}

TEST_CASE("certificates that issued each other in a circle are an error", "[pki]") {
  const auto one = make_key(KeyType::p256).value();
  const auto two = make_key(KeyType::p256).value();
  const auto one_root = test::certify_key(one.get(), "one", ca, nullptr, one.get());
  const auto two_root = test::certify_key(two.get(), "two", ca, nullptr, two.get());
  const auto one_by_two = test::certify_key(one.get(), "one", ca, two_root.get(), two.get());
  const auto two_by_one = test::certify_key(two.get(), "two", ca, one_root.get(), one.get());
  CHECK(in_order({one_by_two.get(), two_by_one.get()}, RootPlace::last, "a.pem").error().text() ==
        "a.pem: these certificates were issued in a circle: \"CN = one\", \"CN = two\" (a chain "
        "has to end in a root; leave one of them out)");
  // With their roots the same two are ordinary cross certificates.
  CHECK(in_order({one_root.get(), one_by_two.get(), two_by_one.get(), two_root.get()},
                 RootPlace::last, "x")
            .value() ==
        std::vector<X509*>{one_by_two.get(), two_root.get(), two_by_one.get(), one_root.get()});
}

TEST_CASE("the chain of a key leaves out what is not on the way", "[pki]") {
  const Chain chain;
  const auto stranger = test::authority("stranger");
  CHECK(chain_of(chain.leaf.key.get(),
                 {chain.root.x509(), stranger.x509(), chain.lower.x509(), chain.leaf.x509(),
                  chain.upper.x509()},
                 "x")
            .value() == std::vector<X509*>{chain.leaf.x509(), chain.lower.x509(),
                                           chain.upper.x509(), chain.root.x509()});
  CHECK(chain_of(stranger.key.get(), {chain.leaf.x509()}, "a.pem").error().message ==
        "certificate and private key do not belong together");
}

TEST_CASE("the place of the root is one of three words", "[pki]") {
  CHECK(parse_root_place("first").value() == RootPlace::first);
  CHECK(parse_root_place("lst").error().text() ==
        "there is no place \"lst\" for the root (did you mean \"last\"?)");
}
