#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <array>
#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <system_error>
#include <utility>

#include "core/base/problem.hpp"
#include "harness/app/pki/answer.hpp"
#include "harness/app/pki/fleet_progress.hpp"
#include "harness/app/pki/verbs.hpp"
#include "pki/files/files.hpp"
#include "pki/fleet/fleet.hpp"
#include "pki/fleet/fleet_bulk.hpp"
#include "pki/fleet/fleet_files.hpp"
#include "pki/fleet/fleet_p12.hpp"
#include "pki/manifest/manifest.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/key.hpp"
#include "pki/mint/key_bytes.hpp"

namespace handfast::app {

namespace {

namespace fs = std::filesystem;

using FleetPtr = std::shared_ptr<const pki::Fleet>;

/// Where a fleet is: a path, or a fleet's name in a manifest.
struct Place {
  std::string fleet;
  std::string manifest = "pki.yaml";

  void add_to(CLI::App& verb) {
    verb.add_option("FLEET", fleet, "a pack, bundle, folder or descriptor, or a manifest's fleet")
        ->required();
    verb.add_option("--manifest", manifest, "where fleets are looked up by name")
        ->capture_default_str();
  }
  Result<fs::path> path() const {
    std::error_code error;
    if (fs::exists(fleet, error)) return fs::path(fleet);
    if (fs::exists(manifest, error)) {
      auto loaded = pki::load_manifest(manifest);
      if (!loaded) return loaded.error();
      if (const auto* entry = loaded->fleet(fleet)) return loaded->home / entry->file;
    }
    return environment_problem("there is no such fleet", fleet,
                               "name a file, or a fleet of the manifest " + manifest);
  }
  Result<FleetPtr> open() const {
    const auto file = path();
    if (!file) return file.error();
    return pki::open_fleet(*file);
  }
};

std::string chain_pem(const tls::Identity& identity) {
  auto text = pki::certificate_pem(identity.leaf());
  for (const X509* certificate : identity.intermediates()) {
    text += pki::certificate_pem(certificate);
  }
  return text;
}

// --- get

struct GetOptions {
  Place place;
  std::uint64_t index = 0;
  std::string out;
  bool pem = false;
};

std::string member_text(const pki::MintedIdentity& member, const tls::Identity& identity) {
  const X509* leaf = identity.leaf();
  const auto period = pki::period_of(leaf);
  return fmt::format(
      "subject: {}\nissuer: {}\nserial: {}\nkey: {}\nvalid: {} to {}\nkind: {}\nfingerprint: {}\n",
      pki::name_text(X509_get_subject_name(leaf)), pki::name_text(X509_get_issuer_name(leaf)),
      to_hex(member.serial), pki::describe_key(identity.key()), pki::time_text(period.not_before),
      pki::time_text(period.not_after), to_string(member.kind), pki::fingerprint(leaf));
}

/// The key goes to a file of mode 0600, never to the terminal.
Result<Answer> write_member(const GetOptions& options, const tls::Identity& identity) {
  std::error_code error;
  fs::create_directories(options.out, error);
  if (error) {
    return environment_problem("cannot make the folder: " + error.message(), options.out);
  }
  const auto name = pki::member_file(options.index, 0);
  const auto key_file = fs::path(options.out) / (name + ".key");
  const auto chain_file = fs::path(options.out) / (name + ".pem");
  auto key = pki::private_key_pem(identity.key());
  if (!key) return key.error();
  auto written = pki::create_file(key_file, *key, 0600);
  OPENSSL_cleanse(key->data(), key->size());
  if (!written) return written.error();
  if (auto done = pki::write_file(chain_file, chain_pem(identity), 0644); !done) {
    return done.error();
  }
  return Answer{fmt::format("{}: leaf and {} more\n{}: private key\n", chain_file.string(),
                            identity.intermediates().size(), key_file.string())};
}

Result<Answer> run_get(const GetOptions& options) {
  auto fleet = options.place.open();
  if (!fleet) return fleet.error();
  pki::MintedIdentity member;
  if (auto read = (*fleet)->read(options.index, member); !read) return read.error();
  OPENSSL_cleanse(member.key.data(), member.key.size());
  auto identity = (*fleet)->identity(options.index);
  if (!identity) return identity.error();
  if (options.pem) return Answer{chain_pem(*identity)};
  if (options.out.empty()) return Answer{member_text(member, *identity)};
  return write_member(options, *identity);
}

void add_get(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<GetOptions>();
  auto* verb = parent.add_subcommand("get", "show one identity, or write it to files");
  options->place.add_to(*verb);
  verb->add_option("INDEX", options->index, "which one, from 0 on")->required();
  verb->add_option("--out", options->out, "folder for INDEX.pem and INDEX.key (mode 0600)");
  verb->add_flag("--pem", options->pem, "print leaf and intermediates as PEM, without the key")
      ->excludes("--out");
  verb->callback([options, &exit_code] { exit_code = finish(run_get(*options)); });
}

// --- stat

struct StatOptions {
  Place place;
  bool check = false;
  std::string output = "text";
};

/// Looks at each member and drops it.
class Inspection final : public pki::FleetWriter {
 public:
  explicit Inspection(pki::KeyType type) : type_(type) {}
  Result<void> add(const pki::MintedIdentity& member) override {
    const auto key = pki::decode_key(member.key, type_);
    const unsigned char* position = member.certificate.data();
    const tls::CertificatePtr leaf(
        d2i_X509(nullptr, &position, static_cast<long>(member.certificate.size())));
    if (!key || !leaf || !pki::belongs_to(leaf.get(), key->get())) {
      tls::drain_errors();
      return environment_problem(
          fmt::format("key and certificate of member {} do not belong together", index_), {},
          "move the fleet away and mint it again");
    }
    ++index_;
    return {};
  }
  Result<void> commit() override { return {}; }

 private:
  pki::KeyType type_;
  std::uint64_t index_ = 0;
};

Result<Answer> run_stat(const StatOptions& options) {
  const auto file = options.place.path();
  if (!file) return file.error();
  auto fleet = pki::open_fleet(*file);
  if (!fleet) return fleet.error();
  if (options.check) {
    FleetProgressLine line(file->filename().string());
    Inspection inspection((*fleet)->key_type());
    auto checked = pki::copy_fleet(**fleet, inspection, line.options(1));
    if (!checked) return checked.error();
  }
  std::array<std::pair<std::string, std::uint64_t>, pki::fleet_member_kinds> kinds;
  auto regular = (*fleet)->count();
  for (std::size_t i = 1; i < kinds.size(); ++i) {
    const auto kind = static_cast<pki::FleetMember>(i);
    kinds[i] = {std::string(to_string(kind)), (*fleet)->members(kind).size()};
    regular -= kinds[i].second;
  }
  kinds[0] = {"regular", regular};
  const auto chain = (*fleet)->chain(pki::FleetMember::regular).size();
  if (options.output == "json") {
    nlohmann::ordered_json document{{"file", file->string()},
                                    {"store", std::string(to_string((*fleet)->store()))},
                                    {"key", std::string(pki::to_string((*fleet)->key_type()))},
                                    {"count", (*fleet)->count()},
                                    {"intermediates", chain},
                                    {"checked", options.check}};
    for (const auto& [kind, number] : kinds) document["kinds"][kind] = number;
    return Answer{document.dump(2) + "\n"};
  }
  auto text = fmt::format("{}: {}, {} identities, {}, {} to send behind each leaf\n",
                          file->string(), to_string((*fleet)->store()), grouped((*fleet)->count()),
                          pki::key_title((*fleet)->key_type()), chain);
  for (const auto& [kind, number] : kinds) {
    if (number != 0) text += fmt::format("  {}: {}\n", kind, grouped(number));
  }
  if (options.check) text += "  every member is sound\n";
  return Answer{std::move(text)};
}

void add_stat(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<StatOptions>();
  auto* verb = parent.add_subcommand("stat", "say what a fleet holds");
  options->place.add_to(*verb);
  verb->add_flag("--check", options->check, "look at every member, to find damage");
  verb->add_option("--output", options->output, "text or json")
      ->check(CLI::IsMember({"text", "json"}))
      ->capture_default_str();
  verb->callback([options, &exit_code] { exit_code = finish(run_stat(*options)); });
}

// --- pack, unpack

struct CopyOptions {
  Place place;
  std::string target;
  std::string store;
  std::string password;  ///< "env:NAME"; for p12
  unsigned threads = 0;
};

/// A password from the environment: on a command line everybody could read it.
Result<std::string> read_password(const std::string& source) {
  const char* value = source.starts_with("env:") ? std::getenv(source.substr(4).c_str()) : nullptr;
  if (value != nullptr) return std::string(value);
  return usage_problem("PKCS#12 files need a password that is in the environment", "--password",
                       "export P12_PASS=..., then --password env:P12_PASS");
}

Result<std::unique_ptr<pki::FleetWriter>> writer_for(const CopyOptions& options,
                                                     const pki::FleetFacts& facts) {
  if (options.store == "p12") {
    auto password = read_password(options.password);
    if (!password) return password.error();
    auto writer = pki::FleetP12Writer::create(options.target, facts, std::move(*password));
    if (!writer) return writer.error();
    return std::unique_ptr<pki::FleetWriter>(
        std::make_unique<pki::FleetP12Writer>(std::move(*writer)));
  }
  auto store = pki::parse_fleet_store(options.store);
  if (!store) return store.error();
  return pki::create_fleet(*store, options.target, facts);
}

Result<Answer> run_copy(const CopyOptions& options) {
  auto fleet = options.place.open();
  if (!fleet) return fleet.error();
  FleetProgressLine line(fs::path(options.target).filename().string());
  auto writer = writer_for(options, (*fleet)->facts());
  if (!writer) return writer.error();
  auto copied = pki::copy_fleet(**fleet, **writer, line.options(options.threads));
  if (!copied) return copied.error();
  if (auto done = (*writer)->commit(); !done) return done.error();
  return Answer{fmt::format("{}: {} identities ({}, {}), {:.2f} CPU-seconds\n", options.target,
                            grouped((*fleet)->count()), pki::key_title((*fleet)->key_type()),
                            options.store, cpu_seconds())};
}

void add_copy(CLI::App& parent, int& exit_code, const char* name, const char* text,
              const char* store) {
  auto options = std::make_shared<CopyOptions>();
  options->store = store;
  auto* verb = parent.add_subcommand(name, text);
  options->place.add_to(*verb);
  verb->add_option("TARGET", options->target, "file or folder to make; nothing is overwritten")
      ->required();
  if (options->store != "pack") {
    verb->add_option("--as", options->store, "files, bundle or p12")
        ->check(CLI::IsMember({"files", "bundle", "p12"}))
        ->capture_default_str();
    verb->add_option("--password", options->password, "of PKCS#12 files: env:NAME");
  }
  verb->add_option("--threads", options->threads, "0: as many as the machine runs at once")
      ->capture_default_str();
  verb->callback([options, &exit_code] { exit_code = finish(run_copy(*options)); });
}

}  // namespace

void add_fleet_verbs(CLI::App& parent, int& exit_code) {
  auto* fleet = parent.add_subcommand("fleet", "identities by the thousand");
  fleet->require_subcommand(1);
  add_fleet_mint_verb(*fleet, exit_code);
  add_get(*fleet, exit_code);
  add_stat(*fleet, exit_code);
  add_copy(*fleet, exit_code, "pack", "take a fleet from a bundle, folder or seed into a pack",
           "pack");
  add_copy(*fleet, exit_code, "unpack",
           "take a fleet from any store into files, a bundle or PKCS#12 files", "files");
}

}  // namespace handfast::app
