#include "pki/store/detail/minting.hpp"

#include <fmt/format.h>
#include <openssl/pem.h>

#include "core/base/file.hpp"
#include "core/tls/identity.hpp"
#include "pki/faults/mutation.hpp"
#include "pki/store/detail/encodings.hpp"

namespace handfast::pki::detail {

namespace {

Problem placed_at(Problem problem, const Target& target) {
  if (problem.kind == ProblemKind::usage) problem.where = target.where;
  return problem;
}

Minted minted_of(tls::CertificatePtr certificate) {
  Minted out;
  out.pem = certificate_pem(certificate.get());
  out.fingerprint = fingerprint(certificate.get());
  out.certificate = std::move(certificate);
  return out;
}

Result<RequestPtr> read_request(const std::string& file) {
  auto text = read_file(file);
  if (!text) return text.error();
  const tls::BioPtr bio(BIO_new_mem_buf(text->data(), static_cast<int>(text->size())));
  RequestPtr request(PEM_read_bio_X509_REQ(bio.get(), nullptr, nullptr, nullptr));
  if (!request) {
    tls::drain_errors();
    const auto* der = reinterpret_cast<const unsigned char*>(text->data());
    request.reset(d2i_X509_REQ(nullptr, &der, static_cast<long>(text->size())));
  }
  tls::drain_errors();
  if (request) return request;
  return environment_problem("no certificate request found", file,
                             "expected PKCS#10, PEM (CERTIFICATE REQUEST) or DER");
}

Result<Minted> mint_from_request(const MintRequest& wanted, const CertificateSpec& spec) {
  auto request = read_request(wanted.target.request_file);
  if (!request) return request.error();
  auto made = sign_request(request->get(), spec, wanted.target.copy, wanted.issuer);
  if (!made) return made.error();
  auto out = minted_of(std::move(made->certificate));
  out.dropped = std::move(made->dropped);
  return out;
}

Result<Minted> mint_damage(const MintRequest& wanted, const CertificateSpec& spec) {
  auto damaged = mint_damaged(wanted.target.fault->damage, spec, wanted.key, wanted.issuer);
  if (!damaged) return damaged.error();
  Minted out;
  const std::string_view der(reinterpret_cast<const char*>(damaged->certificate.data()),
                             damaged->certificate.size());
  out.pem = certificate_block(der);
  out.fingerprint = digest_text(der);
  const auto* at = damaged->certificate.data();
  out.certificate.reset(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
  tls::drain_errors();
  if (EVP_PKEY_eq(damaged->key.get(), wanted.key) != 1) out.other_key = std::move(damaged->key);
  return out;
}

struct Link {
  tls::PkeyPtr key;
  tls::CertificatePtr certificate;
};

/// The authorities that a deep chain has and a good one has not. Their keys live as long as this
/// call: nothing else is ever issued by them.
Result<std::vector<Link>> mint_links(const MintRequest& wanted, const Source& source) {
  std::vector<Link> links;
  for (int i = 1; i <= wanted.target.fault->extra_intermediates; ++i) {
    const auto name = fmt::format("{}/intermediate-{}", wanted.target.name, i);
    auto key = source.key(KeyType::p256, name, wanted.generation);
    if (!key) return key.error();
    CertificateSpec spec;
    spec.profile = profile("ca");
    spec.subject = wanted.target.request.subject;
    spec.subject.common_name = fmt::format("{} intermediate {}", wanted.target.name, i);
    spec.period = wanted.period;
    spec.serial = source.serial(name, wanted.generation);
    const auto issuer = links.empty()
                            ? wanted.above
                            : Issuer{links.back().certificate.get(), links.back().key.get()};
    auto made = issue(spec, key->get(), issuer);
    if (!made) return made.error();
    links.push_back({std::move(*key), std::move(*made)});
  }
  return links;
}

Result<Minted> mint_deep(const MintRequest& wanted, CertificateSpec spec, const Source& source) {
  auto links = mint_links(wanted, source);
  if (!links) return links.error();
  spec.signature.pss = false;  // the last link's key is P-256
  auto made = issue(spec, wanted.key, {links->back().certificate.get(), links->back().key.get()});
  if (!made) return made.error();
  auto out = minted_of(std::move(*made));
  out.chain = out.pem;
  for (auto at = links->rbegin(); at != links->rend(); ++at) {
    out.chain += certificate_pem(at->certificate.get());
  }
  out.chain += wanted.above_chain;
  return out;
}

Result<Minted> mint_by_kind(const MintRequest& wanted, const CertificateSpec& spec,
                            const Source& source) {
  const auto* fault = wanted.target.fault;
  if (!wanted.target.request_file.empty()) return mint_from_request(wanted, spec);
  if (fault != nullptr && fault->extra_intermediates > 0) return mint_deep(wanted, spec, source);
  if (fault != nullptr && !fault->damage.empty()) return mint_damage(wanted, spec);
  auto made = issue(spec, wanted.key, wanted.issuer);
  if (!made) return made.error();
  return minted_of(std::move(*made));
}

}  // namespace

Source::Source(const std::string& phrase) {
  if (!phrase.empty()) seed_ = Seed::of(phrase);
}

Result<tls::PkeyPtr> Source::key(KeyType type, const std::string& name,
                                 std::uint64_t generation) const {
  if (!seed_) return make_key(type);
  return make_key(type, *seed_, fmt::format("{}@{}", name, generation));
}

std::optional<Bytes> Source::serial(const std::string& name, std::uint64_t generation) const {
  if (!seed_) return std::nullopt;
  return seed_->serial(fmt::format("{}@{}", name, generation));
}

Result<Minted> mint(const MintRequest& request, const Source& source) {
  auto spec = request.target.request;
  spec.period = request.period;
  spec.serial = source.serial(request.target.name, request.generation);
  auto made = mint_by_kind(request, spec, source);
  if (!made) return placed_at(made.error(), request.target);
  return made;
}

}  // namespace handfast::pki::detail
