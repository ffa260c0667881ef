#include "harness/app/pki/home_options.hpp"

#include <CLI/CLI.hpp>

#include "pki/mint/validity.hpp"
#include "pki/upkeep/crl_files.hpp"

namespace handfast::app {

void add_home_options(CLI::App& verb, HomeOptions& options) {
  verb.add_option("--manifest", options.manifest, "the manifest")->capture_default_str();
  verb.add_option("--home", options.home, "folder of the output, instead of the manifest's");
  verb.add_option("--at", options.at, "as if it were then: 2026-06-01 or 2026-06-01T12:00:00Z");
  verb.add_option("--output", options.output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
}

Result<WallTime> moment_of(const HomeOptions& options, const pki::Manifest& manifest) {
  if (options.at.empty()) return manifest.clock.value_or(std::chrono::system_clock::now());
  auto time = pki::parse_time(options.at);
  if (!time) return with_context(time.error(), "--at");
  return *time;
}

Result<std::string> refresh_crls(const pki::Manifest& manifest, const HomeOptions& options,
                                 WallTime now) {
  {
    // Without CRLs there is nothing to lock for: another apply may be at work.
    auto seen = pki::Home::open(manifest, options.home);
    if (!seen) return seen.error();
    auto authorities = pki::crl_authorities(*seen);
    if (!authorities) return authorities.error();
    if (authorities->empty()) return std::string();
  }
  auto home = pki::Home::lock(manifest, options.home);
  if (!home) return home.error();
  auto reports = pki::write_crls(*home, {.valid = {}, .now = now});
  if (!reports) return reports.error();
  std::erase_if(*reports, [](const pki::CrlReport& report) { return !report.written; });
  return pki::crl_report_text(*reports);
}

int finish_with(const Result<Answer>& answer, int code) {
  const int usual = finish(answer);
  return usual == 0 ? code : usual;
}

}  // namespace handfast::app
