#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/app/pki/answer.hpp"
#include "harness/app/pki/verbs.hpp"
#include "pki/mint/key.hpp"
#include "pki/requests/request_files.hpp"

namespace handfast::app {

namespace {

/// What the three verbs have in common, as typed.
struct RequestOptions {
  std::string base_name;
  std::vector<std::string> names;
  std::string folder = ".";
  std::string key = "p256";
  std::string key_file;
  std::string profile;
  std::string hash = "sha256";
  std::string valid;
  std::string from;
  std::string to;
  std::string output = "text";
  // sign
  std::string ca;
  std::string ca_key;
  std::string out;
  std::vector<std::string> copy{"san"};
};

std::string text_of(const pki::FilesReport& report) {
  std::string out;
  const auto list = [&out](std::string_view title, const std::vector<std::string>& items) {
    if (!items.empty()) out += fmt::format("{:<9} {}\n", title, join(items, ", "));
  };
  out += fmt::format("{:<9} {}\n", "subject", printable(report.subject));
  list("names", report.names);
  out += fmt::format("{:<9} {}\n", "key", report.key);
  if (!report.not_after.empty()) {
    out += fmt::format("{:<9} {} to {}\n", "valid", report.not_before, report.not_after);
  }
  list("kept", report.kept);
  list("dropped", report.dropped);
  list("added", report.added);
  for (const auto& note : report.notes) out += fmt::format("{:<9} {}\n", "note", note);
  for (const auto& file : report.written) out += fmt::format("written {}\n", file);
  return out;
}

std::string json_of(const pki::FilesReport& report) {
  nlohmann::ordered_json out{{"subject", report.subject}, {"key", report.key}};
  out["names"] = report.names;
  if (!report.not_after.empty()) {
    out["not_before"] = report.not_before;
    out["not_after"] = report.not_after;
  }
  out["kept"] = report.kept;
  out["dropped"] = report.dropped;
  out["added"] = report.added;
  out["notes"] = report.notes;
  out["written"] = report.written;
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

Result<Answer> answer_for(const Result<pki::FilesReport>& report, const RequestOptions& options) {
  if (!report) return report.error();
  return Answer{options.output == "json" ? json_of(*report) : text_of(*report)};
}

Result<pki::Profile> profile_called(const std::string& name) {
  const auto* found = pki::find_profile(name);
  if (found != nullptr) return *found;
  std::vector<std::string> names;
  for (const auto& profile : pki::built_in_profiles()) names.push_back(profile.name);
  return usage_problem(fmt::format("unknown profile \"{}\"", printable(name)), {},
                       suggest(name, names));
}

/// `--valid`, or `--from` and `--to`; `usual` when none is given.
Result<pki::Validity> validity_of(const RequestOptions& options, Nanos usual) {
  auto out = pki::Validity::lasting(usual);
  if (!options.valid.empty()) {
    auto life = parse_duration(options.valid);
    if (!life) return with_context(life.error(), "--valid");
    out = pki::Validity::lasting(*life);
  }
  if (!options.from.empty()) {
    auto moment = pki::parse_moment(options.from);
    if (!moment) return with_context(moment.error(), "--from");
    out.from = *moment;
  }
  if (!options.to.empty()) {
    auto moment = pki::parse_moment(options.to);
    if (!moment) return with_context(moment.error(), "--to");
    out.to = *moment;
  }
  return out;
}

constexpr std::chrono::hours day{24};

Result<pki::NewRequest> new_request(const RequestOptions& options, const std::string& usual) {
  pki::NewRequest out{.folder = options.folder, .base_name = options.base_name};
  auto names = pki::parse_name_arguments(options.names);
  if (!names) return names.error();
  out.names = std::move(*names);
  auto profile = profile_called(options.profile.empty() ? usual : options.profile);
  if (!profile) return profile.error();
  out.profile = std::move(*profile);
  auto key = pki::parse_key_type(options.key);
  if (!key) return key.error();
  out.key = *key;
  out.existing_key = options.key_file;
  auto hash = pki::parse_hash(options.hash);
  if (!hash) return hash.error();
  out.signature.hash = *hash;
  return out;
}

Result<Answer> run_csr(const RequestOptions& options) {
  auto request = new_request(options, "server");
  if (!request) return request.error();
  return answer_for(pki::write_request(*request), options);
}

Result<Answer> run_self_signed(const RequestOptions& options) {
  const bool leaf = std::any_of(options.names.begin(), options.names.end(), [](const auto& name) {
    return name.starts_with("subjectAltName:");
  });
  auto request = new_request(options, leaf ? "selfserver" : "ca");
  if (!request) return request.error();
  const auto usual = request->profile.ca ? day * 3650 : day * 365;
  auto validity = validity_of(options, usual);
  if (!validity) return validity.error();
  return answer_for(
      pki::write_self_signed({std::move(*request), *validity, std::chrono::system_clock::now()}),
      options);
}

Result<Answer> run_sign(const RequestOptions& options) {
  pki::RequestToSign sign{.request = options.base_name,
                          .ca = options.ca,
                          .ca_key = options.ca_key,
                          .out = options.out,
                          .end_is_asked = !options.valid.empty() || !options.to.empty(),
                          .now = std::chrono::system_clock::now()};
  auto profile = profile_called(options.profile.empty() ? "server" : options.profile);
  if (!profile) return profile.error();
  sign.profile = std::move(*profile);
  for (const auto& word : options.copy) {
    if (word == "none") continue;
    auto part = pki::parse_copy_part(word);
    if (!part) return with_context(part.error(), "--copy");
    sign.copy.insert(*part);
  }
  auto validity = validity_of(options, day * 397);
  if (!validity) return validity.error();
  sign.validity = *validity;
  auto hash = pki::parse_hash(options.hash);
  if (!hash) return hash.error();
  sign.signature.hash = *hash;
  return answer_for(pki::sign_request_file(sign), options);
}

void add_output(CLI::App& verb, RequestOptions& options) {
  verb.add_option("--output", options.output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
}

void add_names(CLI::App& verb, RequestOptions& options) {
  verb.add_option("NAME", options.base_name, "base name of the files")->required();
  verb.add_option("SUBJECT", options.names,
                  "CN:www.example.com, and OU: O: L: ST: C: subjectAltName:a,b as wanted")
      ->required();
  verb.add_option("--dir", options.folder, "where to write")->capture_default_str();
  verb.add_option("--key-type", options.key, "p256 p384 p521 ed25519 ed448 rsa2048 rsapss2048 ...")
      ->capture_default_str();
  verb.add_option("--hash", options.hash, "sha256, sha384 or sha512")->capture_default_str();
}

void add_validity(CLI::App& verb, RequestOptions& options) {
  verb.add_option("--valid", options.valid, "how long: 365d, 10y");
  verb.add_option("--from", options.from, "first moment: -1d, 2026-01-31");
  verb.add_option("--to", options.to, "last moment: +30d, 2027-01-31");
}

void add_csr(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<RequestOptions>();
  auto* verb =
      parent.add_subcommand("csr", "make a key and a certificate request: NAME.key, NAME.csr");
  add_names(*verb, *options);
  verb->add_option("--key", options->key_file,
                   "sign with this key instead of a new one; replaces NAME.csr");
  verb->add_option("--profile", options->profile, "whose usages to ask for (server)");
  add_output(*verb, *options);
  verb->callback([options, &exit_code] { exit_code = finish(run_csr(*options)); });
}

void add_self_signed(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<RequestOptions>();
  auto* verb = parent.add_subcommand(
      "selfsigned", "make a key and a certificate that signs itself: NAME.key, NAME.crt");
  add_names(*verb, *options);
  verb->add_option("--profile", options->profile,
                   "ca, or selfserver when there is a subjectAltName");
  add_validity(*verb, *options);
  add_output(*verb, *options);
  verb->callback([options, &exit_code] { exit_code = finish(run_self_signed(*options)); });
}

void add_sign(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<RequestOptions>();
  auto* verb = parent.add_subcommand("sign", "issue a certificate from a request: NAME.crt");
  verb->add_option("REQUEST", options->base_name, "the request, or NAME of NAME.csr")->required();
  verb->add_option("CA", options->ca, "the CA's certificate, or NAME of NAME.crt or NAME.pem")
      ->required();
  verb->add_option("--ca-key", options->ca_key, "the CA's key, when it is not NAME.key");
  verb->add_option("--out", options->out, "the certificate, when it is not to be NAME.crt");
  verb->add_option("--profile", options->profile, "what the certificate may be used for (server)");
  verb->add_option("--copy", options->copy,
                   "what is taken over from the request: san, usages or none")
      ->delimiter(',')
      ->capture_default_str();
  verb->add_option("--hash", options->hash, "sha256, sha384 or sha512")->capture_default_str();
  add_validity(*verb, *options);
  add_output(*verb, *options);
  verb->callback([options, &exit_code] { exit_code = finish(run_sign(*options)); });
}

}  // namespace

void add_request_verbs(CLI::App& parent, int& exit_code) {
  add_csr(parent, exit_code);
  add_self_signed(parent, exit_code);
  add_sign(parent, exit_code);
}

}  // namespace handfast::app
