#include "pki/faults/mutation.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

#include "core/base/text.hpp"
#include "core/tls/identity.hpp"
#include "pki/faults/detail/recipe.hpp"

namespace handfast::pki {

namespace {

using detail::Job;
using detail::Recipe;
using detail::Recipes;

const Recipes& recipes() {
  static const Recipes all = [] {
    Recipes out;
    for (auto* group :
         {detail::signature_recipes, detail::field_recipes, detail::extension_recipes,
          detail::authority_recipes, detail::subject_recipes, detail::alt_name_recipes,
          detail::constraint_recipes, detail::key_recipes, detail::encoding_recipes}) {
      auto some = group();
      std::ranges::move(some, std::back_inserter(out));
    }
    return out;
  }();
  return all;
}

bool has_deep_name(const CertificateSpec& spec) {
  return std::ranges::any_of(spec.names, [](const AltName& name) {
    return name.kind == AltNameKind::dns && std::ranges::count(name.value, '.') >= 3;
  });
}

bool takes_digest(const EVP_PKEY* key) {
  return EVP_PKEY_is_a(key, "EC") == 1 || EVP_PKEY_is_a(key, "RSA") == 1 ||
         EVP_PKEY_is_a(key, "RSA-PSS") == 1;
}

/// What is missing, as the rest of a sentence; empty when the mutation fits.
std::string_view lacks(MutationNeeds needs, const CertificateSpec& spec, const EVP_PKEY* key,
                       const Issuer& issuer) {
  const EVP_PKEY* signer = issuer.certificate == nullptr ? key : issuer.key;
  const bool ec = EVP_PKEY_is_a(key, "EC") == 1;
  const bool rsa = EVP_PKEY_is_a(key, "RSA") == 1;
  switch (needs) {
    case MutationNeeds::nothing:
      return {};
    case MutationNeeds::rsa_issuer:
      return EVP_PKEY_is_a(signer, "RSA") == 1 ? "" : "an issuer with an RSA key";
    case MutationNeeds::digest_issuer:
      return takes_digest(signer) ? "" : "an issuer with an EC or RSA key";
    case MutationNeeds::rsa_key:
      return rsa ? "" : "an RSA key";
    case MutationNeeds::ec_key:
      return ec ? "" : "an EC key";
    case MutationNeeds::plain_key:
      return ec || rsa ? "" : "an EC or RSA key";
    case MutationNeeds::root_issuer:
      return issuer.certificate != nullptr && is_self_issued(issuer.certificate)
                 ? ""
                 : "an issuer that signed itself";
    case MutationNeeds::other_issuer:
      return issuer.certificate != nullptr ? "" : "an issuer, it cannot sign itself";
    case MutationNeeds::deep_name:
      return has_deep_name(spec) ? "" : "a DNS name of at least four labels";
    case MutationNeeds::common_name:
      return spec.subject.common_name.empty() ? "a common name" : "";
  }
  return {};
}

Result<void> apply_edit(const Recipe& recipe, Job& job, Bytes& der) {
  auto tree = detail::CertificateTree::of(der);
  if (!tree) return tree.error();
  if (recipe.edit) recipe.edit(*tree, job);
  if (job.problem) return *job.problem;
  EVP_PKEY* signer = job.issuer.certificate == nullptr ? job.key.get() : job.issuer.key;
  const auto done = tree->sign(job.stray ? job.stray.get() : signer, job.spec.signature);
  if (!done) return done.error();
  der = tree->encode();
  return {};
}

}  // namespace

const std::vector<Mutation>& mutations() {
  static const std::vector<Mutation> all = [] {
    std::vector<Mutation> out;
    std::ranges::transform(recipes(), std::back_inserter(out), &Recipe::about);
    return out;
  }();
  return all;
}

const Mutation* find_mutation(std::string_view name) {
  const auto found = std::ranges::find(mutations(), name, &Mutation::name);
  return found == mutations().end() ? nullptr : &*found;
}

Result<Damaged> mint_damaged(std::string_view mutation, const CertificateSpec& spec, EVP_PKEY* key,
                             const Issuer& issuer) {
  const auto recipe =
      std::ranges::find(recipes(), mutation, [](const Recipe& entry) { return entry.about.name; });
  if (recipe == recipes().end()) {
    std::vector<std::string> names;
    for (const auto& entry : mutations()) names.push_back(entry.name);
    return usage_problem(fmt::format("unknown mutation \"{}\"", printable(mutation)), {},
                         suggest(mutation, names));
  }
  if (const auto missing = lacks(recipe->about.needs, spec, key, issuer); !missing.empty()) {
    return usage_problem(fmt::format("the mutation \"{}\" needs {}", mutation, missing));
  }
  Job job{.spec = spec,
          .key = tls::up_ref(key),
          .shown_key = nullptr,
          .issuer = issuer,
          .stray = nullptr};
  if (recipe->prepare) recipe->prepare(job);
  if (job.problem) return *job.problem;
  const auto certificate = issue(job.spec, job.key.get(), job.issuer,
                                 {.may_outlive_issuer = job.may_outlive, .before_signing = {}});
  if (!certificate) return certificate.error();
  Damaged out{tls::to_der(certificate->get()), nullptr};
  if (recipe->edit || job.stray) {
    if (auto edited = apply_edit(*recipe, job, out.certificate); !edited) return edited.error();
  }
  if (recipe->finish) recipe->finish(out.certificate);
  out.key = std::move(job.shown_key ? job.shown_key : job.key);
  return out;
}

}  // namespace handfast::pki
