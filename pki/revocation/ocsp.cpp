#include "pki/revocation/ocsp.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "core/base/text.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/revocation/detail/ocsp_request.hpp"
#include "pki/revocation/detail/ocsp_writer.hpp"

namespace handfast::pki {

namespace {

using detail::OcspStatus;

/// A CA with everything that does not change from answer to answer.
struct Authority {
  tls::CertificatePtr issuer;
  StatusSource status;
  detail::SigningParty party;
  std::vector<detail::IssuerHashes> hashes;

  bool issued(const detail::CertId& id) const {
    return std::ranges::any_of(hashes, [&](const detail::IssuerHashes& known) {
      return known.digest == id.digest && known.name == id.name_hash && known.key == id.key_hash;
    });
  }
};

Result<Authority> prepare(OcspAuthority from, const OcspOptions& options) {
  const auto* certificate = from.signer.certificate.get();
  if (!belongs_to(certificate, from.signer.key.get())) {
    return usage_problem(fmt::format("the OCSP signer's key does not belong to \"{}\"",
                                     name_text(X509_get_subject_name(certificate))));
  }
  auto signer = detail::Signer::of(from.signer.key.get(), options.digest);
  if (!signer) return signer.error();
  const bool direct = X509_cmp(certificate, from.issuer.get()) == 0;
  auto party = detail::signing_party(std::move(*signer), from.signer, direct, options.name_by_key);
  std::vector<detail::IssuerHashes> hashes;
  for (const int digest : {NID_sha1, NID_sha256, NID_sha384, NID_sha512}) {
    hashes.push_back(detail::issuer_hashes(from.issuer.get(), digest));
  }
  return Authority{std::move(from.issuer), std::move(from.status), std::move(party),
                   std::move(hashes)};
}

Result<detail::SigningParty> stray_party(bool name_by_key) {
  auto stray = detail::stray_signer();
  if (!stray) return stray.error();
  auto signer = detail::Signer::of((*stray)->key.get(), {});
  if (!signer) return signer.error();
  OcspSigner from{tls::up_ref((*stray)->certificate.get()), tls::up_ref((*stray)->key.get()), {}};
  return detail::signing_party(std::move(*signer), from, false, name_by_key);
}

OcspAnswer bare(OcspStatus status) {
  return {detail::status_response(status), std::string(detail::to_string(status))};
}

std::string summary_of(const detail::PlannedResponse& plan, OcspVariant variant) {
  std::vector<std::string> parts;
  for (const auto& answer : plan.answers) {
    parts.push_back(fmt::format("{}: {}", serial_text(answer.id.serial), to_string(answer.status)));
  }
  if (plan.nonce) parts.emplace_back("nonce");
  if (variant != OcspVariant::none) parts.push_back(fmt::format("as {}", to_string(variant)));
  return join(parts, ", ");
}

Bytes garbage() {
  static constexpr std::string_view text = "this is no OCSP response\n";
  const auto bytes = as_bytes(text);
  return {bytes.begin(), bytes.end()};
}

}  // namespace

struct OcspResponder::Parts {
  std::vector<Authority> authorities;
  OcspOptions options;

  const Authority* of(const detail::OcspRequest& request) const {
    for (const auto& id : request.wanted) {
      const auto found = std::ranges::find_if(
          authorities, [&](const Authority& authority) { return authority.issued(id); });
      if (found != authorities.end()) return &*found;
    }
    return nullptr;
  }

  OcspAnswer respond(const Authority& authority, detail::OcspRequest request, WallTime now,
                     OcspVariant variant) const {
    detail::PlannedResponse plan;
    plan.nonce = std::move(request.nonce);
    for (auto& id : request.wanted) {
      const auto status = authority.issued(id) ? authority.status(id.serial)
                                               : SingleStatus{CertificateStatus::unknown, {}, {}};
      plan.answers.push_back({std::move(id), status});
    }
    auto der = sign(plan, authority, now, variant);
    if (!der) return bare(OcspStatus::internal_error);
    return {std::move(*der), summary_of(plan, variant)};
  }

  Result<Bytes> sign(const detail::PlannedResponse& plan, const Authority& authority, WallTime now,
                     OcspVariant variant) const {
    if (variant != OcspVariant::stray_signer) {
      return detail::signed_response(plan, authority.party, options, now, variant);
    }
    auto stray = stray_party(options.name_by_key);
    if (!stray) return stray.error();
    return detail::signed_response(plan, *stray, options, now, variant);
  }
};

OcspResponder::OcspResponder(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
OcspResponder::OcspResponder(OcspResponder&&) noexcept = default;
OcspResponder& OcspResponder::operator=(OcspResponder&&) noexcept = default;
OcspResponder::~OcspResponder() = default;

Result<OcspResponder> OcspResponder::make(std::vector<OcspAuthority> authorities,
                                          const OcspOptions& options) {
  if (authorities.empty()) return usage_problem("an OCSP responder needs at least one CA");
  auto parts = std::make_unique<Parts>();
  parts->options = options;
  for (auto& authority : authorities) {
    auto prepared = prepare(std::move(authority), options);
    if (!prepared) return prepared.error();
    parts->authorities.push_back(std::move(*prepared));
  }
  return OcspResponder(std::move(parts));
}

OcspAnswer OcspResponder::answer(ByteView der, WallTime now, OcspVariant variant) const {
  if (variant == OcspVariant::garbage) return {garbage(), "garbage"};
  if (const auto status = detail::status_of(variant)) return bare(*status);
  auto request = detail::parse_ocsp_request(der);
  if (!request) return bare(OcspStatus::malformed_request);
  const auto* authority = parts_->of(*request);
  if (authority == nullptr) return bare(OcspStatus::unauthorized);
  return parts_->respond(*authority, std::move(*request), now, variant);
}

Result<OcspAnswer> OcspResponder::staple(const X509* certificate, WallTime now,
                                         OcspVariant variant) const {
  const auto found = std::ranges::find_if(parts_->authorities, [&](const Authority& authority) {
    return X509_NAME_cmp(X509_get_subject_name(authority.issuer.get()),
                         X509_get_issuer_name(certificate)) == 0;
  });
  if (found == parts_->authorities.end()) {
    return usage_problem(fmt::format("\"{}\" was issued by \"{}\", for which nobody answers here",
                                     name_text(X509_get_subject_name(certificate)),
                                     name_text(X509_get_issuer_name(certificate))));
  }
  if (variant == OcspVariant::garbage) return OcspAnswer{garbage(), "garbage"};
  if (const auto status = detail::status_of(variant)) return bare(*status);
  detail::OcspRequest request;
  request.wanted.push_back(
      detail::cert_id_of(found->issuer.get(), serial_of(certificate), NID_sha1));
  return parts_->respond(*found, std::move(request), now, variant);
}

}  // namespace handfast::pki
