// Client chains: without a switch the faulty broker decides as the catalogue does, with one it
// decides otherwise about exactly the rows that are to notice.
#include <algorithm>
#include <map>

#include "tests/integration/faulty_broker/lab.hpp"
#include "tests/support/catch.hpp"

namespace handfast::test {
namespace {

using pki::Expect;
using pki::FixtureInfo;
using probe::Outcome;

/// Lists that any client can send and that every broker of this set-up must decide alike.
bool is_decided(const FixtureInfo& info) {
  return info.row().starts_with("client-") && info.condition.empty() &&
         info.expect != Expect::either && info.openssl.empty() &&
         info.row() != "client-cert-on-oneway" && !info.row().ends_with("-optional") &&
         !info.row().starts_with("client-depth");
}

/// libssl sends no certificate whose key is another.
bool fits(const pki::Fixture& fixture) {
  if (fixture.chain.empty()) return true;
  const auto* at = fixture.chain[0].data();
  const tls::CertificatePtr leaf(
      d2i_X509(nullptr, &at, static_cast<long>(fixture.chain[0].size())));
  return leaf && X509_check_private_key(leaf.get(), fixture.key.get()) == 1;
}

bool can_be_sent(const FixtureInfo& info) {
  const auto fixture = fixtures().make(info.id);
  if (!fixture || !fits(*fixture)) return false;
  return std::ranges::all_of(fixture->chain, [](const Bytes& der) {
    const auto* at = der.data();
    const tls::CertificatePtr parsed(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
    return parsed != nullptr && at == der.data() + der.size();
  });
}

probe::Transcript shown(const FixtureInfo& info, const Defects& defects,
                        std::optional<tls::Version> version = {}) {
  FaultyLab lab(info.id);
  lab.start({"tls-two-way"}, defects);
  return lab.probe("tls-two-way", info.id, version);
}

/// What the conforming broker makes of a list; asked once.
Outcome conforming_outcome(const FixtureInfo& info) {
  static std::map<std::string, Outcome> known;
  const auto found = known.find(info.id);
  if (found != known.end()) return found->second;
  return known[info.id] = shown(info, {}).outcome;
}

std::vector<const FixtureInfo*> lists_of(std::string_view row) {
  std::vector<const FixtureInfo*> lists;
  for (const auto& info : pki::Fixtures::list()) {
    if (info.row() == row && is_decided(info) && can_be_sent(info)) lists.push_back(&info);
  }
  return lists;
}

TEST_CASE("With no switch on, client chains are decided as the catalogue says", "[faulty_broker]") {
  int count = 0;
  for (const auto& info : pki::Fixtures::list()) {
    if (!is_decided(info) || !can_be_sent(info)) continue;
    const auto transcript = shown(info, {});
    if (transcript.outcome == Outcome::not_sent) continue;  // our own library withheld it
    INFO(info.id << ", " << info.what << ": " << transcript.sentence());
    CHECK(transcript.outcome ==
          (info.expect == Expect::accept ? Outcome::accept : Outcome::reject));
    ++count;
  }
  CHECK(count > 60);
}

TEST_CASE("Every switch about client chains turns the outcome of each of its rows",
          "[faulty_broker]") {
  int switches = 0;
  for (const auto& entry : detail::client_chain_switches()) {
    bool has_lists = false;
    for (const auto row : entry.rows) {
      const auto lists = lists_of(row);
      if (lists.empty()) continue;
      has_lists = true;
      std::string story;
      bool turned = false;
      for (const auto* info : lists) {
        const auto before = conforming_outcome(*info);
        const auto after = shown(*info, with_defect(entry.name));
        turned = turned || (before == Outcome::accept) != (after.outcome == Outcome::accept);
        story +=
            info->id + ": " + std::string(to_string(before)) + ", then " + after.sentence() + "\n";
      }
      INFO(entry.name << " and " << row << "\n" << story);
      CHECK(turned);
    }
    switches += has_lists ? 1 : 0;
  }
  CHECK(switches > 28);
}

TEST_CASE("No switch about client chains touches a good client, but those that refuse it",
          "[faulty_broker]") {
  const auto& good = *pki::Fixtures::find("client-chain-good/ec");
  for (const auto& entry : detail::client_chain_switches()) {
    INFO(entry.name);
    if (entry.name.starts_with("accepts_") || entry.name.starts_with("ignores_") ||
        entry.name.starts_with("rejects_")) {
      CHECK(shown(good, with_defect(entry.name)).outcome == Outcome::accept);
    }
  }
}

}  // namespace
}  // namespace handfast::test
