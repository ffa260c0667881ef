#include "loadgen/timer_wheel.hpp"

#include <deque>
#include <map>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

namespace {

const TimePoint start{1h};

struct Timer : TimerWheel::Node {
  int fired = 0;
};

int turn(TimerWheel& wheel, Nanos to) {
  int count = 0;
  wheel.advance(start + to, [&count](TimerWheel::Node& node) {
    CHECK_FALSE(node.armed());
    ++static_cast<Timer&>(node).fired;
    ++count;
  });
  return count;
}

}  // namespace

TEST_CASE("A timer fires once its deadline has passed, and never before", "[loadgen]") {
  TimerWheel wheel(start);
  Timer timer;
  wheel.arm(timer, start + 5ms);
  CHECK(timer.armed());
  CHECK(turn(wheel, 4999us) == 0);
  CHECK(turn(wheel, 5ms) == 1);
  CHECK_FALSE(timer.armed());
  CHECK(turn(wheel, 1s) == 0);
  CHECK(wheel.empty());
}

TEST_CASE("A deadline between two ticks counts to the later one", "[loadgen]") {
  TimerWheel wheel(start);
  Timer timer;
  wheel.arm(timer, start + 5ms + 1ns);
  CHECK(turn(wheel, 5ms + 500us) == 0);
  CHECK(turn(wheel, 6ms) == 1);
}

TEST_CASE("A deadline that has passed already fires at the next tick", "[loadgen]") {
  TimerWheel wheel(start);
  Timer timer;
  CHECK(turn(wheel, 100ms) == 0);
  wheel.arm(timer, start + 20ms);
  CHECK(turn(wheel, 100ms) == 0);
  CHECK(turn(wheel, 101ms) == 1);
  wheel.arm(timer, start - 1h);
  CHECK(turn(wheel, 102ms) == 1);
}

TEST_CASE("Timers beyond one turn of the wheel wait for their turn", "[loadgen]") {
  TimerWheel wheel(start);
  Timer far;
  wheel.arm(far, start + 10s);
  for (Nanos now = 0ns; now < 10s; now += 1ms) REQUIRE(turn(wheel, now) == 0);
  CHECK(turn(wheel, 10s) == 1);
}

TEST_CASE("After a long pause everything due fires at once", "[loadgen]") {
  TimerWheel wheel(start);
  std::deque<Timer> timers(5000);
  for (std::size_t i = 0; i < timers.size(); ++i) {
    wheel.arm(timers[i], start + std::chrono::milliseconds(i));
  }
  CHECK(turn(wheel, 4500ms) == 4501);
  CHECK(turn(wheel, 10s) == 499);
  CHECK(wheel.empty());
}

TEST_CASE("A cancelled timer does not fire; cancelling twice is harmless", "[loadgen]") {
  TimerWheel wheel(start);
  Timer timer;
  wheel.cancel(timer);
  wheel.arm(timer, start + 5ms);
  wheel.cancel(timer);
  wheel.cancel(timer);
  CHECK(wheel.empty());
  CHECK(turn(wheel, 1s) == 0);
}

TEST_CASE("Arming an armed timer moves it", "[loadgen]") {
  TimerWheel wheel(start);
  Timer timer;
  wheel.arm(timer, start + 5ms);
  wheel.arm(timer, start + 9ms);
  CHECK(turn(wheel, 8ms) == 0);
  CHECK(turn(wheel, 9ms) == 1);
  CHECK(timer.fired == 1);
}

TEST_CASE("A callback may re-arm its own timer and cancel another that is due", "[loadgen]") {
  TimerWheel wheel(start);
  Timer first;
  Timer second;
  wheel.arm(first, start + 5ms);
  wheel.arm(second, start + 5ms);
  int fired = 0;
  wheel.advance(start + 5ms, [&](TimerWheel::Node& node) {
    ++fired;
    CHECK(&node == &first);
    wheel.cancel(second);
    wheel.arm(first, start + 6ms);
  });
  CHECK(fired == 1);
  CHECK(turn(wheel, 6ms) == 1);
  CHECK(wheel.empty());
}

TEST_CASE("The wheel agrees with a sorted map over random arming and cancelling", "[loadgen]") {
  Random random(9);
  TimerWheel wheel(start);
  std::deque<Timer> timers(300);
  std::map<Timer*, Nanos> model;
  Nanos now = 0ns;
  for (int round = 0; round < 20'000; ++round) {
    Timer& timer = timers[random.below(timers.size())];
    switch (random.below(4)) {
      case 0:
        wheel.cancel(timer);
        model.erase(&timer);
        break;
      case 1:
        now += std::chrono::milliseconds(random.below(20));
        wheel.advance(start + now, [&](TimerWheel::Node& node) {
          const auto found = model.find(static_cast<Timer*>(&node));
          REQUIRE(found != model.end());
          REQUIRE(found->second <= now);
          model.erase(found);
        });
        for (const auto& [left, deadline] : model) REQUIRE(deadline + TimerWheel::tick > now);
        break;
      default:
        const Nanos deadline = now + Nanos(random.below(3'000'000'000));
        wheel.arm(timer, start + deadline);
        model[&timer] = deadline;
    }
    REQUIRE(wheel.empty() == model.empty());
  }
  for (Timer& timer : timers) wheel.cancel(timer);
  CHECK(wheel.empty());
}
