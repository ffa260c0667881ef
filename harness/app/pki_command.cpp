#include "harness/app/pki_command.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "core/tls/identity.hpp"
#include "pki/files.hpp"
#include "pki/inspect.hpp"
#include "pki/match.hpp"
#include "pki/pki.hpp"
#include "pki/presets.hpp"
#include "pki/verify.hpp"

namespace handfast::app {

namespace {

/// What a verb answers: the text for stdout and whether what was checked holds (exit 0 or 1).
struct Answer {
  std::string text;
  bool holds = true;
};

/// Prints an answer or a problem, and says what the program has to exit with.
int finish(const Result<Answer>& answer) {
  if (!answer) {
    fmt::print(stderr, "handfast pki: {}\n", answer.error().text());
    return exit_code(answer.error().kind);
  }
  fmt::print("{}", answer->text);
  return answer->holds ? 0 : 1;
}

Result<std::vector<pki::InspectedFile>> load_all(const std::vector<std::string>& files) {
  std::vector<pki::InspectedFile> out;
  for (const auto& file : files) {
    auto credentials = pki::load_credentials(file);
    if (!credentials) return credentials.error();
    out.push_back({file, std::move(*credentials)});
  }
  return out;
}

// --- init

struct InitOptions {
  std::string preset = "emqx-two-tier";
  std::string folder = ".";
};

Result<Answer> run_init(const InitOptions& options) {
  auto file = pki::write_preset(options.preset, options.folder);
  if (!file) return file.error();
  return Answer{fmt::format("{}: written; apply it with: handfast pki apply {}\n", file->string(),
                            file->string())};
}

void add_init(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<InitOptions>();
  auto* verb = parent.add_subcommand("init", "write a commented manifest, pki.yaml, to start from");
  verb->add_option("--preset", options->preset,
                   fmt::format("one of: {}", fmt::join(pki::preset_names(), ", ")))
      ->capture_default_str();
  verb->add_option("DIR", options->folder, "where to write it")->capture_default_str();
  verb->callback([options, &exit_code] { exit_code = finish(run_init(*options)); });
}

// --- apply

struct ApplyVerbOptions {
  std::string manifest = "pki.yaml";
  pki::ApplyOptions apply;
};

Result<Answer> run_apply(const ApplyVerbOptions& options) {
  auto manifest = pki::load_manifest(options.manifest);
  if (!manifest) return manifest.error();
  auto report = pki::apply(*manifest, options.apply);
  if (!report) return report.error();
  Answer answer;
  for (const auto& note : report->notes) answer.text += note + "\n";
  for (const auto& file : report->written) {
    answer.text += fmt::format("{} {}\n", options.apply.dry_run ? "would write" : "written", file);
  }
  answer.text +=
      fmt::format("{} {}, {} unchanged\n", report->written.size(),
                  options.apply.dry_run ? "to write" : "written", report->unchanged.size());
  return answer;
}

void add_apply(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<ApplyVerbOptions>();
  auto* verb = parent.add_subcommand("apply", "make the files be what the manifest says");
  verb->add_option("MANIFEST", options->manifest, "the manifest")->capture_default_str();
  verb->add_option("--home", options->apply.home,
                   "folder of the output, instead of the manifest's");
  verb->add_option("--key-owner", options->apply.key_owner,
                   "user who must be able to read the server's keys");
  verb->add_flag("--dry-run", options->apply.dry_run, "say what would be done, and write nothing");
  verb->callback([options, &exit_code] { exit_code = finish(run_apply(*options)); });
}

// --- inspect

struct InspectOptions {
  std::vector<std::string> files;
  std::string output = "text";
};

Result<Answer> run_inspect(const InspectOptions& options) {
  auto files = load_all(options.files);
  if (!files) return files.error();
  return Answer{options.output == "json"
                    ? pki::inspect_json(*files)
                    : pki::inspect_text(*files, std::chrono::system_clock::now())};
}

void add_inspect(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<InspectOptions>();
  auto* verb = parent.add_subcommand("inspect",
                                     "show what certificates, requests and keys say (PEM or DER)");
  verb->add_option("FILE", options->files, "files to show")->required();
  verb->add_option("--output", options->output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  verb->callback([options, &exit_code] { exit_code = finish(run_inspect(*options)); });
}

// --- match

Result<Answer> run_match(const std::vector<std::string>& names) {
  auto files = load_all(names);
  if (!files) return files.error();
  auto answer = pki::match(*files);
  if (!answer) return answer.error();
  return Answer{answer->sentence + "\n", answer->matches};
}

void add_match(CLI::App& parent, int& exit_code) {
  auto files = std::make_shared<std::vector<std::string>>();
  auto* verb =
      parent.add_subcommand("match", "say whether certificate, key and request belong together");
  verb->add_option("FILE", *files, "two or three of certificate, private key, request")
      ->required()
      ->expected(2, 3);
  verb->callback([files, &exit_code] { exit_code = finish(run_match(*files)); });
}

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

void add_pki_command(CLI::App& app, int& exit_code) {
  auto* command = app.add_subcommand("pki", "make and look at certificates");
  command->require_subcommand(1);
  add_init(*command, exit_code);
  add_apply(*command, exit_code);
  add_inspect(*command, exit_code);
  add_match(*command, exit_code);
  add_verify(*command, exit_code);
}

}  // namespace handfast::app
