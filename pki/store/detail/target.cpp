#include "pki/store/detail/target.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>

#include "core/base/bytes.hpp"

namespace handfast::pki::detail {

namespace {

/// How the issuer of an entry signs; `own` for one that signs itself.
SignatureOptions signature_of(const Manifest& manifest, const std::string& issuer,
                              const SignatureOptions& own) {
  const auto* authority = manifest.authority(issuer);
  return authority != nullptr ? authority->signature : own;
}

Publication publication_of(const Manifest& manifest, const std::string& issuer) {
  const auto* authority = manifest.authority(issuer);
  return authority != nullptr ? authority->publish.urls : Publication{};
}

void add_list(std::string& out, std::string_view key, const std::vector<std::string>& values) {
  for (const auto& value : values) out += fmt::format("{}={}\n", key, value);
}

void add_authority_part(std::string& out, const CertificateSpec& spec) {
  if (spec.path_length) out += fmt::format("pathlen={}\n", *spec.path_length);
  for (const auto& subtree : spec.constraints.permit) {
    out += fmt::format("permit={}\n", to_string(subtree));
  }
  for (const auto& subtree : spec.constraints.forbid) {
    out += fmt::format("forbid={}\n", to_string(subtree));
  }
  if (spec.require_explicit_policy) {
    out += fmt::format("explicit-policy={}\n", *spec.require_explicit_policy);
  }
}

void add_fault_part(std::string& out, const FaultEntry& fault) {
  if (!fault.damage.empty()) out += fmt::format("damage={}\n", fault.damage);
  if (fault.revoke) out += fmt::format("revoke={}\n", *fault.revoke);
  if (fault.extra_intermediates > 0) {
    out += fmt::format("extra-intermediates={}\n", fault.extra_intermediates);
  }
}

}  // namespace

std::string_view to_string(TargetKind kind) {
  constexpr std::array<std::string_view, 3> words{"authority", "identity", "fault"};
  return words[static_cast<std::size_t>(kind)];
}

std::string digest_text(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return to_hex(digest);
}

Target target_of(const Manifest& manifest, const Authority& entry) {
  Target out;
  out.kind = TargetKind::authority;
  out.name = entry.name;
  out.issuer = entry.issuer;
  out.files = entry.files;
  out.key = entry.key;
  out.validity = entry.validity;
  out.where = entry.where;
  out.password = entry.password;
  auto& spec = out.request;
  // A manifest may have its own idea of "ca"; it stays an authority all the same.
  spec.profile = profile("ca");
  for (const auto& own : manifest.profiles) {
    if (own.name == "ca") spec.profile = own;
  }
  spec.profile.ca = true;
  spec.subject = entry.subject;
  spec.path_length = entry.path_length;
  spec.constraints = entry.constraints;
  spec.policies = entry.policies;
  spec.require_explicit_policy = entry.require_explicit_policy;
  spec.publication = publication_of(manifest, entry.issuer);
  spec.extra = entry.extra;
  spec.signature = signature_of(manifest, entry.issuer, entry.signature);
  return out;
}

Target target_of(const Manifest& manifest, const IdentityEntry& entry) {
  Target out;
  out.name = entry.name;
  out.issuer = entry.issuer;
  out.files = entry.files;
  out.key = entry.key;
  out.validity = entry.validity;
  out.where = entry.where;
  out.rotate = entry.rotate;
  out.request_file = entry.request;
  out.pkcs12_password = entry.password;
  out.copy = entry.copy;
  auto& spec = out.request;
  spec.profile = entry.profile;
  spec.subject = entry.subject;
  spec.names = entry.names;
  spec.policies = entry.policies;
  // Nobody is to ask whether the signer of the answers is revoked (RFC 6960 section 4.2.2.2.1).
  if (entry.ocsp_for.empty()) spec.publication = publication_of(manifest, entry.issuer);
  spec.must_staple = entry.must_staple;
  spec.extra = entry.extra;
  spec.signature = signature_of(manifest, entry.issuer, {});
  return out;
}

Target target_of(const Manifest& manifest, const FaultEntry& entry) {
  auto out = target_of(manifest, entry.entry);
  out.kind = TargetKind::fault;
  out.fault = &entry;
  if (entry.hash) out.request.signature.hash = *entry.hash;
  return out;
}

std::string spec_text(const Target& target) {
  const auto& spec = target.request;
  std::string out =
      fmt::format("profile={}\nca={}\nno-check={}\nsubject={}\nfrom={}\nto={}\n", spec.profile.name,
                  spec.profile.ca, spec.profile.ocsp_no_check, to_string(spec.subject),
                  to_string(target.validity.from), to_string(target.validity.to));
  add_list(out, "ku", spec.profile.usages.key.words());
  add_list(out, "eku", spec.profile.usages.extended);
  for (const auto& name : spec.names) out += fmt::format("name={}\n", to_string(name));
  add_authority_part(out, spec);
  add_list(out, "policy", spec.policies);
  add_list(out, "crl", spec.publication.crl_urls);
  add_list(out, "ocsp", spec.publication.ocsp_urls);
  add_list(out, "aia", spec.publication.issuer_urls);
  if (spec.must_staple) out += "must-staple\n";
  for (const auto& extension : spec.extra) {
    out += fmt::format("extension={} {} {}\n", extension.oid, extension.critical,
                       to_hex(extension.der));
  }
  out += fmt::format("hash={} pss={}\n", to_string(spec.signature.hash), spec.signature.pss);
  for (const auto part : target.copy) out += fmt::format("copy={}\n", static_cast<int>(part));
  if (target.fault != nullptr) add_fault_part(out, *target.fault);
  return out;
}

}  // namespace handfast::pki::detail
