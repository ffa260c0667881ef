#include "harness/scenario/knee.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::scenario;
using namespace std::chrono_literals;
using reports::SearchStep;

namespace {

constexpr Search search{.from = 100, .to = 10'000, .step = 5s, .precision = 0.05};

/// A broker that carries `limit`, watched by a generator that carries `own_limit`.
struct Fake {
  double limit;
  double own_limit = 1e9;
  std::vector<double> tried{};

  std::optional<SearchStep> operator()(double per_s) {
    tried.push_back(per_s);
    SearchStep step{.offered_per_s = per_s, .held = per_s <= std::min(limit, own_limit)};
    step.generator_limited = per_s > own_limit;
    if (!step.held) step.why = step.generator_limited ? "worker 0 was busy" : "p99 was 90 ms";
    return step;
  }
};

}  // namespace

TEST_CASE("the search doubles until a step breaks, then halves the gap", "[scenario]") {
  Fake broker{730};
  const auto knee = find_knee(search, std::ref(broker));
  CHECK(broker.tried == std::vector<double>{100, 200, 400, 800, 600, 700, 750, 725});
  CHECK(knee.knee_per_s == 725);
  CHECK_FALSE(knee.lower_bound);
  CHECK(knee.steps.size() == 8);
  CHECK(knee.steps[3].held == false);
  CHECK(knee.conclusion == "725/s: at 750/s it did not hold: p99 was 90 ms");
}

TEST_CASE("the knee is within the precision below the limit, in a bounded number of steps",
          "[scenario]") {
  for (double limit = 100; limit < 10'000; limit *= 1.013) {
    Fake broker{limit};
    const auto knee = find_knee(search, std::ref(broker));
    INFO(limit);
    REQUIRE(knee.knee_per_s);
    CHECK(*knee.knee_per_s <= limit);
    CHECK(*knee.knee_per_s * 1.05 >= limit);
    CHECK(knee.steps.size() <= most_steps(search));
  }
  CHECK(most_steps(search) == 1 + 7 + 5);
}

TEST_CASE("a search that never breaks ends at its upper rate and says so", "[scenario]") {
  Fake broker{1e9};
  const auto knee = find_knee(search, std::ref(broker));
  CHECK(broker.tried.back() == 10'000);
  CHECK(knee.knee_per_s == 10'000);
  CHECK(knee.lower_bound);
  CHECK(knee.conclusion == "10000/s or more: the search ended there");
}

TEST_CASE("a generator at its limit gives a lower bound, not a knee", "[scenario]") {
  Fake broker{5000, 300};
  const auto knee = find_knee(search, std::ref(broker));
  CHECK(knee.knee_per_s == 300);
  CHECK(knee.lower_bound);
  CHECK(knee.conclusion ==
        "300/s or more: at 312.5/s the generator was the limit: worker 0 was busy");
}

TEST_CASE("the broker's limit below the generator's is the knee", "[scenario]") {
  // 400/s breaks by the generator, but the last step that broke was the broker's doing.
  Fake broker{250, 390};
  const auto knee = find_knee(search, std::ref(broker));
  CHECK(knee.knee_per_s == 250);
  CHECK_FALSE(knee.lower_bound);
}

TEST_CASE("a first rate that breaks is no knee", "[scenario]") {
  Fake slow{50};
  const auto none = find_knee(search, std::ref(slow));
  CHECK_FALSE(none.knee_per_s);
  CHECK(none.steps.size() == 1);
  CHECK_FALSE(none.lower_bound);
  CHECK(none.conclusion == "not even 100/s held: p99 was 90 ms");
  Fake busy{500, 50};
  CHECK(find_knee(search, std::ref(busy)).conclusion ==
        "not even 100/s held: the generator was the limit: worker 0 was busy");
}

TEST_CASE("an interrupted search tells what it knows", "[scenario]") {
  int steps = 0;
  Fake broker{1e9};
  const auto knee = find_knee(search, [&](double per_s) -> std::optional<SearchStep> {
    return ++steps > 2 ? std::nullopt : broker(per_s);
  });
  CHECK(knee.knee_per_s == 200);
  CHECK(knee.lower_bound);
  CHECK(knee.conclusion == "interrupted: it is 200/s or more");
  CHECK(find_knee(search, [](double) { return std::nullopt; }).conclusion ==
        "interrupted before a rate had held");
}
