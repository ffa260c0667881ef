#include "pki/formats/inspect.hpp"

#include <fmt/format.h>

#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "pki/formats/describe.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/key.hpp"

namespace handfast::pki {

namespace {

using json = nlohmann::ordered_json;  // fields in the order that people read them

void add_line(std::string& out, std::string_view label, std::string_view value) {
  if (!value.empty()) out += fmt::format("  {:<12}{}\n", label, printable(value, 4096));
}

void add_extensions(std::string& out, const ExtensionFacts& facts) {
  if (facts.ca) {
    auto text = std::string(*facts.ca ? "yes" : "no");
    if (facts.path_length) text += fmt::format(", path length {}", *facts.path_length);
    add_line(out, "CA", text);
  }
  add_line(out, "key usage", join(facts.key_usage, ", "));
  add_line(out, "extended", join(facts.extended_key_usage, ", "));
  add_line(out, "names", join(facts.names, ", "));
}

/// "expired 3 days ago", "valid for 397 days", "valid from tomorrow on" in whole days.
std::string remaining(const X509* certificate, WallTime now) {
  const auto period = period_of(certificate);
  const auto days = [](auto duration) {
    return std::chrono::floor<std::chrono::days>(duration).count();
  };
  if (now < period.not_before)
    return fmt::format("not valid yet, in {} days", days(period.not_before - now));
  if (now > period.not_after)
    return fmt::format("expired {} days ago", days(now - period.not_after));
  return fmt::format("{} days left", days(period.not_after - now));
}

std::string text_of(const X509* certificate, WallTime now) {
  const auto facts = describe(certificate);
  std::string out = fmt::format("certificate: {}\n", printable(facts.subject, 4096));
  add_line(out, "issuer", facts.self_issued ? facts.issuer + " (itself)" : facts.issuer);
  add_line(
      out, "valid",
      fmt::format("{} to {} ({})", facts.not_before, facts.not_after, remaining(certificate, now)));
  add_line(out, "key", facts.key);
  add_line(out, "signature", facts.signature_algorithm);
  add_extensions(out, facts.extensions);
  add_line(out, "serial", facts.serial);
  add_line(out, "key id", facts.subject_key_id);
  add_line(out, "issuer's id", facts.authority_key_id);
  add_line(out, "SHA-256", facts.fingerprint);
  return out;
}

std::string text_of(const X509_REQ* request) {
  const auto facts = describe(request);
  std::string out = fmt::format("certificate request: {}\n", printable(facts.subject, 4096));
  add_line(out, "key", facts.key);
  add_line(out, "signature",
           facts.signature_algorithm + (facts.signature_valid ? "" : " (does not verify)"));
  add_extensions(out, facts.extensions);
  return out;
}

std::string text_of(const Credential& credential, WallTime now) {
  if (credential.certificate) return text_of(credential.certificate.get(), now);
  if (credential.request) return text_of(credential.request.get());
  if (!credential.key) return fmt::format("{}\n", to_string(credential.kind));
  return fmt::format("{}: {}\n", to_string(credential.kind), describe_key(credential.key.get()));
}

void add_extensions(json& out, const ExtensionFacts& facts) {
  if (facts.ca) out["ca"] = *facts.ca;
  if (facts.path_length) out["path_length"] = *facts.path_length;
  out["key_usage"] = facts.key_usage;
  out["extended_key_usage"] = facts.extended_key_usage;
  out["names"] = facts.names;
}

json json_of(const Credential& credential) {
  json out = {{"kind", to_string(credential.kind)}};
  if (credential.certificate) {
    const auto facts = describe(credential.certificate.get());
    out.update(json{{"version", facts.version},
                    {"subject", facts.subject},
                    {"issuer", facts.issuer},
                    {"serial", facts.serial},
                    {"serial_decimal", facts.serial_decimal},
                    {"not_before", facts.not_before},
                    {"not_after", facts.not_after},
                    {"key", facts.key},
                    {"signature_algorithm", facts.signature_algorithm},
                    {"subject_key_id", facts.subject_key_id},
                    {"authority_key_id", facts.authority_key_id},
                    {"sha256", facts.fingerprint}});
    add_extensions(out, facts.extensions);
  } else if (credential.request) {
    const auto facts = describe(credential.request.get());
    out.update(json{{"subject", facts.subject},
                    {"key", facts.key},
                    {"signature_algorithm", facts.signature_algorithm},
                    {"signature_valid", facts.signature_valid}});
    add_extensions(out, facts.extensions);
  } else if (credential.key) {
    out["key"] = describe_key(credential.key.get());
  }
  return out;
}

}  // namespace

std::string inspect_text(const std::vector<InspectedFile>& files, WallTime now) {
  std::string out;
  for (const auto& file : files) {
    if (!out.empty()) out += "\n";
    out += file.file + "\n";
    for (const auto& credential : file.credentials) out += text_of(credential, now);
  }
  return out;
}

std::string inspect_json(const std::vector<InspectedFile>& files) {
  json list = json::array();
  for (const auto& file : files) {
    json items = json::array();
    for (const auto& credential : file.credentials) items.push_back(json_of(credential));
    list.push_back({{"file", file.file}, {"items", std::move(items)}});
  }
  // A certificate may hold any bytes as name; what is no UTF-8 must not make the output invalid.
  return json{{"files", std::move(list)}}.dump(2, ' ', false, json::error_handler_t::replace) +
         "\n";
}

}  // namespace handfast::pki
