// Who resumes, and how exact a mix is.
#include "loadgen/resumptions.hpp"

#include <cmath>

#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;

namespace {

struct Ticket final : tls::Session {
  explicit Ticket(bool once = true) : once_(once) {}
  bool single_use() const override { return once_; }
  bool once_;
};

std::shared_ptr<const tls::Session> ticket(bool once = true) {
  return std::make_shared<const Ticket>(once);
}

}  // namespace

TEST_CASE("a session for single use is taken once, another stays", "[loadgen]") {
  SessionStore store;
  CHECK(store.take(1) == nullptr);
  const auto once = ticket();
  store.keep(1, once);
  CHECK(store.take(2) == nullptr);  // another client's
  CHECK(store.take(1) == once);
  CHECK(store.take(1) == nullptr);
  const auto lasting = ticket(false);
  store.keep(1, lasting);
  CHECK(store.take(1) == lasting);
  CHECK(store.take(1) == lasting);
}

TEST_CASE("the newest session of a client replaces the one before, in a store that is full too",
          "[loadgen]") {
  SessionStore store(2);
  store.keep(1, ticket());
  store.keep(2, ticket());
  store.keep(3, ticket());
  CHECK(store.size() == 2);
  CHECK(store.take(3) == nullptr);
  const auto newest = ticket();
  store.keep(1, newest);
  CHECK(store.size() == 2);
  CHECK(store.take(1) == newest);
}

TEST_CASE("without resumption every handshake is full, and none is seeding", "[loadgen]") {
  Resumptions resumptions({});
  stats::FleetStats stats;
  resumptions.keep(1, ticket());
  CHECK(resumptions.next(1, stats).resume == nullptr);
  CHECK(stats.seeding == 0);
  CHECK(stats.resumption_asked == 0);
}

TEST_CASE("a client without a session gets one first, and that counts apart", "[loadgen]") {
  Resumptions resumptions({.kind = ResumptionKind::tickets});
  stats::FleetStats stats;
  CHECK(resumptions.next(1, stats).resume == nullptr);
  CHECK(stats.seeding == 1);
  const auto first = ticket();
  resumptions.keep(1, first);
  CHECK(resumptions.next(1, stats).resume == first);
  CHECK(stats.resumption_asked == 1);
  CHECK(resumptions.next(1, stats).resume == nullptr);  // no new ticket came
  CHECK(stats.seeding == 2);
}

TEST_CASE("a mix holds its share at every moment, however many clients there are", "[loadgen]") {
  const double share = GENERATE(0.0, 0.01, 0.2, 1.0 / 3, 0.5, 0.8, 0.999, 1.0);
  const std::uint64_t clients = GENERATE(std::uint64_t{1}, std::uint64_t{2}, std::uint64_t{100});
  Resumptions resumptions({.kind = ResumptionKind::tickets, .share = share});
  stats::FleetStats stats;
  std::uint64_t could = 0;
  for (std::uint64_t start = 0; start < 5000; ++start) {
    const auto client = start % clients;
    const auto seeding = stats.seeding;
    (void)resumptions.next(client, stats);
    resumptions.keep(client, ticket());
    if (stats.seeding == seeding) ++could;
    const double wanted = static_cast<double>(could) * share;
    REQUIRE(std::abs(static_cast<double>(stats.resumption_asked) - wanted) <= 1);
  }
  CHECK(stats.seeding == clients);
}

TEST_CASE("early data is a share of the handshakes that resume", "[loadgen]") {
  Resumptions resumptions({.kind = ResumptionKind::tickets, .share = 0.5, .early_data_share = 0.2});
  stats::FleetStats stats;
  resumptions.keep(0, ticket(false));
  int early = 0;
  for (int i = 0; i < 1000; ++i) {
    const auto role = resumptions.next(0, stats);
    if (role.early_data) {
      ++early;
      CHECK(role.resume != nullptr);
    }
  }
  CHECK(stats.resumption_asked == 500);
  CHECK(early == 100);
}
