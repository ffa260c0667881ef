#include <CLI/CLI.hpp>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/app/pki/answer.hpp"
#include "harness/app/pki/sources.hpp"
#include "harness/app/pki/verbs.hpp"
#include "pki/formats/encode.hpp"
#include "pki/formats/inspect.hpp"
#include "pki/formats/match.hpp"

namespace handfast::app {

namespace {

struct FileVerbOptions {
  std::vector<std::string> sources;
  SourceOptions source;
  std::string output = "text";
  bool base64 = false;
  bool pem = false;
};

void add_source_options(CLI::App& verb, FileVerbOptions& options) {
  verb.add_option("--password", options.source.password,
                  "where the passphrase is: env:NAME, file:PATH or fd:N");
}

void add_output(CLI::App& verb, FileVerbOptions& options) {
  verb.add_option("--output", options.output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
}

// --- inspect

Result<Answer> run_inspect(const FileVerbOptions& options) {
  auto files = load_sources(options.sources, options.source);
  if (!files) return files.error();
  const auto now = std::chrono::system_clock::now();
  return Answer{options.output == "json" ? pki::inspect_json(*files, now)
                                         : pki::inspect_text(*files, now)};
}

void add_inspect(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<FileVerbOptions>();
  auto* verb = parent.add_subcommand(
      "inspect",
      "show what files of every format, or a server, say; of keys never the private half");
  verb->add_option("FILE", options->sources, "files, - for standard input, or HOST:PORT")
      ->required();
  verb->add_option("--sni", options->source.server_name,
                   "server name to ask a server for, instead of its host");
  add_source_options(*verb, *options);
  add_output(*verb, *options);
  verb->callback([options, &exit_code] { exit_code = finish(run_inspect(*options)); });
}

// --- match

Result<Answer> run_match(const FileVerbOptions& options) {
  auto files = load_sources(options.sources, options.source);
  if (!files) return files.error();
  auto answer = pki::match(*files);
  if (!answer) return answer.error();
  const nlohmann::ordered_json json{{"matches", answer->matches}, {"sentence", answer->sentence}};
  return Answer{
      (options.output == "json" ? json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace)
                                : answer->sentence) +
          "\n",
      answer->matches};
}

void add_match(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<FileVerbOptions>();
  auto* verb =
      parent.add_subcommand("match", "say whether certificate, key and request belong together");
  verb->add_option("FILE", options->sources, "two or three of certificate, private key, request")
      ->required()
      ->expected(2, 3);
  add_source_options(*verb, *options);
  add_output(*verb, *options);
  verb->callback([options, &exit_code] { exit_code = finish(run_match(*options)); });
}

// --- show

std::string base64_line(const std::string& der) {
  std::string out(4 * ((der.size() + 2) / 3) + 1, '\0');
  const int size = EVP_EncodeBlock(reinterpret_cast<unsigned char*>(out.data()),
                                   reinterpret_cast<const unsigned char*>(der.data()),
                                   static_cast<int>(der.size()));
  out.resize(static_cast<std::size_t>(size));
  return out + "\n";
}

Result<Answer> run_show(const FileVerbOptions& options) {
  auto items = load_credentials(options.sources, options.source);
  if (!items) return items.error();
  Answer out;
  for (const auto& item : *items) {
    if (item.kind == pki::CredentialKind::private_key) continue;
    auto bytes = options.base64 ? pki::credential_der(item) : pki::credential_pem(item);
    if (!bytes) return bytes.error();
    out.text += options.base64 ? base64_line(*bytes) : *bytes;
  }
  if (!out.text.empty()) return out;
  return usage_problem("there are only private keys, and those are not shown", {},
                       "convert them into a file: handfast pki convert KEY --to p8 --out FILE");
}

void add_show(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<FileVerbOptions>();
  auto* verb = parent.add_subcommand(
      "show", "print certificates, requests, CRLs and public keys to paste them elsewhere");
  verb->add_option("FILE", options->sources, "files, - for standard input, or HOST:PORT")
      ->required();
  auto* base64 =
      verb->add_flag("--base64", options->base64, "DER as one line of base64 for each object");
  verb->add_flag("--pem", options->pem, "PEM (the default)")->excludes(base64);
  verb->add_option("--sni", options->source.server_name,
                   "server name to ask a server for, instead of its host");
  add_source_options(*verb, *options);
  verb->callback([options, &exit_code] { exit_code = finish(run_show(*options)); });
}

}  // namespace

void add_file_verbs(CLI::App& parent, int& exit_code) {
  add_inspect(parent, exit_code);
  add_match(parent, exit_code);
  add_show(parent, exit_code);
}

}  // namespace handfast::app
