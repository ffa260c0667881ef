#include "pki/revocation/crl_reader.hpp"

#include <fmt/format.h>
#include <openssl/err.h>

#include <algorithm>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/revocation/detail/der.hpp"
#include "pki/revocation/detail/pem_blocks.hpp"

namespace handfast::pki {

namespace {

using IntegerPtr = tls::OpensslPtr<ASN1_INTEGER, ASN1_INTEGER_free>;
using ScopePtr = tls::OpensslPtr<ISSUING_DIST_POINT, ISSUING_DIST_POINT_free>;
using KeyIdPtr = tls::OpensslPtr<AUTHORITY_KEYID, AUTHORITY_KEYID_free>;
using ReasonPtr = tls::OpensslPtr<ASN1_ENUMERATED, ASN1_ENUMERATED_free>;
using TimePtr = tls::OpensslPtr<ASN1_GENERALIZEDTIME, ASN1_GENERALIZEDTIME_free>;

std::string number_in(const X509_CRL* crl, int nid) {
  IntegerPtr number(static_cast<ASN1_INTEGER*>(X509_CRL_get_ext_d2i(crl, nid, nullptr, nullptr)));
  return number ? serial_text(serial_of(number.get())) : std::string();
}

std::string key_id_in(const X509_CRL* crl) {
  KeyIdPtr id(static_cast<AUTHORITY_KEYID*>(
      X509_CRL_get_ext_d2i(crl, NID_authority_key_identifier, nullptr, nullptr)));
  if (!id || id->keyid == nullptr) return {};
  return to_hex({id->keyid->data, static_cast<std::size_t>(id->keyid->length)});
}

std::vector<RevocationReason> reasons_in(const ASN1_BIT_STRING* flags) {
  std::vector<RevocationReason> out;
  constexpr int last_flag = 8;
  for (int bit = 1; flags != nullptr && bit <= last_flag; ++bit) {
    const int code = bit >= 7 ? bit + 2 : bit;  // see detail/crl_extensions.cpp
    if (ASN1_BIT_STRING_get_bit(flags, bit) == 1) {
      out.push_back(static_cast<RevocationReason>(code));
    }
  }
  return out;
}

std::optional<DistributionScope> scope_in(const X509_CRL* crl) {
  ScopePtr found(static_cast<ISSUING_DIST_POINT*>(
      X509_CRL_get_ext_d2i(crl, NID_issuing_distribution_point, nullptr, nullptr)));
  if (!found) return std::nullopt;
  DistributionScope out{.only_user = found->onlyuser > 0,
                        .only_ca = found->onlyCA > 0,
                        .only_attribute = found->onlyattr > 0,
                        .indirect = found->indirectCRL > 0,
                        .only_reasons = reasons_in(found->onlysomereasons)};
  if (found->distpoint == nullptr || found->distpoint->type != 0) return out;
  const auto* names = found->distpoint->name.fullname;
  for (int i = 0; i < sk_GENERAL_NAME_num(names); ++i) {
    const auto* name = sk_GENERAL_NAME_value(names, i);
    if (name->type != GEN_URI) continue;
    out.uris.emplace_back(reinterpret_cast<const char*>(name->d.uniformResourceIdentifier->data),
                          static_cast<std::size_t>(name->d.uniformResourceIdentifier->length));
  }
  return out;
}

/// Those that a verifier has to know or refuse the CRL (RFC 5280 section 5.2).
std::vector<std::string> unknown_critical_in(const X509_CRL* crl) {
  std::vector<std::string> out;
  for (int i = 0; i < X509_CRL_get_ext_count(crl); ++i) {
    auto* extension = X509_CRL_get_ext(crl, i);
    auto* object = X509_EXTENSION_get_object(extension);
    if (X509_EXTENSION_get_critical(extension) == 0 || OBJ_obj2nid(object) != NID_undef) continue;
    std::string text(128, '\0');
    const int size = OBJ_obj2txt(text.data(), static_cast<int>(text.size()), object, 1);
    text.resize(std::min(text.size() - 1, static_cast<std::size_t>(std::max(size, 0))));
    out.push_back(std::move(text));
  }
  return out;
}

RevokedEntry entry_of(const X509_REVOKED* revoked) {
  RevokedEntry out;
  out.serial = serial_of(X509_REVOKED_get0_serialNumber(revoked));
  out.since = detail::wall_time_of(X509_REVOKED_get0_revocationDate(revoked)).value_or(WallTime{});
  ReasonPtr reason(static_cast<ASN1_ENUMERATED*>(
      X509_REVOKED_get_ext_d2i(revoked, NID_crl_reason, nullptr, nullptr)));
  if (reason) {
    const long code = ASN1_ENUMERATED_get(reason.get());
    constexpr long unused = 7;
    if (code >= 0 && code <= 10 && code != unused) {
      out.reason = static_cast<RevocationReason>(code);
    }
  }
  TimePtr since(static_cast<ASN1_GENERALIZEDTIME*>(
      X509_REVOKED_get_ext_d2i(revoked, NID_invalidity_date, nullptr, nullptr)));
  if (since) out.invalidity = detail::wall_time_of(since.get());
  return out;
}

CrlPtr from_der(std::string_view bytes) {
  const auto* at = reinterpret_cast<const unsigned char*>(bytes.data());
  const auto* end = at + bytes.size();
  CrlPtr crl(d2i_X509_CRL(nullptr, &at, static_cast<long>(bytes.size())));
  if (at != end) crl.reset();
  return crl;
}

Problem broken(const std::string& where) {
  return tls::openssl_problem(ProblemKind::environment, "cannot read the CRL", where,
                              "expected PEM (-----BEGIN X509 CRL-----) or DER");
}

Result<std::vector<Crl>> from_pem(std::string_view bytes, const std::string& where) {
  auto blocks = detail::pem_crl_blocks(bytes, where);
  if (!blocks) return blocks.error();
  std::vector<Crl> out;
  for (const auto& block : *blocks) {
    auto crl = from_der(as_text(block));
    if (!crl) return broken(where);
    out.emplace_back(std::move(crl));
  }
  return out;
}

std::string when(WallTime time, WallTime now) {
  const auto distance = time > now ? time - now : now - time;
  return fmt::format("{} ({}{})", rfc3339(time),
                     exact_duration(std::chrono::floor<std::chrono::seconds>(distance)),
                     time > now ? " from now" : " ago");
}

std::string scope_text(const DistributionScope& scope) {
  std::vector<std::string> parts = scope.uris;
  if (scope.only_user) parts.emplace_back("only user certificates");
  if (scope.only_ca) parts.emplace_back("only CA certificates");
  if (scope.only_attribute) parts.emplace_back("only attribute certificates");
  if (scope.indirect) parts.emplace_back("indirect");
  for (const auto reason : scope.only_reasons) {
    parts.push_back(fmt::format("only {}", to_string(reason)));
  }
  return printable(join(parts, ", "), 400);
}

}  // namespace

CrlFacts Crl::facts() const {
  const auto* crl = handle_.get();
  CrlFacts out;
  out.version = static_cast<int>(X509_CRL_get_version(crl)) + 1;
  out.issuer = name_text(X509_CRL_get_issuer(crl));
  out.this_update = detail::wall_time_of(X509_CRL_get0_lastUpdate(crl));
  out.next_update = detail::wall_time_of(X509_CRL_get0_nextUpdate(crl));
  out.number = number_in(crl, NID_crl_number);
  out.delta_base = number_in(crl, NID_delta_crl);
  out.authority_key_id = key_id_in(crl);
  out.scope = scope_in(crl);
  out.signature_algorithm = OBJ_nid2ln(X509_CRL_get_signature_nid(crl));
  out.entries = static_cast<std::size_t>(
      std::max(0, sk_X509_REVOKED_num(X509_CRL_get_REVOKED(handle_.get()))));
  out.unknown_critical = unknown_critical_in(crl);
  ERR_clear_error();  // extensions that do not parse count as absent
  return out;
}

std::vector<RevokedEntry> Crl::entries() const {
  auto* list = X509_CRL_get_REVOKED(handle_.get());
  std::vector<RevokedEntry> out;
  const int count = sk_X509_REVOKED_num(list);
  if (count <= 0) return out;
  out.reserve(static_cast<std::size_t>(count));
  for (int i = 0; i < count; ++i) out.push_back(entry_of(sk_X509_REVOKED_value(list, i)));
  ERR_clear_error();
  return out;
}

std::optional<RevokedEntry> Crl::find(ByteView serial) const {
  const auto der = detail::element(detail::der_integer, serial);
  const auto* at = der.data();
  IntegerPtr number(d2i_ASN1_INTEGER(nullptr, &at, static_cast<long>(der.size())));
  X509_REVOKED* found = nullptr;
  if (!number || X509_CRL_get0_by_serial(handle_.get(), &found, number.get()) == 0) {
    ERR_clear_error();
    return std::nullopt;
  }
  return entry_of(found);
}

bool Crl::signed_by(const X509* issuer) const {
  const bool same_name =
      X509_NAME_cmp(X509_get_subject_name(issuer), X509_CRL_get_issuer(handle_.get())) == 0;
  const bool fits = same_name && X509_CRL_verify(handle_.get(), X509_get0_pubkey(issuer)) == 1;
  ERR_clear_error();
  return fits;
}

Bytes Crl::der() const {
  unsigned char* data = nullptr;
  const int size = i2d_X509_CRL(handle_.get(), &data);
  if (size <= 0) return {};
  Bytes out(data, data + size);
  OPENSSL_free(data);
  return out;
}

Result<std::vector<Crl>> parse_crls(std::string_view bytes, const std::string& where) {
  ERR_clear_error();
  std::vector<Crl> out;
  if (bytes.find("-----BEGIN") != std::string_view::npos) {
    auto found = from_pem(bytes, where);
    if (!found) return found.error();
    out = std::move(*found);
  } else if (!bytes.empty()) {
    auto crl = from_der(bytes);
    if (!crl) return broken(where);
    out.emplace_back(std::move(crl));
  }
  if (out.empty()) return environment_problem("the file holds no CRL", where);
  return out;
}

Result<std::vector<Crl>> load_crls(const std::filesystem::path& file) {
  auto bytes = read_file(file);
  if (!bytes) return bytes.error();
  return parse_crls(*bytes, file.string());
}

std::string crl_text(const CrlFacts& facts, WallTime now) {
  std::string out = fmt::format("CRL version {}, {} {}\n", facts.version, facts.entries,
                                facts.entries == 1 ? "entry" : "entries");
  const auto line = [&](std::string_view label, const std::string& value) {
    if (!value.empty()) out += fmt::format("  {:<14}{}\n", label, value);
  };
  line("issuer", printable(facts.issuer, 400));
  line("number", facts.number);
  line("delta base", facts.delta_base);
  line("this update", facts.this_update ? when(*facts.this_update, now) : "unreadable");
  line("next update", facts.next_update ? when(*facts.next_update, now) : "absent");
  if (facts.scope) line("distribution", scope_text(*facts.scope));
  line("signature", facts.signature_algorithm);
  line("issuer key id", facts.authority_key_id);
  line("unknown", join(facts.unknown_critical, ", "));
  return out;
}

}  // namespace handfast::pki
