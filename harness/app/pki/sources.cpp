#include "harness/app/pki/sources.hpp"

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "core/base/endpoint.hpp"
#include "harness/probe/fetch_chain.hpp"

namespace handfast::app {

namespace {

std::string yes_no(bool value) { return value ? "yes" : "no"; }

void add_connection(pki::InspectedFile& out, const probe::FetchedChain& fetched) {
  const auto& facts = fetched.facts;
  const auto add = [&out](const char* field, const char* label, std::string value) {
    if (!value.empty()) out.details.push_back({field, label, std::move(value)});
  };
  if (facts.version) add("tls_version", "TLS version", tls::to_string(*facts.version));
  add("cipher_suite", "cipher suite", std::string(facts.cipher_suite));
  add("group", "group", std::string(facts.group));
  add("server_signature", "server's signature", std::string(facts.signature));
  add("client_certificate_requested", "asks for a client certificate",
      yes_no(facts.certificate_requested));
  add("ocsp_staple", "OCSP staple", yes_no(!facts.ocsp_staple.empty()));
  add("handshake", "handshake", fetched.completed ? "complete" : "not complete: " + fetched.ended);
}

Result<pki::InspectedFile> fetch(const std::string& source, const SourceOptions& options) {
  auto endpoint = parse_url("tls://" + source);
  if (!endpoint) return endpoint.error();
  auto fetched = probe::fetch_chain(*endpoint, options.server_name);
  if (!fetched) return fetched.error();
  pki::InspectedFile out{source, {}, {}};
  add_connection(out, *fetched);
  auto ders = fetched->chain();
  if (!fetched->facts.ocsp_staple.empty()) ders.push_back(fetched->facts.ocsp_staple);
  for (const auto& der : ders) {
    auto items = pki::parse_credentials(as_text(der), source);
    if (!items) return items.error();
    std::move(items->begin(), items->end(), std::back_inserter(out.credentials));
  }
  return out;
}

Result<pki::InspectedFile> load_one(const std::string& source, const SourceOptions& options,
                                    const pki::Secret* passphrase) {
  if (is_live(source)) return fetch(source, options);
  auto file = pki::load_credential_file(source, {.passphrase = passphrase});
  if (!file) return file.error();
  return pki::inspected(source == "-" ? "standard input" : source, std::move(*file));
}

}  // namespace

bool is_live(const std::string& source) {
  const auto colon = source.rfind(':');
  if (colon == std::string::npos || colon == 0 || colon + 1 == source.size()) return false;
  const auto port = source.substr(colon + 1);
  const bool digits =
      std::all_of(port.begin(), port.end(), [](char c) { return c >= '0' && c <= '9'; });
  std::error_code ignored;
  return digits && port.size() <= 5 && source.find('/') == std::string::npos &&
         !std::filesystem::exists(source, ignored);
}

Result<std::optional<pki::Secret>> optional_passphrase(const std::string& spec,
                                                       const std::string& option) {
  if (spec.empty()) return std::optional<pki::Secret>();
  auto secret = pki::read_passphrase(spec);
  if (!secret) return with_context(secret.error(), option);
  return std::optional<pki::Secret>(std::move(*secret));
}

Result<std::vector<pki::InspectedFile>> load_sources(const std::vector<std::string>& sources,
                                                     const SourceOptions& options) {
  auto passphrase = optional_passphrase(options.password, "--password");
  if (!passphrase) return passphrase.error();
  std::vector<pki::InspectedFile> out;
  for (const auto& source : sources) {
    auto loaded = load_one(source, options, *passphrase ? &**passphrase : nullptr);
    if (!loaded) return loaded.error();
    out.push_back(std::move(*loaded));
  }
  return out;
}

Result<std::vector<pki::Credential>> load_credentials(const std::vector<std::string>& sources,
                                                      const SourceOptions& options) {
  auto files = load_sources(sources, options);
  if (!files) return files.error();
  std::vector<pki::Credential> out;
  for (auto& file : *files) {
    std::move(file.credentials.begin(), file.credentials.end(), std::back_inserter(out));
  }
  return out;
}

}  // namespace handfast::app
