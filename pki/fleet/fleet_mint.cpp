#include "pki/fleet/fleet_mint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <future>
#include <optional>
#include <thread>
#include <utility>
#include <vector>

#include "pki/fleet/detail/member_names.hpp"
#include "pki/fleet/detail/tbs_signer.hpp"
#include "pki/fleet/detail/tbs_template.hpp"
#include "pki/mint/detail/der.hpp"
#include "pki/mint/detail/random_pool.hpp"
#include "pki/mint/key_bytes.hpp"
#include "pki/mint/raw_key.hpp"

namespace handfast::pki {

namespace {

constexpr std::size_t serial_octets = 16;

/// A key that several members have, with everything that is derived from it.
struct PoolKey {
  Bytes bytes;
  Bytes public_der;
};

struct Ca {
  tls::PkeyPtr key;
  detail::TbsTemplate tbs;
};

Problem cannot_mint(std::uint64_t index) {
  return tls::openssl_problem(ProblemKind::internal,
                              fmt::format("cannot mint fleet member {}", index));
}

/// The subjectPublicKey octets inside a SubjectPublicKeyInfo.
ByteView key_octets(ByteView public_der) {
  const auto outer = detail::take_der(public_der);
  ByteView inside = outer ? outer->content : ByteView();
  detail::take_der(inside);  // the algorithm
  const auto bits = detail::take_der(inside);
  return bits && !bits->content.empty() ? bits->content.subspan(1) : ByteView();
}

Problem placed(Problem problem, const FleetEntry& fleet) {
  if (problem.kind == ProblemKind::usage && problem.where.empty()) problem.where = fleet.where;
  return problem;
}

/// When members of that kind are valid; only expired ones need not fit their issuer.
Result<Bytes> validity_of(FleetMember kind, const FleetEntry& fleet, const Issuer& issuer,
                          WallTime now) {
  auto period = period_of(kind, fleet.validity, now);
  if (kind != FleetMember::expired) {
    auto cut = cut_to_issuer(period, issuer.certificate);
    if (!cut) return placed(cut.error(), fleet);
    period = *cut;
  }
  return detail::validity_der(period.not_before, period.not_after);
}

}  // namespace

struct FleetMinter::Shared {
  FleetEntry fleet;
  FleetRoster roster;
  detail::MemberNames names;
  std::optional<Seed> seed;
  std::optional<KeyShape> shape;
  std::vector<PoolKey> pool;  ///< keys to deal in turn; empty: a new one each time
  std::array<Bytes, fleet_member_kinds> validity;
  std::optional<Ca> regular;
  std::optional<Ca> rogue;

  explicit Shared(detail::MemberNames member_names) : names(std::move(member_names)) {}
  ~Shared() {
    for (auto& key : pool) OPENSSL_cleanse(key.bytes.data(), key.bytes.size());
  }
  Result<void> make_pool(RawKeyMaker& maker);
  Result<void> make_rsa_pool();
  Result<void> learn(const FleetIssuers& issuers, RawKeyMaker& maker, WallTime now);
  Result<Ca> learn_from(const Issuer& issuer, const Publication& publication, EVP_PKEY* key,
                        WallTime now) const;
};

struct FleetMinter::Own {
  RawKeyMaker maker;
  detail::Hasher sha1;
  detail::TbsSigner regular;
  std::optional<detail::TbsSigner> rogue;
  detail::RandomPool random;  ///< of serials
  Bytes public_der;
  Bytes alt_names;
  Bytes tbs;

  Own(RawKeyMaker key_maker, detail::Hasher hasher, detail::TbsSigner signer)
      : maker(std::move(key_maker)), sha1(std::move(hasher)), regular(std::move(signer)) {}
  static Result<std::unique_ptr<Own>> of(const Shared& shared, RawKeyMaker maker);
};

Seed fleet_seed(const FleetEntry& fleet) {
  return Seed::of(fleet.seed).below("fleet/" + fleet.name);
}
std::string member_label(std::uint64_t index) { return std::to_string(index); }

FleetMinter::FleetMinter(std::shared_ptr<const Shared> shared, std::unique_ptr<Own> own)
    : shared_(std::move(shared)), own_(std::move(own)) {}
FleetMinter::FleetMinter(FleetMinter&&) noexcept = default;
FleetMinter& FleetMinter::operator=(FleetMinter&&) noexcept = default;
FleetMinter::~FleetMinter() = default;
const FleetEntry& FleetMinter::fleet() const { return shared_->fleet; }
const FleetRoster& FleetMinter::roster() const { return shared_->roster; }

Result<FleetMinter> FleetMinter::of(const FleetEntry& fleet, const FleetIssuers& issuers,
                                    WallTime now) {
  auto roster = FleetRoster::of(fleet);
  if (!roster) return roster.error();
  if (issuers.rogue.key == nullptr && !roster->members(FleetMember::rogue).empty()) {
    return usage_problem(fmt::format("\"{}\" has rogue members, but no rogue issuer", fleet.name),
                         fleet.where, "name an authority that nobody trusts");
  }
  std::optional<Seed> seed;
  if (!fleet.seed.empty()) seed = fleet_seed(fleet);
  auto names = detail::MemberNames::of(fleet, seed);
  if (!names) return placed(names.error(), fleet);
  auto maker = RawKeyMaker::of(fleet.key);
  if (!maker) return placed(maker.error(), fleet);

  auto shared = std::make_shared<Shared>(std::move(*names));
  shared->fleet = fleet;
  shared->roster = std::move(*roster);
  shared->seed = std::move(seed);
  if (auto made = shared->make_pool(*maker); !made) return placed(made.error(), fleet);
  if (auto done = shared->learn(issuers, *maker, now); !done) return placed(done.error(), fleet);
  auto own = Own::of(*shared, std::move(*maker));
  if (!own) return own.error();
  return FleetMinter(std::move(shared), std::move(*own));
}

Result<FleetMinter> FleetMinter::another() const {
  auto maker = RawKeyMaker::of(shared_->fleet.key);
  if (!maker) return maker.error();
  auto own = Own::of(*shared_, std::move(*maker));
  if (!own) return own.error();
  return FleetMinter(shared_, std::move(*own));
}

Result<void> FleetMinter::Shared::make_pool(RawKeyMaker& maker) {
  pool.resize(static_cast<std::size_t>(std::min(fleet.reuse, fleet.count)));
  if (is_rsa(fleet.key) && !seed && pool.size() > 1) return make_rsa_pool();
  for (std::size_t i = 0; i < pool.size(); ++i) {
    auto& bytes = pool[i].bytes;
    auto made = seed ? maker.derive(*seed, "pool/" + member_label(i), bytes) : maker.make(bytes);
    if (!made) return made;
  }
  return {};
}

/// An RSA key costs a quarter second and more, so all cores make them.
Result<void> FleetMinter::Shared::make_rsa_pool() {
  const auto threads = std::clamp<std::size_t>(std::thread::hardware_concurrency(), 1, pool.size());
  std::vector<std::future<Result<void>>> running;
  for (std::size_t t = 0; t < threads; ++t) {
    running.push_back(std::async(std::launch::async, [this, t, threads]() -> Result<void> {
      auto maker = RawKeyMaker::of(fleet.key);
      if (!maker) return maker.error();
      for (auto i = t; i < pool.size(); i += threads) {
        if (auto made = maker->make(pool[i].bytes); !made) return made;
      }
      return {};
    }));
  }
  Result<void> out;
  for (auto& one : running) {
    if (auto done = one.get(); !done) out = done;
  }
  return out;
}

/// Issues a certificate the ordinary way for each issuer and keeps what members share.
Result<void> FleetMinter::Shared::learn(const FleetIssuers& issuers, RawKeyMaker& maker,
                                        WallTime now) {
  Bytes bytes;
  auto made = !pool.empty() ? Result<void>()
              : seed        ? maker.derive(*seed, member_label(0), bytes)
                            : maker.make(bytes);
  if (!made) return made;
  auto sample = decode_key(pool.empty() ? bytes : pool.front().bytes, fleet.key);
  OPENSSL_cleanse(bytes.data(), bytes.size());
  if (!sample) return sample.error();
  auto learnt = KeyShape::of(sample->get(), fleet.key);
  if (!learnt) return learnt.error();
  shape = std::move(*learnt);
  for (auto& key : pool) {
    if (auto done = shape->put_public(key.bytes, key.public_der); !done) return done;
  }

  for (std::size_t i = 0; i < fleet_member_kinds; ++i) {
    const auto kind = static_cast<FleetMember>(i);
    if (kind != FleetMember::regular && roster.members(kind).empty()) continue;
    const auto& issuer = kind == FleetMember::rogue ? issuers.rogue : issuers.regular;
    auto validity_der = validity_of(kind, fleet, issuer, now);
    if (!validity_der) return validity_der.error();
    validity[i] = std::move(*validity_der);
  }
  auto good = learn_from(issuers.regular, issuers.publication, sample->get(), now);
  if (!good) return good.error();
  regular = std::move(*good);
  if (roster.members(FleetMember::rogue).empty()) return {};
  auto bad = learn_from(issuers.rogue, {}, sample->get(), now);
  if (!bad) return bad.error();
  rogue = std::move(*bad);
  return {};
}

Result<Ca> FleetMinter::Shared::learn_from(const Issuer& issuer, const Publication& publication,
                                           EVP_PKEY* key, WallTime now) const {
  CertificateSpec spec{.profile = fleet.profile,
                       .subject = fleet.subject,
                       .names = {},
                       .path_length = {},
                       .period = period_of(fleet.validity, now),
                       .publication = publication,
                       .signature = fleet.signature};
  spec.subject.common_name = names.common_name(0);
  auto alt_names = names.alt_names(0);
  if (!alt_names) return alt_names.error();
  spec.names = std::move(*alt_names);
  auto certificate = issue(spec, key, issuer);
  if (!certificate) return certificate.error();
  auto tbs = detail::TbsTemplate::of(certificate->get());
  if (!tbs) return tbs.error();
  return Ca{tls::up_ref(issuer.key), std::move(*tbs)};
}

Result<std::unique_ptr<FleetMinter::Own>> FleetMinter::Own::of(const Shared& shared,
                                                               RawKeyMaker maker) {
  auto sha1 = detail::Hasher::of("SHA1");
  if (!sha1) return sha1.error();
  const auto& signature = shared.fleet.signature;
  auto regular = detail::TbsSigner::of(shared.regular->key.get(), signature);
  if (!regular) return regular.error();
  auto own = std::make_unique<Own>(std::move(maker), std::move(*sha1), std::move(*regular));
  if (shared.rogue) {
    auto rogue = detail::TbsSigner::of(shared.rogue->key.get(), signature);
    if (!rogue) return rogue.error();
    own->rogue = std::move(*rogue);
  }
  return own;
}

Result<void> FleetMinter::mint(std::uint64_t index, MintedIdentity& out) {
  const Shared& shared = *shared_;
  Own& own = *own_;
  if (index >= shared.fleet.count) return no_such_member(index, shared.fleet.count, {});
  out.kind = shared.roster.kind(index);

  out.key.clear();
  ByteView public_der;
  if (!shared.pool.empty()) {
    const auto& dealt = shared.pool[index % shared.pool.size()];
    out.key = dealt.bytes;
    public_der = dealt.public_der;
  } else {
    auto made = shared.seed ? own.maker.derive(*shared.seed, member_label(index), out.key)
                            : own.maker.make(out.key);
    if (!made) return made;
    own.public_der.clear();
    if (auto done = shared.shape->put_public(out.key, own.public_der); !done) return done;
    public_der = own.public_der;
  }

  if (shared.seed) {
    out.serial = shared.seed->serial(member_label(index));
  } else {
    // Positive and never shorter (RFC 5280 section 4.1.2.2), as single certificates have it.
    out.serial.resize(serial_octets);
    if (!own.random.take(out.serial.data(), serial_octets)) return cannot_mint(index);
    out.serial[0] = static_cast<std::uint8_t>((out.serial[0] & 0x7fU) | 0x40U);
  }

  own.alt_names.clear();
  if (auto done = shared.names.put_alt_names(index, own.alt_names); !done) return done;
  const auto common_name = shared.names.common_name(index);
  const bool rogue = out.kind == FleetMember::rogue;
  const auto& tbs = rogue ? shared.rogue->tbs : shared.regular->tbs;
  // RFC 5280 section 4.2.1.2 method (1).
  const auto key_id = own.sha1(key_octets(public_der));
  own.tbs.clear();
  tbs.stamp({.serial = out.serial,
             .validity = shared.validity[static_cast<std::size_t>(out.kind)],
             .common_name = common_name,
             .key = public_der,
             .key_id = key_id,
             .alt_names = own.alt_names},
            own.tbs);
  const auto signature = rogue ? (*own.rogue)(own.tbs) : own.regular(own.tbs);
  if (signature.empty() || key_id.empty()) return cannot_mint(index);

  out.certificate.clear();
  const auto algorithm = tbs.algorithm();
  detail::put_der_header(
      out.certificate, detail::der_sequence,
      own.tbs.size() + algorithm.size() + detail::der_size(1 + signature.size()));
  out.certificate.insert(out.certificate.end(), own.tbs.begin(), own.tbs.end());
  out.certificate.insert(out.certificate.end(), algorithm.begin(), algorithm.end());
  detail::put_der_bits(out.certificate, signature);
  return {};
}

}  // namespace handfast::pki
