// Verbs that look at a home: list, status, due, watch, graph, doctor.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/app/pki/answer.hpp"
#include "harness/app/pki/home_options.hpp"
#include "harness/app/pki/verbs.hpp"
#include "harness/app/pki/watching.hpp"
#include "pki/upkeep/doctor.hpp"
#include "pki/upkeep/expiry.hpp"
#include "pki/upkeep/graph.hpp"
#include "pki/upkeep/inventory.hpp"
#include "pki/upkeep/listing.hpp"
#include "pki/upkeep/query.hpp"

namespace handfast::app {

namespace {

/// Everything that a looking verb starts from. A home where nothing was applied is an empty one.
struct Seen {
  pki::Manifest manifest;
  pki::State state;
  WallTime now;
  std::vector<pki::Item> items;
};

Result<Seen> look(const HomeOptions& options) {
  auto manifest = pki::load_manifest(options.manifest);
  if (!manifest) return manifest.error();
  auto now = moment_of(options, *manifest);
  if (!now) return now.error();
  auto state = pki::load_state(options.home.empty() ? manifest->home : options.home);
  if (!state) return state.error();
  auto items = pki::inventory(*manifest, *state, *now);
  return Seen{std::move(*manifest), std::move(*state), *now, std::move(items)};
}

// --- list

struct ListOptions {
  HomeOptions home;
  std::string where;
};

Result<Answer> run_list(const ListOptions& options) {
  pki::Query query;
  if (!options.where.empty()) {
    auto parsed = pki::Query::parse(options.where);
    if (!parsed) return parsed.error();
    query = std::move(*parsed);
  }
  auto seen = look(options.home);
  if (!seen) return seen.error();
  std::erase_if(seen->items,
                [&](const pki::Item& item) { return !query.matches(item, seen->now); });
  const auto& form = options.home.output;
  return Answer{form == "json"  ? pki::list_json(seen->items, seen->now)
                : form == "csv" ? pki::list_csv(seen->items, seen->now)
                                : pki::list_text(seen->items, seen->now)};
}

void add_list(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<ListOptions>();
  auto* verb = parent.add_subcommand("list", "the certificates of a home, filtered");
  verb->add_option("--where", options->where,
                   "for example \"expires<30d and key=rsa and kind=identity\"; fields: " +
                       join(pki::query_fields(), ", "));
  verb->add_option("--manifest", options->home.manifest, "the manifest")->capture_default_str();
  verb->add_option("--home", options->home.home, "folder of the output, not the manifest's");
  verb->add_option("--at", options->home.at, "as if it were then");
  verb->add_option("--output", options->home.output, "text, json or csv")
      ->check(CLI::IsMember({"text", "json", "csv"}))
      ->capture_default_str();
  verb->callback([options, &exit_code] { exit_code = finish(run_list(*options)); });
}

// --- status

struct StatusOptions {
  HomeOptions home;
  std::string name;
};

Result<Answer> run_status(const StatusOptions& options) {
  auto seen = look(options.home);
  if (!seen) return seen.error();
  if (options.name.empty()) {
    return Answer{options.home.json() ? pki::list_json(seen->items, seen->now)
                                      : pki::status_text(seen->items, seen->now)};
  }
  for (const auto& item : seen->items) {
    if (item.name != options.name) continue;
    if (options.home.json()) return Answer{pki::list_json({item}, seen->now)};
    const auto& states = item.kind == "fleet" ? seen->state.fleets : seen->state.entries;
    const auto at = states.find(item.name);
    return Answer{pki::status_of(item, at == states.end() ? nullptr : &at->second, seen->now)};
  }
  return usage_problem(fmt::format("there is no certificate \"{}\"", printable(options.name)), {},
                       suggest(options.name, seen->manifest.names()));
}

void add_status(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<StatusOptions>();
  auto* verb = parent.add_subcommand(
      "status", "not configured, installed, self-signed, expired or revoked; details of NAME");
  verb->add_option("NAME", options->name, "an entry of the manifest; all unless given");
  add_home_options(*verb, options->home);
  verb->callback([options, &exit_code] { exit_code = finish(run_status(*options)); });
}

// --- due

struct DueOptions {
  HomeOptions home;
  std::string within = "30d";
};

int run_due(const DueOptions& options) {
  auto within = parse_duration(options.within);
  if (!within) return finish(with_context(within.error(), "--within"));
  auto seen = look(options.home);
  if (!seen) return finish(seen.error());
  const auto report = pki::due(seen->items, *within, seen->now);
  return finish_with(Answer{options.home.json() ? pki::due_json(report, seen->now)
                                                : pki::due_text(report, *within, seen->now)},
                     pki::due_exit_code(report.worst()));
}

void add_due(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<DueOptions>();
  auto* verb = parent.add_subcommand(
      "due", "what expires soon; exits with 0 when nothing does, 10 for soon, 11 for expired");
  verb->add_option("--within", options->within, "how soon")->capture_default_str();
  add_home_options(*verb, options->home);
  verb->callback([options, &exit_code] { exit_code = run_due(*options); });
}

// --- watch

void add_watch(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<WatchVerbOptions>();
  auto* verb = parent.add_subcommand(
      "watch", "look at a home again and again, as the manifest's \"watch\" says, and warn");
  verb->add_flag("--once", options->once, "look once; exits with 0, 10 or 11 like due");
  verb->add_option("--metrics", options->metrics,
                   "Prometheus text file; metrics.prom in the home with \"notify: [metrics]\"");
  add_home_options(*verb, options->home);
  verb->callback([options, &exit_code] { exit_code = run_watch(*options); });
}

// --- graph

struct GraphOptions {
  HomeOptions home;
};

Result<Answer> run_graph(const GraphOptions& options) {
  auto seen = look(options.home);
  if (!seen) return seen.error();
  const auto draw = options.home.output == "dot"    ? pki::graph_dot
                    : options.home.output == "json" ? pki::graph_json
                                                    : pki::graph_text;
  return Answer{draw(seen->manifest, seen->items)};
}

void add_graph(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<GraphOptions>();
  auto* verb = parent.add_subcommand("graph", "who issued what, and who gets which file");
  verb->add_option("--manifest", options->home.manifest, "the manifest")->capture_default_str();
  verb->add_option("--home", options->home.home, "folder of the output, not the manifest's");
  verb->add_option("--output", options->home.output, "text, dot (Graphviz) or json")
      ->check(CLI::IsMember({"text", "dot", "json"}))
      ->capture_default_str();
  verb->callback([options, &exit_code] { exit_code = finish(run_graph(*options)); });
}

// --- doctor

Result<Answer> run_doctor(const HomeOptions& options) {
  auto manifest = pki::load_manifest(options.manifest);
  if (!manifest) return manifest.error();
  auto now = moment_of(options, *manifest);
  if (!now) return now.error();
  auto home = pki::Home::open(*manifest, options.home);
  if (!home) return home.error();
  const auto complaints = pki::examine(*home, *now);
  return Answer{options.json() ? pki::doctor_json(complaints) : pki::doctor_text(complaints),
                pki::is_healthy(complaints)};
}

void add_doctor(CLI::App& parent, int& exit_code) {
  auto options = std::make_shared<HomeOptions>();
  auto* verb = parent.add_subcommand(
      "doctor", "is everything in place: clock, files, chains, names, CRLs, trust");
  add_home_options(*verb, *options);
  verb->callback([options, &exit_code] { exit_code = finish(run_doctor(*options)); });
}

}  // namespace

void add_upkeep_verbs(CLI::App& parent, int& exit_code) {
  add_list(parent, exit_code);
  add_status(parent, exit_code);
  add_due(parent, exit_code);
  add_watch(parent, exit_code);
  add_graph(parent, exit_code);
  add_doctor(parent, exit_code);
}

}  // namespace handfast::app
