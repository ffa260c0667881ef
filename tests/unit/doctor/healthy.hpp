// A machine on which nothing is amiss, written by hand; tests change one thing of it.
#pragma once

#include <algorithm>

#include "harness/app/doctor/judge.hpp"
#include "tests/support/catch.hpp"

namespace handfast::app::test {

inline MachineFacts healthy() {
  using std::chrono::milliseconds;
  return {.limits = {.descriptors_soft = 1024,
                     .descriptors_hard = 1048576,
                     .port_first = 32768,
                     .port_last = 60999,
                     .time_wait_reuse = 2,
                     .memory_available = std::uint64_t{6} << 30},
          .cores = 4,
          .memory_total = std::uint64_t{8} << 30,
          .time_wait = 10,
          .max_time_wait = 65536,
          .conntrack = std::nullopt,
          .backlog = 4096,
          .clock = {.synchronised = true, .most_offset = milliseconds(2), .source = "tsc"},
          .random_ready = true,
          .libraries = {.openssl = "OpenSSL 3.5.1 1 Jul 2025",
                        .hybrid_groups = true,
                        .post_quantum_signatures = true,
                        .others = {{"fmt", "10.1.1"}}},
          .brokers = {{.name = "mosquitto",
                       .version = "2.0.22",
                       .problem = {},
                       .installing = "apt-get install mosquitto"}},
          .engines = {{.name = "docker", .path = "/usr/bin/docker"}}};
}

/// The first finding about `area`; fails the test when there is none.
inline Diagnosis about(const MachineFacts& facts, std::string_view area) {
  const auto findings = judge(facts);
  const auto found = std::ranges::find(findings, area, &Diagnosis::area);
  INFO(area);
  REQUIRE(found != findings.end());
  return *found;
}

}  // namespace handfast::app::test
