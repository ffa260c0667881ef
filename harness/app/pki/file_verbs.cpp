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
#include "pki/formats/inspect.hpp"
#include "pki/formats/match.hpp"

namespace handfast::app {

namespace {

Result<std::vector<pki::InspectedFile>> load_all(const std::vector<std::string>& files) {
  std::vector<pki::InspectedFile> out;
  for (const auto& file : files) {
    auto credentials = pki::load_credentials(file);
    if (!credentials) return credentials.error();
    out.push_back({file, std::move(*credentials)});
  }
  return out;
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

}  // namespace

void add_file_verbs(CLI::App& parent, int& exit_code) {
  add_inspect(parent, exit_code);
  add_match(parent, exit_code);
}

}  // namespace handfast::app
