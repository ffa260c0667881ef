#include "pki/fleet/fleet_mint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <optional>
#include <vector>

#include "pki/mint/detail/extensions.hpp"
#include "pki/mint/detail/naming.hpp"
#include "pki/mint/key_bytes.hpp"

namespace handfast::pki {

struct FleetMinter::Parts {
  KeyType type = KeyType::p256;
  Issuer issuer;
  const EVP_MD* digest = nullptr;
  std::optional<KeyMaker> maker;
  std::vector<tls::PkeyPtr> pool;  ///< keys to deal in turn; empty: a new one each time
  NameTemplate common_name;
  std::vector<NameTemplate> names;
  detail::NamePtr subject_base;     ///< all but the common name
  tls::CertificatePtr certificate;  ///< everything that members share is in it
  int fixed_extensions = 0;         ///< those in front that members share
};

namespace {

Problem cannot_mint(std::uint64_t index) {
  return tls::openssl_problem(ProblemKind::internal,
                              fmt::format("cannot mint fleet member {}", index));
}

/// Puts the subjectPublicKey bits of `key_bytes` into the certificate without a trip through the
/// providers.
bool set_raw_public_key(X509* certificate, KeyType type, ByteView bits) {
  auto* copy = static_cast<unsigned char*>(OPENSSL_memdup(bits.data(), bits.size()));
  if (copy == nullptr) return false;
  // RFC 5480 section 2.1.1 (named curve as parameter), RFC 8410 section 3 (no parameter at all).
  const bool ec = is_ec(type);
  const int algorithm = ec ? NID_X9_62_id_ecPublicKey : NID_ED25519;
  ASN1_OBJECT* curve = ec ? OBJ_nid2obj(curve_nid(type)) : nullptr;
  if (X509_PUBKEY_set0_param(X509_get_X509_PUBKEY(certificate), OBJ_nid2obj(algorithm),
                             ec ? V_ASN1_OBJECT : V_ASN1_UNDEF, curve, copy,
                             static_cast<int>(bits.size())) != 1) {
    OPENSSL_free(copy);
    return false;
  }
  return true;
}

bool add(X509* certificate, const detail::ExtensionPtr& extension) {
  return extension && X509_add_ext(certificate, extension.get(), -1) == 1;
}

}  // namespace

FleetMinter::FleetMinter(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}
FleetMinter::FleetMinter(FleetMinter&&) noexcept = default;
FleetMinter::~FleetMinter() = default;

Result<FleetMinter> FleetMinter::of(const FleetEntry& fleet, const Issuer& issuer,
                                    const Period& period) {
  auto parts = std::make_unique<Parts>();
  parts->type = fleet.key;
  parts->issuer = issuer;
  parts->digest = EVP_PKEY_is_a(issuer.key, "ED25519") == 1 ? nullptr : EVP_sha256();
  auto maker = KeyMaker::of(fleet.key);
  if (!maker) return maker.error();
  for (std::uint64_t i = 0; i < std::min(fleet.reuse, fleet.count); ++i) {
    auto key = maker->make();
    if (!key) return key.error();
    parts->pool.push_back(std::move(*key));
  }
  parts->maker = std::move(*maker);

  auto common_name = NameTemplate::parse(fleet.subject.common_name);
  if (!common_name) return common_name.error();
  parts->common_name = std::move(*common_name);
  for (const auto& text : fleet.names) {
    auto name = NameTemplate::parse(text);
    if (!name) return name.error();
    parts->names.push_back(std::move(*name));
  }
  Subject base = fleet.subject;
  base.common_name.clear();
  parts->subject_base = detail::make_name(base);

  parts->certificate.reset(X509_new());
  X509* certificate = parts->certificate.get();
  const auto cut = cut_to_issuer(period, issuer.certificate);
  if (!cut) return cut.error();
  auto usages = fleet.profile.usages.key;
  if (!is_rsa(fleet.key)) usages.remove(KeyUsage::key_encipherment);
  const bool filled =
      parts->subject_base && X509_set_version(certificate, X509_VERSION_3) == 1 &&
      detail::set_period(certificate, *cut) &&
      X509_set_issuer_name(certificate, X509_get_subject_name(issuer.certificate)) == 1 &&
      add(certificate, detail::basic_constraints(false, {})) &&
      add(certificate, detail::key_usage(usages)) &&
      add(certificate, detail::extended_key_usage(fleet.profile.usages.extended)) &&
      add(certificate, detail::authority_key_id(key_id(issuer.certificate)));
  if (!filled) return cannot_mint(0);
  parts->fixed_extensions = X509_get_ext_count(certificate);
  return FleetMinter(std::move(parts));
}

Result<void> FleetMinter::mint(std::uint64_t index, MintedIdentity& out) {
  Parts& parts = *parts_;
  X509* certificate = parts.certificate.get();
  tls::PkeyPtr own;
  EVP_PKEY* key = nullptr;
  if (parts.pool.empty()) {
    auto made = parts.maker->make();
    if (!made) return made.error();
    own = std::move(*made);
    key = own.get();
  } else {
    key = parts.pool[index % parts.pool.size()].get();
  }
  out.key.clear();
  if (auto encoded = encode_key(key, parts.type, out.key); !encoded) return encoded;

  const auto bits = public_bits(out.key, parts.type);
  const bool keyed = bits.empty() ? X509_set_pubkey(certificate, key) == 1
                                  : set_raw_public_key(certificate, parts.type, bits);
  detail::NamePtr subject(X509_NAME_dup(parts.subject_base.get()));
  if (!keyed || !detail::set_random_serial(certificate) ||
      !detail::add_common_name(subject.get(), parts.common_name.expand(index)) ||
      X509_set_subject_name(certificate, subject.get()) != 1) {
    return cannot_mint(index);
  }

  while (X509_get_ext_count(certificate) > parts.fixed_extensions) {
    const detail::ExtensionPtr last(X509_delete_ext(certificate, parts.fixed_extensions));
  }
  const ASN1_BIT_STRING* point = X509_get0_pubkey_bitstr(certificate);
  const auto key_id = detail::key_id_of({point->data, static_cast<std::size_t>(point->length)});
  bool complete = add(certificate, detail::subject_key_id(key_id));
  if (!parts.names.empty()) {
    std::vector<AltName> names;
    for (const auto& name : parts.names) {
      auto parsed = parse_alt_name(name.expand(index));
      if (!parsed) return parsed.error();
      names.push_back(std::move(*parsed));
    }
    complete = complete && add(certificate, detail::alt_names(names, false));
  }
  if (!complete || X509_sign(certificate, parts.issuer.key, parts.digest) == 0) {
    return cannot_mint(index);
  }
  const int size = i2d_X509(certificate, nullptr);
  out.certificate.resize(static_cast<std::size_t>(std::max(size, 0)));
  unsigned char* position = out.certificate.data();
  if (size <= 0 || i2d_X509(certificate, &position) != size) return cannot_mint(index);
  return {};
}

}  // namespace handfast::pki
