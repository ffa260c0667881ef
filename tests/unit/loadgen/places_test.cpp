#include "loadgen/places.hpp"

#include <map>
#include <set>

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

namespace {

const TimePoint begin{1h};

}  // namespace

TEST_CASE("A closed loop begins with all its places free", "[loadgen]") {
  Places places({.in_flight = 3, .duration = 1s}, 3, 0, 1, begin);
  for (std::uint64_t n = 0; n < 3; ++n) {
    REQUIRE(places.any_free());
    CHECK(places.free_since() == begin);
    const Start start = places.take();
    CHECK(start.number == n);
    CHECK(start.client == n);
    CHECK(start.intended == begin);
  }
  CHECK_FALSE(places.any_free());
  CHECK(places.taken() == 3);
}

TEST_CASE("A start counts from the moment its own place became free, first come first served",
          "[loadgen]") {
  Places places({.in_flight = 3, .duration = 1s}, 3, 0, 1, begin);
  for (int i = 0; i < 3; ++i) places.take();
  places.release(1, begin + 10ms);
  places.release(0, begin + 30ms);
  places.release(2, begin + 70ms);
  CHECK(places.take().intended == begin + 10ms);
  CHECK(places.take().intended == begin + 30ms);
  places.release(1, begin + 90ms);
  CHECK(places.take().intended == begin + 70ms);
  CHECK(places.take().intended == begin + 90ms);
}

TEST_CASE("Each place goes round clients of its own, so none is connected twice", "[loadgen]") {
  // Places 0 and 1 of seven clients: 0, 2, 4, 6 and 1, 3, 5.
  Places places({.in_flight = 2, .duration = 1s}, 7, 0, 1, begin);
  std::vector<std::uint64_t> first;
  std::vector<std::uint64_t> second;
  const Start stuck = places.take();
  REQUIRE(stuck.client == 0);
  for (int i = 0; i < 4; ++i) {
    const Start start = places.take();
    second.push_back(start.client);
    places.release(start.client, begin);
  }
  CHECK(second == std::vector<std::uint64_t>{1, 3, 5, 1});
  places.take();
  places.release(stuck.client, begin);
  for (int i = 0; i < 5; ++i) {
    const Start start = places.take();
    first.push_back(start.client);
    places.release(start.client, begin);
  }
  CHECK(first == std::vector<std::uint64_t>{2, 4, 6, 0, 2});
}

TEST_CASE("Workers share the places without gap or overlap", "[loadgen]") {
  for (const unsigned workers : {1U, 2U, 3U, 12U}) {
    INFO(workers << " workers");
    std::map<std::uint64_t, int> clients;
    std::set<std::uint64_t> numbers;
    for (unsigned worker = 0; worker < workers; ++worker) {
      Places places({.in_flight = 10, .duration = 1s}, 25, worker, workers, begin);
      std::vector<Start> open;
      for (int round = 0; round < 3; ++round) {
        while (places.any_free()) open.push_back(places.take());
        for (const Start& start : open) {
          if (round == 0) ++clients[start.client];
          CHECK(numbers.insert(start.number).second);
          places.release(start.client, begin);
        }
        open.clear();
      }
    }
    CHECK(clients.size() == 10);
    CHECK(clients.rbegin()->first == 9);
    CHECK(numbers.size() == 30);
  }
}
