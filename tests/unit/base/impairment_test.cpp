#include "core/base/impairment.hpp"

#include "tests/support/catch.hpp"

using namespace handfast;
using std::chrono::milliseconds;

namespace {

constexpr TimePoint start{};

Bytes numbered(std::uint8_t number) { return {number}; }

/// Sends `count` datagrams a millisecond apart and collects what arrives within ten seconds.
std::vector<int> pass(Impairment& path, int count) {
  for (int i = 1; i <= count; ++i) {
    path.offer(numbered(static_cast<std::uint8_t>(i)), start + milliseconds(i));
  }
  std::vector<int> arrived;
  while (const auto datagram = path.take(start + std::chrono::seconds(10))) {
    arrived.push_back(datagram->front());
  }
  return arrived;
}

}  // namespace

TEST_CASE("a path without impairments passes every datagram at once and in order", "[base]") {
  Impairment path({}, 1);
  CHECK(pass(path, 5) == std::vector{1, 2, 3, 4, 5});
  CHECK(path.counts() == ImpairmentCounts{.offered = 5});
  CHECK_FALSE(path.next());
}

TEST_CASE("the datagrams with the named numbers are lost, and no other", "[base]") {
  Impairment path({.drop = {1, 4}}, 1);
  CHECK(pass(path, 5) == std::vector{2, 3, 5});
  CHECK(path.counts().lost == 2);
}

TEST_CASE("a named loss leaves the fate of the other datagrams alone", "[base]") {
  Impairment chance({.loss = 0.4}, 7);
  Impairment both({.loss = 0.4, .drop = {3}}, 7);
  auto expected = pass(chance, 40);
  std::erase(expected, 3);
  CHECK(pass(both, 40) == expected);
}

TEST_CASE("loss by chance comes near its share, and the same seed loses the same", "[base]") {
  Impairment path({.loss = 0.2}, 3);
  Impairment again({.loss = 0.2}, 3);
  for (int i = 0; i < 2000; ++i) {
    path.offer(numbered(1), start);
    again.offer(numbered(1), start);
  }
  CHECK(path.counts().lost > 300);
  CHECK(path.counts().lost < 500);
  CHECK(path.counts() == again.counts());
}

TEST_CASE("a duplicated datagram arrives twice", "[base]") {
  Impairment path({.duplication = 1}, 1);
  CHECK(pass(path, 2) == std::vector{1, 1, 2, 2});
  CHECK(path.counts().duplicated == 2);
}

TEST_CASE("a reordered datagram follows the one behind it", "[base]") {
  Impairment path({.reorder = 1}, 1);
  CHECK(pass(path, 4) == std::vector{2, 1, 4, 3});
  CHECK(path.counts().reordered == 2);
}

TEST_CASE("a reordered datagram without a successor is only late", "[base]") {
  Impairment path({.reorder = 1, .reorder_hold = milliseconds(50)}, 1);
  path.offer(numbered(1), start);
  CHECK_FALSE(path.take(start + milliseconds(49)));
  CHECK(path.next() == start + milliseconds(50));
  CHECK(path.take(start + milliseconds(50)) == numbered(1));
}

TEST_CASE("delay holds each datagram, jitter no longer than it says", "[base]") {
  Impairment path({.delay = milliseconds(20), .jitter = milliseconds(5)}, 1);
  for (int i = 0; i < 100; ++i) path.offer(numbered(1), start);
  CHECK_FALSE(path.take(start + milliseconds(19)));
  int arrived = 0;
  while (path.take(start + milliseconds(25))) ++arrived;
  CHECK(arrived == 100);
}

TEST_CASE("what is larger than the path takes is lost and counted", "[base]") {
  Impairment path({.largest = 3}, 1);
  path.offer(Bytes(3), start);
  path.offer(Bytes(4), start);
  CHECK(path.take(start) == Bytes(3));
  CHECK_FALSE(path.take(start));
  CHECK(path.counts().too_large == 1);
}

TEST_CASE("what is forgotten never arrives, and the numbers go on", "[base]") {
  Impairment path({.reorder = 1, .delay = milliseconds(20), .drop = {3}}, 1);
  path.offer(numbered(1), start);
  path.offer(numbered(2), start);
  path.forget();
  CHECK_FALSE(path.next());
  path.offer(numbered(3), start);
  CHECK_FALSE(path.next());
  CHECK(path.counts().offered == 3);
}
