#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "pki/formats/describe.hpp"
#include "pki/formats/describe_status.hpp"
#include "pki/formats/inspect.hpp"

namespace handfast::pki {

namespace {

constexpr std::size_t longest_value = 4096;
constexpr std::size_t most_revoked_shown = 20;

void add_line(std::string& out, std::string_view label, std::string_view value) {
  if (!value.empty()) out += fmt::format("  {:<12}{}\n", label, printable(value, longest_value));
}

/// The extensions that have a label of their own come first, then all others by their names.
void add_extensions(std::string& out, const ExtensionFacts& facts) {
  if (facts.ca) {
    auto text = std::string(*facts.ca ? "yes" : "no");
    if (facts.path_length) text += fmt::format(", path length {}", *facts.path_length);
    add_line(out, "CA", text);
  }
  add_line(out, "key usage", join(facts.key_usage, ", "));
  add_line(out, "extended", join(facts.extended_key_usage, ", "));
  for (const auto& extension : facts.all) {
    if (extension.name == "subjectAltName") add_line(out, "names", extension.value);
  }
  constexpr std::string_view shown[] = {"basicConstraints",     "keyUsage",
                                        "extKeyUsage",          "subjectAltName",
                                        "subjectKeyIdentifier", "authorityKeyIdentifier"};
  for (const auto& extension : facts.all) {
    const bool labelled = std::ranges::find(shown, extension.name) != std::end(shown);
    if (labelled && extension.known) continue;
    auto text = extension.name + (extension.critical ? ", critical: " : ": ") + extension.value;
    if (!extension.known && extension.critical)
      text += " (verifiers must refuse what they do not know)";
    add_line(out, "extension", text);
  }
  if (!facts.authority_issuer.empty()) {
    add_line(out, "issuer's",
             fmt::format("{}, serial {}", facts.authority_issuer, facts.authority_serial));
  }
}

std::string signature_text(const SignatureFacts& signature) {
  return signature.parameters.empty()
             ? signature.algorithm
             : fmt::format("{} ({})", signature.algorithm, signature.parameters);
}

std::string text_of(const X509* certificate, WallTime now) {
  const auto facts = describe(certificate);
  std::string out = fmt::format("certificate: {}\n", printable(facts.subject, longest_value));
  add_line(out, "issuer", facts.self_issued ? facts.issuer + " (itself)" : facts.issuer);
  add_line(out, "valid",
           fmt::format("{} to {} ({})", facts.not_before, facts.not_after,
                       remaining_text(certificate, now)));
  add_line(out, "key", facts.key);
  add_line(out, "signature", signature_text(facts.signature));
  add_extensions(out, facts.extensions);
  add_line(out, "serial", facts.serial);
  add_line(out, "key id", facts.subject_key_id);
  add_line(out, "issuer's id", facts.authority_key_id);
  add_line(out, "SHA-1", facts.fingerprint_sha1);
  add_line(out, "SHA-256", facts.fingerprint);
  return out;
}

std::string text_of(const X509_REQ* request) {
  const auto facts = describe(request);
  std::string out =
      fmt::format("certificate request: {}\n", printable(facts.subject, longest_value));
  add_line(out, "key", facts.key);
  add_line(out, "signature",
           signature_text(facts.signature) + (facts.signature_valid ? "" : " (does not verify)"));
  add_extensions(out, facts.extensions);
  for (const auto& attribute : facts.attributes) add_line(out, "attribute", attribute);
  return out;
}

std::string text_of(const X509_CRL* crl) {
  const auto facts = describe(crl, most_revoked_shown);
  std::string out = fmt::format("CRL: {}\n", printable(facts.issuer, longest_value));
  add_line(out, "valid",
           fmt::format("{} to {}", facts.this_update,
                       facts.next_update.empty() ? "?" : facts.next_update));
  add_line(out, "signature", facts.signature_algorithm);
  add_extensions(out, facts.extensions);
  add_line(out, "SHA-256", facts.fingerprint);
  add_line(out, "revoked", std::to_string(facts.revoked_count));
  for (const auto& entry : facts.revoked) {
    add_line(out, "",
             fmt::format("{} {}{}{}", entry.serial, entry.revoked_at,
                         entry.reason.empty() ? "" : " ", entry.reason));
  }
  if (facts.revoked_count > facts.revoked.size()) {
    add_line(out, "", fmt::format("and {} more", facts.revoked_count - facts.revoked.size()));
  }
  return out;
}

std::string text_of(const OCSP_RESPONSE* response) {
  const auto facts = describe(response);
  std::string out = fmt::format("OCSP response: {}\n", facts.response_status);
  add_line(out, "responder", facts.responder);
  add_line(out, "produced", facts.produced_at);
  add_line(out, "signature", facts.signature_algorithm);
  add_line(out, "nonce", facts.nonce);
  for (const auto& certificate : facts.certificates) add_line(out, "holds", certificate);
  for (const auto& single : facts.singles) {
    auto text = fmt::format("{} is {}", single.serial, single.status);
    if (!single.revoked_at.empty()) text += " since " + single.revoked_at;
    if (!single.reason.empty()) text += " (" + single.reason + ")";
    text += ", as of " + single.this_update;
    if (!single.next_update.empty()) text += " until " + single.next_update;
    add_line(out, "answer", text);
  }
  return out;
}

std::string text_of(const Credential& credential, WallTime now) {
  if (credential.certificate) return text_of(credential.certificate.get(), now);
  if (credential.request) return text_of(credential.request.get());
  if (credential.crl) return text_of(credential.crl.get());
  if (credential.ocsp) return text_of(credential.ocsp.get());
  if (!credential.key) return fmt::format("{}\n", to_string(credential.kind));
  return fmt::format("{}: {}\n", to_string(credential.kind),
                     describe_key_facts(credential.key.get()).title);
}

}  // namespace

InspectedFile inspected(std::string name, CredentialFile file) {
  InspectedFile out{std::move(name), std::move(file.items), {}};
  if (file.format != "PEM" && file.format != "DER") {
    out.details.push_back({"format", "format", file.format});
  }
  if (!file.integrity.empty()) {
    out.details.push_back({"integrity", "integrity", file.integrity});
  }
  return out;
}

std::string inspect_text(const std::vector<InspectedFile>& files, WallTime now) {
  std::string out;
  for (const auto& file : files) {
    if (!out.empty()) out += "\n";
    out += printable(file.file, longest_value) + "\n";
    for (const auto& detail : file.details) {
      out += fmt::format("{}: {}\n", detail.label, printable(detail.value, longest_value));
    }
    for (const auto& credential : file.credentials) {
      out += text_of(credential, now);
      add_line(out, "alias", credential.friendly_name);
      if (credential.java_trusted) add_line(out, "trust", "anchor for Java (trustedKeyUsage)");
      add_line(out, "encrypted", credential.protection);
    }
  }
  return out;
}

}  // namespace handfast::pki
