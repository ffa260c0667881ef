#include "tests/integration/faulty_broker/play_rows.hpp"

#include <algorithm>

#include "harness/check/check.hpp"
#include "harness/check/fixture_material.hpp"
#include "tests/integration/faulty_broker/lab.hpp"
#include "tests/support/catch.hpp"

namespace handfast::test {

namespace {

/// A further faulty broker with the same defects.
class SpareFaulty final : public check::SpareBroker {
 public:
  explicit SpareFaulty(std::unique_ptr<FaultyBroker> broker) : broker_(std::move(broker)) {}
  Endpoint endpoint(const std::string& listener) const override {
    return std::ranges::find(broker_->listeners(), listener, &broker::Listener::name)->endpoint;
  }
  Result<void> stop() override {
    broker_.reset();
    return {};
  }

 private:
  std::unique_ptr<FaultyBroker> broker_;
};

}  // namespace

std::vector<std::string> playable(std::span<const std::string_view> rows) {
  std::vector<std::string> ids;
  for (const auto& spec : check::catalogue()) {
    if (std::ranges::find(rows, spec.id) == rows.end()) continue;
    // A row that looks back at the rejections of its group needs one.
    if (std::holds_alternative<check::HealthPlan>(spec.plan))
      ids.emplace_back("client-cert-expired");
    ids.push_back(spec.id);
  }
  return ids;
}

std::vector<reports::CheckResult> play(const std::vector<std::string>& ids,
                                       const Defects& defects) {
  const TempDirectory directory;
  check::Selection selection;
  selection.ids = ids;
  selection.slow = true;
  check::Context context;
  const check::FixtureFiles files{.directory = directory / "fixtures", .key_owner = {}};
  REQUIRE(check::add_fixtures(context.materials, *check::select(selection), files));
  context.log_file = directory / "broker.log";
  auto broker = FaultyBroker::start(check::listeners_for(selection, context.materials).value(),
                                    defects, context.log_file);
  REQUIRE(broker);
  context.listeners = (*broker)->listeners();
  context.capabilities = FaultyBroker::capabilities();
  context.reload = [&broker]() -> Result<void> {
    (*broker)->reload();
    return {};
  };
  context.spare = [&defects](const auto& listeners) -> Result<std::unique_ptr<check::SpareBroker>> {
    auto spare = FaultyBroker::start(listeners, defects);
    if (!spare) return spare.error();
    return std::unique_ptr<check::SpareBroker>(std::make_unique<SpareFaulty>(std::move(*spare)));
  };
  return check::run_checks(selection, context).value();
}

}  // namespace handfast::test
