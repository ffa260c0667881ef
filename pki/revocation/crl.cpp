#include "pki/revocation/crl.hpp"

#include <fmt/format.h>
#include <openssl/objects.h>
#include <openssl/pem.h>

#include <algorithm>
#include <chrono>

#include "pki/mint/certificate.hpp"
#include "pki/revocation/detail/crl_extensions.hpp"
#include "pki/revocation/detail/der.hpp"
#include "pki/revocation/detail/signer.hpp"

namespace handfast::pki {

namespace {

using namespace std::chrono_literals;

Result<void> check(const CrlContent& content) {
  if (content.next_update && *content.next_update <= content.this_update) {
    return usage_problem(fmt::format("nextUpdate {} is not after thisUpdate {}",
                                     rfc3339(*content.next_update), rfc3339(content.this_update)),
                         {}, "for a stale CRL ask for the variant stale");
  }
  std::vector<ByteView> serials;
  serials.reserve(content.entries.size());
  for (const auto& entry : content.entries) {
    if (entry.serial.empty()) return internal_problem("a revoked entry has no serial number");
    if (entry.reason == RevocationReason::remove_from_crl && !content.delta_base) {
      return usage_problem(
          fmt::format("{}: removeFromCRL stands in delta CRLs only", serial_text(entry.serial)), {},
          "leave the entry out of a full CRL");
    }
    serials.emplace_back(entry.serial);
  }
  const auto before = [](ByteView a, ByteView b) {
    return std::ranges::lexicographical_compare(a, b);
  };
  const auto same = [](ByteView a, ByteView b) { return std::ranges::equal(a, b); };
  std::ranges::sort(serials, before);
  const auto twice = std::ranges::adjacent_find(serials, same);
  if (twice == serials.end()) return {};
  return usage_problem(fmt::format("the serial number {} is listed twice", serial_text(*twice)));
}

/// What a variant changes in times, entries and digest.
void bend(CrlContent& content, CrlVariant variant) {
  switch (variant) {
    case CrlVariant::stale: {
      const Nanos life = content.next_update ? *content.next_update - content.this_update : 7 * 24h;
      content.next_update = content.this_update - 1h;
      content.this_update = *content.next_update - life;
      break;
    }
    case CrlVariant::not_yet_valid:
      content.this_update += 24h;
      if (content.next_update) *content.next_update += 24h;
      break;
    case CrlVariant::no_next_update:
      content.next_update.reset();
      break;
    case CrlVariant::empty:
    case CrlVariant::empty_list:
      content.entries.clear();
      break;
    case CrlVariant::duplicate_entry:
      if (!content.entries.empty()) content.entries.push_back(content.entries.front());
      break;
    case CrlVariant::weak_digest:
      content.digest = "sha1";
      break;
    default:
      break;
  }
}

Bytes time_in(WallTime time, CrlVariant variant) {
  return variant == CrlVariant::generalized_time ? detail::generalized_time(time)
                                                 : detail::crl_time(time);
}

Bytes revoked_certificates(const CrlContent& content, CrlVariant variant) {
  const auto other_issuer = variant == CrlVariant::indirect ? detail::nobody() : Bytes{};
  Bytes entries;
  constexpr std::size_t usual_octets = 52;
  entries.reserve(content.entries.size() * usual_octets);
  for (const auto& entry : content.entries) {
    const auto extensions = variant == CrlVariant::version1
                                ? Bytes{}
                                : detail::entry_extensions(entry, variant, other_issuer);
    const auto one = detail::sequence(detail::element(detail::der_integer, entry.serial),
                                      time_in(entry.since, variant), extensions);
    entries.insert(entries.end(), one.begin(), one.end());
  }
  if (entries.empty() && variant != CrlVariant::empty_list) return {};  // section 5.1.2.6
  return detail::element(detail::der_sequence, entries);
}

Bytes version(CrlVariant variant) {
  if (variant == CrlVariant::version1) return {};
  return detail::integer(variant == CrlVariant::version3 ? 2 : 1);
}

/// ecdsa-with-SHA512 or, when that is what it is, ecdsa-with-SHA384.
Bytes another_algorithm(const Bytes& algorithm) {
  const auto sha512 = detail::sequence(detail::object_id(NID_ecdsa_with_SHA512));
  return algorithm != sha512 ? sha512 : detail::sequence(detail::object_id(NID_ecdsa_with_SHA384));
}

void damage(Bytes& der, CrlVariant variant) {
  if (variant == CrlVariant::bad_signature) der.back() ^= 1;  // within the BIT STRING's value
  if (variant == CrlVariant::truncated) der.resize(der.size() / 2);
  if (variant == CrlVariant::trailing_octets) der.insert(der.end(), 4, 0);
}

}  // namespace

Result<Bytes> make_crl(const CrlContent& wanted, const X509* issuer, EVP_PKEY* key,
                       CrlVariant variant) {
  if (!belongs_to(issuer, key)) {
    return usage_problem(fmt::format("the key does not belong to the issuer \"{}\"",
                                     name_text(X509_get_subject_name(issuer))));
  }
  if (auto sound = check(wanted); !sound) return sound.error();
  const auto issuer_key_id = key_id(issuer);
  if (issuer_key_id.empty()) {
    return environment_problem(fmt::format("the issuer \"{}\" has no subject key identifier",
                                           name_text(X509_get_subject_name(issuer))));
  }
  auto content = wanted;
  bend(content, variant);
  if (variant == CrlVariant::stray_signer) {
    auto stray = detail::stray_signer();
    if (!stray) return stray.error();
    key = (*stray)->key.get();
  }
  auto signer = detail::Signer::of(key, content.digest);
  if (!signer) return signer.error();

  const auto name = variant == CrlVariant::wrong_issuer_name
                        ? detail::nobody()
                        : detail::name_der(X509_get_subject_name(issuer));
  const auto inner_algorithm = variant == CrlVariant::algorithm_mismatch
                                   ? another_algorithm(signer->algorithm())
                                   : signer->algorithm();
  const auto next = content.next_update ? time_in(*content.next_update, variant) : Bytes{};
  const auto tbs = detail::sequence(version(variant), inner_algorithm, name,
                                    time_in(content.this_update, variant), next,
                                    revoked_certificates(content, variant),
                                    detail::crl_extensions(content, issuer_key_id, variant));
  auto signature = signer->sign(tbs);
  if (!signature) return signature.error();
  auto der = detail::sequence(tbs, signer->algorithm(), detail::bit_string(*signature));
  damage(der, variant);
  return der;
}

std::string crl_pem(ByteView der) {
  tls::BioPtr out(BIO_new(BIO_s_mem()));
  if (PEM_write_bio(out.get(), PEM_STRING_X509_CRL, "", der.data(),
                    static_cast<long>(der.size())) <= 0) {
    return {};
  }
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

}  // namespace handfast::pki
