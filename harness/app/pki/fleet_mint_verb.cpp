#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "core/base/file.hpp"
#include "core/base/problem.hpp"
#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "core/tls/identity.hpp"
#include "harness/app/pki/answer.hpp"
#include "harness/app/pki/fleet_progress.hpp"
#include "harness/app/pki/verbs.hpp"
#include "pki/fleet/fleet.hpp"
#include "pki/fleet/fleet_bulk.hpp"
#include "pki/fleet/fleet_mint.hpp"
#include "pki/fleet/fleet_seed.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/names.hpp"
#include "pki/mint/profile.hpp"
#include "pki/store/pki.hpp"

namespace handfast::app {

namespace {

namespace fs = std::filesystem;

struct MintOptions {
  std::string fleet;  ///< of the manifest; empty: everything from the options below
  std::string manifest = "pki.yaml";
  std::string home;
  std::string ca, ca_key, rogue_ca, rogue_key;
  std::vector<std::string> chain;
  std::string out;
  std::string name;
  std::uint64_t count = 0;
  std::string common_name = "dev-{i:06}";
  std::string subject;
  std::vector<std::string> names;
  std::string profile = "client";
  std::string key = "p256";
  std::uint64_t reuse = 0;
  std::string seed;
  std::string store = "pack";
  std::string valid = "397d";
  std::vector<std::string> mix;  ///< "revoked=1%"
  unsigned threads = 0;
  std::string output = "text";
};

/// What was made, for the last line.
struct Outcome {
  fs::path file;
  std::string store;
  pki::KeyType key = pki::KeyType::p256;
  std::uint64_t count = 0;
  double wall_seconds = 0;
};

std::string outcome_text(const Outcome& made, const std::string& output) {
  const auto cpu = cpu_seconds();
  const auto rate = cpu > 0 ? static_cast<double>(made.count) / cpu : 0;
  if (output == "json") {
    const nlohmann::ordered_json document{{"file", made.file.string()},
                                          {"store", made.store},
                                          {"key", std::string(pki::to_string(made.key))},
                                          {"count", made.count},
                                          {"cpu_seconds", cpu},
                                          {"wall_seconds", made.wall_seconds},
                                          {"per_cpu_second", rate}};
    return document.dump(2) + "\n";
  }
  return fmt::format(
      "{}: {} identities ({}, {}), {:.2f} CPU-seconds, {} per CPU-second, {:.2f} s\n",
      made.file.string(), grouped(made.count), pki::key_title(made.key), made.store, cpu,
      grouped(static_cast<std::uint64_t>(rate)), made.wall_seconds);
}

// --- from a manifest

Result<Answer> mint_from_manifest(const MintOptions& options) {
  auto manifest = pki::load_manifest(options.manifest);
  if (!manifest) return manifest.error();
  const auto* found = manifest->fleet(options.fleet);
  if (found == nullptr) {
    std::vector<std::string> known;
    for (const auto& entry : manifest->fleets) known.push_back(entry.name);
    return usage_problem(fmt::format("the manifest has no fleet \"{}\"", printable(options.fleet)),
                         options.manifest, suggest(options.fleet, known));
  }
  const auto fleet = *found;
  manifest->fleets = {fleet};
  FleetProgressLine line(fleet.name);
  auto report =
      pki::apply(*manifest, {.home = options.home, .fleets = line.options(options.threads)});
  if (!report) return report.error();
  const auto home = options.home.empty() ? manifest->home : fs::path(options.home);
  const bool made = std::find(report->written.begin(), report->written.end(), fleet.file) !=
                    report->written.end();
  if (!made && options.output == "text") {
    return Answer{fmt::format("{}: is what the manifest says already; nothing was minted\n",
                              (home / fleet.file).string())};
  }
  return Answer{outcome_text({.file = home / fleet.file,
                              .store = std::string(to_string(fleet.store)),
                              .key = fleet.key,
                              .count = made ? fleet.count : 0,
                              .wall_seconds = line.wall_seconds()},
                             options.output)};
}

// --- from options alone

/// "revoked=1%" of each word.
Result<pki::FleetMix> read_mix(const std::vector<std::string>& words) {
  pki::FleetMix mix;
  for (const auto& word : words) {
    const auto equals = word.find('=');
    const auto kind = pki::parse_fleet_member(word.substr(0, equals));
    if (equals == std::string::npos || !kind || *kind == pki::FleetMember::regular) {
      return usage_problem(fmt::format("\"{}\" is no part of a mix", printable(word)), "--mix",
                           "write for example revoked=1% expired=0.5% soon=2% rogue=0.1%");
    }
    auto share = parse_share(word.substr(equals + 1));
    if (!share) return share.error();
    (*kind == pki::FleetMember::revoked   ? mix.revoked
     : *kind == pki::FleetMember::expired ? mix.expired
     : *kind == pki::FleetMember::soon    ? mix.soon
                                          : mix.rogue) = *share;
  }
  return mix;
}

Result<pki::Profile> read_profile(const std::string& name) {
  if (const auto* known = pki::find_profile(name)) return *known;
  std::vector<std::string> names;
  for (const auto& profile : pki::built_in_profiles()) names.push_back(profile.name);
  return usage_problem(fmt::format("unknown profile \"{}\"", printable(name)), "--profile",
                       suggest(name, names));
}

Result<pki::FleetEntry> read_fleet(const MintOptions& options) {
  pki::FleetEntry fleet{
      .name = options.name.empty() ? fs::path(options.out).stem().string() : options.name,
      .issuer = "ca",
      .count = options.count,
      .names = options.names,
      .reuse = options.reuse,
      .seed = options.seed,
      .file = options.out,
      .where = {}};
  auto profile = read_profile(options.profile);
  if (!profile) return profile.error();
  fleet.profile = std::move(*profile);
  auto subject = pki::parse_subject(options.subject);
  if (!options.subject.empty() && !subject) return subject.error();
  if (!options.subject.empty()) fleet.subject = std::move(*subject);
  fleet.subject.common_name = options.common_name;
  auto key = pki::parse_key_type(options.key);
  if (!key) return key.error();
  fleet.key = *key;
  auto store = pki::parse_fleet_store(options.store);
  if (!store) return store.error();
  fleet.store = *store;
  auto valid = parse_duration(options.valid);
  if (!valid) return valid.error();
  fleet.validity = pki::Validity::lasting(*valid);
  auto mix = read_mix(options.mix);
  if (!mix) return mix.error();
  fleet.mix = *mix;
  return fleet;
}

/// An authority on disk.
struct Authority {
  pki::IssuerFiles files;
  tls::CertificatePtr certificate;
  tls::PkeyPtr key;
  std::vector<Bytes> chain;
  pki::Issuer issuer() const { return {certificate.get(), key.get()}; }
};

Result<Authority> load_authority(const std::string& certificate_file, const std::string& key_file,
                                 const std::vector<std::string>& chain) {
  Authority out;
  out.files.certificate = certificate_file;
  out.files.key = key_file;
  const auto text = read_file(certificate_file);
  if (!text) return text.error();
  auto certificates = tls::parse_certificates(*text, certificate_file);
  if (!certificates) return certificates.error();
  if (certificates->empty()) {
    return environment_problem("there is no certificate in the file", certificate_file);
  }
  out.certificate = std::move(certificates->front());
  const auto key_text = read_file(key_file);
  if (!key_text) return key_text.error();
  auto key = tls::parse_private_key(*key_text, key_file);
  if (!key) return key.error();
  out.key = std::move(*key);
  if (!pki::belongs_to(out.certificate.get(), out.key.get())) {
    return environment_problem(
        fmt::format("the key is not that of the certificate {}", certificate_file), key_file,
        "name the CA's own key");
  }
  if (!pki::is_self_issued(out.certificate.get())) out.files.chain.emplace_back(certificate_file);
  out.files.chain.insert(out.files.chain.end(), chain.begin(), chain.end());
  for (const auto& file : out.files.chain) {
    const auto more = read_file(file);
    if (!more) return more.error();
    auto list = tls::parse_certificates(*more, file.string());
    if (!list) return list.error();
    for (const auto& certificate : *list) out.chain.push_back(tls::to_der(certificate.get()));
  }
  return out;
}

Result<Answer> mint_from_options(const MintOptions& options) {
  if (options.ca.empty() || options.ca_key.empty() || options.out.empty() || options.count == 0) {
    return usage_problem(
        "name a fleet of the manifest, or give --ca, --ca-key, --count and --out", {},
        "handfast pki fleet mint --ca ca.pem --ca-key ca.key --count 1000 --out devices.pack");
  }
  auto fleet = read_fleet(options);
  if (!fleet) return fleet.error();
  auto good = load_authority(options.ca, options.ca_key, options.chain);
  if (!good) return good.error();
  Authority bad;
  if (!options.rogue_ca.empty()) {
    auto loaded = load_authority(options.rogue_ca, options.rogue_key, {});
    if (!loaded) return loaded.error();
    bad = std::move(*loaded);
  }
  const auto now = std::chrono::system_clock::now();
  FleetProgressLine line(fleet->name);
  auto minter = pki::FleetMinter::of(
      *fleet, {.regular = good->issuer(), .rogue = bad.issuer(), .publication = {}}, now);
  if (!minter) return minter.error();
  if (fleet->store == pki::FleetStore::seed) {
    auto written = pki::write_seed_descriptor(options.out, {.fleet = *fleet,
                                                            .minted = now,
                                                            .publication = {},
                                                            .issuer = good->files,
                                                            .rogue = bad.files});
    if (!written) return written.error();
  } else {
    auto writer = pki::create_fleet(
        fleet->store, options.out,
        {.key = fleet->key, .count = fleet->count, .chain = good->chain, .rogue_chain = bad.chain});
    if (!writer) return writer.error();
    auto minted = pki::mint_fleet(*minter, **writer, line.options(options.threads));
    if (!minted) return minted.error();
    if (auto done = (*writer)->commit(); !done) return done.error();
  }
  return Answer{outcome_text({.file = options.out,
                              .store = std::string(to_string(fleet->store)),
                              .key = fleet->key,
                              .count = fleet->count,
                              .wall_seconds = line.wall_seconds()},
                             options.output)};
}

}  // namespace

void add_fleet_mint_verb(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<MintOptions>();
  auto* verb = parent.add_subcommand("mint", "make the identities of a fleet");
  verb->add_option("FLEET", options->fleet, "a fleet of the manifest; without it, see --ca");
  verb->add_option("--manifest", options->manifest, "the manifest")->capture_default_str();
  verb->add_option("--home", options->home, "folder of the output, instead of the manifest's");
  const auto add = [&](const char* name, auto& target, const char* text) {
    return verb->add_option(name, target, text)->group("Without a manifest");
  };
  add("--ca", options->ca, "certificate of the issuing CA");
  add("--ca-key", options->ca_key, "its private key");
  add("--chain", options->chain, "more certificates to send behind each leaf");
  add("--count", options->count, "how many identities");
  add("--out", options->out, "file or folder to make; nothing is overwritten");
  add("--name", options->name, "the fleet's name; default: the name of --out");
  add("--cn", options->common_name, "common name: {i} {i:06} {hex:8} {uuid} {rand:12}")
      ->capture_default_str();
  add("--subject", options->subject, "the rest of the subject: \"C=CN, O=lab\"");
  add("--san", options->names, "template of a subject alternative name");
  add("--profile", options->profile, "what certificates are for")->capture_default_str();
  add("--key", options->key, "key type")->capture_default_str();
  add("--reuse", options->reuse, "so many keys, dealt in turn; 0: each its own");
  add("--seed", options->seed, "phrase that makes keys and serials the same again; TEST ONLY");
  add("--store", options->store, "pack, seed, bundle or files")->capture_default_str();
  add("--valid", options->valid, "how long")->capture_default_str();
  add("--mix", options->mix, "shares: revoked=1% expired=0.5% soon=2% rogue=0.1%");
  add("--rogue-ca", options->rogue_ca, "certificate of the CA that issues the rogue share");
  add("--rogue-key", options->rogue_key, "its private key");
  verb->add_option("--threads", options->threads, "0: as many as the machine runs at once")
      ->capture_default_str();
  verb->add_option("--output", options->output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  verb->callback([options, &exit_code] {
    exit_code =
        finish(options->fleet.empty() ? mint_from_options(*options) : mint_from_manifest(*options));
  });
}

}  // namespace handfast::app
