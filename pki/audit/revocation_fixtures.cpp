#include "pki/audit/revocation_fixtures.hpp"

#include <fmt/format.h>

#include <functional>

#include "core/base/text.hpp"
#include "core/tls/identity.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/seed.hpp"
#include "pki/revocation/crl.hpp"
#include "pki/revocation/serial.hpp"

namespace handfast::pki {

namespace {

constexpr std::chrono::hours day{24};

struct Ca {
  tls::PkeyPtr key;
  tls::CertificatePtr certificate;
  Issuer issuer() const { return {certificate.get(), key.get()}; }
};

/// root R, intermediate I and its sibling below it, a leaf L below I, and CRLs of each.
///
///   R ─┬─ I ─── L
///      └─ sibling
class Lab {
 public:
  static Result<Lab> build(std::string_view phrase, WallTime base, bool crl_sign) {
    Lab out(Seed::of(phrase), base);
    auto plain = spec("ca", "fixture root", base);
    auto root = out.make("root", plain, nullptr);
    if (!root) return root.error();
    out.root = std::move(*root);
    auto sibling = out.make("sibling", spec("ca", "fixture sibling", base), &out.root);
    if (!sibling) return sibling.error();
    out.sibling = std::move(*sibling);
    auto second = spec("ca", "fixture second", base);
    if (!crl_sign) second.profile.usages.key.remove(KeyUsage::crl_sign);
    auto middle = out.make("second", second, &out.root);
    if (!middle) return middle.error();
    out.second = std::move(*middle);
    auto leaf = out.make("leaf", spec("client", "fixture client", base), &out.second);
    if (!leaf) return leaf.error();
    out.leaf = std::move(*leaf);
    return out;
  }

  Ca root, second, sibling, leaf;

  /// A good CRL: an hour old, for seven days.
  CrlContent content(std::uint64_t number, const std::vector<const X509*>& revoked) const {
    CrlContent out{.this_update = base_ - std::chrono::hours(1),
                   .next_update = base_ + 7 * day,
                   .number = number};
    for (const auto* certificate : revoked) {
      out.entries.push_back({serial_of(certificate),
                             base_ - std::chrono::hours(2),
                             RevocationReason::key_compromise,
                             {}});
    }
    return out;
  }
  /// A hundred thousand entries, none of them the leaf's unless `with_leaf`.
  CrlContent large(bool with_leaf) const {
    auto out = content(1, with_leaf ? std::vector<const X509*>{leaf.certificate.get()}
                                    : std::vector<const X509*>{});
    for (std::uint32_t i = 1; out.entries.size() < 100'000; ++i) {
      const auto octet = [i](unsigned shift) { return static_cast<unsigned char>(i >> shift); };
      out.entries.push_back(
          {serial_from_magnitude(Bytes{octet(16), octet(8), octet(0)}), base_ - day, {}, {}});
    }
    return out;
  }
  WallTime base() const { return base_; }

 private:
  Lab(Seed seed, WallTime base) : seed_(std::move(seed)), base_(base) {}

  static CertificateSpec spec(std::string_view kind, const std::string& name, WallTime base) {
    return {.profile = profile(kind),
            .subject = {.organization = "handfast lab", .common_name = name},
            .period = {base - 30 * day, base + 300 * day}};
  }
  Result<Ca> make(const std::string& label, CertificateSpec wanted, const Ca* above) const {
    wanted.serial = seed_.serial(label);
    auto key = make_key(KeyType::p256, seed_, label);
    if (!key) return key.error();
    auto certificate = issue(wanted, key->get(), above == nullptr ? Issuer{} : above->issuer());
    if (!certificate) return certificate.error();
    return Ca{std::move(*key), std::move(*certificate)};
  }

  Seed seed_;
  WallTime base_;
};

/// Collects the CRLs of a fixture; the first problem wins.
class Set {
 public:
  explicit Set(const Lab& lab) : lab_(lab) {}

  Set& add(const Ca& ca, const CrlContent& content, CrlVariant variant = CrlVariant::none) {
    auto made = make_crl(content, ca.certificate.get(), ca.key.get(), variant);
    if (!made && !problem_) problem_ = made.error();
    if (made) crls_.push_back(std::move(*made));
    return *this;
  }
  Set& root(const std::vector<const X509*>& revoked = {}) {
    return add(lab_.root, lab_.content(1, revoked));
  }
  Set& second(const std::vector<const X509*>& revoked = {}, CrlVariant variant = CrlVariant::none,
              std::uint64_t number = 1) {
    return add(lab_.second, lab_.content(number, revoked), variant);
  }
  Result<std::vector<Bytes>> take() {
    if (problem_) return *problem_;
    return std::move(crls_);
  }

 private:
  const Lab& lab_;
  std::vector<Bytes> crls_;
  std::optional<Problem> problem_;
};

struct Row {
  std::string id;
  std::string what;
  Expect expect;
  std::vector<StatusDefect> claims;
  std::function<void(Set&, const Lab&)> fill;
  bool crl_sign = true;
  bool der = false;
};

using Defects = std::vector<StatusDefect>;
using enum StatusDefect;

const X509* leaf_of(const Lab& lab) { return lab.leaf.certificate.get(); }

std::vector<Row> plain_rows() {
  return {
      {"crl-good",
       "R's and I's CRLs, both current, L on neither",
       Expect::accept,
       {},
       [](Set& set, const Lab&) { set.root().second(); }},
      {"crl-revoked-leaf",
       "L is on I's CRL",
       Expect::reject,
       {leaf_revoked},
       [](Set& set, const Lab& lab) { set.root().second({leaf_of(lab)}); }},
      {"crl-revoked-intermediate",
       "I is on R's CRL, L on none",
       Expect::reject,
       {issuer_revoked},
       [](Set& set, const Lab& lab) { set.root({lab.second.certificate.get()}).second(); }},
      {"crl-empty-list",
       "I's CRL has no revokedCertificates field",
       Expect::accept,
       {},
       [](Set& set, const Lab&) { set.root().second({}, CrlVariant::empty); }},
      {"crl-missing-for-issuer",
       "I's CRL is not there",
       Expect::either,
       {crl_missing},
       [](Set& set, const Lab&) { set.root(); }},
      {"crl-expired",
       "the next update of I's CRL is past",
       Expect::either,
       {crl_missing, crl_expired},
       [](Set& set, const Lab&) { set.root().second({}, CrlVariant::stale); }},
      {"crl-not-yet-valid",
       "I's CRL is from the future",
       Expect::either,
       {crl_missing, crl_not_yet_valid},
       [](Set& set, const Lab&) { set.root().second({}, CrlVariant::not_yet_valid); }},
      {"crl-bad-signature",
       "a stray key signed I's CRL, which lists L",
       Expect::either,
       {crl_missing, crl_bad_signature},
       [](Set& set, const Lab& lab) {
         set.root().second({leaf_of(lab)}, CrlVariant::stray_signer);
       }},
  };
}

std::vector<Row> mixed_rows() {
  return {
      {"crl-forged-beside-good",
       "I's CRL lists L; a newer empty one is signed by a stray key",
       Expect::reject,
       {leaf_revoked, crl_bad_signature},
       [](Set& set, const Lab& lab) {
         set.root().second({leaf_of(lab)}).second({}, CrlVariant::stray_signer, 2);
       }},
      {"crl-old-and-new",
       "I's older CRL, L clean, and the newer one that lists it",
       Expect::reject,
       {leaf_revoked},
       [](Set& set, const Lab& lab) {
         set.root().second({}, CrlVariant::none, 1).second({leaf_of(lab)}, CrlVariant::none, 2);
       }},
      {"crl-no-crlsign",
       "I may not sign CRLs, yet its CRL lists L",
       Expect::either,
       {crl_missing, crl_signer_may_not_sign},
       [](Set& set, const Lab& lab) { set.root().second({leaf_of(lab)}); },
       false},
      {"crl-many-in-file",
       "CRLs of R, I and a sibling in one file; I's lists L",
       Expect::reject,
       {leaf_revoked},
       [](Set& set, const Lab& lab) {
         set.root().add(lab.sibling, lab.content(1, {})).second({leaf_of(lab)});
       }},
      {"crl-der-file",
       "I's CRL, which lists L, as DER",
       Expect::reject,
       {leaf_revoked},
       [](Set& set, const Lab& lab) { set.second({leaf_of(lab)}); },
       true,
       true},
      {"crl-same-serial-other-issuer",
       "a sibling CA revoked the serial that L has",
       Expect::accept,
       {},
       [](Set& set, const Lab& lab) {
         set.root().second().add(lab.sibling, lab.content(1, {leaf_of(lab)}));
       }},
      {"crl-reason-hold/held",
       "L is on hold",
       Expect::reject,
       {leaf_revoked},
       [](Set& set, const Lab& lab) {
         auto held = lab.content(1, {leaf_of(lab)});
         held.entries.front().reason = RevocationReason::certificate_hold;
         set.root().add(lab.second, held);
       }},
      {"crl-reason-hold/released",
       "the next full CRL has L no more",
       Expect::accept,
       {},
       [](Set& set, const Lab&) { set.root().second({}, CrlVariant::none, 2); }},
      {"crl-large/good",
       "a hundred thousand entries, L not among them",
       Expect::accept,
       {},
       [](Set& set, const Lab& lab) { set.root().add(lab.second, lab.large(false)); }},
      {"crl-large/revoked",
       "a hundred thousand entries, L among them",
       Expect::reject,
       {leaf_revoked},
       [](Set& set, const Lab& lab) { set.root().add(lab.second, lab.large(true)); }},
  };
}

const std::vector<Row>& rows() {
  static const auto all = [] {
    auto out = plain_rows();
    for (auto& row : mixed_rows()) out.push_back(std::move(row));
    return out;
  }();
  return all;
}

}  // namespace

const std::vector<std::string>& revocation_fixture_ids() {
  static const auto ids = [] {
    std::vector<std::string> out;
    for (const auto& row : rows()) out.push_back(row.id);
    return out;
  }();
  return ids;
}

Result<RevocationFixture> make_revocation_fixture(std::string_view id, std::string_view seed,
                                                  WallTime base) {
  if (seed.empty()) return usage_problem("the seed of the fixtures is empty");
  for (const auto& row : rows()) {
    if (row.id != id) continue;
    auto lab = Lab::build(seed, base, row.crl_sign);
    if (!lab) return lab.error();
    Set set(*lab);
    row.fill(set, *lab);
    auto crls = set.take();
    if (!crls) return crls.error();
    RevocationFixture out{.id = row.id,
                          .what = row.what,
                          .der = row.der,
                          .at = base,
                          .expect = row.expect,
                          .claims = row.claims};
    out.chain = {tls::to_der(lab->leaf.certificate.get()),
                 tls::to_der(lab->second.certificate.get())};
    out.anchors = {tls::to_der(lab->root.certificate.get())};
    out.crls = std::move(*crls);
    out.key = std::move(lab->leaf.key);
    // The one CRL of a DER file leaves the intermediate without.
    if (row.der) out.claims.insert(out.claims.end(), crl_missing);
    return out;
  }
  return usage_problem(fmt::format("there is no fixture \"{}\"", printable(id)), {},
                       suggest(id, revocation_fixture_ids()));
}

}  // namespace handfast::pki
