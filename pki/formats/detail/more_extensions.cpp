#include "pki/formats/detail/more_extensions.hpp"

#include <fmt/format.h>
#include <openssl/x509v3.h>

#include <array>
#include <vector>

#include "core/base/text.hpp"
#include "pki/formats/detail/asn1_text.hpp"
#include "pki/formats/detail/general_names.hpp"

namespace handfast::pki::detail {

namespace {

void free_mappings(POLICY_MAPPINGS* mappings) {
  sk_POLICY_MAPPING_pop_free(mappings, POLICY_MAPPING_free);
}

using NameConstraintsPtr = tls::OpensslPtr<NAME_CONSTRAINTS, NAME_CONSTRAINTS_free>;
using PoliciesPtr = tls::OpensslPtr<CERTIFICATEPOLICIES, CERTIFICATEPOLICIES_free>;
using PolicyConstraintsPtr = tls::OpensslPtr<POLICY_CONSTRAINTS, POLICY_CONSTRAINTS_free>;
using PolicyMappingsPtr = tls::OpensslPtr<POLICY_MAPPINGS, free_mappings>;
using IntegerPtr = tls::OpensslPtr<ASN1_INTEGER, ASN1_INTEGER_free>;
using PointsPtr = tls::OpensslPtr<CRL_DIST_POINTS, CRL_DIST_POINTS_free>;
using AccessPtr = tls::OpensslPtr<AUTHORITY_INFO_ACCESS, AUTHORITY_INFO_ACCESS_free>;
using FeaturePtr = tls::OpensslPtr<TLS_FEATURE, TLS_FEATURE_free>;
using IssuingPointPtr = tls::OpensslPtr<ISSUING_DIST_POINT, ISSUING_DIST_POINT_free>;
using CommentPtr = tls::OpensslPtr<ASN1_IA5STRING, ASN1_IA5STRING_free>;

/// In the order of their bits (RFC 5280 section 4.2.1.13); the first is unused.
constexpr std::array<const char*, 9> reasons{
    "unused",      "keyCompromise",        "cACompromise",    "affiliationChanged",
    "superseded",  "cessationOfOperation", "certificateHold", "privilegeWithdrawn",
    "aACompromise"};

std::string reasons_text(const ASN1_BIT_STRING* bits) {
  std::vector<std::string> out;
  for (std::size_t bit = 0; bit < reasons.size(); ++bit) {
    if (ASN1_BIT_STRING_get_bit(bits, static_cast<int>(bit)) != 0)
      out.emplace_back(reasons.at(bit));
  }
  return join(out, ", ");
}

std::vector<std::string> subtree_texts(const STACK_OF(GENERAL_SUBTREE) * subtrees) {
  std::vector<std::string> out;
  for (int i = 0; i < sk_GENERAL_SUBTREE_num(subtrees); ++i) {
    out.push_back(general_name_text(sk_GENERAL_SUBTREE_value(subtrees, i)->base));
  }
  return out;
}

std::optional<int> small_number(const ASN1_INTEGER* number) {
  if (number == nullptr) return std::nullopt;
  return static_cast<int>(ASN1_INTEGER_get(number));
}

/// " (CPS http://...)" for the qualifiers of a policy.
std::string qualifiers_text(const STACK_OF(POLICYQUALINFO) * qualifiers) {
  std::vector<std::string> out;
  for (int i = 0; i < sk_POLICYQUALINFO_num(qualifiers); ++i) {
    const auto* qualifier = sk_POLICYQUALINFO_value(qualifiers, i);
    if (OBJ_obj2nid(qualifier->pqualid) == NID_id_qt_cps) {
      out.push_back("CPS " + std::string(as_text(octets(qualifier->d.cpsuri))));
    } else {
      out.push_back(oid_name(qualifier->pqualid));
    }
  }
  return out.empty() ? "" : fmt::format(" ({})", join(out, ", "));
}

Words points_text(const X509_EXTENSION* extension, std::vector<std::string>* urls) {
  const auto points = decoded<PointsPtr>(extension);
  if (!points) return {};
  std::vector<std::string> out;
  for (int i = 0; i < sk_DIST_POINT_num(points.get()); ++i) {
    const auto* point = sk_DIST_POINT_value(points.get(), i);
    auto text = distribution_point_text(point->distpoint);
    if (urls != nullptr && point->distpoint != nullptr && point->distpoint->type == 0) {
      for (auto& name : general_name_texts(point->distpoint->name.fullname)) urls->push_back(name);
    }
    if (point->reasons != nullptr) text += " for " + reasons_text(point->reasons);
    if (point->CRLissuer != nullptr) text += " by " + general_names_title(point->CRLissuer);
    out.push_back(std::move(text));
  }
  return join(out, ", ");
}

}  // namespace

Words name_constraints(const X509_EXTENSION* extension, ExtensionFacts& facts) {
  const auto constraints = decoded<NameConstraintsPtr>(extension);
  if (!constraints) return {};
  facts.permitted = subtree_texts(constraints->permittedSubtrees);
  facts.excluded = subtree_texts(constraints->excludedSubtrees);
  std::vector<std::string> out;
  if (!facts.permitted.empty()) out.push_back("permitted " + join(facts.permitted, ", "));
  if (!facts.excluded.empty()) out.push_back("excluded " + join(facts.excluded, ", "));
  return out.empty() ? "empty" : join(out, "; ");
}

Words policies(const X509_EXTENSION* extension, ExtensionFacts& facts) {
  const auto list = decoded<PoliciesPtr>(extension);
  if (!list) return {};
  std::vector<std::string> out;
  for (int i = 0; i < sk_POLICYINFO_num(list.get()); ++i) {
    const auto* policy = sk_POLICYINFO_value(list.get(), i);
    facts.policies.push_back(oid_text(policy->policyid));
    const bool any = OBJ_obj2nid(policy->policyid) == NID_any_policy;
    out.push_back((any ? "any" : facts.policies.back()) + qualifiers_text(policy->qualifiers));
  }
  return join(out, ", ");
}

Words policy_constraints(const X509_EXTENSION* extension, ExtensionFacts& facts) {
  const auto constraints = decoded<PolicyConstraintsPtr>(extension);
  if (!constraints) return {};
  facts.require_explicit_policy = small_number(constraints->requireExplicitPolicy);
  facts.inhibit_policy_mapping = small_number(constraints->inhibitPolicyMapping);
  std::vector<std::string> out;
  if (facts.require_explicit_policy) {
    out.push_back(fmt::format("explicit policy from {} below", *facts.require_explicit_policy));
  }
  if (facts.inhibit_policy_mapping) {
    out.push_back(fmt::format("no mapping from {} below", *facts.inhibit_policy_mapping));
  }
  return out.empty() ? "empty" : join(out, ", ");
}

Words policy_mappings(const X509_EXTENSION* extension, ExtensionFacts&) {
  const auto mappings = decoded<PolicyMappingsPtr>(extension);
  if (!mappings) return {};
  std::vector<std::string> out;
  for (int i = 0; i < sk_POLICY_MAPPING_num(mappings.get()); ++i) {
    const auto* mapping = sk_POLICY_MAPPING_value(mappings.get(), i);
    out.push_back(fmt::format("{} is {}", oid_text(mapping->issuerDomainPolicy),
                              oid_text(mapping->subjectDomainPolicy)));
  }
  return join(out, ", ");
}

Words inhibit_any_policy(const X509_EXTENSION* extension, ExtensionFacts& facts) {
  const auto number = decoded<IntegerPtr>(extension);
  if (!number) return {};
  facts.inhibit_any_policy = small_number(number.get());
  return fmt::format("from {} below", integer_decimal(number.get()));
}

Words crl_distribution_points(const X509_EXTENSION* extension, ExtensionFacts& facts) {
  return points_text(extension, &facts.crl_urls);
}

Words freshest_crl(const X509_EXTENSION* extension, ExtensionFacts&) {
  return points_text(extension, nullptr);
}

Words authority_info_access(const X509_EXTENSION* extension, ExtensionFacts& facts) {
  const auto list = decoded<AccessPtr>(extension);
  if (!list) return {};
  std::vector<std::string> out;
  for (int i = 0; i < sk_ACCESS_DESCRIPTION_num(list.get()); ++i) {
    const auto* access = sk_ACCESS_DESCRIPTION_value(list.get(), i);
    const auto where = general_name_text(access->location);
    const int method = OBJ_obj2nid(access->method);
    if (method == NID_ad_OCSP) facts.ocsp_urls.push_back(where);
    if (method == NID_ad_ca_issuers) facts.issuer_urls.push_back(where);
    const auto name = method == NID_ad_OCSP         ? std::string("OCSP")
                      : method == NID_ad_ca_issuers ? std::string("CA Issuers")
                                                    : oid_text(access->method);
    out.push_back(name + " " + where);
  }
  return join(out, ", ");
}

Words tls_feature(const X509_EXTENSION* extension, ExtensionFacts& facts) {
  constexpr int status_request = 5;      // RFC 6066 section 8
  constexpr int status_request_v2 = 17;  // RFC 6961
  const auto features = decoded<FeaturePtr>(extension);
  if (!features) return {};
  std::vector<std::string> out;
  for (int i = 0; i < sk_ASN1_INTEGER_num(features.get()); ++i) {
    const auto* feature = sk_ASN1_INTEGER_value(features.get(), i);
    const auto number = ASN1_INTEGER_get(feature);
    if (number == status_request) facts.must_staple = true;
    out.push_back(number == status_request      ? "status_request (must staple)"
                  : number == status_request_v2 ? "status_request_v2"
                                                : integer_decimal(feature));
  }
  return join(out, ", ");
}

Words ocsp_no_check(const X509_EXTENSION*, ExtensionFacts& facts) {
  facts.ocsp_no_check = true;
  return "present";
}

Words issuing_distribution_point(const X509_EXTENSION* extension, ExtensionFacts& facts) {
  const auto point = decoded<IssuingPointPtr>(extension);
  if (!point) return {};
  std::vector<std::string> out;
  if (point->distpoint != nullptr) out.push_back(distribution_point_text(point->distpoint));
  if (point->onlyuser > 0) out.emplace_back("only user certificates");
  if (point->onlyCA > 0) out.emplace_back("only CA certificates");
  if (point->onlyattr > 0) out.emplace_back("only attribute certificates");
  if (point->indirectCRL > 0) out.emplace_back("indirect");
  if (point->onlysomereasons != nullptr) {
    out.push_back("only for " + reasons_text(point->onlysomereasons));
  }
  facts.issuing_distribution_point = out.empty() ? "empty" : join(out, ", ");
  return facts.issuing_distribution_point;
}

Words crl_number(const X509_EXTENSION* extension, ExtensionFacts& facts) {
  const auto number = decoded<IntegerPtr>(extension);
  if (!number) return {};
  facts.crl_number = integer_decimal(number.get());
  return facts.crl_number;
}

Words delta_crl(const X509_EXTENSION* extension, ExtensionFacts& facts) {
  const auto number = decoded<IntegerPtr>(extension);
  if (!number) return {};
  facts.delta_base = integer_decimal(number.get());
  return "to CRL " + facts.delta_base;
}

Words comment(const X509_EXTENSION* extension, ExtensionFacts&) {
  const auto text = decoded<CommentPtr>(extension);
  if (!text) return {};
  return std::string(as_text(octets(text.get())));
}

}  // namespace handfast::pki::detail
