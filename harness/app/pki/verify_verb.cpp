#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "core/tls/identity.hpp"
#include "harness/app/pki/answer.hpp"
#include "harness/app/pki/verbs.hpp"
#include "pki/audit/verify.hpp"
#include "pki/formats/credentials.hpp"
#include "pki/mint/validity.hpp"

namespace handfast::app {

namespace {

// --- verify

struct VerifyVerbOptions {
  std::string chain;
  std::string bundle;
  std::string at;
  std::string purpose = "any";
  pki::VerifyOptions verify;
};

Result<std::vector<tls::CertificatePtr>> load_certificates(const std::string& file) {
  auto credentials = pki::load_credentials(file);
  if (!credentials) return credentials.error();
  std::vector<tls::CertificatePtr> out;
  for (auto& credential : *credentials) {
    if (credential.certificate) out.push_back(std::move(credential.certificate));
  }
  if (out.empty()) return environment_problem("the file holds no certificate", file);
  return out;
}

Result<Answer> run_verify(VerifyVerbOptions options) {
  static const std::map<std::string, pki::Purpose> purposes{{"any", pki::Purpose::any},
                                                            {"server", pki::Purpose::server},
                                                            {"client", pki::Purpose::client}};
  options.verify.purpose = purposes.at(options.purpose);
  if (!options.at.empty()) {
    auto time = pki::parse_time(options.at);
    if (!time) return with_context(time.error(), "--at");
    options.verify.at = *time;
  }
  auto chain = load_certificates(options.chain);
  if (!chain) return chain.error();
  auto anchors = load_certificates(options.bundle);
  if (!anchors) return anchors.error();
  auto verdict = pki::verify(*chain, *anchors, options.verify);
  if (!verdict) return verdict.error();
  return Answer{pki::verdict_text(*verdict, options.chain), verdict->accepted()};
}

void add_verify(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<VerifyVerbOptions>();
  auto* verb = parent.add_subcommand(
      "verify", "say whether a peer that trusts the bundle would accept the chain");
  verb->add_option("CERT", options->chain,
                   "the leaf, with its intermediates behind it if there are any")
      ->required();
  verb->add_option("BUNDLE", options->bundle, "the trusted certificates")->required();
  verb->add_option("--host", options->verify.host, "name or IP address that the leaf must carry");
  verb->add_option("--purpose", options->purpose, "server, client or any")
      ->check(CLI::IsMember({"server", "client", "any"}))
      ->capture_default_str();
  verb->add_option("--at", options->at, "as if it were then: 2026-01-31 or 2026-01-31T12:00:00Z");
  verb->add_flag("--partial", options->verify.partial_chain,
                 "an intermediate in the bundle may be the anchor");
  verb->callback([options, &exit_code] { exit_code = finish(run_verify(*options)); });
}

}  // namespace

void add_verify_verb(CLI::App& parent, int& exit_code) { add_verify(parent, exit_code); }

}  // namespace handfast::app
