// Verbs that change a home: renew, rekey, revoke, unhold, forget, import.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <iterator>
#include <memory>
#include <nlohmann/json.hpp>
#include <set>
#include <string>
#include <vector>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/app/pki/answer.hpp"
#include "harness/app/pki/home_options.hpp"
#include "harness/app/pki/verbs.hpp"
#include "harness/broker/export/export.hpp"
#include "pki/store/revocations.hpp"
#include "pki/upkeep/crl_files.hpp"
#include "pki/upkeep/forget.hpp"
#include "pki/upkeep/import.hpp"
#include "pki/upkeep/renewal.hpp"
#include "pki/upkeep/revoking.hpp"

namespace handfast::app {

namespace {

// --- renew, rekey

struct RenewOptions {
  HomeOptions home;
  pki::RenewalRequest request;
  std::string due;
  std::string key;
  std::string key_owner;
  bool all = false;
  bool dry_run = false;
};

Result<void> choose_names(const RenewOptions& options, const pki::Manifest& manifest, WallTime now,
                          std::vector<std::string>& names) {
  const int ways = (names.empty() ? 0 : 1) + (options.due.empty() ? 0 : 1) + (options.all ? 1 : 0);
  if (ways != 1) {
    return usage_problem("say what to renew", {}, "names, or --due 30d, or --all");
  }
  if (!names.empty()) return {};
  auto state = pki::load_state(options.home.home.empty() ? manifest.home : options.home.home);
  if (!state) return state.error();
  const auto items = pki::inventory(manifest, *state, now);
  if (options.all) {
    names = pki::all_names(items);
    return {};
  }
  auto within = parse_duration(options.due);
  if (!within) return with_context(within.error(), "--due");
  names = pki::due_names(items, *within, now);
  return {};
}

/// Once for each broker among the exports: what it wants after its files were replaced.
std::string reload_hints(const pki::RefreshList& refresh) {
  std::string out;
  std::set<std::string> told;
  for (const auto& entry : refresh.exports) {
    auto hint = broker::reload_hint(entry.target);
    if (hint && told.insert(entry.target).second) {
      out += fmt::format("{}: {}\n", entry.target, *hint);
    }
  }
  return out;
}

Result<Answer> run_renew(RenewOptions options) {
  auto manifest = pki::load_manifest(options.home.manifest);
  if (!manifest) return manifest.error();
  auto now = moment_of(options.home, *manifest);
  if (!now) return now.error();
  auto chosen = choose_names(options, *manifest, *now, options.request.names);
  if (!chosen) return chosen.error();
  if (options.request.names.empty()) {
    return Answer{options.home.json() ? pki::renewal_json({}) : "nothing is due\n"};
  }
  if (!options.key.empty()) {
    auto key = pki::parse_key_type(options.key);
    if (!key) return with_context(key.error(), "--key");
    options.request.key = *key;
  }
  pki::ApplyOptions apply;
  apply.home = options.home.home;
  apply.key_owner = options.key_owner;
  apply.dry_run = options.dry_run;
  apply.now = *now;
  auto report = pki::renew(*manifest, options.request, apply);
  if (!report) return report.error();
  std::string crls;
  if (!options.dry_run) {
    auto written = refresh_crls(*manifest, options.home, *now);
    if (!written) return written.error();
    crls = std::move(*written);
  }
  if (options.home.json()) return Answer{pki::renewal_json(*report)};
  return Answer{pki::renewal_text(*report, options.dry_run) + reload_hints(report->refresh) + crls};
}

void add_renewal(CLI::App& parent, int& exit_code, bool rekey) {
  auto options = std::make_shared<RenewOptions>();
  options->request.rekey = rekey;
  auto* verb = rekey ? parent.add_subcommand("rekey", "a new key and certificate for an entry")
                     : parent.add_subcommand(
                           "renew", "a new certificate for the same key, under the same names");
  auto* names = verb->add_option("NAME", options->request.names, "entries of the manifest");
  if (rekey) {
    names->required();
    verb->add_option("--key", options->key, "type of the new key; the manifest has to agree");
    verb->add_flag("--yes-ca", options->request.yes_authority,
                   "an authority gets a new key, and all that it issued is reissued");
  } else {
    verb->add_option("--due", options->due, "what expires within that long: 30d");
    verb->add_flag("--all", options->all, "every authority and identity");
  }
  verb->add_option("--key-owner", options->key_owner,
                   "user who must be able to read the server's keys");
  verb->add_flag("--dry-run", options->dry_run, "say what would be done, and write nothing");
  add_home_options(*verb, options->home);
  verb->callback([options, &exit_code] { exit_code = finish(run_renew(*options)); });
}

// --- revoke, unhold

struct RevokeOptions {
  HomeOptions home;
  std::vector<std::string> names;
  std::string reason = "unspecified";
  bool hold = false;
  bool expired = false;
};

std::string changes_text(const std::vector<pki::RevocationChange>& changes, const char* what) {
  std::string out;
  for (const auto& change : changes) out += fmt::format("{}: {}\n", change.what, what);
  return out.empty() ? "nothing to do\n" : out;
}

Result<Answer> change_revocations(const RevokeOptions& options, const std::string& reason) {
  auto manifest = pki::load_manifest(options.home.manifest);
  if (!manifest) return manifest.error();
  auto now = moment_of(options.home, *manifest);
  if (!now) return now.error();
  auto home = pki::Home::lock(*manifest, options.home.home);
  if (!home) return home.error();
  auto& state = home->state();
  std::vector<pki::RevocationChange> changes;
  if (options.expired) {
    for (auto& entry : pki::revoke_expired(*manifest, state, *now)) {
      changes.push_back({std::move(entry.name), std::move(entry.issuer)});
    }
  }
  for (const auto& name : options.names) {
    auto target = pki::parse_revocation_target(*manifest, state, name);
    if (!target) return target.error();
    auto change = reason.empty() ? pki::unhold(*manifest, state, *target)
                                 : pki::revoke(*manifest, state, *target, reason, *now);
    if (!change) return change.error();
    changes.push_back(std::move(*change));
  }
  // All or nothing: a misspelt name among several changes none.
  if (auto saved = home->save(); !saved) return saved.error();
  auto reports = pki::write_crls(*home, {.valid = {}, .now = *now});
  if (!reports) return reports.error();
  if (options.home.json()) {
    nlohmann::ordered_json list = nlohmann::ordered_json::array();
    for (const auto& change : changes) {
      list.push_back({{"what", change.what}, {"issuer", change.issuer}});
    }
    const nlohmann::ordered_json out{
        {"changes", list}, {"crls", nlohmann::ordered_json::parse(pki::crl_report_json(*reports))}};
    return Answer{out.dump(2) + "\n"};
  }
  std::erase_if(*reports, [](const pki::CrlReport& report) { return !report.written; });
  const auto what = reason.empty()                ? std::string("no longer on hold")
                    : reason == "certificateHold" ? std::string("on hold")
                                                  : fmt::format("revoked ({})", reason);
  return Answer{changes_text(changes, options.expired ? "revoked" : what.c_str()) +
                pki::crl_report_text(*reports)};
}

void add_revoke(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<RevokeOptions>();
  auto* verb = parent.add_subcommand("revoke", "revoke certificates, and make the CRL say so");
  verb->add_option("NAME", options->names, "server, server@2 (a generation), or devices:10-19");
  verb->add_option("--reason", options->reason,
                   "as RFC 5280 spells it: keyCompromise, superseded, cessationOfOperation, ...")
      ->capture_default_str();
  verb->add_flag("--hold", options->hold, "for the time being: unhold takes it back");
  verb->add_flag("--expired", options->expired, "every certificate of an entry that has expired");
  add_home_options(*verb, options->home);
  verb->callback([options, &exit_code] {
    if (options->names.empty() && !options->expired) {
      exit_code = finish(usage_problem("say what to revoke", {}, "a name, or --expired"));
    } else if (options->hold && options->reason != "unspecified") {
      exit_code = finish(usage_problem("--hold is a reason of its own", {}, "leave one out"));
    } else {
      exit_code =
          finish(change_revocations(*options, options->hold ? "certificateHold" : options->reason));
    }
  });
}

void add_unhold(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<RevokeOptions>();
  auto* verb = parent.add_subcommand("unhold", "take a hold back, and make the CRL say so");
  verb->add_option("NAME", options->names, "what revoke --hold was given")->required();
  add_home_options(*verb, options->home);
  verb->callback([options, &exit_code] { exit_code = finish(change_revocations(*options, "")); });
}

// --- forget

struct ForgetOptions {
  HomeOptions home;
  std::string name;
};

Result<Answer> run_forget(const ForgetOptions& options) {
  auto manifest = pki::load_manifest(options.home.manifest);
  if (!manifest) return manifest.error();
  auto home = pki::Home::lock(*manifest, options.home.home);
  if (!home) return home.error();
  auto report = pki::forget(*home, options.name);
  if (!report) return report.error();
  if (!options.home.json()) return Answer{pki::forget_text(options.name, *report)};
  const nlohmann::ordered_json out{
      {"name", options.name}, {"folder", report->folder}, {"moved", report->moved}};
  return Answer{out.dump(2) + "\n"};
}

void add_forget(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<ForgetOptions>();
  auto* verb = parent.add_subcommand("forget", "move what nobody needs any more to the archive");
  verb->add_option("NAME", options->name, "an entry, or an imported NAME-trust")->required();
  add_home_options(*verb, options->home);
  verb->callback([options, &exit_code] { exit_code = finish(run_forget(*options)); });
}

// --- import

struct ImportOptions {
  HomeOptions home;
  std::string file;
  std::string name;
  bool trust = false;
};

/// A file, or standard input for "-".
Result<std::string> text_of(const std::string& file) {
  if (file != "-") return read_file(file);
  std::string out;
  for (std::istreambuf_iterator<char> at(std::cin), end; at != end; ++at) {
    if (out.size() >= std::size_t{1024} * 1024) {
      return usage_problem("that is too long for certificates", "standard input");
    }
    out += *at;
  }
  return out;
}

Result<Answer> run_import(const ImportOptions& options) {
  auto manifest = pki::load_manifest(options.home.manifest);
  if (!manifest) return manifest.error();
  auto now = moment_of(options.home, *manifest);
  if (!now) return now.error();
  auto text = text_of(options.file);
  if (!text) return text.error();
  const auto where = options.file == "-" ? std::string("standard input") : options.file;
  auto report = [&]() -> Result<pki::ImportReport> {
    if (options.trust) {
      auto home = pki::Home::lock(*manifest, options.home.home);
      if (!home) return home.error();
      return pki::import_trust(*home, *text, where, options.name, *now);
    }
    pki::ApplyOptions apply;
    apply.home = options.home.home;
    apply.now = *now;
    return pki::import_signed(*manifest, *text, where, options.name, apply, *now);
  }();
  if (!report) return report.error();
  if (options.home.json()) {
    const nlohmann::ordered_json out{{"name", report->name},
                                     {"files", report->files},
                                     {"notes", report->notes},
                                     {"unchanged", report->unchanged}};
    return Answer{out.dump(2) + "\n"};
  }
  std::string out;
  for (const auto& note : report->notes) out += note + "\n";
  for (const auto& file : report->files) out += fmt::format("written {}\n", file);
  if (report->unchanged) out += fmt::format("{}: it is there already\n", report->name);
  return Answer{std::move(out)};
}

void add_import(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<ImportOptions>();
  auto* verb = parent.add_subcommand(
      "import",
      "adopt a certificate from outside: one that was signed for an entry, or a trusted "
      "one of others");
  verb->add_option("FILE", options->file, "PEM with any text around, or DER; - is standard input")
      ->required();
  verb->add_option("--as", options->name, "the entry, or the name to trust it under")->required();
  verb->add_flag("--trust", options->trust, "into the trust store, as NAME-trust");
  add_home_options(*verb, options->home);
  verb->callback([options, &exit_code] { exit_code = finish(run_import(*options)); });
}

}  // namespace

void add_renewal_verbs(CLI::App& parent, int& exit_code) {
  add_renewal(parent, exit_code, false);
  add_renewal(parent, exit_code, true);
  add_revoke(parent, exit_code);
  add_unhold(parent, exit_code);
  add_forget(parent, exit_code);
  add_import(parent, exit_code);
}

}  // namespace handfast::app
