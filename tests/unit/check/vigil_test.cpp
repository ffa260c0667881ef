// When a listener, or the whole broker, is given up.
#include "harness/check/vigil.hpp"

#include "tests/support/catch.hpp"

namespace handfast::check {
namespace {

std::vector<Served> silent(const std::string& listener) {
  return {{.listener = listener, .accepted = false, .silent = true}};
}
std::vector<Served> answers(const std::string& listener) {
  return {{.listener = listener, .accepted = true}};
}
/// A control that was turned away: not served, and not silent either.
std::vector<Served> refuses(const std::string& listener) { return {{.listener = listener}}; }

TEST_CASE("a listener that two rows in turn found silent is given up, others are not", "[check]") {
  Vigil vigil;
  CHECK_FALSE(vigil.note("row-1", answers("mtls")));
  CHECK_FALSE(vigil.note("row-2", silent("one")));
  CHECK_FALSE(vigil.silence({"one"}));
  CHECK(vigil.note("row-3", silent("one")));
  CHECK(vigil.silence({"mtls", "one"}) == "the listener \"one\" does not answer since row-2");
  CHECK_FALSE(vigil.silence({"mtls"}));
  CHECK(vigil.since(silent("one")) == "row-2");
}

TEST_CASE("a listener that answers again, or turns clients away, is not given up", "[check]") {
  Vigil vigil;
  vigil.note("row-1", silent("one"));
  vigil.note("row-2", answers("one"));
  vigil.note("row-3", silent("one"));
  CHECK_FALSE(vigil.silence({"one"}));
  vigil.note("row-4", refuses("one"));
  vigil.note("row-5", silent("one"));
  CHECK_FALSE(vigil.silence({"one"}));
}

TEST_CASE("a broker that three rows in turn found silent is given up on all listeners", "[check]") {
  Vigil vigil;
  vigil.note("row-1", silent("one"));
  vigil.note("row-2", silent("mtls"));
  CHECK_FALSE(vigil.silence({"wss-one"}));
  CHECK(vigil.note("row-3", silent("ws-plain")));
  CHECK(vigil.silence({"wss-one"}) == "the broker answers on no listener since row-1");
}

TEST_CASE("rows without controls say nothing of a listener", "[check]") {
  Vigil vigil;
  vigil.note("row-1", silent("one"));
  CHECK_FALSE(vigil.note("row-2", {}));
  CHECK(vigil.note("row-3", silent("one")));
}

}  // namespace
}  // namespace handfast::check
