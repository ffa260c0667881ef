// The less usual extensions in words: policies, name constraints, distribution points, TLS feature,
// and those of CRLs.
#pragma once

#include <optional>
#include <string>

#include "core/tls/openssl.hpp"
#include "pki/formats/extension_facts.hpp"

namespace handfast::pki::detail {

/// What an extension says; nullopt when it is broken.
using Words = std::optional<std::string>;

template <class Pointer>
Pointer decoded(const X509_EXTENSION* extension) {
  using Value = typename Pointer::element_type;
  return Pointer(static_cast<Value*>(X509V3_EXT_d2i(const_cast<X509_EXTENSION*>(extension))));
}

Words name_constraints(const X509_EXTENSION* extension, ExtensionFacts& facts);
Words policies(const X509_EXTENSION* extension, ExtensionFacts& facts);
Words policy_constraints(const X509_EXTENSION* extension, ExtensionFacts& facts);
Words policy_mappings(const X509_EXTENSION* extension, ExtensionFacts& facts);
Words inhibit_any_policy(const X509_EXTENSION* extension, ExtensionFacts& facts);
Words crl_distribution_points(const X509_EXTENSION* extension, ExtensionFacts& facts);
Words freshest_crl(const X509_EXTENSION* extension, ExtensionFacts& facts);
Words authority_info_access(const X509_EXTENSION* extension, ExtensionFacts& facts);
Words tls_feature(const X509_EXTENSION* extension, ExtensionFacts& facts);
Words ocsp_no_check(const X509_EXTENSION* extension, ExtensionFacts& facts);
Words issuing_distribution_point(const X509_EXTENSION* extension, ExtensionFacts& facts);
Words crl_number(const X509_EXTENSION* extension, ExtensionFacts& facts);
Words delta_crl(const X509_EXTENSION* extension, ExtensionFacts& facts);
Words comment(const X509_EXTENSION* extension, ExtensionFacts& facts);

}  // namespace handfast::pki::detail
