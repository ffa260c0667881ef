// Every mutation has exactly the defects that it claims, minted below an EC and below an RSA
// issuer, and OpenSSL agrees or the catalogue says why not.
#include "pki/faults/mutation.hpp"

#include <algorithm>
#include <set>

#include "core/tls/identity.hpp"
#include "pki/faults/keys.hpp"
#include "tests/support/catch.hpp"
#include "tests/unit/pki_defects/support.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;

namespace {

const Lab& lab(KeyType issuers, KeyType leaf) {
  static const Lab ec(KeyType::p256);
  static const Lab ec_rsa(KeyType::p256, KeyType::rsa2048);
  static const Lab rsa(KeyType::rsa2048);
  static const Lab rsa_rsa(KeyType::rsa2048, KeyType::rsa2048);
  if (issuers == KeyType::p256) return leaf == KeyType::p256 ? ec : ec_rsa;
  return leaf == KeyType::p256 ? rsa : rsa_rsa;
}

struct Played {
  std::vector<Bytes> chain;
  tls::PkeyPtr key;
};

/// The mutated certificate in its place: a leaf below the authority (or the root), or the authority
/// itself with a good leaf below it.
Result<Played> play(const Mutation& mutation, const Lab& lab) {
  const auto authority = tls::to_der(lab.authority.get());
  if (mutation.target == MutationTarget::authority) {
    auto damaged =
        mint_damaged(mutation.name, authority_spec(), lab.authority_key.get(), lab.below_root());
    if (!damaged) return damaged.error();
    const auto leaf = issue(leaf_spec(), lab.leaf_key.get(), lab.below_authority()).value();
    return Played{{tls::to_der(leaf.get()), damaged->certificate}, tls::up_ref(lab.leaf_key.get())};
  }
  const bool direct = mutation.needs == MutationNeeds::root_issuer;
  auto damaged = mint_damaged(mutation.name, leaf_spec(), lab.leaf_key.get(),
                              direct ? lab.below_root() : lab.below_authority());
  if (!damaged) return damaged.error();
  Played out{{damaged->certificate}, std::move(damaged->key)};
  if (!direct) out.chain.push_back(authority);
  return out;
}

AuditOptions as_server(EVP_PKEY* key) {
  AuditOptions out;
  out.purpose = Purpose::server;
  out.host = host;
  out.at = noon;
  out.key = key;
  return out;
}

std::vector<DefectKind> sorted(std::vector<DefectKind> kinds) {
  std::ranges::sort(kinds);
  return kinds;
}

struct Agreed {
  DefectKind kind;
  std::string_view verdicts;  ///< of OpenSSL 3.0, for a chain that it refuses on this account
};

/// One of these must be OpenSSL's reason when both refuse: the same answer, not just any.
constexpr Agreed agreed[]{
    {DefectKind::malformed, "malformed"},
    {DefectKind::algorithm_mismatch, "cert_signature_failure"},
    // Extensions that it cannot take make OpenSSL look for another certificate of the issuer.
    {DefectKind::duplicate_extension, "unable_to_get_issuer_cert_locally"},
    {DefectKind::unknown_critical_extension, "unhandled_critical_extension"},
    {DefectKind::inverted_dates, "cert_has_expired cert_not_yet_valid"},
    {DefectKind::expired, "cert_has_expired"},
    {DefectKind::not_yet_valid, "cert_not_yet_valid"},
    {DefectKind::unknown_ca, "unable_to_get_issuer_cert_locally"},
    {DefectKind::bad_signature, "cert_signature_failure"},
    {DefectKind::basic_constraints_missing, "invalid_ca"},
    {DefectKind::issuer_not_ca, "invalid_ca"},
    {DefectKind::key_usage_empty, "unable_to_get_issuer_cert_locally"},
    {DefectKind::key_usage_no_cert_sign, "invalid_ca unable_to_get_issuer_cert_locally"},
    {DefectKind::extended_key_usage_wrong, "invalid_purpose"},
    {DefectKind::extended_key_usage_not_nested, "invalid_purpose"},
    {DefectKind::san_missing, "hostname_mismatch"},
    {DefectKind::name_mismatch, "hostname_mismatch"},
    {DefectKind::name_constraint_violated, "permitted_violation excluded_violation"},
    {DefectKind::weak_hash, "ca_md_too_weak"},
    {DefectKind::weak_key, "ee_key_too_small ca_key_too_small"},
    {DefectKind::unsupported_key, "ee_key_too_small"},
    {DefectKind::bad_pss_parameters, "ca_md_too_weak"},  // absent parameters mean SHA-1
    {DefectKind::bad_point, "ee_key_too_small"},
};

bool is_agreed(const std::vector<DefectKind>& claims, std::string_view verdict) {
  return std::ranges::any_of(agreed, [&](const Agreed& entry) {
    return std::ranges::find(claims, entry.kind) != claims.end() &&
           entry.verdicts.find(verdict) != std::string_view::npos;
  });
}

void check(const Mutation& mutation, KeyType issuers) {
  const auto leaf = mutation.needs == MutationNeeds::rsa_key ? KeyType::rsa2048 : KeyType::p256;
  const auto& in = lab(issuers, leaf);
  const auto played = play(mutation, in);
  INFO(mutation.name << " below " << to_string(issuers));
  if (mutation.needs == MutationNeeds::rsa_issuer && issuers != KeyType::rsa2048) {
    REQUIRE(!played);
    CHECK(played.error().message.find("needs an issuer with an RSA key") != std::string::npos);
    return;
  }
  REQUIRE(played);
  const auto options = as_server(played->key.get());
  const auto defects = find_defects(played->chain, in.anchors(), options);
  INFO(sentences(defects));
  CHECK(words(kinds_of(defects)) == words(sorted(mutation.claims)));
  const auto verdict = openssl_verdict(played->chain, in.anchors(), options);
  INFO("OpenSSL says " << verdict << "; the catalogue: " << mutation.openssl);
  CHECK((verdict == "ok") == (refuses(defects) != mutation.openssl.empty()));
  if (verdict != "ok" && mutation.openssl.empty()) CHECK(is_agreed(mutation.claims, verdict));
}

}  // namespace

TEST_CASE("The good twin of every mutation has no defect, for us and for OpenSSL", "[pki]") {
  for (const auto issuers : {KeyType::p256, KeyType::rsa2048}) {
    for (const auto leaf : {KeyType::p256, KeyType::rsa2048}) {
      const auto& in = lab(issuers, leaf);
      const auto good = issue(leaf_spec(), in.leaf_key.get(), in.below_authority()).value();
      const std::vector<Bytes> chain{tls::to_der(good.get()), tls::to_der(in.authority.get())};
      for (const auto purpose : {Purpose::server, Purpose::client}) {
        auto options = as_server(in.leaf_key.get());
        options.purpose = purpose;
        const auto defects = find_defects(chain, in.anchors(), options);
        INFO(sentences(defects));
        CHECK(words(kinds_of(defects)) == "-");
        CHECK(openssl_verdict(chain, in.anchors(), options) == "ok");
      }
    }
  }
}

TEST_CASE("Every mutation has the defects that it claims and no other, below an EC issuer",
          "[pki]") {
  for (const auto& mutation : mutations()) check(mutation, KeyType::p256);
}

TEST_CASE("Every mutation has the defects that it claims and no other, below an RSA issuer",
          "[pki]") {
  for (const auto& mutation : mutations()) check(mutation, KeyType::rsa2048);
}

TEST_CASE("Mutations have names of their own and say what they break", "[pki]") {
  std::set<std::string> names;
  for (const auto& mutation : mutations()) {
    INFO(mutation.name);
    CHECK(names.insert(mutation.name).second);
    CHECK(mutation.what.size() > 10);
    CHECK(find_mutation(mutation.name) == &mutation);
  }
  CHECK(find_mutation("no-such") == nullptr);
}

TEST_CASE("An unknown mutation is refused with the name that was probably meant", "[pki]") {
  const auto& in = lab(KeyType::p256, KeyType::p256);
  const auto refused =
      mint_damaged("signatur", leaf_spec(), in.leaf_key.get(), in.below_authority());
  REQUIRE(!refused);
  CHECK(refused.error().text() == "unknown mutation \"signatur\" (did you mean \"signature\"?)");
}

TEST_CASE("A mutation says what it needs when the certificate cannot carry it", "[pki]") {
  const auto& in = lab(KeyType::p256, KeyType::p256);
  auto flat = leaf_spec();
  flat.names = {{AltNameKind::dns, "localhost"}};
  const auto refused = mint_damaged("wildcard-deep", flat, in.leaf_key.get(), in.below_authority());
  REQUIRE(!refused);
  CHECK(refused.error().message ==
        "the mutation \"wildcard-deep\" needs a DNS name of at least four labels");
}

TEST_CASE("An impostor's key shows the certificate's public half and signs for another", "[pki]") {
  for (const auto type : {KeyType::p256, KeyType::rsa2048}) {
    const auto& in = lab(KeyType::p256, type);
    const auto impostor = impostor_key(in.leaf_key.get()).value();
    const auto good = issue(leaf_spec(), in.leaf_key.get(), in.below_authority()).value();
    CHECK(belongs_to(good.get(), impostor.get()));
    CHECK(X509_check_private_key(good.get(), impostor.get()) == 1);
    const std::vector<Bytes> chain{tls::to_der(good.get()), tls::to_der(in.authority.get())};
    CHECK(words(kinds_of(find_defects(chain, in.anchors(), as_server(impostor.get())))) ==
          "wrong_key");
  }
  CHECK(!impostor_key(make_key(KeyType::ed25519).value().get()));
}
