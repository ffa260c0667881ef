#include "harness/check/external.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>
#include <thread>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/broker/process.hpp"
#include "harness/probe/datagram/first_answer.hpp"
#include "harness/probe/raw.hpp"

namespace handfast::check {

namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

constexpr auto command_patience = 60s;
constexpr auto restart_patience = 60s;
constexpr auto first_patience = 2s;
constexpr std::string_view status_mark = "handfast-status ";

/// Runs `command` to its end. Environment problem with what it printed when it does not exit with
/// 0.
Result<void> run_command(const std::string& what, const std::string& command,
                         const fs::path& directory) {
  const auto said = broker::capture(
      {.program = "/bin/sh",
       .arguments = {"-c", fmt::format("(\n{}\n) 2>&1\necho \"{}$?\"", command, status_mark)},
       .directory = directory},
      command_patience);
  if (!said) return with_context(said.error(), what);
  const auto at = said->rfind(status_mark);
  const auto status = at == std::string::npos
                          ? std::string("?")
                          : std::string(trim(said->substr(at + status_mark.size())));
  if (status == "0") return {};
  const auto printed = printable(trim(said->substr(0, at)), 200);
  return environment_problem(fmt::format("the {} command exits with {}{}", what, status,
                                         printed.empty() ? "" : ": \"" + printed + "\""),
                             command);
}

class External final : public broker::Broker {
 public:
  External(const Target& target, fs::path log_file, std::optional<broker::Process> log)
      : target_(target), log_file_(std::move(log_file)), log_(std::move(log)) {}
  ~External() override { [[maybe_unused]] const auto stopped = stop(Nanos(0)); }

  const std::string& driver() const override { return target_.name; }
  const std::string& version() const override { return target_.version; }
  const std::vector<broker::Listener>& listeners() const override { return target_.listeners; }
  pid_t pid() const override { return 0; }  // not ours to know
  const fs::path& log_file() const override { return log_file_; }
  std::optional<broker::Exit> died() override { return std::nullopt; }

  /// The broker runs on; what we started beside it ends.
  Result<void> stop(Nanos grace) override {
    if (!log_) return {};
    return log_->stop(grace > Nanos(0) ? grace : Nanos(1s));
  }

  Result<void> reload() override {
    if (target_.reload.empty()) {
      return environment_problem("the target names no reload command", target_.file.string());
    }
    return run_command("reload", target_.reload, target_.file.parent_path());
  }

 protected:
  std::uint64_t log_begin() const override { return 0; }

 private:
  Target target_;
  fs::path log_file_;  ///< empty: none
  std::optional<broker::Process> log_;
};

/// Datagrams have no connection: some answer to a hello.
bool answers_hellos(const Endpoint& endpoint) {
  const auto hello = probe::make_datagram_hello(endpoint.host);
  auto line = probe::UdpLine::open(endpoint);
  if (!hello || !line) return false;
  const auto answer = probe::ask(*line, probe::hello_datagrams(*hello), 1s);
  return answer.kind != probe::AnswerKind::silence && answer.kind != probe::AnswerKind::refused;
}

bool anybody_listens(const Target& target) {
  return std::ranges::any_of(target.listeners, [](const broker::Listener& listener) {
    const auto& endpoint = listener.endpoint;
    if (endpoint.transport == Transport::dtls) return answers_hellos(endpoint);
    return probe::RawConnection::open(endpoint, 1s).has_value();
  });
}

Result<void> await_listener(const Target& target) {
  const Nanos patience = target.restart.empty() ? Nanos(first_patience) : Nanos(restart_patience);
  const auto give_up = Clock::now() + patience;
  while (!anybody_listens(target)) {
    if (Clock::now() < give_up) {
      std::this_thread::sleep_for(100ms);
      continue;
    }
    return environment_problem(
        fmt::format("no listener of {} answers within {}", target.name, format_duration(patience)),
        target.listeners.front().endpoint.url(), "start the broker, or correct the URLs");
  }
  return {};
}

}  // namespace

Result<std::unique_ptr<broker::Broker>> attach(const Target& target, const fs::path& directory) {
  const auto home = target.file.parent_path();
  if (!target.restart.empty()) {
    if (auto done = run_command("restart", target.restart, home); !done) return done.error();
  }
  if (auto up = await_listener(target); !up) return up.error();
  fs::path log_file;
  std::optional<broker::Process> log;
  if (!target.log.empty()) {
    log_file = directory / (target.name + ".log");
    auto started = broker::Process::spawn({.program = "/bin/sh",
                                           .arguments = {"-c", target.log},
                                           .directory = home,
                                           .log = log_file});
    if (!started) return with_context(started.error(), "log");
    log = std::move(*started);
  }
  return std::unique_ptr<broker::Broker>(
      std::make_unique<External>(target, std::move(log_file), std::move(log)));
}

}  // namespace handfast::check
