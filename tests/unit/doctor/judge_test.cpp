#include "tests/unit/doctor/healthy.hpp"

using namespace handfast;
using namespace handfast::app;
using namespace handfast::app::test;
using std::chrono::milliseconds;

TEST_CASE("a healthy machine has no note, and every fix belongs to a finding that needs one",
          "[doctor]") {
  for (const auto& finding : judge(healthy())) {
    INFO(finding.area << ": " << finding.what);
    CHECK(finding.state == State::fine);
    CHECK(finding.fix.empty());
    CHECK_FALSE(finding.what.empty());
  }
  MachineFacts ill = healthy();
  ill.limits.descriptors_hard = 256;
  ill.limits.port_last = 33000;
  ill.limits.memory_available = 1 << 20;
  ill.limits.time_wait_reuse = 0;
  ill.conntrack = ConntrackFacts{95, 100};
  ill.backlog = 128;
  ill.cores = 1;
  ill.clock = {.synchronised = false, .most_offset = std::nullopt, .source = "hpet"};
  ill.random_ready = false;
  ill.libraries.hybrid_groups = ill.libraries.post_quantum_signatures = false;
  ill.brokers[0].version.clear();
  ill.engines[0].reachable = false;
  for (const auto& finding : judge(ill)) {
    if (finding.area == "libraries") continue;
    INFO(finding.area << ": " << finding.what);
    CHECK(finding.state != State::fine);
    CHECK_FALSE(finding.fix.empty());
  }
}

TEST_CASE(
    "descriptors: too few for the library stand in the way, a container's usual limit is noted",
    "[doctor]") {
  auto facts = healthy();
  facts.limits.descriptors_hard = 1024;
  const auto few = about(facts, "descriptors");
  CHECK(few.state == State::bad);
  CHECK(few.what == "1024 open files at most: 960 clients in one process");
  CHECK_THAT(few.fix, Catch::Contains("limits.d/handfast.conf") &&
                          Catch::Contains("--ulimit nofile=1048576"));
  facts.limits.descriptors_soft = 1024;
  facts.limits.descriptors_hard = 4096;
  CHECK_THAT(about(facts, "descriptors").what,
             Catch::Contains("4096 open files at most (soft limit 1024, which handfast raises"));
  CHECK(about(facts, "descriptors").state == State::note);
  facts.limits.descriptors_hard = 65536;
  CHECK(about(facts, "descriptors").state == State::fine);
}

TEST_CASE("ports: fewer than Linux gives are noted, too few for the library stand in the way",
          "[doctor]") {
  auto facts = healthy();
  facts.limits.port_first = 40000;
  CHECK(about(facts, "ports").state == State::note);
  CHECK(about(facts, "ports").fix == "sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\"");
  facts.limits.port_first = 60000;
  CHECK(about(facts, "ports").state == State::bad);
}

TEST_CASE("TIME_WAIT: a crowd of them stands in the way unless their ports are used again",
          "[doctor]") {
  auto facts = healthy();
  CHECK(about(facts, "time-wait").what ==
        "10 connections in TIME_WAIT, their ports are used again after a second on loopback alone: "
        "470 connections a second from one address to another machine");
  facts.time_wait = 20000;
  CHECK(about(facts, "time-wait").state == State::bad);
  facts.limits.time_wait_reuse = 1;
  CHECK(about(facts, "time-wait").state == State::fine);
  facts.limits.time_wait_reuse = 0;
  facts.time_wait = 10;
  CHECK(about(facts, "time-wait").state == State::note);
  CHECK_THAT(about(facts, "time-wait").fix, Catch::Contains("net.ipv4.tcp_tw_reuse=1"));
}

TEST_CASE("TIME_WAIT: fewer than there are ports that the kernel keeps are noted", "[doctor]") {
  auto facts = healthy();
  facts.max_time_wait = 4096;
  const auto finding = about(facts, "time-wait");
  CHECK(finding.state == State::note);
  CHECK_THAT(finding.fix, Catch::Contains("net.ipv4.tcp_max_tw_buckets=262144"));
}

TEST_CASE("conntrack: a table that is nearly full stands in the way", "[doctor]") {
  auto facts = healthy();
  facts.conntrack = ConntrackFacts{100, 262144};
  CHECK(about(facts, "conntrack").state == State::fine);
  facts.conntrack = ConntrackFacts{100, 4096};
  CHECK(about(facts, "conntrack").state == State::note);
  facts.conntrack = ConntrackFacts{220000, 262144};
  const auto full = about(facts, "conntrack");
  CHECK(full.state == State::bad);
  CHECK(full.what ==
        "220000 of 262144 tracked connections in use: what does not fit is dropped without a word");
}

TEST_CASE("memory: little is noted, too little stands in the way, unknown is said", "[doctor]") {
  auto facts = healthy();
  facts.limits.memory_available = std::uint64_t{600} << 20;
  CHECK(about(facts, "memory").state == State::note);
  facts.limits.memory_available = std::uint64_t{100} << 20;
  CHECK(about(facts, "memory").state == State::bad);
  facts.limits.memory_available = 0;
  CHECK(about(facts, "memory").what == "the memory that is available is not known");
}

TEST_CASE("clock: what nobody synchronised has no offset, what is far off is told by how much",
          "[doctor]") {
  auto facts = healthy();
  CHECK(about(facts, "clock").what == "synchronised, off by 2.00 ms at most");
  facts.clock.most_offset = milliseconds(900);
  CHECK(about(facts, "clock").state == State::note);
  CHECK_THAT(about(facts, "clock").what, Catch::Contains("900 ms"));
  facts.clock = {.synchronised = false, .most_offset = std::nullopt, .source = "tsc"};
  CHECK_THAT(about(facts, "clock").what, Catch::Contains("not known"));
  CHECK_THAT(about(facts, "clock").fix, Catch::Contains("timedatectl set-ntp true"));
}

TEST_CASE("libraries: what this OpenSSL lacks is named", "[doctor]") {
  auto facts = healthy();
  facts.libraries.hybrid_groups = false;
  const auto finding = about(facts, "post-quantum");
  CHECK(finding.state == State::note);
  CHECK(finding.what ==
        "this OpenSSL lacks the hybrid group X25519MLKEM768; what asks for them with a question "
        "mark goes without");
  CHECK(about(facts, "libraries").what == "OpenSSL 3.5.1 1 Jul 2025, fmt 10.1.1");
}

TEST_CASE("brokers: those that are here are listed; none at all is a note with a command",
          "[doctor]") {
  auto facts = healthy();
  facts.brokers.push_back({.name = "rabbitmq", .version = {}, .problem = "no", .installing = "x"});
  CHECK(about(facts, "broker").what == "mosquitto 2.0.22");
  facts.brokers[0].version.clear();
  CHECK(about(facts, "broker").state == State::note);
  CHECK(about(facts, "broker").fix == "apt-get install mosquitto");
}

TEST_CASE("engines: a daemon that does not answer is a note, and so is none at all", "[doctor]") {
  auto facts = healthy();
  facts.engines[0].reachable = false;
  CHECK_THAT(about(facts, "engine").fix, Catch::Contains("usermod -aG docker"));
  facts.engines.clear();
  CHECK(about(facts, "engine").fix == "apt-get install docker.io docker-compose");
}
