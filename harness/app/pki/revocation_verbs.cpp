#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/app/pki/answer.hpp"
#include "harness/app/pki/home_options.hpp"
#include "harness/app/pki/home_revocation.hpp"
#include "harness/app/pki/verbs.hpp"
#include "pki/files/files.hpp"
#include "pki/mint/validity.hpp"
#include "pki/revocation/crl_reader.hpp"
#include "pki/revocation/ocsp.hpp"
#include "pki/revocation/revocation_files.hpp"
#include "pki/revocation/revocation_list.hpp"

namespace handfast::app {

namespace {

using Json = nlohmann::ordered_json;

WallTime now_s() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

Result<WallTime> time_or_now(const std::string& text) {
  if (text.empty()) return now_s();
  return pki::parse_time(text);
}

void add_output(CLI::App& verb, std::string& output) {
  verb.add_option("--output", output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
}

template <class Infos>
std::string variant_help(const Infos& infos) {
  std::string out = "wrong on purpose, in one thing:";
  for (const auto& info : infos) out += fmt::format("\n  {}: {}", info.name, info.what);
  return out;
}

// --- crl

struct CrlVerbOptions {
  std::string authority;  ///< of a home; empty: from files
  HomeOptions home;
  int days = 0;
  std::string ca;
  std::string key;
  std::vector<std::string> revoked;
  std::string out;
  std::string form = "der";
  std::string at;
  std::string valid = "7d";
  std::string only;
  std::string digest;
  std::string variant = "none";
  std::string output = "text";
  std::vector<std::string> points;
  std::uint64_t number = 1;
  std::optional<std::uint64_t> delta_base;
};

Result<pki::CrlContent> content_of(const CrlVerbOptions& options) {
  pki::CrlContent out;
  auto at = time_or_now(options.at);
  if (!at) return with_context(at.error(), "--at");
  auto valid = parse_duration(options.valid);
  if (!valid) return with_context(valid.error(), "--valid");
  auto revoked = pki::load_all_revoked(options.revoked, *at);
  if (!revoked) return with_context(revoked.error(), "--revoked");
  out.entries = std::move(*revoked);
  out.this_update = *at;
  out.next_update = *at + *valid;
  out.number = options.number;
  out.delta_base = options.delta_base;
  out.digest = options.digest;
  if (!options.points.empty() || !options.only.empty()) {
    out.scope = pki::DistributionScope{.uris = options.points,
                                       .only_user = options.only == "user",
                                       .only_ca = options.only == "ca"};
  }
  return out;
}

std::string crl_answer(const CrlVerbOptions& options, ByteView der, std::size_t entries) {
  if (options.output == "json") {
    const Json answer{{"file", options.out},
                      {"octets", der.size()},
                      {"entries", entries},
                      {"number", options.number},
                      {"variant", options.variant}};
    return answer.dump(2) + "\n";
  }
  const auto as = options.variant == "none" ? "" : fmt::format(", {}", options.variant);
  return fmt::format("{}: CRL number {}, {} {}{}\n", options.out, options.number, entries,
                     entries == 1 ? "entry" : "entries", as);
}

/// From a home: what is on it is in the state.
Result<Answer> run_home_crl(CrlVerbOptions options) {
  if (!options.ca.empty() || !options.revoked.empty() || !options.out.empty()) {
    return usage_problem("AUTHORITY excludes --ca, --revoked and --out", {},
                         "its state says what is revoked");
  }
  options.home.at = options.at;
  options.home.output = options.output;
  std::optional<Nanos> valid;
  if (options.days > 0) valid = std::chrono::hours(24) * options.days;
  return crl_of_home(options.home, options.authority, valid);
}

Result<Answer> run_crl(const CrlVerbOptions& options) {
  if (!options.authority.empty()) return run_home_crl(options);
  if (options.ca.empty() || options.key.empty() || options.out.empty()) {
    return usage_problem("say which CRL to make", {},
                         "an authority of the manifest, or --ca, --key and --out");
  }
  auto variant = pki::parse_crl_variant(options.variant);
  if (!variant) return variant.error();
  auto issuer = pki::load_keyed_certificate(options.ca, options.key);
  if (!issuer) return issuer.error();
  auto content = content_of(options);
  if (!content) return content.error();
  auto der = pki::make_crl(*content, issuer->certificate.get(), issuer->key.get(), *variant);
  if (!der) return der.error();
  const auto text = options.form == "pem" ? pki::crl_pem(*der) : std::string(as_text(*der));
  if (auto written = pki::write_file(options.out, text, 0644); !written) return written.error();
  return Answer{crl_answer(options, *der, content->entries.size())};
}

void add_crl(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<CrlVerbOptions>();
  auto* verb = parent.add_subcommand("crl", "make a certificate revocation list");
  verb->add_option("AUTHORITY", options->authority, "of the manifest: write its CRL into the home");
  verb->add_option("--manifest", options->home.manifest, "the manifest")->capture_default_str();
  verb->add_option("--home", options->home.home, "folder of the output, not the manifest's");
  verb->add_option("--days", options->days, "with AUTHORITY: how long it is valid")
      ->check(CLI::Range(1, 36500));
  verb->add_option("--ca", options->ca, "without AUTHORITY: the CA's certificate");
  verb->add_option("--key", options->key, "its private key");
  verb->add_option(
      "--revoked", options->revoked,
      "SERIAL[:reason[:time]], CERT[:reason[:time]], a CRL or a list; may be repeated");
  verb->add_option("--out", options->out, "the file to write");
  verb->add_option("--form", options->form, "der or pem")
      ->check(CLI::IsMember({"der", "pem"}))
      ->capture_default_str();
  verb->add_option("--number", options->number, "cRLNumber")->capture_default_str();
  verb->add_option("--at", options->at, "thisUpdate; now unless given");
  verb->add_option("--valid", options->valid, "nextUpdate is that long after thisUpdate")
      ->capture_default_str();
  verb->add_option("--idp", options->points,
                   "URL of an issuing distribution point; may be repeated");
  verb->add_option("--only", options->only, "distribution point for user or for ca certificates")
      ->check(CLI::IsMember({"user", "ca"}));
  verb->add_option("--delta", options->delta_base, "a delta CRL against that number");
  verb->add_option("--digest", options->digest, "digest of the signature; sha256 unless given");
  verb->add_option("--variant", options->variant, variant_help(pki::crl_variants()))
      ->capture_default_str();
  add_output(*verb, options->output);
  verb->callback([options, &exit_code] { exit_code = finish(run_crl(*options)); });
}

// --- ocsp

struct OcspVerbOptions {
  std::string authority;  ///< of a home; empty: from files
  HomeOptions home;
  pki::OcspFiles files;
  pki::OcspOptions answer;
  std::string certificate;
  std::string out;
  std::string at;
  std::string valid = "1h";
  std::string variant = "none";
  std::string output = "text";
};

std::string ocsp_answer(const OcspVerbOptions& options, const pki::OcspAnswer& answer) {
  if (options.output == "json") {
    const Json out{{"file", options.out},
                   {"octets", answer.der.size()},
                   {"answer", answer.summary},
                   {"variant", options.variant}};
    return out.dump(2) + "\n";
  }
  return fmt::format("{}: {}\n", options.out, answer.summary);
}

Result<Answer> run_ocsp(OcspVerbOptions options) {
  auto variant = pki::parse_ocsp_variant(options.variant);
  if (!variant) return variant.error();
  auto at = time_or_now(options.at);
  if (!at) return with_context(at.error(), "--at");
  auto valid = parse_duration(options.valid);
  if (!valid) return with_context(valid.error(), "--valid");
  options.answer.validity = *valid;
  if (!options.authority.empty()) {
    options.home.at = options.at;
    options.home.output = options.output;
    return ocsp_of_home(options.home, options.authority, options.certificate, options.out,
                        options.answer);
  }
  if (options.files.ca.empty()) {
    return usage_problem("say who answers", {}, "an authority of the manifest, or --ca");
  }
  auto authority = pki::load_ocsp_authority(options.files, *at);
  if (!authority) return authority.error();
  auto certificate = pki::load_certificate(options.certificate);
  if (!certificate) return certificate.error();
  std::vector<pki::OcspAuthority> authorities;
  authorities.push_back(std::move(*authority));
  auto responder = pki::OcspResponder::make(std::move(authorities), options.answer);
  if (!responder) return responder.error();
  auto answer = responder->staple(certificate->get(), *at, *variant);
  if (!answer) return answer.error();
  auto written = pki::write_file(options.out, as_text(answer->der), 0644);
  if (!written) return written.error();
  return Answer{ocsp_answer(options, *answer)};
}

void add_ocsp(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<OcspVerbOptions>();
  auto* verb =
      parent.add_subcommand("ocsp", "make the OCSP answer for a certificate, to staple it");
  verb->add_option("AUTHORITY", options->authority, "of the manifest; --for is an entry then");
  verb->add_option("--manifest", options->home.manifest, "the manifest")->capture_default_str();
  verb->add_option("--home", options->home.home, "folder of the output, not the manifest's");
  verb->add_option("--ca", options->files.ca, "without AUTHORITY: the CA's certificate");
  verb->add_option("--key", options->files.key, "its private key, when it signs itself");
  verb->add_option("--signer", options->files.signer, "certificate of a delegated signer");
  verb->add_option("--signer-key", options->files.signer_key, "its private key");
  verb->add_option("--for", options->certificate, "the certificate to answer for")->required();
  verb->add_option("--revoked", options->files.revoked, "as for crl; may be repeated");
  verb->add_option("--issued", options->files.issued,
                   "certificates, serials or a list: all others are unknown");
  verb->add_option("--out", options->out, "the file to write (DER)")->required();
  verb->add_option("--at", options->at, "thisUpdate; now unless given");
  verb->add_option("--valid", options->valid, "nextUpdate is that long after thisUpdate")
      ->capture_default_str();
  verb->add_option("--digest", options->answer.digest, "digest of the signature");
  verb->add_option("--variant", options->variant, variant_help(pki::ocsp_variants()))
      ->capture_default_str();
  add_output(*verb, options->output);
  verb->callback([options, &exit_code] { exit_code = finish(run_ocsp(*options)); });
}

}  // namespace

void add_revocation_verbs(CLI::App& parent, int& exit_code) {
  add_crl(parent, exit_code);
  add_ocsp(parent, exit_code);
}

}  // namespace handfast::app
