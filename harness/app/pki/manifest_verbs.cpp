#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/problem.hpp"
#include "harness/app/pki/answer.hpp"
#include "harness/app/pki/home_options.hpp"
#include "harness/app/pki/verbs.hpp"
#include "pki/manifest/presets.hpp"
#include "pki/store/pki.hpp"

namespace handfast::app {

namespace {

// --- init

struct InitOptions {
  std::string output = "text";
  std::string preset = "emqx-two-tier";
  std::string folder = ".";
};

Result<Answer> run_init(const InitOptions& options) {
  auto file = pki::write_preset(options.preset, options.folder);
  if (!file) return file.error();
  if (options.output == "json") {
    return Answer{nlohmann::json{{"written", {file->string()}}}.dump(2) + "\n"};
  }
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
  verb->add_option("--output", options->output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  verb->callback([options, &exit_code] { exit_code = finish(run_init(*options)); });
}

// --- plan and apply

struct ApplyVerbOptions {
  std::string manifest = "pki.yaml";
  std::string output = "text";
  pki::ApplyOptions apply;
};

constexpr int changes_pending = 10;  ///< what plan exits with when apply would do something

std::string report_json(const pki::ApplyReport& report, bool dry_run) {
  nlohmann::json out = {{"dry_run", dry_run},
                        {"changes", nlohmann::json::array()},
                        {"written", report.written},
                        {"unchanged", report.unchanged},
                        {"notes", report.notes}};
  for (const auto& change : report.changes) {
    out["changes"].push_back({{"entry", change.entry},
                              {"kind", change.kind},
                              {"action", change.action},
                              {"reason", change.reason},
                              {"generation", change.generation}});
  }
  return out.dump(2) + "\n";
}

std::string apply_text(const pki::ApplyReport& report, bool dry_run) {
  std::string out;
  for (const auto& note : report.notes) out += note + "\n";
  for (const auto& file : report.written) {
    out += fmt::format("{} {}\n", dry_run ? "would write" : "written", file);
  }
  return out + fmt::format("{} {}, {} unchanged\n", report.written.size(),
                           dry_run ? "to write" : "written", report.unchanged.size());
}

std::string plan_text(const pki::ApplyReport& report, const std::string& manifest) {
  std::string out;
  for (const auto& note : report.notes) {
    if (note.starts_with("TEST ONLY")) out += note + "\n";
  }
  for (const auto& change : report.changes) {
    out += fmt::format(
        "{} {}: {}, {}{}\n", change.kind, change.entry, change.action, change.reason,
        change.generation > 1 ? fmt::format(" (generation {})", change.generation) : std::string());
  }
  if (report.written.empty()) return out + "nothing to do\n";
  return out + fmt::format("{} changes in {} files; make them with: handfast pki apply {}\n",
                           report.changes.size(), report.written.size(), manifest);
}

Result<pki::ApplyReport> run_on_manifest(const ApplyVerbOptions& options) {
  auto manifest = pki::load_manifest(options.manifest);
  if (!manifest) return manifest.error();
  return pki::apply(*manifest, options.apply);
}

Result<Answer> run_apply(const ApplyVerbOptions& options) {
  auto manifest = pki::load_manifest(options.manifest);
  if (!manifest) return manifest.error();
  auto report = pki::apply(*manifest, options.apply);
  if (!report) return report.error();
  const bool dry_run = options.apply.dry_run;
  std::string crls;
  if (!dry_run) {
    // A CRL follows from what was issued and revoked, like a bundle.
    HomeOptions home{
        .manifest = options.manifest, .home = options.apply.home, .at = {}, .output = {}};
    auto now = moment_of(home, *manifest);
    if (!now) return now.error();
    auto written = refresh_crls(*manifest, home, *now);
    if (!written) return written.error();
    crls = std::move(*written);
  }
  return Answer{options.output == "json" ? report_json(*report, dry_run)
                                         : crls + apply_text(*report, dry_run)};
}

int run_plan(ApplyVerbOptions options) {
  options.apply.dry_run = true;
  auto report = run_on_manifest(options);
  if (!report) return finish(report.error());
  const int code = finish(Answer{options.output == "json" ? report_json(*report, true)
                                                          : plan_text(*report, options.manifest)});
  return code == 0 && !report->written.empty() ? changes_pending : code;
}

void add_common(CLI::App& verb, ApplyVerbOptions& options) {
  verb.add_option("MANIFEST", options.manifest, "the manifest")->capture_default_str();
  verb.add_option("--home", options.apply.home, "folder of the output, instead of the manifest's");
  verb.add_option("--output", options.output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
}

void add_plan(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<ApplyVerbOptions>();
  auto* verb = parent.add_subcommand(
      "plan", "say what apply would change and why; exits with 10 when there is something");
  add_common(*verb, *options);
  verb->callback([options, &exit_code] { exit_code = run_plan(*options); });
}

void add_apply(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<ApplyVerbOptions>();
  auto* verb = parent.add_subcommand("apply", "make the files be what the manifest says");
  add_common(*verb, *options);
  verb->add_option("--key-owner", options->apply.key_owner,
                   "user who must be able to read the server's keys");
  verb->add_flag("--dry-run", options->apply.dry_run, "say what would be done, and write nothing");
  verb->callback([options, &exit_code] { exit_code = finish(run_apply(*options)); });
}

}  // namespace

void add_manifest_verbs(CLI::App& parent, int& exit_code) {
  add_init(parent, exit_code);
  add_plan(parent, exit_code);
  add_apply(parent, exit_code);
}

}  // namespace handfast::app
