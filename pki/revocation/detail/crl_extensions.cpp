#include "pki/revocation/detail/crl_extensions.hpp"

#include <openssl/objects.h>

#include "pki/revocation/detail/der.hpp"

namespace handfast::pki::detail {

namespace {

/// ReasonFlags is a BIT STRING whose bit N is reason N, bit 0 unused (RFC 5280 section 4.2.1.13);
/// DER drops trailing zero bits.
Bytes reason_flags(const std::vector<RevocationReason>& reasons) {
  std::uint16_t bits = 0;
  for (const auto reason : reasons) {
    // Codes 9 and 10 are bits 7 and 8: the list of flags has no gap where reason 7 would be, and
    // no flag for removeFromCRL.
    if (reason == RevocationReason::remove_from_crl) continue;
    const unsigned code = static_cast<unsigned>(reason);
    const unsigned bit = code >= 9 ? code - 2 : code;
    bits = static_cast<std::uint16_t>(bits | (0x8000U >> bit));
  }
  Bytes octets{static_cast<std::uint8_t>(bits >> 8), static_cast<std::uint8_t>(bits)};
  while (!octets.empty() && octets.back() == 0) octets.pop_back();
  std::uint8_t unused = 0;
  while (!octets.empty() && (octets.back() >> unused & 1) == 0) ++unused;
  octets.insert(octets.begin(), unused);
  return octets;
}

Bytes flag(unsigned tag, bool set) { return set ? Bytes{der_context(tag), 1, 0xff} : Bytes{}; }

Bytes distribution_scope(const DistributionScope& scope, bool critical) {
  Bytes point;
  if (!scope.uris.empty()) {
    Bytes names;
    for (const auto& uri : scope.uris) {
      const auto name = element(der_context(6), as_bytes(uri));
      names.insert(names.end(), name.begin(), name.end());
    }
    // [0] distributionPoint, a CHOICE and so explicit: [0] fullName, an implicit GeneralNames.
    point = element(der_context_constructed(0), element(der_context_constructed(0), names));
  }
  const auto reasons = scope.only_reasons.empty()
                           ? Bytes{}
                           : element(der_context(3), reason_flags(scope.only_reasons));
  return extension(NID_issuing_distribution_point, critical,
                   sequence(point, flag(1, scope.only_user), flag(2, scope.only_ca), reasons,
                            flag(4, scope.indirect), flag(5, scope.only_attribute)));
}

std::optional<DistributionScope> scope_of(const CrlContent& content, CrlVariant variant) {
  auto scope = content.scope;
  const auto ensured = [&]() -> DistributionScope& {
    if (!scope) scope.emplace();
    return *scope;
  };
  switch (variant) {
    case CrlVariant::no_point:
      return std::nullopt;
    case CrlVariant::other_point:
      ensured().uris = {"http://127.0.0.1:9/other.crl"};
      break;
    case CrlVariant::point_not_critical:
      if (!scope) ensured().uris = {"http://127.0.0.1:9/handfast.crl"};
      break;
    case CrlVariant::only_user:
      ensured().only_user = true;
      break;
    case CrlVariant::only_ca:
      ensured().only_ca = true;
      break;
    case CrlVariant::only_attribute:
      ensured().only_attribute = true;
      break;
    case CrlVariant::indirect:
      ensured().indirect = true;
      break;
    case CrlVariant::some_reasons:
      ensured().only_reasons = {RevocationReason::key_compromise, RevocationReason::ca_compromise};
      break;
    default:
      break;
  }
  return scope;
}

Bytes number_extension(const CrlContent& content, CrlVariant variant) {
  if (variant == CrlVariant::no_number) return {};
  if (variant == CrlVariant::long_number) {
    Bytes octets(21, 0x11);
    return extension(NID_crl_number, false, element(der_integer, octets));
  }
  return extension(NID_crl_number, false, integer(content.number));
}

Bytes key_id_extension(ByteView issuer_key_id, CrlVariant variant) {
  if (variant == CrlVariant::no_authority_key_id) return {};
  Bytes key_id(issuer_key_id.begin(), issuer_key_id.end());
  if (variant == CrlVariant::wrong_authority_key_id) key_id.front() ^= 0xff;
  return extension(NID_authority_key_identifier, false, sequence(element(der_context(0), key_id)));
}

Bytes delta_extension(const CrlContent& content, CrlVariant variant) {
  auto base = content.delta_base;
  if (variant == CrlVariant::delta) base = content.number == 0 ? 0 : content.number - 1;
  return base ? extension(NID_delta_crl, true, integer(*base)) : Bytes{};
}

Bytes unknown(bool present, bool critical) {
  return present ? extension(unknown_object_id(), critical, Bytes{der_null, 0}) : Bytes{};
}

}  // namespace

Bytes entry_extensions(const RevokedEntry& entry, CrlVariant variant, ByteView other_issuer) {
  Bytes all;
  const auto add = [&](const Bytes& one) { all.insert(all.end(), one.begin(), one.end()); };
  constexpr std::uint8_t no_reason = 7;
  if (variant == CrlVariant::undefined_reason) {
    add(extension(NID_crl_reason, false, enumerated(no_reason)));
  } else if (entry.reason && *entry.reason != RevocationReason::unspecified) {
    // Section 5.3.1: absent rather than unspecified.
    add(extension(NID_crl_reason, false, enumerated(static_cast<std::uint8_t>(*entry.reason))));
  }
  if (entry.invalidity) {
    add(extension(NID_invalidity_date, false, generalized_time(*entry.invalidity)));
  }
  if (variant == CrlVariant::indirect) {
    add(extension(NID_certificate_issuer, true,
                  sequence(element(der_context_constructed(4), other_issuer))));
  }
  add(unknown(variant == CrlVariant::unknown_critical_entry_extension, true));
  return all.empty() ? all : element(der_sequence, all);
}

Bytes crl_extensions(const CrlContent& content, ByteView issuer_key_id, CrlVariant variant) {
  if (variant == CrlVariant::version1) return {};
  const auto scope = scope_of(content, variant);
  const auto point =
      scope ? distribution_scope(*scope, variant != CrlVariant::point_not_critical) : Bytes{};
  const auto all = sequence(key_id_extension(issuer_key_id, variant),
                            number_extension(content, variant), delta_extension(content, variant),
                            point, unknown(variant == CrlVariant::unknown_extension, false),
                            unknown(variant == CrlVariant::unknown_critical_extension, true));
  // An empty Extensions is not allowed, so nothing at all then.
  return all.size() <= 2 ? Bytes{} : element(der_context_constructed(0), all);
}

Bytes nobody() {
  static constexpr std::string_view name = "handfast nobody";
  constexpr std::uint8_t der_set = 0x31;
  constexpr std::uint8_t der_utf8 = 0x0c;
  return sequence(
      element(der_set, sequence(object_id(NID_commonName), element(der_utf8, as_bytes(name)))));
}

}  // namespace handfast::pki::detail
