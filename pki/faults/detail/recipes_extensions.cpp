// Extensions that are missing, twice there, unknown, or say the wrong thing (RFC 5280 section 4.2).
#include <openssl/x509.h>

#include <string>

#include "pki/faults/detail/recipe.hpp"

namespace handfast::pki::detail {

namespace {

constexpr std::uint8_t a_null[]{der::tag::null, 0x00};

/// The same key identifier, and issuer and serial of a certificate that the issuer no longer shows.
void stale_authority(CertificateTree& tree, Job& job) {
  auto* extension = tree.extension(oid::authority_key_id);
  unsigned char* name = nullptr;
  const int size = i2d_X509_NAME(X509_get_issuer_name(job.issuer.certificate), &name);
  const auto parsed =
      size > 0 ? der::read_all({name, static_cast<std::size_t>(size)}) : std::nullopt;
  OPENSSL_free(name);
  auto value =
      extension != nullptr ? der::read_all(CertificateTree::value_of(*extension)) : std::nullopt;
  if (!parsed || !value) {
    job.problem = internal_problem("the authority key identifier cannot be changed");
    return;
  }
  value->children.push_back(der::constructed(
      der::tag::context_of(1), {der::constructed(der::tag::context_of(4), {*parsed})}));
  value->children.push_back(der::primitive(der::tag::context(2), {0x01, 0x02, 0x03}));
  CertificateTree::value_of(*extension) = der::encode(*value);
}

void set_authority(CertificateTree& tree, const der::Value& value) {
  tree.set_extension(oid::authority_key_id, false, der::encode(value));
}

void double_extension(CertificateTree& tree, Job& /*job*/) {
  const auto* found = tree.extension(oid::alt_name);
  const auto name = found != nullptr ? oid::alt_name : oid::subject_key_id;
  const Bytes value = CertificateTree::value_of(*tree.extension(name));
  tree.add_extension(name, false, value);
}

Recipes presence() {
  using enum DefectKind;
  return {
      {.about = {.name = "extension-duplicate",
                 .what = "the subjectAltName stands twice (RFC 5280 section 4.2)",
                 .claims = {duplicate_extension}},
       .edit = double_extension},
      {.about = {.name = "extension-unknown-critical",
                 .what = "a critical extension that nobody knows (RFC 5280 section 4.2)",
                 .claims = {unknown_critical_extension}},
       .prepare =
           [](Job& job) {
             job.spec.extra.push_back({std::string(oid::unknown), true, {a_null[0], a_null[1]}});
           }},
      {.about = {.name = "extension-unknown",
                 .what = "lawful twin: the same extension, not critical (RFC 5280 section 4.2)",
                 .claims = {}},
       .prepare =
           [](Job& job) {
             job.spec.extra.push_back({std::string(oid::unknown), false, {a_null[0], a_null[1]}});
           }},
      {.about = {.name = "extension-trailing",
                 .what = "octets behind the value inside an extension (X.690; RFC 5280 section "
                         "4.1.2.9)",
                 .claims = {trailing_data}},
       .edit =
           [](CertificateTree& tree, Job&) {
             auto& value = CertificateTree::value_of(*tree.extension(oid::subject_key_id));
             value.insert(value.end(), std::begin(a_null), std::end(a_null));
           }},
      {.about = {.name = "must-staple",
                 .what = "demands a stapled OCSP answer (RFC 7633)",
                 .claims = {DefectKind::must_staple}},
       .prepare = [](Job& job) { job.spec.must_staple = true; }},
      {.about = {.name = "policies-critical",
                 .what = "lawful twin: certificate policies marked critical (RFC 5280 section "
                         "4.2.1.4)",
                 .claims = {}},
       .prepare = [](Job& job) { job.spec.policies = {"1.3.6.1.4.1.32473.1.1"}; },
       .edit = [](CertificateTree& tree, Job&) { set_critical(tree, oid::policies, true); }},
  };
}

Recipes identifiers() {
  using enum DefectKind;
  return {
      {.about = {.name = "aki-missing",
                 .what = "no authority key identifier (RFC 5280 section 4.2.1.1)",
                 .claims = {authority_key_id_missing},
                 .needs = MutationNeeds::other_issuer},
       .edit = [](CertificateTree& tree, Job&) { tree.remove_extension(oid::authority_key_id); }},
      {.about = {.name = "aki-empty",
                 .what = "an authority key identifier with nothing in it (RFC 5280 section "
                         "4.2.1.1)",
                 .claims = {authority_key_id_missing},
                 .needs = MutationNeeds::other_issuer},
       .edit = [](CertificateTree& tree,
                  Job&) { set_authority(tree, der::constructed(der::tag::sequence, {})); }},
      {.about =
           {.name = "aki-wrong",
            .what = "the key identifier of nobody (RFC 5280 section 4.2.1.1)",
            .claims = {authority_key_id_mismatch},
            .needs = MutationNeeds::other_issuer,
            .openssl =
                "refuses: takes no certificate for the issuer that the identifier does not name"},
       .edit =
           [](CertificateTree& tree, Job&) {
             set_authority(
                 tree, der::constructed(der::tag::sequence,
                                        {der::primitive(der::tag::context(0), Bytes(20, 0xab))}));
           }},
      {.about =
           {.name = "aki-serial-stale",
            .what = "the authority key identifier carries the serial of an earlier issue of "
                    "the same authority (RFC 5280 section 4.2.1.1)",
            .claims = {authority_key_id_mismatch},
            .needs = MutationNeeds::other_issuer,
            .openssl =
                "refuses: takes no certificate for the issuer that the identifier does not name"},
       .edit = stale_authority},
      {.about = {.name = "ski-missing",
                 .what = "an authority without subject key identifier (RFC 5280 section 4.2.1.2)",
                 .claims = {subject_key_id_missing},
                 .target = MutationTarget::authority},
       .edit = [](CertificateTree& tree, Job&) { tree.remove_extension(oid::subject_key_id); }},
  };
}

}  // namespace

void set_critical(CertificateTree& tree, std::string_view oid, bool critical) {
  auto* extension = tree.extension(oid);
  if (extension == nullptr) return;
  const Bytes value = CertificateTree::value_of(*extension);
  tree.set_extension(oid, critical, value);
}

Recipes extension_recipes() {
  auto out = presence();
  for (auto& recipe : identifiers()) out.push_back(std::move(recipe));
  return out;
}

}  // namespace handfast::pki::detail
