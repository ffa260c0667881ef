// `pki export`: ready-to-run settings of a broker for an applied PKI.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <filesystem>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>

#include "core/base/text.hpp"
#include "harness/app/pki/answer.hpp"
#include "harness/app/pki/export_request.hpp"
#include "harness/app/pki/home_options.hpp"
#include "harness/app/pki/verbs.hpp"
#include "harness/broker/export/write.hpp"

namespace handfast::app {

namespace {

struct ExportOptions {
  HomeOptions home;
  std::string name;
  std::filesystem::path out;
  std::filesystem::path installed;
  std::string client;
  std::string clients = "none";
  pki::ExportEntry entry;  ///< from the command line, without NAME
};

Result<pki::ExportEntry> entry_of(const ExportOptions& options, const pki::Manifest& manifest) {
  if (!options.name.empty()) {
    if (!options.entry.target.empty()) {
      return usage_problem("NAME and --target exclude each other");
    }
    if (const auto* entry = manifest.exported(options.name)) return *entry;
    std::vector<std::string> known;
    for (const auto& entry : manifest.exports) known.push_back(entry.name);
    return usage_problem(
        fmt::format("the manifest has no export \"{}\"", printable(options.name)), {},
        known.empty() ? "give --target and --server" : suggest(options.name, known));
  }
  auto entry = options.entry;
  if (entry.target.empty() || entry.server.empty()) {
    return usage_problem("say what to export", {},
                         "an export of the manifest, or --target and --server; targets: " +
                             join(broker::export_targets(), ", "));
  }
  entry.name = entry.target;
  entry.clients = options.clients == "required"   ? pki::ClientCertificates::required
                  : options.clients == "optional" ? pki::ClientCertificates::optional
                                                  : pki::ClientCertificates::none;
  if (!entry.crl.empty() && !manifest.authority(entry.crl)) {
    return usage_problem(fmt::format("there is no authority \"{}\"", printable(entry.crl)), {},
                         suggest(entry.crl, manifest.names()));
  }
  return entry;
}

Result<Answer> run_export(const ExportOptions& options) {
  auto manifest = pki::load_manifest(options.home.manifest);
  if (!manifest) return manifest.error();
  auto entry = entry_of(options, *manifest);
  if (!entry) return entry.error();
  auto home = pki::Home::open(*manifest, options.home.home);
  if (!home) return home.error();
  const auto folder = options.out.empty() ? home->folder() / "export" / entry->name : options.out;
  auto request = export_request(
      *home, *entry, options.installed.empty() ? folder : options.installed, options.client);
  if (!request) return request.error();
  auto files = broker::export_files(*request);
  if (!files) {
    auto problem = files.error();
    if (problem.where.empty()) problem.where = entry->where;
    return problem;
  }
  if (auto written = broker::write_export(*files, folder); !written) return written.error();
  auto hint = broker::reload_hint(entry->target);
  if (!hint) return hint.error();
  if (options.home.json()) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const auto& file : *files) list.push_back(file.path);
    const nlohmann::ordered_json out{{"name", entry->name},
                                     {"target", entry->target},
                                     {"folder", folder.string()},
                                     {"files", list},
                                     {"reload", *hint}};
    return Answer{out.dump(2) + "\n"};
  }
  std::string out;
  for (const auto& file : *files) out += fmt::format("{}\n", (folder / file.path).string());
  return Answer{out + fmt::format("after files were replaced: {}\n", *hint)};
}

}  // namespace

void add_export_verbs(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<ExportOptions>();
  auto& entry = options->entry;
  auto* verb = parent.add_subcommand("export", "a folder with ready-to-run settings of a broker");
  verb->add_option("NAME", options->name, "an export of the manifest");
  verb->add_option("--out", options->out, "the folder; export/NAME in the home unless given");
  verb->add_option("--installed", options->installed,
                   "where the broker will find the folder, when that is elsewhere");
  verb->add_option("--target", entry.target, join(broker::export_targets(), ", "));
  verb->add_option("--server", entry.server, "the identity of the broker");
  verb->add_option("--trust", entry.trust, "bundle or authority for client certificates");
  verb->add_option("--clients", options->clients, "none, optional or required")
      ->check(CLI::IsMember({"none", "optional", "required"}))
      ->capture_default_str();
  verb->add_option("--user-from", entry.user_from, "user name from the certificate")
      ->check(CLI::IsMember({"cn", "dn", "san"}));
  verb->add_option("--crl", entry.crl, "authority whose CRL the broker checks");
  verb->add_flag("--partial", entry.partial_chain, "the last of --trust is an intermediate anchor");
  verb->add_option("--depth", entry.depth, "most intermediates in a client's chain")
      ->check(CLI::Range(1, 100));
  verb->add_option("--backend", entry.backend, "host:port behind haproxy or nginx");
  verb->add_option("--client", options->client, "client identity, for cms-database");
  add_home_options(*verb, options->home);
  verb->callback([options, &exit_code] { exit_code = finish(run_export(*options)); });
}

}  // namespace handfast::app
