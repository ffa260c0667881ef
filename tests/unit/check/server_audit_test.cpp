// What is said of a chain that a broker presents, on lists from the mint.
#include "harness/check/server_audit.hpp"

#include <chrono>

#include "pki/faults/fixtures.hpp"
#include "tests/support/catch.hpp"

namespace handfast::check {
namespace {

using reports::Verdict;

WallTime now() {
  return std::chrono::time_point_cast<WallTime::duration>(std::chrono::system_clock::now());
}

class Lists {
 public:
  /// Evidence of a broker that was given `given` and presents `presented`.
  ScriptEvidence evidence(std::vector<Bytes> given, std::vector<Bytes> presented) {
    ScriptEvidence out;
    out.lists = {std::move(given), {root()}, std::move(presented)};
    return out;
  }
  std::vector<Bytes> chain(const std::string& id) { return fixtures_.make(id)->chain; }
  Bytes root() { return fixtures_.make("server-chain-full")->anchors.front(); }

 private:
  pki::Fixtures fixtures_ = pki::Fixtures::build("audit", now()).value();
};

TEST_CASE("the presented list is the configured one, and the root may follow", "[check]") {
  Lists lists;
  const auto full = lists.chain("server-chain-full");
  auto with_root = full;
  with_root.push_back(lists.root());
  CHECK(judge_presented_exactly(Level::must, lists.evidence(full, full)).verdict == Verdict::pass);
  CHECK(judge_presented_exactly(Level::must, lists.evidence(full, with_root)).verdict ==
        Verdict::pass);
  const auto leaf = judge_presented_exactly(Level::must, lists.evidence(full, {full.front()}));
  CHECK(leaf.verdict == Verdict::fail);
  CHECK_THAT(leaf.reason, Catch::Matchers::Contains("place 1"));
  auto extra = full;
  extra.push_back(full.front());
  CHECK(judge_presented_exactly(Level::must, lists.evidence(full, extra)).verdict == Verdict::fail);
  auto other = full;
  other.front().back() ^= 1;
  CHECK(judge_presented_exactly(Level::should, lists.evidence(full, other)).verdict ==
        Verdict::warn);
}

TEST_CASE("a root that is sent is reported with its cost", "[check]") {
  Lists lists;
  const auto full = lists.chain("server-chain-full");
  auto with_root = full;
  with_root.push_back(lists.root());
  CHECK(judge_root_omitted(Level::may, lists.evidence(full, full)).reason ==
        "the root is not sent");
  CHECK_THAT(judge_root_omitted(Level::may, lists.evidence(full, with_root)).reason,
             Catch::Matchers::Contains("bytes a handshake"));
}

TEST_CASE("a list in another order than its signatures is seen", "[check]") {
  Lists lists;
  const auto three = lists.chain("server-chain-order/two");
  CHECK(judge_order(Level::must, lists.evidence(three, three)).verdict == Verdict::pass);
  auto swapped = three;
  std::swap(swapped[1], swapped[2]);
  CHECK(judge_order(Level::must, lists.evidence(three, swapped)).verdict == Verdict::fail);
  CHECK(judge_order(Level::must, lists.evidence(three, {three[0]})).verdict == Verdict::fail);
}

TEST_CASE("listeners that present different lists are told apart", "[check]") {
  Lists lists;
  const auto full = lists.chain("server-chain-full");
  auto evidence = lists.evidence(full, full);
  evidence.steps = {{.what = "chain of one"}, {.what = "chain of wss-one"}};
  evidence.lists.push_back(full);
  CHECK(judge_same_everywhere(Level::should, evidence).verdict == Verdict::pass);
  evidence.lists.back().pop_back();
  const auto other = judge_same_everywhere(Level::should, evidence);
  CHECK(other.verdict == Verdict::warn);
  CHECK(other.reason == "chain of wss-one differs from chain of one");
}

TEST_CASE("fields and keys of a good server are as they should be, a client's are not", "[check]") {
  Lists lists;
  const auto full = lists.chain("server-chain-full");
  CHECK(judge_fields(Level::should, lists.evidence(full, full)).verdict == Verdict::pass);
  CHECK(judge_key_strength(Level::must, lists.evidence(full, full)).verdict == Verdict::pass);
  const auto client = lists.chain("client-chain-good/ec");
  CHECK(judge_fields(Level::should, lists.evidence(full, client)).verdict == Verdict::warn);
  const auto weak = lists.chain("client-alg-rsa1024/leaf");
  CHECK(judge_key_strength(Level::must, lists.evidence(full, weak)).verdict == Verdict::fail);
}

TEST_CASE("days left: none fails, few warn", "[check]") {
  Lists lists;
  const auto full = lists.chain("server-chain-full");
  const auto soon = lists.chain("server-cert-expiry-window");
  CHECK(judge_expiry(Level::must, lists.evidence(full, full), now()).verdict == Verdict::pass);
  const auto later = now() + std::chrono::hours(24 * 8);
  const auto few = judge_expiry(Level::must, lists.evidence(full, soon), later);
  CHECK(few.verdict == Verdict::warn);
  CHECK_THAT(few.reason, Catch::Matchers::StartsWith("1 days left") ||
                             Catch::Matchers::StartsWith("2 days left"));
  const auto late = now() + std::chrono::hours(24 * 30);
  CHECK(judge_expiry(Level::must, lists.evidence(full, soon), late).verdict == Verdict::fail);
}

}  // namespace
}  // namespace handfast::check
