// The books against a naive model, under broker behaviour that no broker should have.
#include "loadgen/settlement.hpp"

#include <algorithm>
#include <map>
#include <set>

#include "core/base/random.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

namespace {

const TimePoint zero{1h};

Stream stream(std::uint64_t publisher, const std::string& topic, std::uint64_t count) {
  return {.key = {.fleet = 0, .publisher = publisher},
          .topic = topic,
          .count = count,
          .first_sent = zero + 10ms,
          .last_sent = zero + 1s};
}

Reception subscriber(std::vector<std::string> filters) {
  Reception reception(1, std::move(filters));
  reception.begin = zero;
  return reception;
}

Arrival arrive(Reception& reception, std::uint64_t publisher, std::uint64_t sequence,
               bool retained = false) {
  return reception.add({.stream = {.fleet = 0, .publisher = publisher}, .sequence = sequence},
                       retained);
}

stats::MessageStats settled(const Streams& streams, const std::vector<Reception>& receptions) {
  std::vector<stats::FleetStats> fleets(2);
  settle(streams, receptions, fleets);
  return fleets[1].message_stats();
}

}  // namespace

TEST_CASE("Each arrival has one class", "[messages]") {
  Reception reception = subscriber({"#"});
  CHECK(arrive(reception, 1, 0) == Arrival::in_order);
  CHECK(arrive(reception, 1, 2) == Arrival::in_order);
  CHECK(arrive(reception, 1, 1) == Arrival::out_of_order);
  CHECK(arrive(reception, 1, 1) == Arrival::duplicated);
  CHECK(arrive(reception, 2, 5) == Arrival::in_order);  // another publisher's numbers are its own
}

TEST_CASE("A subscriber that saw nothing of a stream lost all of it", "[messages]") {
  Streams streams;
  streams.add(stream(1, "a/1", 10));
  streams.add(stream(2, "b/1", 100));
  CHECK(settled(streams, {subscriber({"a/+"})}).lost == 10);
  CHECK(settled(streams, {subscriber({"a/1"})}).lost == 10);
  CHECK(settled(streams, {subscriber({"#"})}).lost == 110);
  CHECK(settled(streams, {subscriber({"c/+"})}).lost == 0);
  CHECK(settled(streams, {subscriber({"a/1", "#"})}).lost == 110);  // a stream is owed once
  CHECK(settled(streams, {subscriber({"a/1"}), subscriber({"b/1"})}).lost == 110);
}

TEST_CASE("A client that hears itself is owed its own stream only", "[messages]") {
  Streams streams;
  streams.add(stream(1, "a", 10));
  streams.add(stream(2, "a", 10));
  Reception own = subscriber({"a"});
  own.own = StreamKey{.fleet = 0, .publisher = 2};
  arrive(own, 2, 3);
  CHECK(settled(streams, {own}).lost == 9);
}

TEST_CASE("Who comes late is owed what it can be proved to be owed", "[messages]") {
  Streams streams;
  streams.add(stream(1, "a", 10));
  Reception late = subscriber({"a"});
  late.begin = zero + 500ms;
  // The last message was sent after the SUBACK, so at least that one is missing.
  CHECK(settled(streams, {late}).lost == 1);
  CHECK(settled(streams, {late}).partly_observed == 1);
  arrive(late, 1, 0, true);  // a retained message does not tell when the subscription began
  CHECK(settled(streams, {late}).lost == 1);
  arrive(late, 1, 6);
  CHECK(settled(streams, {late}).lost == 3);
  late.begin = zero + 2s;
  Reception after = subscriber({"a"});
  after.begin = zero + 2s;
  CHECK(settled(streams, {after}).lost == 0);
}

TEST_CASE("Who is cut off is owed nothing after what it saw last", "[messages]") {
  Streams streams;
  streams.add(stream(1, "a", 10));
  Reception cut = subscriber({"a"});
  cut.cut_off = true;
  CHECK(settled(streams, {cut}).lost == 0);
  arrive(cut, 1, 5);
  CHECK(settled(streams, {cut}).lost == 5);
  CHECK(settled(streams, {cut}).partly_observed == 1);
}

TEST_CASE("Members of a shared subscription are owed each message once", "[messages]") {
  Streams streams;
  streams.add(stream(1, "a", 10));
  std::vector<Reception> members{subscriber({"$share/g/a"}), subscriber({"$share/g/a"})};
  for (std::uint64_t n = 0; n < 9; ++n) arrive(members[n % 2], 1, n);
  CHECK(settled(streams, members).lost == 1);
  CHECK(settled(streams, members).duplicated == 0);
  arrive(members[0], 1, 1);  // the other member had it too
  const auto both = settled(streams, members);
  CHECK(both.duplicated == 1);
  CHECK(both.lost == 1);
}

TEST_CASE("Losses, duplicates and disorder are exact whatever a broker does", "[messages]") {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    INFO("seed " << seed);
    Random random(seed);
    const std::uint64_t publishers = 1 + random.below(4);
    const std::uint64_t subscribers = 1 + random.below(4);
    Streams streams;
    std::vector<std::uint64_t> counts;
    for (std::uint64_t p = 0; p < publishers; ++p) {
      counts.push_back(random.below(60));
      streams.add(stream(p, "t/" + std::to_string(p), counts.back()));
    }
    std::vector<Reception> receptions;
    std::uint64_t lost = 0;
    for (std::uint64_t s = 0; s < subscribers; ++s) {
      Reception reception = subscriber({"t/+"});
      for (std::uint64_t p = 0; p < publishers; ++p) {
        // The broker drops some, repeats some and shuffles the rest.
        std::vector<std::uint64_t> arrivals;
        for (std::uint64_t n = 0; n < counts[p]; ++n) {
          for (std::uint64_t copies = random.below(3); copies > 0; --copies) arrivals.push_back(n);
        }
        for (std::size_t i = arrivals.size(); i > 1; --i) {
          std::swap(arrivals[i - 1], arrivals[random.below(i)]);
        }
        std::set<std::uint64_t> seen;
        for (const std::uint64_t n : arrivals) {
          const auto expected = seen.contains(n)                      ? Arrival::duplicated
                                : !seen.empty() && *seen.rbegin() > n ? Arrival::out_of_order
                                                                      : Arrival::in_order;
          REQUIRE(arrive(reception, p, n) == expected);
          seen.insert(n);
        }
        lost += counts[p] - seen.size();
      }
      receptions.push_back(std::move(reception));
    }
    REQUIRE(settled(streams, receptions).lost == lost);
  }
}
