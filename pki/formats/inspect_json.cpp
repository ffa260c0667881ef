// The JSON of `pki inspect`. Field names are an interface: add, never rename (S4-31).
#include <nlohmann/json.hpp>

#include "pki/formats/describe.hpp"
#include "pki/formats/describe_status.hpp"
#include "pki/formats/inspect.hpp"

namespace handfast::pki {

namespace {

using json = nlohmann::ordered_json;  // fields in the order that people read them

void add(json& out, const char* field, const std::string& value) {
  if (!value.empty()) out[field] = value;
}
void add(json& out, const char* field, const std::vector<std::string>& values) {
  if (!values.empty()) out[field] = values;
}
void add(json& out, const char* field, const std::optional<int>& value) {
  if (value) out[field] = *value;
}

void add_extensions(json& out, const ExtensionFacts& facts) {
  if (facts.ca) out["ca"] = *facts.ca;
  add(out, "path_length", facts.path_length);
  out["key_usage"] = facts.key_usage;
  out["extended_key_usage"] = facts.extended_key_usage;
  out["names"] = facts.names;
  add(out, "permitted_names", facts.permitted);
  add(out, "excluded_names", facts.excluded);
  add(out, "policies", facts.policies);
  add(out, "require_explicit_policy", facts.require_explicit_policy);
  add(out, "inhibit_policy_mapping", facts.inhibit_policy_mapping);
  add(out, "inhibit_any_policy", facts.inhibit_any_policy);
  add(out, "crl_urls", facts.crl_urls);
  add(out, "ocsp_urls", facts.ocsp_urls);
  add(out, "issuer_urls", facts.issuer_urls);
  if (facts.must_staple) out["must_staple"] = true;
  if (facts.ocsp_no_check) out["ocsp_no_check"] = true;
  add(out, "authority_issuer", facts.authority_issuer);
  add(out, "authority_serial", facts.authority_serial);
  json all = json::array();
  for (const auto& extension : facts.all) {
    all.push_back({{"oid", extension.oid},
                   {"name", extension.name},
                   {"critical", extension.critical},
                   {"known", extension.known},
                   {"value", extension.value}});
  }
  out["extensions"] = std::move(all);
}

void add_key(json& out, const KeyFacts& facts) {
  add(out, "key_algorithm", facts.algorithm);
  if (facts.bits > 0) out["key_bits"] = facts.bits;
  add(out, "key_curve", facts.curve);
  add(out, "key_modulus", facts.modulus);
  add(out, "key_exponent", facts.exponent);
  add(out, "key_sha256", facts.sha256);
}

void add_signature(json& out, const SignatureFacts& facts) {
  out["signature_algorithm"] = facts.algorithm;
  out["signature_oid"] = facts.oid;
  add(out, "signature_parameters", facts.parameters);
}

void add_certificate(json& out, const X509* certificate, const std::optional<WallTime>& now) {
  const auto facts = describe(certificate);
  out.update(json{{"version", facts.version},
                  {"subject", facts.subject},
                  {"issuer", facts.issuer},
                  {"self_issued", facts.self_issued},
                  {"serial", facts.serial},
                  {"serial_decimal", facts.serial_decimal},
                  {"not_before", facts.not_before},
                  {"not_after", facts.not_after}});
  if (now) out["days_left"] = days_left(certificate, *now);
  out["key"] = facts.key;
  add_key(out, facts.key_facts);
  add_signature(out, facts.signature);
  out["subject_key_id"] = facts.subject_key_id;
  out["authority_key_id"] = facts.authority_key_id;
  out["sha1"] = facts.fingerprint_sha1;
  out["sha256"] = facts.fingerprint;
  add_extensions(out, facts.extensions);
}

void add_request(json& out, const X509_REQ* request) {
  const auto facts = describe(request);
  out["subject"] = facts.subject;
  out["key"] = facts.key;
  add_key(out, facts.key_facts);
  add_signature(out, facts.signature);
  out["signature_valid"] = facts.signature_valid;
  out["attributes"] = facts.attributes;
  add_extensions(out, facts.extensions);
}

void add_crl(json& out, const X509_CRL* crl) {
  const auto facts = describe(crl);
  out.update(json{{"version", facts.version},
                  {"issuer", facts.issuer},
                  {"this_update", facts.this_update},
                  {"next_update", facts.next_update},
                  {"signature_algorithm", facts.signature_algorithm},
                  {"sha256", facts.fingerprint}});
  add(out, "crl_number", facts.extensions.crl_number);
  add(out, "delta_base", facts.extensions.delta_base);
  add(out, "issuing_distribution_point", facts.extensions.issuing_distribution_point);
  add(out, "authority_key_id", facts.extensions.authority_key_id);
  add_extensions(out, facts.extensions);
  out["revoked_count"] = facts.revoked_count;
  json list = json::array();
  for (const auto& entry : facts.revoked) {
    json one{{"serial", entry.serial},
             {"serial_decimal", entry.serial_decimal},
             {"revoked_at", entry.revoked_at}};
    add(one, "reason", entry.reason);
    add(one, "invalid_since", entry.invalid_since);
    add(one, "certificate_issuer", entry.certificate_issuer);
    list.push_back(std::move(one));
  }
  out["revoked"] = std::move(list);
}

void add_ocsp(json& out, const OCSP_RESPONSE* response) {
  const auto facts = describe(response);
  out["response_status"] = facts.response_status;
  add(out, "responder", facts.responder);
  add(out, "produced_at", facts.produced_at);
  add(out, "signature_algorithm", facts.signature_algorithm);
  add(out, "nonce", facts.nonce);
  out["certificates"] = facts.certificates;
  json list = json::array();
  for (const auto& single : facts.singles) {
    json one{{"serial", single.serial},
             {"serial_decimal", single.serial_decimal},
             {"hash", single.hash},
             {"issuer_name_hash", single.issuer_name_hash},
             {"issuer_key_hash", single.issuer_key_hash},
             {"status", single.status}};
    add(one, "revoked_at", single.revoked_at);
    add(one, "reason", single.reason);
    add(one, "this_update", single.this_update);
    add(one, "next_update", single.next_update);
    list.push_back(std::move(one));
  }
  out["answers"] = std::move(list);
}

json json_of(const Credential& credential, const std::optional<WallTime>& now) {
  json out = {{"kind", to_string(credential.kind)}};
  add(out, "alias", credential.friendly_name);
  if (credential.java_trusted) out["java_trusted"] = true;
  add(out, "encryption", credential.protection);
  if (credential.certificate) {
    add_certificate(out, credential.certificate.get(), now);
  } else if (credential.request) {
    add_request(out, credential.request.get());
  } else if (credential.crl) {
    add_crl(out, credential.crl.get());
  } else if (credential.ocsp) {
    add_ocsp(out, credential.ocsp.get());
  } else if (credential.key) {
    const auto facts = describe_key_facts(credential.key.get());
    out["key"] = facts.title;
    add_key(out, facts);
  }
  return out;
}

}  // namespace

std::string inspect_json(const std::vector<InspectedFile>& files, std::optional<WallTime> now) {
  json list = json::array();
  for (const auto& file : files) {
    json one{{"file", file.file}};
    for (const auto& detail : file.details) one[detail.field] = detail.value;
    json items = json::array();
    for (const auto& credential : file.credentials) items.push_back(json_of(credential, now));
    one["items"] = std::move(items);
    list.push_back(std::move(one));
  }
  // A certificate may hold any bytes as name; what is no UTF-8 must not make the output invalid.
  return json{{"files", std::move(list)}}.dump(2, ' ', false, json::error_handler_t::replace) +
         "\n";
}

}  // namespace handfast::pki
