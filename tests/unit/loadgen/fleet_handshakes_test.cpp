// What a fleet's share counts of its handshakes.
#include "loadgen/fleet_share.hpp"
#include "tests/support/catch.hpp"

using namespace handfast;
using namespace handfast::loadgen;
using namespace std::chrono_literals;

namespace {

FleetPlan one_client() {
  FleetSpec spec;
  spec.name = "sensors";
  spec.clients = 1;
  spec.stages = {{100, 100, 1s}};
  return {.spec = spec, .schedule = Schedule(spec.stages)};
}

stats::FleetStats stats_of(FleetShare& share) {
  ShareReport report;
  share.collect(report, TimePoint{1h});
  return report.stats;
}

}  // namespace

TEST_CASE("What was negotiated is counted by aspect", "[loadgen]") {
  const FleetPlan plan = one_client();
  FleetShare share(plan, 0, 1, TimePoint{1h});
  tls::Facts facts;
  facts.version = tls::Version::tls1_3;
  facts.cipher_suite = "TLS_AES_128_GCM_SHA256";
  facts.group = "x25519";
  facts.signature = "ecdsa_secp256r1_sha256";
  facts.peer_chain_length = 2;
  share.record_handshake(facts);
  facts.resumed = true;
  facts.signature = {};
  facts.peer_chain_length = 0;
  share.record_handshake(facts);
  const stats::FleetStats stats = stats_of(share);
  CHECK(stats.tls_handshakes == 2);
  CHECK(stats.resumed == 1);
  CHECK(stats.negotiated.at("version").at("TLS 1.3") == 2);
  CHECK(stats.negotiated.at("cipher_suite").at("TLS_AES_128_GCM_SHA256") == 2);
  CHECK(stats.negotiated.at("group").at("x25519") == 2);
  CHECK(stats.negotiated.at("signature").at("ecdsa_secp256r1_sha256") == 1);
  CHECK(stats.negotiated.at("chain_length").at("2") == 1);
  CHECK(stats.negotiated.count("alpn") == 0);
}

TEST_CASE("How a server proved itself is counted, and what early data became", "[loadgen]") {
  const FleetPlan plan = one_client();
  FleetShare share(plan, 0, 1, TimePoint{1h});
  tls::Facts facts;
  share.record_handshake(facts);
  facts.verified = true;
  share.record_handshake(facts);
  facts.chain_remembered = true;
  facts.certificates_cached = true;
  share.record_handshake(facts);
  facts.resumed = true;
  facts.certificates_cached = false;
  facts.early_data = tls::EarlyData::accepted;
  share.record_handshake(facts);
  facts.early_data = tls::EarlyData::rejected;
  facts.resumed = false;
  facts.external_psk = true;
  share.record_handshake(facts);
  const stats::FleetStats stats = stats_of(share);
  CHECK(stats.negotiated.at("authentication") ==
        std::map<std::string, std::uint64_t>{{"not verified", 1},
                                             {"chain verified", 1},
                                             {"chain verified before, dates now", 1},
                                             {"resumed session", 1},
                                             {"pre-shared key", 1}});
  CHECK(stats.negotiated.at("certificates").at("parsed before") == 1);
  CHECK(stats.early_data_sent == 2);
  CHECK(stats.early_data_accepted == 1);
}
