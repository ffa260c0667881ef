#include "loadgen/message_schedule.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

namespace {

const TimePoint epoch{1h};

}  // namespace

TEST_CASE("Messages are meant for the points of the client's grid", "[messages]") {
  const PublishPace pace{.rate = 10, .duration = 1s};
  MessageSchedule schedule(pace, epoch, 0.5);  // 50 ms, 150 ms, ...
  CHECK(schedule.due(epoch + 10s) == 0);       // not started
  schedule.start(epoch + 1s);
  CHECK(schedule.at(0) == epoch + 1050ms);
  CHECK(schedule.at(1) == epoch + 1150ms);
  CHECK(schedule.due(epoch + 1049ms) == 0);
  CHECK(schedule.due(epoch + 1050ms) == 1);
  CHECK(schedule.due(epoch + 1149ms) == 1);
  CHECK(schedule.due(epoch + 1150ms) == 2);
  CHECK(schedule.due(epoch + 1h) == 10);  // one second at ten a second
  CHECK_FALSE(schedule.over(epoch + 1999ms, 10));
  CHECK(schedule.over(epoch + 2s, 0));
}

TEST_CASE("A rate that no nanosecond divides stays exact over a day", "[messages]") {
  const PublishPace pace{.rate = 3, .duration = 25h};
  MessageSchedule schedule(pace, epoch, 0);
  schedule.start(epoch);
  for (const std::uint64_t n : {0ULL, 1ULL, 2ULL, 3ULL, 1000ULL, 259'200ULL}) {
    INFO(n);
    CHECK(schedule.due(schedule.at(n)) == n + 1);
    if (n > 0) CHECK(schedule.due(schedule.at(n) - 1ns) == n);
  }
  CHECK(schedule.at(259'200) == epoch + 24h);
}

TEST_CASE("A number of messages ends a schedule before its time", "[messages]") {
  const PublishPace pace{.rate = 100, .count = 5, .duration = 1h};
  MessageSchedule schedule(pace, epoch, 0);
  schedule.start(epoch);
  CHECK(schedule.due(epoch + 10s) == 5);
  CHECK_FALSE(schedule.over(epoch + 10s, 4));
  CHECK(schedule.over(epoch + 10s, 5));
}

TEST_CASE("Without a rate everything may go until the end", "[messages]") {
  const PublishPace pace{.rate = 0, .count = 7, .duration = 1s};
  MessageSchedule schedule(pace, epoch, 0.3);
  schedule.start(epoch);
  CHECK_FALSE(schedule.paced());
  CHECK(schedule.due(epoch) == 7);
  CHECK(schedule.due(epoch + 1s) == 0);
  schedule.stop(epoch + 500ms);
  CHECK(schedule.over(epoch + 500ms, 0));
}
