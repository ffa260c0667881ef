#include "pki/revocation/detail/ocsp_writer.hpp"

#include "core/tls/identity.hpp"

#include <openssl/objects.h>

#include "pki/revocation/detail/der.hpp"

namespace handfast::pki::detail {

namespace {

using namespace std::chrono_literals;

struct Times {
  WallTime produced_at;
  WallTime this_update;
  std::optional<WallTime> next_update;
};

Times times_of(const OcspOptions& options, WallTime now, OcspVariant variant) {
  const auto at = now - options.backdate;
  switch (variant) {
    case OcspVariant::stale: {
      const auto begun = now - 1h - std::max<Nanos>(options.validity, 1h);
      return {begun, begun, now - 1h};
    }
    case OcspVariant::not_yet_valid:
      return {now, now + 24h, now + 24h + std::max<Nanos>(options.validity, 1h)};
    case OcspVariant::no_next_update:
      return {now, at, {}};
    default:
      break;
  }
  if (options.validity == Nanos{0}) return {now, at, {}};
  return {now, at, at + options.validity};
}

SingleStatus told(const SingleStatus& truth, OcspVariant variant, WallTime now) {
  switch (variant) {
    case OcspVariant::says_good:
      return {};
    case OcspVariant::says_unknown:
      return {CertificateStatus::unknown, {}, {}};
    case OcspVariant::says_revoked:
      return {CertificateStatus::revoked, now - 1h, RevocationReason::key_compromise};
    default:
      return truth;
  }
}

Bytes cert_status(const SingleStatus& status) {
  if (status.status == CertificateStatus::good) return {der_context(0), 0};
  if (status.status == CertificateStatus::unknown) return {der_context(2), 0};
  const bool stated = status.reason && *status.reason != RevocationReason::unspecified;
  const auto reason = stated ? element(der_context_constructed(0),
                                       enumerated(static_cast<std::uint8_t>(*status.reason)))
                             : Bytes{};
  return element_of(der_context_constructed(1), generalized_time(status.since), reason);
}

Bytes unknown_critical() { return extension(unknown_object_id(), true, Bytes{der_null, 0}); }

Bytes single_extensions(const OcspOptions& options, WallTime now, OcspVariant variant) {
  const auto cutoff = options.archive_cutoff
                          ? extension(NID_id_pkix_OCSP_archiveCutoff, false,
                                      generalized_time(now - *options.archive_cutoff))
                          : Bytes{};
  const auto unknown =
      variant == OcspVariant::unknown_critical_single_extension ? unknown_critical() : Bytes{};
  if (cutoff.empty() && unknown.empty()) return {};
  return element(der_context_constructed(1), sequence(cutoff, unknown));
}

Bytes another(const CertId& id, OcspVariant variant) {
  auto other = id;
  if (variant == OcspVariant::wrong_issuer) {
    // A request may hold empty hashes beside the ones that we know.
    if (!other.name_hash.empty()) other.name_hash.front() ^= 0xff;
    if (!other.key_hash.empty()) other.key_hash.front() ^= 0xff;
  } else {
    other.serial.back() ^= 0x55;
  }
  return cert_id_der(other);
}

Bytes single_responses(const PlannedResponse& plan, const OcspOptions& options, const Times& times,
                       WallTime now, OcspVariant variant) {
  Bytes all;
  if (variant == OcspVariant::no_answers) return all;
  const auto next = times.next_update
                        ? element(der_context_constructed(0), generalized_time(*times.next_update))
                        : Bytes{};
  const auto extensions = single_extensions(options, now, variant);
  const auto add = [&](const Bytes& id, const SingleStatus& status) {
    const auto one =
        sequence(id, cert_status(status), generalized_time(times.this_update), next, extensions);
    all.insert(all.end(), one.begin(), one.end());
  };
  const bool elsewhere =
      variant == OcspVariant::wrong_serial || variant == OcspVariant::wrong_issuer;
  if (variant == OcspVariant::extra_answer && !plan.answers.empty()) {
    add(another(plan.answers.front().id, variant), {CertificateStatus::good, {}, {}});
  }
  for (const auto& answer : plan.answers) {
    add(elsewhere ? another(answer.id, variant) : answer.id.der, told(answer.status, variant, now));
  }
  return all;
}

Bytes response_extensions(const PlannedResponse& plan, const OcspOptions& options,
                          OcspVariant variant) {
  auto nonce = plan.nonce;
  if (!options.echo_nonce || variant == OcspVariant::no_nonce) nonce.reset();
  if (variant == OcspVariant::wrong_nonce) {
    if (!nonce) nonce = element(der_octet_string, Bytes(16, 0x5a));
    nonce->back() ^= 0xff;
  }
  const auto echoed = nonce ? extension(NID_id_pkix_OCSP_Nonce, false, *nonce) : Bytes{};
  const auto unknown =
      variant == OcspVariant::unknown_critical_extension ? unknown_critical() : Bytes{};
  if (echoed.empty() && unknown.empty()) return {};
  return element(der_context_constructed(1), sequence(echoed, unknown));
}

Bytes wrapped(const Bytes& basic, OcspVariant variant) {
  const auto status = enumerated(static_cast<std::uint8_t>(OcspStatus::successful));
  if (variant == OcspVariant::no_body) return sequence(status);
  const auto type =
      variant == OcspVariant::wrong_type ? unknown_object_id() : object_id(NID_id_pkix_OCSP_basic);
  auto der = sequence(status, element(der_context_constructed(0),
                                      sequence(type, element(der_octet_string, basic))));
  if (variant == OcspVariant::truncated) der.resize(der.size() / 2);
  return der;
}

Bytes key_responder_id(ByteView key_hash) {
  return element(der_context_constructed(2), element(der_octet_string, key_hash));
}

}  // namespace

std::string_view to_string(OcspStatus status) {
  switch (status) {
    case OcspStatus::successful:
      return "successful";
    case OcspStatus::malformed_request:
      return "malformedRequest";
    case OcspStatus::internal_error:
      return "internalError";
    case OcspStatus::try_later:
      return "tryLater";
    case OcspStatus::signature_required:
      return "sigRequired";
    case OcspStatus::unauthorized:
      return "unauthorized";
    case OcspStatus::undefined:
      break;
  }
  return "undefined";
}

SigningParty signing_party(Signer signer, const OcspSigner& from, bool direct, bool name_by_key) {
  // The key hash of a responderID is SHA-1, whatever the CertIDs use (RFC 6960 section 4.2.1).
  auto id = name_by_key ? key_responder_id(issuer_hashes(from.certificate.get(), NID_sha1).key)
                        : element(der_context_constructed(1),
                                  name_der(X509_get_subject_name(from.certificate.get())));
  Bytes certificates;
  if (!direct) {
    certificates = tls::to_der(from.certificate.get());
    for (const auto& more : from.chain) {
      const auto der = tls::to_der(more.get());
      certificates.insert(certificates.end(), der.begin(), der.end());
    }
    certificates = element(der_context_constructed(0), element(der_sequence, certificates));
  }
  return {std::move(signer), std::move(id), std::move(certificates)};
}

Bytes status_response(OcspStatus status) {
  return sequence(enumerated(static_cast<std::uint8_t>(status)));
}

std::optional<OcspStatus> status_of(OcspVariant variant) {
  switch (variant) {
    case OcspVariant::malformed_request:
      return OcspStatus::malformed_request;
    case OcspVariant::internal_error:
      return OcspStatus::internal_error;
    case OcspVariant::try_later:
      return OcspStatus::try_later;
    case OcspVariant::signature_required:
      return OcspStatus::signature_required;
    case OcspVariant::unauthorized:
      return OcspStatus::unauthorized;
    case OcspVariant::undefined_status:
      return OcspStatus::undefined;
    default:
      return std::nullopt;
  }
}

Result<Bytes> signed_response(const PlannedResponse& plan, const SigningParty& party,
                              const OcspOptions& options, WallTime now, OcspVariant variant) {
  const auto times = times_of(options, now, variant);
  const auto id = variant == OcspVariant::wrong_responder_id ? key_responder_id(Bytes(20, 0x33))
                                                             : party.responder_id;
  const auto data =
      sequence(id, generalized_time(times.produced_at),
               element(der_sequence, single_responses(plan, options, times, now, variant)),
               response_extensions(plan, options, variant));
  auto signature = party.signer.sign(data);
  if (!signature) return signature.error();
  if (variant == OcspVariant::bad_signature) signature->back() ^= 1;
  const auto basic =
      sequence(data, party.signer.algorithm(), bit_string(*signature),
               variant == OcspVariant::no_certificates ? Bytes{} : party.certificates);
  return wrapped(basic, variant);
}

}  // namespace handfast::pki::detail
