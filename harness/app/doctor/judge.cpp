#include "harness/app/doctor/judge.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/scenario/needs.hpp"

namespace handfast::app {

namespace {

// What the largest scenario of the library needs at once, with room: docs say --dry-run tells more.
constexpr std::uint64_t enough_descriptors = 4096;
constexpr std::uint64_t enough_ports = 4096;
constexpr std::uint64_t enough_memory = std::uint64_t{256} << 20;
// From here on nothing of the machine's settings stops tens of thousands of clients.
constexpr std::uint64_t many_descriptors = 65536;
constexpr std::uint64_t usual_ports = 28232;  // Linux's default range
constexpr std::uint64_t roomy_memory = std::uint64_t{1} << 30;
constexpr std::uint64_t many_tracked = 65536;
constexpr std::uint64_t enough_backlog = 1024;
constexpr Nanos enough_accuracy = std::chrono::milliseconds(100);  // shards begin together

Diagnosis descriptors(const scenario::Limits& limits) {
  Diagnosis out{.area = "descriptors"};
  const auto hard = limits.descriptors_hard;
  const auto clients = hard > scenario::own_descriptors ? hard - scenario::own_descriptors : 0;
  const auto soft =
      limits.descriptors_soft >= hard
          ? std::string()
          : fmt::format(" (soft limit {}, which handfast raises itself)", limits.descriptors_soft);
  out.what = fmt::format("{} open files at most{}: {} clients in one process", hard, soft, clients);
  if (hard >= many_descriptors) return out;
  out.state = hard < enough_descriptors ? State::bad : State::note;
  out.fix = fmt::format(
      "echo '* - nofile {0}' > /etc/security/limits.d/handfast.conf, and log in again; for a "
      "service LimitNOFILE={0}, for a container docker run --ulimit nofile={0}",
      1048576);
  return out;
}

Diagnosis ports(const scenario::Limits& limits) {
  Diagnosis out{.area = "ports"};
  out.what =
      fmt::format("local ports {}-{}: {} connections at once from one address to one listener",
                  limits.port_first, limits.port_last, limits.ports());
  if (limits.ports() >= usual_ports) return out;
  out.state = limits.ports() < enough_ports ? State::bad : State::note;
  out.fix = "sysctl -w net.ipv4.ip_local_port_range=\"1024 65535\"";
  return out;
}

std::string_view reuse_text(int reuse) {
  switch (reuse) {
    case 1:
      return "their ports are used again after a second";
    case 2:
      return "their ports are used again after a second on loopback alone";
    default:
      return "their ports rest for a minute";
  }
}

Diagnosis time_wait(const MachineFacts& facts) {
  Diagnosis out{.area = "time-wait"};
  const auto& limits = facts.limits;
  const auto resting = facts.time_wait.value_or(0);
  out.what =
      fmt::format("{} connections in TIME_WAIT, {}", resting, reuse_text(limits.time_wait_reuse));
  const bool crowded = limits.time_wait_reuse != 1 && resting > limits.ports() / 2;
  if (crowded) {
    out.state = State::bad;
    out.what += ", and they hold more than half of all ports";
  } else if (limits.time_wait_reuse != 1) {
    const auto rest_s = static_cast<std::uint64_t>(std::max(1.0, seconds(limits.time_wait)));
    out.what += fmt::format(": {} connections a second from one address{}", limits.ports() / rest_s,
                            limits.time_wait_reuse == 2 ? " to another machine" : "");
    if (limits.time_wait_reuse != 2) out.state = State::note;
  }
  if (out.state != State::fine) {
    out.fix =
        "sysctl -w net.ipv4.tcp_tw_reuse=1, or close: rst in the fleet, or more source addresses";
  } else if (facts.max_time_wait && *facts.max_time_wait < limits.ports()) {
    out.state = State::note;
    out.what +=
        fmt::format("; the kernel keeps {} of them and ends more at once", *facts.max_time_wait);
    out.fix = "sysctl -w net.ipv4.tcp_max_tw_buckets=262144";
  }
  return out;
}

Diagnosis conntrack(const std::optional<ConntrackFacts>& facts) {
  Diagnosis out{.area = "conntrack"};
  if (!facts) {
    out.what = "connections are not tracked here";
    return out;
  }
  out.what = fmt::format("{} of {} tracked connections in use", facts->count, facts->max);
  const bool full = facts->count > facts->max / 10 * 8;
  if (!full && facts->max >= many_tracked) return out;
  out.state = full ? State::bad : State::note;
  out.what += full ? ": what does not fit is dropped without a word"
                   : ": a closed connection stays in the table for two minutes";
  out.fix = "sysctl -w net.netfilter.nf_conntrack_max=1048576";
  return out;
}

Diagnosis backlog(const std::optional<std::uint64_t>& somaxconn) {
  Diagnosis out{.area = "backlog"};
  if (!somaxconn) {
    out.what = "the longest accept queue is not known";
    return out;
  }
  out.what = fmt::format("{} connections at most wait to be accepted by a broker here", *somaxconn);
  if (*somaxconn >= enough_backlog) return out;
  out.state = State::note;
  out.fix = "sysctl -w net.core.somaxconn=4096";
  return out;
}

Diagnosis memory(const MachineFacts& facts) {
  Diagnosis out{.area = "memory"};
  const auto available = facts.limits.memory_available;
  if (available == 0) {
    out.what = "the memory that is available is not known";
    return out;
  }
  out.what = fmt::format("{} available of {}", format_size(available),
                         format_size(std::max(facts.memory_total, available)));
  if (available >= roomy_memory) return out;
  out.state = available < enough_memory ? State::bad : State::note;
  out.fix = "end what else runs here; for a container docker run --memory 2g";
  return out;
}

Diagnosis cores(int count) {
  Diagnosis out{.area = "processors",
                .what = fmt::format("{} core{}", count, count == 1 ? "" : "s")};
  if (count >= 2) return out;
  out.state = State::note;
  out.what += ": generator and broker would take turns, and runs are likely to be not valid";
  out.fix = "a second core, or the broker on another machine: handfast run --target URL";
  return out;
}

Diagnosis clock(const ClockFacts& facts) {
  Diagnosis out{.area = "clock"};
  if (!facts.synchronised) {
    out.state = State::note;
    out.what =
        "no time daemon has synchronised the clock: how far it is off is not known, so that shards "
        "on several machines may not begin together, and certificates may be too young elsewhere";
    out.fix = "timedatectl set-ntp true, or apt-get install chrony";
    return out;
  }
  out.what = "synchronised";
  if (!facts.most_offset) return out;
  out.what += fmt::format(", off by {} at most", format_duration(*facts.most_offset));
  if (*facts.most_offset <= enough_accuracy) return out;
  out.state = State::note;
  out.what += ": too far for shards on several machines to begin together";
  out.fix = "chronyc makestep, or systemctl restart systemd-timesyncd";
  return out;
}

/// Latencies are differences of clock readings: two for each phase of each connection.
Diagnosis clock_source(const std::string& source) {
  Diagnosis out{.area = "clock-source", .what = source.empty() ? "not known" : source};
  if (source != "hpet" && source != "acpi_pm" && source != "jiffies") return out;
  out.state = State::note;
  out.what += ": reading it takes microseconds, which every latency pays";
  out.fix = "echo tsc > /sys/devices/system/clocksource/clocksource0/current_clocksource";
  return out;
}

Diagnosis entropy(bool ready) {
  Diagnosis out{.area = "entropy", .what = "the kernel's random generator is seeded"};
  if (ready) return out;
  out.state = State::bad;
  out.what = "the kernel's random generator is not seeded: every key would wait for it";
  out.fix = "apt-get install rng-tools5, or a virtio-rng device for a virtual machine";
  return out;
}

void libraries(const LibraryFacts& facts, std::vector<Diagnosis>& out) {
  std::string text = facts.openssl;
  for (const auto& [name, version] : facts.others) text += fmt::format(", {} {}", name, version);
  out.push_back({.area = "libraries", .what = std::move(text)});
  Diagnosis quantum{.area = "post-quantum",
                    .what = "hybrid group X25519MLKEM768 and signatures ML-DSA are there"};
  std::vector<std::string> lacking;
  if (!facts.hybrid_groups) lacking.emplace_back("the hybrid group X25519MLKEM768");
  if (!facts.post_quantum_signatures) lacking.emplace_back("signatures ML-DSA");
  if (!lacking.empty()) {
    quantum.state = State::note;
    quantum.what =
        fmt::format("this OpenSSL lacks {}; what asks for them with a question mark goes without",
                    join(lacking, " and "));
    quantum.fix = "OpenSSL 3.5, as in Debian 13, and handfast built there";
  }
  out.push_back(std::move(quantum));
}

void brokers(const std::vector<BrokerFacts>& facts, std::vector<Diagnosis>& out) {
  const bool none = std::ranges::none_of(
      facts, [](const BrokerFacts& broker) { return !broker.version.empty(); });
  for (const auto& broker : facts) {
    if (!broker.version.empty())
      out.push_back({.area = "broker", .what = broker.name + " " + broker.version});
  }
  if (none) {
    const auto fix =
        facts.empty() ? std::string("apt-get install mosquitto") : facts.front().installing;
    out.push_back({.area = "broker",
                   .state = State::note,
                   .what = "no broker that handfast can start: only --target works",
                   .fix = fix});
  }
}

void engines(const std::vector<EngineFacts>& facts, std::vector<Diagnosis>& out) {
  for (const auto& engine : facts) {
    Diagnosis found{.area = "engine", .what = fmt::format("{} ({})", engine.name, engine.path)};
    if (!engine.reachable) {
      found.state = State::note;
      found.what += ", whose daemon does not answer us";
      found.fix = "systemctl start docker, and usermod -aG docker $USER";
    }
    out.push_back(std::move(found));
  }
  if (!facts.empty()) return;
  out.push_back({.area = "engine",
                 .state = State::note,
                 .what = "no container engine: labs of containers cannot be started here",
                 .fix = "apt-get install docker.io docker-compose"});
}

}  // namespace

std::vector<Diagnosis> judge(const MachineFacts& facts) {
  std::vector<Diagnosis> out{
      descriptors(facts.limits),  ports(facts.limits),    time_wait(facts),
      conntrack(facts.conntrack), backlog(facts.backlog), memory(facts),
      cores(facts.cores),         clock(facts.clock),     clock_source(facts.clock.source),
      entropy(facts.random_ready)};
  libraries(facts.libraries, out);
  brokers(facts.brokers, out);
  engines(facts.engines, out);
  return out;
}

std::string_view to_string(State state) {
  switch (state) {
    case State::fine:
      return "fine";
    case State::note:
      return "note";
    case State::bad:
      break;
  }
  return "bad";
}

}  // namespace handfast::app
