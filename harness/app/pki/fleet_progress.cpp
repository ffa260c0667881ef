#include "harness/app/pki/fleet_progress.hpp"

#include <fmt/format.h>
#include <sys/resource.h>
#include <unistd.h>

#include <csignal>
#include <cstdio>
#include <utility>

namespace handfast::app {

namespace {

using std::chrono::steady_clock;

constexpr auto terminal_pause = std::chrono::milliseconds(200);
constexpr auto pipe_pause = std::chrono::seconds(5);

volatile std::sig_atomic_t stop_requested = 0;
struct sigaction former_interrupt;
struct sigaction former_terminate;

double seconds_of(const timeval& time) {
  return static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_usec) * 1e-6;
}

}  // namespace

StopOnSignal::StopOnSignal() {
  stop_requested = 0;
  struct sigaction action{};
  action.sa_handler = [](int) { stop_requested = 1; };
  action.sa_flags = SA_RESTART;
  ::sigaction(SIGINT, &action, &former_interrupt);
  ::sigaction(SIGTERM, &action, &former_terminate);
}

StopOnSignal::~StopOnSignal() {
  ::sigaction(SIGINT, &former_interrupt, nullptr);
  ::sigaction(SIGTERM, &former_terminate, nullptr);
}

bool StopOnSignal::stopped() { return stop_requested != 0; }

FleetProgressLine::FleetProgressLine(std::string name)
    : name_(std::move(name)),
      terminal_(::isatty(STDERR_FILENO) == 1),
      started_(steady_clock::now()),
      shown_(started_) {}

FleetProgressLine::~FleetProgressLine() {
  if (open_) fmt::print(stderr, "\r\x1b[K");
}

pki::BulkOptions FleetProgressLine::options(unsigned threads) {
  return {.threads = threads,
          .progress = [this](const pki::FleetProgress& progress) { return show(progress); }};
}

double FleetProgressLine::wall_seconds() const {
  return std::chrono::duration<double>(steady_clock::now() - started_).count();
}

bool FleetProgressLine::show(const pki::FleetProgress& progress) {
  if (StopOnSignal::stopped()) return false;
  const auto now = steady_clock::now();
  const auto pause = terminal_ ? steady_clock::duration(terminal_pause) : pipe_pause;
  if (now - shown_ < pause) return true;
  shown_ = now;
  const auto rate = static_cast<double>(progress.done) / wall_seconds();
  fmt::print(stderr, "{}{}: {} of {}, {}/s{}", terminal_ ? "\r" : "", name_, grouped(progress.done),
             grouped(progress.count), grouped(static_cast<std::uint64_t>(rate)),
             terminal_ ? "\x1b[K" : "\n");
  std::fflush(stderr);
  open_ = terminal_;
  return true;
}

double cpu_seconds() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  return seconds_of(usage.ru_utime) + seconds_of(usage.ru_stime);
}

std::string grouped(std::uint64_t number) {
  auto out = std::to_string(number);
  for (auto at = static_cast<std::ptrdiff_t>(out.size()) - 3; at > 0; at -= 3) {
    out.insert(static_cast<std::size_t>(at), ",");
  }
  return out;
}

}  // namespace handfast::app
