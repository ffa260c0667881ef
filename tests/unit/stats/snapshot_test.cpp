#include "core/stats/snapshot.hpp"

#include "tests/support/catch.hpp"

using namespace handfast::stats;
using namespace std::chrono_literals;

TEST_CASE("Phases have the names that thresholds and reports use", "[stats]") {
  std::vector<std::string> names;
  for (const Phase phase : phases) names.emplace_back(to_string(phase));
  CHECK(names == std::vector<std::string>{"dns", "tcp", "tls", "tls_full", "tls_resumed", "cookie",
                                          "tls_clean", "tls_retransmitted", "upgrade", "connack",
                                          "ready", "suback", "puback", "pubcomp", "delivery",
                                          "back_off", "outage", "silence"});
}

TEST_CASE("Merging two parts of a fleet adds counts, histograms, failures and facts", "[stats]") {
  FleetStats left;
  left.name = "sensors";
  left.listener = "tls";
  left.planned = 10;
  left.started = 9;
  left.dropped = 1;
  left.capped = 5;
  left.succeeded = 6;
  left.failed = 2;
  left.interrupted = 1;
  left.tls_handshakes = 7;
  left.resumed = 3;
  left.seeding = 2;
  left.resumption_asked = 4;
  left.early_data_sent = 3;
  left.early_data_accepted = 1;
  left.distinct_certificates = 4;
  left.bytes_sent = 100;
  left.bytes_received = 200;
  left.latency[Phase::tls].service.record(5ms);
  left.failures[{"tls", "deadline"}] = 2;
  left.negotiated["version"]["TLS 1.3"] = 7;
  left.datagrams = DatagramStats{.handshakes = 1,
                                 .cookies = 2,
                                 .retransmitted = 3,
                                 .retransmits = 4,
                                 .restarts = 13,
                                 .flights_sent = 5,
                                 .flights_received = 6,
                                 .datagrams_sent = 7,
                                 .datagrams_received = 8,
                                 .unsent = 9,
                                 .kernel_drops = 10,
                                 .impaired = 11,
                                 .oddities = {{"coap:too_short", 12}}};

  FleetStats right = left;
  right.latency[Phase::connack].response.record(1ms);
  right.failures[{"connack", "closed"}] = 1;
  right.negotiated["version"]["TLS 1.2"] = 1;

  FleetStats whole;
  whole.merge(left);
  CHECK(whole == left);
  whole.merge(right);
  CHECK(whole.name == "sensors");
  CHECK(whole.listener == "tls");
  CHECK(whole.planned == 20);
  CHECK(whole.started == 18);
  CHECK(whole.dropped == 2);
  CHECK(whole.capped == 10);
  CHECK(whole.succeeded == 12);
  CHECK(whole.failed == 4);
  CHECK(whole.interrupted == 2);
  CHECK(whole.tls_handshakes == 14);
  CHECK(whole.resumed == 6);
  CHECK(whole.seeding == 4);
  CHECK(whole.resumption_asked == 8);
  CHECK(whole.early_data_sent == 6);
  CHECK(whole.early_data_accepted == 2);
  CHECK(whole.distinct_certificates == 8);
  CHECK(whole.bytes_sent == 200);
  CHECK(whole.bytes_received == 400);
  CHECK(whole.latency[Phase::tls].service.count() == 2);
  CHECK(whole.latency[Phase::connack].response.count() == 1);
  CHECK(whole.failures[{"tls", "deadline"}] == 4);
  CHECK(whole.failures[{"connack", "closed"}] == 1);
  CHECK(whole.negotiated["version"]["TLS 1.3"] == 14);
  CHECK(whole.negotiated["version"]["TLS 1.2"] == 1);
  CHECK(whole.datagrams == DatagramStats{.handshakes = 2,
                                         .cookies = 4,
                                         .retransmitted = 6,
                                         .retransmits = 8,
                                         .restarts = 26,
                                         .flights_sent = 10,
                                         .flights_received = 12,
                                         .datagrams_sent = 14,
                                         .datagrams_received = 16,
                                         .unsent = 18,
                                         .kernel_drops = 20,
                                         .impaired = 22,
                                         .oddities = {{"coap:too_short", 24}}});
}

TEST_CASE("Of a cause five samples are kept, those with messages first", "[stats]") {
  const FailureKey key{"tls", "closed"};
  FleetStats whole;
  for (int part = 0; part < 4; ++part) {
    FleetStats one;
    FailureSample sample{.at_s = part + 1.0, .client_id = "c" + std::to_string(part)};
    one.samples[key] = {sample, sample};
    whole.merge(one);
  }
  REQUIRE(whole.samples.at(key).size() == most_samples);
  FleetStats better;
  better.samples[key] = {
      {.client_id = "seen", .messages = {{.sent = true, .name = "ClientHello"}}}};
  whole.merge(better);
  const auto& kept = whole.samples.at(key);
  REQUIRE(kept.size() == most_samples);
  CHECK(kept.front().client_id == "seen");
  CHECK(kept.back().client_id == "c2");
}
