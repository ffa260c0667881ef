// A Bench for rows that are played against a real server without the runner.
#pragma once

#include <map>
#include <string>

#include "harness/check/plan.hpp"
#include "harness/check/script.hpp"

namespace handfast::test {

class LiveBench final : public check::Bench {
 public:
  LiveBench(std::map<std::string, Endpoint> endpoints, check::Materials materials)
      : endpoints_(std::move(endpoints)), materials_(std::move(materials)) {}

  Endpoint endpoint(const std::string& listener) const override { return endpoints_.at(listener); }
  bool has(const std::string& listener) const override { return endpoints_.contains(listener); }
  const check::Materials& materials() const override { return materials_; }
  const probe::Timeouts& timeouts() const override { return timeouts_; }
  const std::string& driver() const override { return driver_; }
  std::string fresh_id() override { return "hf-live-" + std::to_string(++ids_); }
  check::Attempt probe(const check::Stimulus& stimulus, std::optional<tls::Version> version,
                       probe::Mode mode) override {
    probe::Options options;
    options.endpoint = endpoint(stimulus.listener);
    options.mode = mode;
    options.timeouts = timeouts_;
    options.client_id = fresh_id();
    options.tls.verify = false;
    if (version) options.tls.min_version = options.tls.max_version = *version;
    if (const auto* identity = materials_.identity(stimulus.identity)) {
      options.identity = identity->value;
    }
    return {.transcript = probe::run(options).value()};
  }
  pid_t pid() const override { return pid_of_server; }
  Result<void> reload() override { return environment_problem("nobody reloads this server"); }

  pid_t pid_of_server = 0;
  probe::Timeouts& limits() { return timeouts_; }

 private:
  std::map<std::string, Endpoint> endpoints_;
  check::Materials materials_;
  probe::Timeouts timeouts_;
  std::string driver_ = "live";
  std::uint64_t ids_ = 0;
};

}  // namespace handfast::test
