#include "harness/app/pki/watching.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <csignal>
#include <cstdio>
#include <ctime>
#include <nlohmann/json.hpp>
#include <optional>

#include "pki/files/files.hpp"
#include "pki/mint/validity.hpp"
#include "pki/revocation/crl_reader.hpp"
#include "pki/store/revocations.hpp"
#include "pki/upkeep/crl_files.hpp"
#include "pki/upkeep/expiry.hpp"
#include "pki/upkeep/metrics.hpp"
#include "pki/upkeep/revoking.hpp"
#include "pki/upkeep/watch.hpp"

namespace handfast::app {

namespace {

void complain(const Problem& problem) { fmt::print(stderr, "handfast pki: {}\n", problem.text()); }

/// Expired certificates as the policy has it, and CRLs before they end.
Result<void> keep_up(const pki::Manifest& manifest, const HomeOptions& options, WallTime now) {
  auto home = pki::Home::lock(manifest, options.home);
  if (!home) return home.error();
  if (manifest.watch.revoke_expired) {
    for (const auto& entry : pki::revoke_expired(manifest, home->state(), now)) {
      fmt::print("{}: revoked, it has expired\n", entry.name);
    }
    if (auto saved = home->save(); !saved) return saved;
  }
  auto reports = pki::write_crls(*home, {.valid = {}, .now = now});
  if (!reports) return reports.error();
  std::erase_if(*reports, [](const pki::CrlReport& report) { return !report.written; });
  fmt::print("{}", pki::crl_report_text(*reports));
  return {};
}

std::vector<pki::CrlMetric> crl_metrics(const pki::Manifest& manifest,
                                        const std::filesystem::path& folder) {
  std::vector<pki::CrlMetric> out;
  for (const auto& authority : manifest.authorities) {
    auto crls = pki::load_crls(folder / pki::crl_file_of(authority));
    if (!crls) continue;
    const auto facts = crls->front().facts();
    out.push_back({authority.name, facts.this_update, facts.next_update, facts.entries});
  }
  return out;
}

void print_warning(const pki::Warning& warning, bool json, WallTime now) {
  if (!json) {
    fmt::print("{} {}\n", rfc3339(now), warning.text);
    return;
  }
  const nlohmann::ordered_json line{{"at", rfc3339(now)},
                                    {"name", warning.name},
                                    {"kind", warning.kind},
                                    {"not_after", rfc3339(warning.not_after)},
                                    {"text", warning.text}};
  fmt::print("{}\n", line.dump());
}

/// One look. The plan is made from the manifest's settings at the first one.
class Watcher {
 public:
  explicit Watcher(const WatchVerbOptions& options) : options_(options) {}

  Result<pki::Expiry> look() {
    auto manifest = pki::load_manifest(options_.home.manifest);
    if (!manifest) return manifest.error();
    auto now = moment_of(options_.home, *manifest);
    if (!now) return now.error();
    const auto notify = pki::notify_of(manifest->watch);
    if (!plan_) {
      plan_.emplace(manifest->watch, *now);
      for (const auto& sentence : notify.not_sent)
        fmt::print(stderr, "handfast pki: {}\n", sentence);
    }
    if (auto done = keep_up(*manifest, options_.home, *now); !done) complain(done.error());
    const auto folder = options_.home.home.empty() ? manifest->home : options_.home.home;
    auto state = pki::load_state(folder);
    if (!state) return state.error();
    const auto items = pki::inventory(*manifest, *state, *now);
    for (const auto& warning : plan_->look(items, *now)) {
      if (notify.log) print_warning(warning, options_.home.json(), *now);
    }
    std::fflush(stdout);
    if (auto written = write_metrics(*manifest, items, folder, notify.metrics, *now); !written) {
      return written.error();
    }
    const auto within = manifest->watch.warn.front();
    return pki::due(items, within, *now, manifest->watch.fleets).worst();
  }

  WallTime next() const {
    return plan_ ? plan_->next() : std::chrono::system_clock::now() + std::chrono::minutes(1);
  }

 private:
  Result<void> write_metrics(const pki::Manifest& manifest, const std::vector<pki::Item>& items,
                             const std::filesystem::path& folder, bool asked, WallTime now) const {
    if (!asked && options_.metrics.empty()) return {};
    const auto file = options_.metrics.empty() ? folder / "metrics.prom" : options_.metrics;
    return pki::write_file(file, pki::metrics_text(items, crl_metrics(manifest, folder), now),
                           0644);
  }

  const WatchVerbOptions& options_;
  std::optional<pki::Watch> plan_;
};

/// Sleeps until `until`; true when a signal said to stop. A minute at a time: wall clocks are set,
/// and machines sleep.
bool stopped_before(WallTime until, const sigset_t& signals) {
  while (std::chrono::system_clock::now() < until) {
    const auto left =
        std::chrono::ceil<std::chrono::seconds>(until - std::chrono::system_clock::now());
    const auto seconds = std::clamp<std::int64_t>(left.count(), 1, 60);
    const timespec time{static_cast<std::time_t>(seconds), 0};
    if (::sigtimedwait(&signals, nullptr, &time) > 0) return true;
  }
  return false;
}

}  // namespace

int run_watch(const WatchVerbOptions& options) {
  Watcher watcher(options);
  if (options.once) {
    auto worst = watcher.look();
    if (!worst) return finish(worst.error());
    return pki::due_exit_code(*worst);
  }
  sigset_t signals;
  sigemptyset(&signals);
  sigaddset(&signals, SIGINT);
  sigaddset(&signals, SIGTERM);
  ::pthread_sigmask(SIG_BLOCK, &signals, nullptr);
  auto first = watcher.look();
  if (!first) return finish(first.error());
  while (!stopped_before(watcher.next(), signals)) {
    if (auto worst = watcher.look(); !worst) complain(worst.error());
  }
  return 0;
}

}  // namespace handfast::app
