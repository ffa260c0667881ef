#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "core/base/text.hpp"
#include "harness/app/pki/answer.hpp"
#include "harness/app/pki/sources.hpp"
#include "harness/app/pki/verbs.hpp"
#include "pki/formats/convert.hpp"
#include "pki/formats/encode.hpp"
#include "pki/formats/order.hpp"
#include "pki/formats/output.hpp"
#include "pki/formats/rehash.hpp"
#include "pki/mint/certificate.hpp"

namespace handfast::app {

namespace {

std::string dumped(const nlohmann::ordered_json& json) {
  return json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

/// Writes what was made where `out` says; "-" is standard output, which never gets a key.
Result<Answer> deliver(const pki::Converted& made, const std::string& out, bool json) {
  if (out == "-") {
    if (!made.holds_key) return Answer{std::string(made.bytes.text())};
    return usage_problem("a private key is not printed", {}, "give --out a file");
  }
  auto written = made.holds_key ? pki::write_private(out, made.bytes)
                                : pki::write_public(out, made.bytes.text());
  if (!written) return written.error();
  if (json) return Answer{dumped({{"written", {out}}, {"summary", made.summary}})};
  return Answer{fmt::format("{}: written, {}\n", out, made.summary)};
}

// --- convert

struct ConvertVerbOptions {
  std::string output = "text";
  std::vector<std::string> sources;
  std::vector<std::string> chain;
  std::string key;
  std::string to;
  std::string out;
  std::string root;
  std::string out_password;
  SourceOptions source;
  pki::ConvertOptions convert;
};

Result<Answer> run_convert(ConvertVerbOptions& options) {
  auto format = pki::parse_format(options.to);
  if (!format) return with_context(format.error(), "--to");
  options.convert.to = *format;
  if (!options.root.empty()) {
    auto root = pki::parse_root_place(options.root);
    if (!root) return with_context(root.error(), "--root");
    options.convert.root = *root;
  }
  auto passphrase = optional_passphrase(options.out_password, "--out-password");
  if (!passphrase) return passphrase.error();
  if (*passphrase) options.convert.passphrase = &**passphrase;

  auto sources = options.sources;
  std::copy(options.chain.begin(), options.chain.end(), std::back_inserter(sources));
  if (!options.key.empty()) sources.push_back(options.key);
  auto items = load_credentials(sources, options.source);
  if (!items) return items.error();
  auto made = pki::convert(*items, options.convert, options.sources.front());
  if (!made) return made.error();
  return deliver(*made, options.out, options.output == "json");
}

void add_convert(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<ConvertVerbOptions>();
  auto* verb = parent.add_subcommand("convert", "write the same objects in another format");
  verb->add_option("IN", options->sources, "files of any format, or - for standard input")
      ->required();
  verb->add_option("--to", options->to,
                   fmt::format("one of: {}", fmt::join(pki::format_names(), ", ")))
      ->required();
  verb->add_option("--out", options->out, "the new file; - prints what holds no key")->required();
  verb->add_option("--key", options->key, "file with the private key");
  verb->add_option("--chain", options->chain, "files with further certificates");
  verb->add_option("--name", options->convert.name, "p12: friendly name (the common name)");
  verb->add_option("--root", options->root, "what becomes of the root: last, none or first");
  verb->add_flag("--der", options->convert.der, "p8, p7b: DER instead of PEM");
  verb->add_flag("--trust", options->convert.trust,
                 "p12: a trust store of certificates, as Java takes it");
  verb->add_flag("--leaf-only", options->convert.leaf_only, "p12, combined: without the chain");
  verb->add_option("--password", options->source.password,
                   "passphrase of the input: env:NAME, file:PATH or fd:N");
  verb->add_option("--output", options->output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  verb->add_option("--out-password", options->out_password,
                   "passphrase that encrypts the output: env:NAME, file:PATH or fd:N");
  verb->callback([options, &exit_code] { exit_code = finish(run_convert(*options)); });
}

// --- bundle

struct BundleOptions {
  std::string output = "text";
  std::vector<std::string> sources;
  std::string out;
  std::string root = "last";
  SourceOptions source;
};

Result<Answer> run_bundle(const BundleOptions& options) {
  auto place = pki::parse_root_place(options.root);
  if (!place) return with_context(place.error(), "--root");
  auto items = load_credentials(options.sources, options.source);
  if (!items) return items.error();
  std::vector<X509*> certificates;
  for (const auto& item : *items) {
    if (item.certificate) certificates.push_back(item.certificate.get());
  }
  auto ordered = pki::in_order(certificates, *place, options.sources.front());
  if (!ordered) return ordered.error();
  const auto text = pki::certificates_pem(*ordered);
  if (options.out == "-") return Answer{text};
  if (auto written = pki::write_public(options.out, text); !written) return written.error();
  if (options.output == "json") {
    auto order = nlohmann::ordered_json::array();
    for (const auto* certificate : *ordered) {
      order.push_back(pki::name_text(X509_get_subject_name(certificate)));
    }
    return Answer{dumped({{"written", {options.out}}, {"order", std::move(order)}})};
  }
  Answer out{fmt::format("{}: written, in this order:\n", options.out)};
  for (const auto* certificate : *ordered) {
    out.text +=
        fmt::format("  {}\n", printable(pki::name_text(X509_get_subject_name(certificate))));
  }
  return out;
}

void add_bundle(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<BundleOptions>();
  auto* verb = parent.add_subcommand(
      "bundle",
      "put certificates into one PEM file, each before its issuer, whatever order they "
      "come in");
  verb->add_option("FILE", options->sources, "files of any format; keys in them are left out")
      ->required();
  verb->add_option("--output", options->output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  verb->add_option("--out", options->out, "the new file, or - for standard output")->required();
  verb->add_option("--root", options->root,
                   "last; none: without roots; first: issuers before what they issued")
      ->capture_default_str();
  verb->add_option("--password", options->source.password,
                   "passphrase of the input: env:NAME, file:PATH or fd:N");
  verb->callback([options, &exit_code] { exit_code = finish(run_bundle(*options)); });
}

// --- rehash

struct RehashOptions {
  std::string folder;
  std::string output = "text";
};

std::string rehash_text(const pki::RehashReport& report) {
  std::string out;
  for (const auto& line : report.created) out += fmt::format("linked {}\n", line);
  for (const auto& line : report.removed) out += fmt::format("removed {}\n", line);
  for (const auto& line : report.notes) out += line + "\n";
  return out + fmt::format("{} linked, {} removed, {} unchanged\n", report.created.size(),
                           report.removed.size(), report.kept.size());
}

Result<Answer> run_rehash(const RehashOptions& options) {
  auto report = pki::rehash(options.folder);
  if (!report) return report.error();
  if (options.output == "text") return Answer{rehash_text(*report)};
  const nlohmann::ordered_json json{{"linked", report->created},
                                    {"removed", report->removed},
                                    {"unchanged", report->kept},
                                    {"notes", report->notes}};
  return Answer{json.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n"};
}

void add_rehash(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<RehashOptions>();
  auto* verb = parent.add_subcommand(
      "rehash", "make the hash links that OpenSSL looks up in a folder of certificates and CRLs");
  verb->add_option("DIR", options->folder, "the folder")->required();
  verb->add_option("--output", options->output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  verb->callback([options, &exit_code] { exit_code = finish(run_rehash(*options)); });
}

}  // namespace

void add_format_verbs(CLI::App& parent, int& exit_code) {
  add_convert(parent, exit_code);
  add_bundle(parent, exit_code);
  add_rehash(parent, exit_code);
}

}  // namespace handfast::app
