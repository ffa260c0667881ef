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
#include "pki/manifest/presets.hpp"
#include "pki/store/pki.hpp"

namespace handfast::app {

namespace {

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

}  // namespace

void add_manifest_verbs(CLI::App& parent, int& exit_code) {
  add_init(parent, exit_code);
  add_apply(parent, exit_code);
}

}  // namespace handfast::app
