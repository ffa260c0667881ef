#include <fmt/format.h>
#include <sys/stat.h>

#include <CLI/CLI.hpp>
#include <chrono>
#include <map>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <utility>
#include <vector>

#include "core/base/file.hpp"
#include "core/base/problem.hpp"
#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/app/pki/answer.hpp"
#include "harness/app/pki/sources.hpp"
#include "harness/app/pki/verbs.hpp"
#include "harness/responder/ocsp_client.hpp"
#include "pki/audit/lint.hpp"
#include "pki/audit/predict.hpp"
#include "pki/audit/status.hpp"
#include "pki/audit/verify.hpp"
#include "pki/files/files.hpp"
#include "pki/formats/credentials.hpp"
#include "pki/mint/validity.hpp"

namespace handfast::app {

namespace {

using Certificates = std::vector<tls::CertificatePtr>;

Result<Certificates> load_certificates(const std::string& file) {
  auto credentials = pki::load_credentials(file);
  if (!credentials) return credentials.error();
  Certificates out;
  for (auto& credential : *credentials) {
    if (credential.certificate) out.push_back(std::move(credential.certificate));
  }
  if (out.empty()) return environment_problem("the file holds no certificate", file);
  return out;
}

Result<WallTime> moment_of(const std::string& at) {
  if (at.empty()) return std::chrono::system_clock::now();
  auto time = pki::parse_time(at);
  if (!time) return with_context(time.error(), "--at");
  return *time;
}

std::string dumped(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

// --- verify

struct VerifyVerbOptions {
  std::string connect;      ///< HOST:PORT whose chain is judged; empty: that of a file
  std::string server_name;  ///< SNI for it
  std::string chain;
  std::string bundle;
  std::string at;
  std::string purpose = "any";
  std::vector<std::string> crls;
  std::string ocsp;
  std::string responder;
  bool lax = false;
  std::vector<std::string> as;
  std::string output = "text";
  pki::VerifyOptions verify;
};

/// What one call looks at; the options point into it.
struct Material {
  Certificates expected;  ///< what a server is expected to serve; empty: anything
  Certificates chain;
  Certificates anchors;
  std::vector<pki::CrlPtr> crls;
  WallTime at;
};

/// The chain that a server shows now.
Result<Certificates> fetch_certificates(const VerifyVerbOptions& options) {
  if (!is_live(options.connect)) {
    return usage_problem(fmt::format("\"{}\" is no HOST:PORT", printable(options.connect, 60)),
                         "--connect", "write for example broker.example:8883");
  }
  auto served = load_credentials({options.connect}, {.server_name = options.server_name});
  if (!served) return served.error();
  Certificates out;
  for (auto& credential : *served) {
    if (credential.certificate) out.push_back(std::move(credential.certificate));
  }
  return out;
}

/// With --connect the only file is the bundle, or the first is what should be served.
Result<void> sort_arguments(VerifyVerbOptions& options) {
  if (!options.connect.empty()) {
    if (options.bundle.empty()) std::swap(options.chain, options.bundle);
    if (options.verify.host.empty()) {
      options.verify.host = options.server_name.empty()
                                ? options.connect.substr(0, options.connect.rfind(':'))
                                : options.server_name;
    }
    if (options.verify.host.starts_with('[')) {
      options.verify.host = options.verify.host.substr(1, options.verify.host.size() - 2);
    }
  }
  if (options.bundle.empty()) return usage_problem("there is no bundle", {}, "name the anchors");
  return {};
}

Result<Material> load_material(VerifyVerbOptions& options) {
  Material out;
  if (auto sorted = sort_arguments(options); !sorted) return sorted.error();
  auto at = moment_of(options.at);
  if (!at) return at.error();
  out.at = *at;
  if (!options.at.empty()) options.verify.at = *at;
  if (!options.connect.empty() && !options.chain.empty()) {
    auto expected = load_certificates(options.chain);
    if (!expected) return expected.error();
    out.expected = std::move(*expected);
  }
  auto chain =
      options.connect.empty() ? load_certificates(options.chain) : fetch_certificates(options);
  if (!chain) return chain.error();
  out.chain = std::move(*chain);
  auto anchors = load_certificates(options.bundle);
  if (!anchors) return anchors.error();
  out.anchors = std::move(*anchors);
  for (const auto& file : options.crls) {
    auto credentials = pki::load_credentials(file);
    if (!credentials) return credentials.error();
    const auto before = out.crls.size();
    for (auto& credential : *credentials) {
      if (credential.crl) out.crls.push_back(std::move(credential.crl));
    }
    if (out.crls.size() == before) return environment_problem("the file holds no CRL", file);
  }
  for (const auto& crl : out.crls) options.verify.crls.push_back(crl.get());
  return out;
}

/// The OCSP answer of a file, or of the responder that is asked now.
Result<pki::StatusJudgement> judge_ocsp(const VerifyVerbOptions& options,
                                        const Material& material) {
  tls::CertificatePtr designated;
  if (!options.responder.empty()) {
    auto loaded = load_certificates(options.responder);
    if (!loaded) return loaded.error();
    designated = std::move(loaded->front());
  }
  const auto policy = options.lax ? pki::StatusPolicy::lax : pki::StatusPolicy::strict;
  Bytes answer;
  if (options.ocsp == "ask" || options.ocsp.starts_with("http://")) {
    auto* leaf = material.chain.front().get();
    auto* issuer = pki::issuer_in(leaf, material.chain, material.anchors);
    if (issuer == nullptr) {
      return usage_problem("the issuer is needed to ask for the status, but it is not there", {},
                           "add it to the chain or the bundle");
    }
    const auto url = options.ocsp == "ask" ? std::string() : options.ocsp;
    auto outcome = responder::check_ocsp(leaf, issuer, {.url = url, .designated = designated.get()},
                                         material.at);
    if (!outcome) return outcome.error();
    return pki::judgement_of(outcome->verdict, policy);
  }
  auto text = read_file(options.ocsp);
  if (!text) return text.error();
  answer.assign(text->begin(), text->end());
  return pki::judge_status(answer, material.chain, material.anchors, designated.get(), policy,
                           material.at);
}

nlohmann::ordered_json json_of(const pki::Verdict& verdict) {
  return {{"accepted", verdict.accepted()}, {"code", verdict.code},    {"name", verdict.name},
          {"words", verdict.words},         {"depth", verdict.depth},  {"subject", verdict.subject},
          {"chain", verdict.chain},         {"advice", verdict.advice}};
}

Result<Answer> run_predictions(const VerifyVerbOptions& options, const Material& material) {
  std::vector<pki::Verifier> verifiers;
  for (const auto& word : options.as) {
    auto verifier = pki::parse_verifier(word);
    if (!verifier) return with_context(verifier.error(), "--as");
    verifiers.push_back(*verifier);
  }
  Answer answer;
  auto list = nlohmann::ordered_json::array();
  for (const auto verifier : verifiers) {
    auto prediction = pki::predict(verifier, material.chain, material.anchors, options.verify);
    if (!prediction) return prediction.error();
    answer.holds = answer.holds && prediction->verdict.accepted();
    answer.text += pki::prediction_text(*prediction);
    list.push_back({{"as", pki::to_string(verifier)},
                    {"alert", prediction->alert},
                    {"notes", prediction->notes},
                    {"verdict", json_of(prediction->verdict)}});
  }
  if (options.output == "json") answer.text = dumped(list);
  return answer;
}

Result<Answer> run_verify(VerifyVerbOptions options) {
  static const std::map<std::string, pki::Purpose> purposes{{"any", pki::Purpose::any},
                                                            {"server", pki::Purpose::server},
                                                            {"client", pki::Purpose::client}};
  options.verify.purpose = purposes.at(options.purpose);
  auto material = load_material(options);
  if (!material) return material.error();
  if (!options.as.empty()) return run_predictions(options, *material);
  auto verdict = pki::verify(material->chain, material->anchors, options.verify);
  if (!verdict) return verdict.error();
  const auto& source = options.connect.empty() ? options.chain : options.connect;
  Answer answer{pki::verdict_text(*verdict, source), verdict->accepted()};
  auto json = json_of(*verdict);
  if (!material->expected.empty()) {
    const bool same = X509_cmp(material->chain[0].get(), material->expected[0].get()) == 0;
    answer.text += same ? fmt::format("served: {} as expected\n", options.chain)
                        : fmt::format("served: another certificate than {}\n", options.chain);
    answer.holds = answer.holds && same;
    json["as_expected"] = same;
  }
  if (!options.ocsp.empty()) {
    auto status = judge_ocsp(options, *material);
    if (!status) return status.error();
    answer.text += status->sentence + "\n";
    answer.holds = answer.holds && status->passes;
    json["ocsp"] = {{"passes", status->passes}, {"sentence", status->sentence}};
  }
  if (options.output == "json") answer.text = dumped(json);
  return answer;
}

void add_output(CLI::App& verb, std::string& output) {
  verb.add_option("--output", output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
}

void add_verify(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<VerifyVerbOptions>();
  auto* verb = parent.add_subcommand(
      "verify", "say whether a peer that trusts the bundle would accept the chain");
  verb->add_option("CERT", options->chain,
                   "the leaf, with its intermediates behind it if there are any; with --connect "
                   "what the server is expected to show, or left out")
      ->required();
  verb->add_option("BUNDLE", options->bundle, "the trusted certificates");
  verb->add_option("--connect", options->connect,
                   "HOST:PORT: judge the chain that this TLS server shows now");
  verb->add_option("--sni", options->server_name, "server name to ask it for; default its host");
  verb->add_option("--host", options->verify.host, "name or IP address that the leaf must carry");
  verb->add_option("--purpose", options->purpose, "server, client or any")
      ->check(CLI::IsMember({"server", "client", "any"}))
      ->capture_default_str();
  verb->add_option("--at", options->at, "as if it were then: 2026-01-31 or 2026-01-31T12:00:00Z");
  verb->add_flag("--partial", options->verify.partial_chain,
                 "an intermediate in the bundle may be the anchor");
  verb->add_flag("--strict", options->verify.strict, "refuse what RFC 5280 forbids");
  verb->add_option("--crl", options->crls, "CRL files: the leaf must not be on its issuer's");
  verb->add_flag("--crl-all", options->verify.crl_for_all, "check every certificate of the chain");
  verb->add_option(
      "--ocsp", options->ocsp,
      "an OCSP answer as file; ask: the responder that the certificate names; or a URL");
  verb->add_option("--responder", options->responder,
                   "the only certificate that may sign OCSP answers");
  verb->add_flag("--lax", options->lax, "let the OCSP status \"unknown\" pass");
  verb->add_option("--as", options->as, "predict for openssl, mosquitto, otp (EMQX, RabbitMQ)")
      ->delimiter(',');
  add_output(*verb, options->output);
  verb->callback([options, &exit_code] { exit_code = finish(run_verify(*options)); });
}

// --- lint

struct LintVerbOptions {
  std::vector<std::string> files;
  std::vector<std::string> hosts;
  std::string at;
  std::string soon = "30d";
  std::string key_user;
  bool rsa_only = false;
  bool rules = false;
  std::string output = "text";
};

std::string rules_text() {
  std::string out;
  for (const auto& rule : pki::lint_rules()) {
    out += fmt::format("{:<28} {:<8} {} [{}]\n", rule.id, pki::to_string(rule.severity), rule.what,
                       rule.source);
  }
  return out;
}

/// A file with what it holds; the lint input points into it.
struct LoadedFile {
  std::string name;
  std::string bytes;
  std::vector<pki::Credential> credentials;
  struct stat status{};
};

Result<LoadedFile> load_for_lint(const std::string& name) {
  LoadedFile out{.name = name};
  auto bytes = read_file(name);
  if (!bytes) return bytes.error();
  out.bytes = std::move(*bytes);
  auto credentials = pki::parse_credentials(out.bytes, name);
  if (!credentials) return credentials.error();
  out.credentials = std::move(*credentials);
  ::stat(name.c_str(), &out.status);
  return out;
}

pki::LintFile input_of(const LoadedFile& file) {
  pki::LintFile out{.name = file.name, .bytes = file.bytes};
  for (const auto& credential : file.credentials) {
    if (credential.certificate) out.certificates.push_back(credential.certificate.get());
    if (credential.crl) out.crls.push_back(credential.crl.get());
    const bool secret = credential.kind == pki::CredentialKind::private_key;
    if (secret && out.key == nullptr) out.key = credential.key.get();
  }
  out.mode = file.status.st_mode;
  out.owner = file.status.st_uid;
  return out;
}

Result<pki::LintOptions> lint_options(const LintVerbOptions& options) {
  auto at = moment_of(options.at);
  if (!at) return at.error();
  auto soon = parse_duration(options.soon);
  if (!soon) return with_context(soon.error(), "--soon");
  pki::LintOptions out{
      .now = *at, .hosts = options.hosts, .soon = *soon, .rsa_only = options.rsa_only};
  if (!options.key_user.empty()) {
    auto owner = pki::KeyOwner::find(options.key_user);
    if (!owner) return with_context(owner.error(), "--key-user");
    out.key_user = owner->user();
  }
  return out;
}

Result<Answer> run_lint(const LintVerbOptions& options) {
  if (options.rules) return Answer{rules_text()};
  if (options.files.empty()) {
    return usage_problem("there is no file to judge", {}, "name files, or ask for --rules");
  }
  auto wanted = lint_options(options);
  if (!wanted) return wanted.error();
  std::vector<LoadedFile> files;
  for (const auto& name : options.files) {
    auto file = load_for_lint(name);
    if (!file) return file.error();
    files.push_back(std::move(*file));
  }
  std::vector<pki::LintFile> input;
  input.reserve(files.size());
  for (const auto& file : files) input.push_back(input_of(file));
  const auto findings = pki::lint(input, *wanted);
  return Answer{options.output == "json" ? pki::lint_json(findings) : pki::lint_text(findings),
                pki::lint_passes(findings)};
}

void add_lint(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<LintVerbOptions>();
  auto* verb = parent.add_subcommand("lint", "say what is wrong or unwise about files of a PKI");
  verb->add_option("FILE", options->files, "certificates, chains, keys, CRLs; judged together");
  verb->add_option("--host", options->hosts, "names and addresses that clients dial");
  verb->add_option("--at", options->at, "as if it were then");
  verb->add_option("--soon", options->soon, "what counts as expiring soon")->capture_default_str();
  verb->add_option("--key-user", options->key_user, "user who must be able to read the keys");
  verb->add_flag("--rsa-only", options->rsa_only, "peers accept RSA signatures alone");
  verb->add_flag("--rules", options->rules, "list the rules");
  add_output(*verb, options->output);
  verb->callback([options, &exit_code] { exit_code = finish(run_lint(*options)); });
}

}  // namespace

void add_audit_verbs(CLI::App& parent, int& exit_code) {
  add_verify(parent, exit_code);
  add_lint(parent, exit_code);
}

}  // namespace handfast::app
