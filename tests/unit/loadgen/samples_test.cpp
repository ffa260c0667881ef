#include "loadgen/samples.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using loadgen::Samples;
using stats::FailureKey;

namespace {

const FailureKey refused{"connack", "alert_received:unknown_ca(48)"};

/// How many of the next `count` connections keep their messages.
std::uint64_t kept(Samples& samples, std::uint64_t count) {
  std::uint64_t sum = 0;
  for (std::uint64_t i = 0; i < count; ++i) sum += samples.keeps_messages() ? 1 : 0;
  return sum;
}

}  // namespace

TEST_CASE("The first connections keep their messages, then one in sixteen", "[loadgen]") {
  Samples samples;
  CHECK(kept(samples, Samples::first) == Samples::first);
  CHECK(kept(samples, 1'600) == 100);
}

TEST_CASE("After a failure that is not known well enough, those that follow keep theirs",
          "[loadgen]") {
  Samples samples;
  kept(samples, 1'000);
  CHECK(samples.wants(refused, false));
  CHECK(kept(samples, Samples::after_failure) == Samples::after_failure);
  CHECK(kept(samples, 160) == 10);
}

TEST_CASE("Five samples of a cause are wanted, with and without messages", "[loadgen]") {
  Samples samples;
  kept(samples, 1'000);
  for (std::size_t i = 0; i < stats::most_samples; ++i) CHECK(samples.wants(refused, false));
  CHECK_FALSE(samples.wants(refused, false));
  for (std::size_t i = 0; i < stats::most_samples; ++i) CHECK(samples.wants(refused, true));
  CHECK_FALSE(samples.wants(refused, true));
  kept(samples, Samples::after_failure);
  CHECK_FALSE(samples.wants(refused, true));
  CHECK(kept(samples, 160) == 10);  // known well enough: nobody is alarmed
  CHECK(samples.wants({"tls", "deadline"}, false));
}

TEST_CASE("A flood of different causes is not sampled without end", "[loadgen]") {
  Samples samples;
  std::size_t wanted = 0;
  for (int i = 0; i < 1'000; ++i) wanted += samples.wants({"tls", std::to_string(i)}, true) ? 1 : 0;
  CHECK(wanted == Samples::most_causes);
}
