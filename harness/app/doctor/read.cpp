#include "harness/app/doctor/read.hpp"

#include <fmt/format.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <CLI/Version.hpp>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json_fwd.hpp>
#include <sstream>

#include "core/base/text.hpp"
#include "core/tls/client.hpp"
#include "core/tls/features.hpp"
#include "harness/broker/driver.hpp"
#include "harness/scenario/machine.hpp"

namespace handfast::app {

namespace {

template <class Value>
std::optional<Value> read_one(const char* path) {
  Value value{};
  std::ifstream file(path);
  if (!(file >> value)) return std::nullopt;
  return value;
}

/// "TCP: inuse 5 orphan 0 tw 3 alloc 6 mem 1" in /proc/net/sockstat: of this network namespace.
std::optional<std::uint64_t> time_wait_sockets() {
  std::ifstream file("/proc/net/sockstat");
  for (std::string line; std::getline(file, line);) {
    std::istringstream words(line);
    std::string word;
    if (!(words >> word) || word != "TCP:") continue;
    for (std::uint64_t value = 0; words >> word >> value;) {
      if (word == "tw") return value;
    }
  }
  return std::nullopt;
}

std::optional<ConntrackFacts> read_conntrack() {
  const auto count = read_one<std::uint64_t>("/proc/sys/net/netfilter/nf_conntrack_count");
  const auto max = read_one<std::uint64_t>("/proc/sys/net/netfilter/nf_conntrack_max");
  if (!count || !max) return std::nullopt;
  return ConntrackFacts{*count, *max};
}

ClockFacts clock_facts() {
  ClockFacts facts;
  if (const auto offset_s = scenario::read_clock().most_offset_s) {
    facts.synchronised = true;
    facts.most_offset = std::chrono::duration_cast<Nanos>(std::chrono::duration<double>(*offset_s));
  }
  facts.source =
      read_one<std::string>("/sys/devices/system/clocksource/clocksource0/current_clocksource")
          .value_or("");
  return facts;
}

bool random_ready() {
  std::array<unsigned char, 1> byte{};
  return getrandom(byte.data(), byte.size(), GRND_NONBLOCK) == 1 || errno != EAGAIN;
}

LibraryFacts library_facts() {
  return {.openssl = tls::openssl_version(),
          .hybrid_groups = tls::has_group("X25519MLKEM768"),
          .post_quantum_signatures = tls::has_signature("ML-DSA-65"),
          .others = {{"Boost", HANDFAST_BOOST_VERSION},
                     {"fmt", fmt::format("{}.{}.{}", FMT_VERSION / 10000, FMT_VERSION / 100 % 100,
                                         FMT_VERSION % 100)},
                     {"nlohmann-json",
                      fmt::format("{}.{}.{}", NLOHMANN_JSON_VERSION_MAJOR,
                                  NLOHMANN_JSON_VERSION_MINOR, NLOHMANN_JSON_VERSION_PATCH)},
                     {"CLI11", CLI11_VERSION}}};
}

std::vector<BrokerFacts> broker_facts() {
  std::vector<BrokerFacts> all;
  for (const auto& name : broker::drivers()) {
    const auto* driver = broker::find_driver(name).value();
    const auto program = driver->find({});
    all.push_back({.name = name,
                   .version = program ? program->version : std::string(),
                   .problem = program ? std::string() : program.error().message,
                   .installing = driver->installing});
  }
  return all;
}

bool takes_connections(const std::string& socket_path) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (socket_path.size() >= sizeof(address.sun_path)) return false;
  socket_path.copy(address.sun_path, socket_path.size());
  const int handle = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
  if (handle < 0) return false;
  // The kernel's interface wants the general type.
  const auto* any = reinterpret_cast<const sockaddr*>(&address);
  const bool open = connect(handle, any, sizeof(address)) == 0;
  close(handle);
  return open;
}

/// Docker's daemon may be elsewhere (DOCKER_HOST=tcp://...); then only a command would tell.
bool docker_answers() {
  const char* host = std::getenv("DOCKER_HOST");
  const std::string_view where = host == nullptr ? "unix:///var/run/docker.sock" : host;
  constexpr std::string_view local = "unix://";
  return !where.starts_with(local) || takes_connections(std::string(where.substr(local.size())));
}

std::vector<EngineFacts> engine_facts() {
  std::vector<EngineFacts> all;
  for (const auto* name : {"docker", "docker-compose", "podman", "kubectl"}) {
    auto path = broker::find_program({}, name, broker::default_search_path(), {});
    if (!path) continue;
    all.push_back({.name = name,
                   .path = std::move(*path),
                   .reachable = std::string_view(name) != "docker" || docker_answers()});
  }
  return all;
}

}  // namespace

Result<MachineFacts> read_machine() {
  auto limits = scenario::read_limits();
  if (!limits) return limits.error();
  const auto machine = scenario::describe_machine();
  return MachineFacts{
      .limits = *limits,
      .cores = machine.cores,
      .memory_total = machine.memory_bytes,
      .time_wait = time_wait_sockets(),
      .max_time_wait = read_one<std::uint64_t>("/proc/sys/net/ipv4/tcp_max_tw_buckets"),
      .conntrack = read_conntrack(),
      .backlog = read_one<std::uint64_t>("/proc/sys/net/core/somaxconn"),
      .clock = clock_facts(),
      .random_ready = random_ready(),
      .libraries = library_facts(),
      .brokers = broker_facts(),
      .engines = engine_facts()};
}

}  // namespace handfast::app
