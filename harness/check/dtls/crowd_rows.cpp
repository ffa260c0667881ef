// Rows about many clients that begin and do not go on: what a listener keeps of them must not cost
// the next one its association.
#include <fmt/format.h>

#include <optional>

#include "core/stats/resources.hpp"
#include "harness/check/dtls/first_hello.hpp"
#include "harness/check/dtls/spec.hpp"
#include "harness/check/dtls/talk.hpp"

namespace handfast::check::dtls {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t first_hellos = 10'000;
constexpr std::size_t half_open = 1000;
constexpr std::size_t addresses = 8;              // 127.0.0.1 to 127.0.0.8
constexpr std::uint64_t flat_bytes = 8ull << 20;  // for 10,000 hellos: less than a kilobyte each
constexpr Nanos longest_crowd = 60s;
constexpr Nanos pace = 50ms;  // for an answer, when there is one

using Loop = std::shared_ptr<probe::UdpLine::Loop>;

std::string address_of(std::size_t number) {
  return fmt::format("127.0.0.{}", 1 + number % addresses);
}

/// A socket with a source address of its own where the listener is on this machine; else with
/// whatever address the system has.
Result<probe::UdpLine> socket_of(Bench& bench, std::size_t number, const Loop& loop) {
  const auto endpoint = bench.endpoint(one_way);
  if (endpoint.host.starts_with("127.")) {
    auto line = probe::UdpLine::open(endpoint, {.host = address_of(number)}, loop);
    if (line) return line;
  }
  return probe::UdpLine::open(endpoint, {}, loop);
}

std::optional<std::uint64_t> memory_of(Bench& bench) {
  if (bench.pid() == 0) return std::nullopt;
  const auto sample = stats::sample_process(bench.pid());
  if (!sample) return std::nullopt;
  return sample->rss_bytes;
}

/// First hellos from ten thousand ports, each forgotten as soon as it is answered.
Step many_hellos(Bench& bench, ScriptEvidence& evidence) {
  auto hello = probe::make_datagram_hello(bench.endpoint(one_way).host);
  if (!hello) return unplayed(hello.error(), evidence);
  const auto before = memory_of(bench);
  const auto loop = probe::UdpLine::make_loop();
  std::size_t cookies = 0;
  std::size_t sent = 0;
  const auto give_up = Clock::now() + longest_crowd;
  for (; sent < first_hellos && Clock::now() < give_up; ++sent) {
    auto line = socket_of(bench, sent, loop);
    if (!line) return unplayed(line.error(), evidence);
    const auto answer = probe::ask(*line, probe::hello_datagrams(*hello), pace);
    if (answer.kind == probe::AnswerKind::hello_verify) ++cookies;
    // Who answers with more keeps more: the row is about cookies.
    if (sent == 0 && answer.kind == probe::AnswerKind::server_hello) {
      return tls_protocol::left_out("no-cookie");
    }
  }
  const auto after = memory_of(bench);
  auto step = whole({})(bench, evidence);
  step.facts.emplace_back("cookies", std::to_string(cookies));
  if (before && after) {
    const auto grown = *after > *before ? *after - *before : 0;
    step.facts.emplace_back("memory", grown > flat_bytes ? "grown" : "flat");
    step.facts.emplace_back("memory grown by", fmt::format("{} KiB", grown / 1024));
  } else {
    // The process is not ours to look at.
    step.facts.emplace_back("memory", "not measured");
  }
  step.detail +=
      fmt::format("{}{} cookies for {} hellos, memory {}", step.detail.empty() ? "" : "; ", cookies,
                  first_hellos, before && after ? "measured" : "not measured");
  return step;
}

CheckSpec stateless_row() {
  MoveRow row;
  row.moves.push_back({.what = "a handshake behind 10,000 first hellos",
                       .play = many_hellos,
                       .facts = {{.name = "memory",
                                  .values = {"flat", "not measured"},
                                  .otherwise = "each first hello leaves something behind"}}});
  return long_spec_of("dtls-cookie-stateless", std::move(row));
}

/// Handshakes that stop behind the second hello: the server's flight is never answered.
Step many_half_open(Bench& bench, ScriptEvidence& evidence) {
  const auto loop = probe::UdpLine::make_loop();
  std::vector<probe::UdpLine> open;
  std::size_t answered = 0;
  const auto give_up = Clock::now() + longest_crowd;
  for (std::size_t i = 0; i < half_open && Clock::now() < give_up; ++i) {
    auto hello = probe::make_datagram_hello(bench.endpoint(one_way).host);
    if (!hello) return unplayed(hello.error(), evidence);
    auto line = socket_of(bench, i, loop);
    if (!line) break;  // the system's limit of files
    auto answer = probe::ask(*line, probe::hello_datagrams(*hello), pace);
    if (answer.kind == probe::AnswerKind::hello_verify) {
      answer = probe::ask(*line, probe::hello_datagrams(probe::with_cookie(*hello, answer.cookie)),
                          pace);
    }
    if (answer.kind == probe::AnswerKind::server_hello) ++answered;
    open.push_back(std::move(*line));
  }
  auto step = whole({})(bench, evidence);
  step.facts.emplace_back("half-open handshakes", std::to_string(open.size()));
  step.facts.emplace_back("answered", std::to_string(answered));
  step.detail += fmt::format("{}{} half-open handshakes, {} of them answered",
                             step.detail.empty() ? "" : "; ", open.size(), answered);
  return step;
}

CheckSpec half_open_row() {
  MoveRow row;
  row.moves.push_back(
      {.what = "a handshake beside 1,000 that stopped behind the cookie", .play = many_half_open});
  return long_spec_of("dtls-halfopen-pressure", std::move(row));
}

}  // namespace

std::vector<CheckSpec> crowd_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(stateless_row());
  rows.push_back(half_open_row());
  return rows;
}

}  // namespace handfast::check::dtls
