#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <functional>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <thread>
#include <vector>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/app/pki/answer.hpp"
#include "harness/app/pki/home_revocation.hpp"
#include "harness/app/pki/verbs.hpp"
#include "harness/responder/ocsp_client.hpp"
#include "harness/responder/serve.hpp"

namespace handfast::app {

namespace {

using Json = nlohmann::ordered_json;

Result<void> read_duration(const std::string& text, const char* option, Nanos& out) {
  if (text.empty()) return {};
  auto value = parse_duration(text);
  if (!value) return with_context(value.error(), option);
  out = *value;
  return {};
}

// --- serve

struct ServeVerbOptions {
  std::string listen;  ///< empty: where the home says, or any free port
  std::vector<std::string> crls;
  std::vector<std::string> stale_crls;
  std::vector<std::string> certificates;
  std::string ocsp_path;
  pki::OcspFiles ocsp;
  pki::OcspOptions answers;
  bool no_nonce = false;
  std::string valid = "1h";
  std::string archive_cutoff;
  std::string delay;
  std::string wrong_status;
  std::string variant = "none";
  std::string down = "no";
  std::string duration;
  std::string output = "text";
  responder::Faults faults;
  bool log = false;
  HomeOptions home;        ///< served when no files are named
  std::string designated;  ///< identity that signs all OCSP answers of the home

  bool names_files() const {
    return !crls.empty() || !stale_crls.empty() || !certificates.empty() || !ocsp_path.empty();
  }
};

Result<pki::OcspOptions> answers_of(const ServeVerbOptions& options) {
  auto out = options.answers;
  out.echo_nonce = !options.no_nonce;
  if (auto read = read_duration(options.valid, "--valid", out.validity); !read) {
    return read.error();
  }
  if (options.archive_cutoff.empty()) return out;
  Nanos cutoff{};
  auto read = read_duration(options.archive_cutoff, "--archive-cutoff", cutoff);
  if (!read) return read.error();
  out.archive_cutoff = cutoff;
  return out;
}

Result<std::vector<responder::PathFile>> places(const std::vector<std::string>& texts,
                                                const std::string& option) {
  std::vector<responder::PathFile> out;
  for (const auto& text : texts) {
    auto place = responder::parse_path_file(text, option);
    if (!place) return place.error();
    out.push_back(std::move(*place));
  }
  return out;
}

Result<responder::ServeFiles> files_of(const ServeVerbOptions& options) {
  responder::ServeFiles out;
  auto crls = places(options.crls, "--crl");
  if (!crls) return crls.error();
  auto stale = places(options.stale_crls, "--stale-crl");
  if (!stale) return stale.error();
  auto certificates = places(options.certificates, "--cert");
  if (!certificates) return certificates.error();
  out.crls = std::move(*crls);
  out.stale_crls = std::move(*stale);
  out.certificates = std::move(*certificates);
  if (!options.ocsp_path.empty()) {
    if (options.ocsp.ca.empty()) return usage_problem("--ocsp needs --ca");
    auto answers = answers_of(options);
    if (!answers) return answers.error();
    responder::OcspPlace place{options.ocsp_path, {options.ocsp}, *answers};
    out.ocsp.push_back(std::move(place));
  }
  return out;
}

Result<responder::Faults> faults_of(const ServeVerbOptions& options) {
  auto out = options.faults;
  if (auto read = read_duration(options.delay, "--delay", out.delay); !read) return read.error();
  auto down = responder::parse_down(options.down);
  if (!down) return with_context(down.error(), "--down");
  out.down = *down;
  if (!options.wrong_status.empty() && options.variant != "none") {
    return usage_problem("--wrong-status and --variant exclude each other");
  }
  const auto name = options.wrong_status.empty() ? options.variant : "says-" + options.wrong_status;
  auto variant = pki::parse_ocsp_variant(name);
  if (!variant) return variant.error();
  out.ocsp = *variant;
  return out;
}

std::string counts_json(const responder::Responder& served, const responder::Counts& counts) {
  const Json out{{"url", served.url()},
                 {"requests", counts.requests},
                 {"connections", counts.connections},
                 {"by_kind", counts.by_kind},
                 {"by_path", counts.by_path}};
  return out.dump(2) + "\n";
}

/// Puts everything on the site, at the start and after SIGHUP; the paths that are served.
using Filler = std::function<Result<std::vector<std::string>>(responder::Site&)>;

Result<Filler> filler_of(const ServeVerbOptions& options) {
  std::error_code error;
  if (!options.names_files() && options.home.manifest == HomeOptions{}.manifest &&
      !std::filesystem::exists(options.home.manifest, error)) {
    return usage_problem("there is nothing to serve", {},
                         "give --crl, --cert or --ocsp, or the --manifest of a home");
  }
  if (!options.names_files()) {
    auto answers = answers_of(options);
    if (!answers) return answers.error();
    return Filler([home = options.home, designated = options.designated,
                   answers = *answers](responder::Site& site) -> Result<std::vector<std::string>> {
      auto served = serve_home(home, designated, answers, site);
      if (!served) return served.error();
      return std::move(served->paths);
    });
  }
  auto files = files_of(options);
  if (!files) return files.error();
  // Revocations without a time happened when the program was started, also after a reload.
  const auto begun = std::chrono::system_clock::now();
  return Filler([files = *files, begun](responder::Site& site) -> Result<std::vector<std::string>> {
    if (auto filled = responder::fill_site(site, files, begun); !filled) return filled.error();
    std::vector<std::string> paths;
    for (const auto& place : files.crls) paths.push_back(place.path);
    for (const auto& place : files.certificates) paths.push_back(place.path);
    for (const auto& place : files.ocsp) paths.push_back(place.path);
    return paths;
  });
}

/// What --listen says, or else what the certificates of the home name.
Result<std::string> listen_of(const ServeVerbOptions& options) {
  if (!options.listen.empty()) return options.listen;
  if (options.names_files()) return std::string("127.0.0.1:0");
  auto named = listen_of_home(options.home);
  if (!named) return named.error();
  return named->empty() ? std::string("127.0.0.1:0") : *named;
}

void announce(const responder::Responder& served, const std::vector<std::string>& paths) {
  fmt::print(stderr, "serving on {}; stop with Ctrl-C\n", served.url());
  for (const auto& path : paths) fmt::print(stderr, "  {}\n", served.url(path));
}

Result<Answer> run_serve(const ServeVerbOptions& options) {
  auto fill = filler_of(options);
  if (!fill) return fill.error();
  auto faults = faults_of(options);
  if (!faults) return faults.error();
  std::optional<Nanos> limit;
  if (!options.duration.empty()) {
    Nanos value{};
    if (auto read = read_duration(options.duration, "--for", value); !read) return read.error();
    limit = value;
  }
  auto listen = listen_of(options);
  if (!listen) return listen.error();
  responder::ResponderOptions settings{.listen = *listen};
  if (options.log) {
    settings.on_access = [](const responder::Access& access) {
      fmt::print(stderr, "{}\n", responder::access_text(access));
    };
  }
  auto started = responder::Responder::start(std::move(settings));
  if (!started) return started.error();
  auto& served = **started;
  auto paths = (*fill)(served.site());
  if (!paths) return paths.error();
  if (auto set = served.set_faults(*faults); !set) return set.error();
  announce(served, *paths);
  responder::wait_for_interrupt(limit, [&] {
    auto again = (*fill)(served.site());
    const auto outcome = again ? std::string("read again") : again.error().text();
    fmt::print(stderr, "handfast pki: {}\n", outcome);
  });
  served.stop();
  const auto counts = served.site().counts();
  return Answer{options.output == "json" ? counts_json(served, counts)
                                         : responder::counts_text(counts)};
}

void add_serve_faults(CLI::App& verb, ServeVerbOptions& options) {
  verb.add_option("--delay", options.delay, "wait before each answer: 500ms");
  verb.add_option("--wrong-status", options.wrong_status,
                  "OCSP says good, revoked or unknown, whatever is true")
      ->check(CLI::IsMember({"good", "revoked", "unknown"}));
  verb.add_option("--variant", options.variant, "OCSP answers wrong in one thing; see pki ocsp");
  verb.add_flag("--stale", options.faults.stale,
                "OCSP answers past their end, and the CRLs of --stale-crl");
  verb.add_option("--down", options.down, "no, refuse, close or hang")->capture_default_str();
  verb.add_option("--http-status", options.faults.http_status, "answer everything with it")
      ->check(CLI::Range(200, 599));
  verb.add_flag("--wrong-content-type", options.faults.wrong_content_type, "text/html");
  verb.add_flag("--truncate", options.faults.truncated, "stop in the middle of each body");
  verb.add_flag("--pem", options.faults.pem, "CRLs as PEM");
}

void add_serve(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<ServeVerbOptions>();
  auto* verb = parent.add_subcommand(
      "serve", "serve CRLs, CA certificates and OCSP on loopback; SIGHUP reads the files again");
  verb->add_option("--listen", options->listen,
                   "loopback address and port, 0: any free one; of a home what its URLs name");
  verb->add_option("--manifest", options->home.manifest, "serve the home of it, without files")
      ->capture_default_str();
  verb->add_option("--home", options->home.home, "folder of the output, not the manifest's");
  verb->add_option("--ocsp-signer", options->designated,
                   "identity of the home that signs all OCSP answers: a designated responder");
  verb->add_option("--crl", options->crls, "PATH=FILE; may be repeated");
  verb->add_option("--stale-crl", options->stale_crls, "PATH=FILE, served there with --stale");
  verb->add_option("--cert", options->certificates, "PATH=FILE, for authorityInfoAccess");
  verb->add_option("--ocsp", options->ocsp_path, "path of the OCSP responder: /ocsp");
  verb->add_option("--ca", options->ocsp.ca, "the CA that it answers for");
  verb->add_option("--key", options->ocsp.key, "the CA's private key, when it signs itself");
  verb->add_option("--signer", options->ocsp.signer, "certificate of a delegated signer");
  verb->add_option("--signer-key", options->ocsp.signer_key, "its private key");
  verb->add_option("--revoked", options->ocsp.revoked, "as for crl; may be repeated");
  verb->add_option("--issued", options->ocsp.issued,
                   "certificates, serials or a list: all others are unknown");
  verb->add_option("--valid", options->valid, "how long OCSP answers are valid")
      ->capture_default_str();
  verb->add_flag("--no-nonce", options->no_nonce, "repeat no nonce");
  verb->add_option("--archive-cutoff", options->archive_cutoff,
                   "say that revocations are kept for so long: 365d");
  add_serve_faults(*verb, *options);
  verb->add_flag("--log", options->log, "a line on stderr for each request");
  verb->add_option("--for", options->duration, "stop after that long");
  verb->add_option("--output", options->output, "how to print the counts: text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  verb->callback([options, &exit_code] { exit_code = finish(run_serve(*options)); });
}

// --- ask

struct AskVerbOptions {
  std::string certificate;
  std::string issuer;
  std::string url;
  std::string designated;
  std::string limit = "10s";
  std::string every;
  std::string output = "text";
  unsigned times = 1;
  bool no_nonce = false;
};

std::string ask_text(const AskVerbOptions& options, const responder::OcspOutcome& outcome) {
  const auto& verdict = outcome.verdict;
  const auto said = verdict.status ? to_string(*verdict.status) : "no usable answer";
  if (options.output == "text") {
    return verdict.status ? fmt::format("{}: {}\n", options.certificate, said)
                          : fmt::format("{}: {}: {}\n", options.certificate, said, verdict.refusal);
  }
  Json out{{"file", options.certificate}, {"url", outcome.url}};
  out["status"] = verdict.status ? Json(std::string(to_string(verdict.status->status))) : Json();
  if (verdict.status && verdict.status->reason) {
    out["reason"] = std::string(to_string(*verdict.status->reason));
  }
  if (!verdict.refusal.empty()) out["refusal"] = verdict.refusal;
  out["signer"] = verdict.signer;
  if (verdict.this_update) out["this_update"] = rfc3339(*verdict.this_update);
  if (verdict.next_update) out["next_update"] = rfc3339(*verdict.next_update);
  out["nonce_matched"] = verdict.nonce_matched;
  return out.dump() + "\n";  // one line for each question: they may be many
}

std::string silence_text(const AskVerbOptions& options, const Problem& problem) {
  if (options.output == "text") return fmt::format("{}: {}\n", options.certificate, problem.text());
  const Json out{{"file", options.certificate}, {"status", Json()}, {"refusal", problem.text()}};
  return out.dump() + "\n";
}

Result<Answer> run_ask(const AskVerbOptions& options) {
  auto certificate = pki::load_certificate(options.certificate);
  if (!certificate) return certificate.error();
  auto issuer = pki::load_certificate(options.issuer);
  if (!issuer) return issuer.error();
  responder::OcspCheck check{.url = options.url, .nonce = !options.no_nonce};
  tls::CertificatePtr designated;
  if (!options.designated.empty()) {
    auto loaded = pki::load_certificate(options.designated);
    if (!loaded) return loaded.error();
    designated = std::move(*loaded);
    check.designated = designated.get();
  }
  if (auto read = read_duration(options.limit, "--limit", check.limit); !read) return read.error();
  Nanos every{0};
  if (auto read = read_duration(options.every, "--every", every); !read) return read.error();
  Answer last;
  for (unsigned i = 0; i < options.times; ++i) {
    if (i > 0) {
      fmt::print("{}", last.text);
      std::fflush(stdout);
      std::this_thread::sleep_for(every);
    }
    auto outcome = responder::check_ocsp(certificate->get(), issuer->get(), check,
                                         std::chrono::system_clock::now());
    if (!outcome && options.times == 1) return outcome.error();
    if (!outcome) {
      // A monitor goes on: the responder may be up again next time.
      last = {silence_text(options, outcome.error()), false};
      continue;
    }
    const auto& status = outcome->verdict.status;
    const bool good = status && status->status == pki::CertificateStatus::good;
    last = {ask_text(options, *outcome), good};
  }
  return last;
}

void add_ask(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<AskVerbOptions>();
  auto* verb = parent.add_subcommand(
      "ask", "ask an OCSP responder for a certificate's status; exit 0 only when it is good");
  verb->add_option("CERT", options->certificate, "the certificate")->required();
  verb->add_option("--issuer", options->issuer, "its CA's certificate")->required();
  verb->add_option("--url", options->url, "the responder; the certificate's own unless given");
  verb->add_option("--responder", options->designated,
                   "certificate of the only responder that is trusted");
  verb->add_option("--limit", options->limit, "how long an answer may take")->capture_default_str();
  verb->add_option("--every", options->every, "time between two questions: 1h");
  verb->add_option("--times", options->times, "how many questions")->capture_default_str();
  verb->add_flag("--no-nonce", options->no_nonce, "ask without a nonce");
  verb->add_option("--output", options->output, "text or json (one line each)")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  verb->callback([options, &exit_code] { exit_code = finish(run_ask(*options)); });
}

}  // namespace

void add_responder_verbs(CLI::App& parent, int& exit_code) {
  add_serve(parent, exit_code);
  add_ask(parent, exit_code);
}

}  // namespace handfast::app
