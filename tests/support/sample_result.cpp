#include "tests/support/sample_result.hpp"

#include <algorithm>
#include <cmath>
#include <string>

#include "core/base/random.hpp"

namespace handfast::tests {

using reports::Result;  // and not the template of core/base

namespace {

using namespace reports;
using stats::Phase;

constexpr int load_seconds = 14;

/// A latency with a long tail around `typical_us`.
Nanos latency(Random& random, double typical_us) {
  const double tail = -std::log(1 - random.unit());
  const double spike = random.below(100) == 0 ? 6 : 1;
  return Nanos(std::llround(typical_us * (0.7 + 0.35 * tail * spike) * 1000));
}

void fill_phase(stats::FleetStats& fleet, Random& random, Phase phase, double typical_us,
                std::uint64_t samples) {
  auto& histograms = fleet.latency[phase];
  for (std::uint64_t i = 0; i < samples; ++i) {
    const auto service = latency(random, typical_us);
    histograms.service.record(service);
    histograms.response.record(service + latency(random, typical_us / 4));
  }
}

stats::FleetStats fleet(Random& random, const std::string& name, const std::string& listener,
                        bool websocket) {
  stats::FleetStats out;
  out.name = name;
  out.listener = listener;
  out.planned = 2100;
  out.started = out.succeeded = out.tls_handshakes = 2100;
  out.load_s = 15;
  out.started_in_time = 2100;
  out.ready_in_time = 2098;
  out.warm_up = {
      .planned = 52, .started = 51, .succeeded = 48, .failed = 2, .interrupted = 1, .length_s = 2};
  out.distinct_certificates = 2000;
  out.bytes_sent = 5'124'000;
  out.bytes_received = 6'930'000;
  fill_phase(out, random, Phase::tcp, 90, 2100);
  fill_phase(out, random, Phase::tls, 3200, 2100);
  if (websocket) fill_phase(out, random, Phase::upgrade, 450, 2100);
  fill_phase(out, random, Phase::connack, 700, 2100);
  fill_phase(out, random, Phase::ready, websocket ? 5100 : 4400, 2100);
  out.negotiated["version"]["TLS 1.3"] = 2100;
  out.negotiated["cipher_suite"] = {{"TLS_AES_256_GCM_SHA384", 2090},
                                    {"TLS_CHACHA20_POLY1305_SHA256", 10}};
  out.negotiated["group"]["x25519"] = 2100;
  out.negotiated["signature"]["ecdsa_secp256r1_sha256"] = 2100;
  out.negotiated["chain_length"]["2"] = 2100;
  return out;
}

stats::Percentiles percentiles(Random& random, double typical_us, std::uint64_t count) {
  stats::Histogram histogram;
  for (std::uint64_t i = 0; i < count; ++i) histogram.record(latency(random, typical_us));
  return stats::percentiles_of(histogram);
}

stats::Tick::Fleet tick_fleet(Random& random, const std::string& name, int second) {
  const std::uint64_t planned =
      std::min<std::uint64_t>(50 + static_cast<std::uint64_t>(second) * 25, 200);
  stats::Tick::Fleet out;
  out.name = name;
  out.planned = planned;
  out.started = planned;
  out.ready = out.succeeded = planned - random.below(4);
  out.bytes_sent = 2440 * planned;
  out.bytes_received = 3300 * planned;
  out.in_flight = 20 + random.below(6);
  out.connected = 15;
  out.latency[Phase::tcp] = percentiles(random, 90, planned);
  out.latency[Phase::tls] = percentiles(random, 3200, planned);
  if (name == "browsers") out.latency[Phase::upgrade] = percentiles(random, 450, planned);
  out.latency[Phase::connack] = percentiles(random, 700, planned);
  out.latency[Phase::ready] = percentiles(random, name == "browsers" ? 5100 : 4400, planned);
  return out;
}

void add_up(stats::Tick& tick) {
  for (const auto& fleet : tick.fleets) {
    stats::add_events(tick.all, fleet);
    for (const auto& [name, member] : stats::tick_states) tick.all.*member += fleet.*member;
  }
}

/// Books `count` failures of a fleet in one tick.
void fail_in(stats::Tick& tick, std::size_t fleet, const stats::FailureKey& key,
             std::uint64_t count) {
  for (auto* of : {&tick.fleets[fleet], &tick.all}) {
    of->failed += count;
    of->failures[key] += count;
  }
}

stats::Snapshot load(Random& random) {
  stats::Snapshot out;
  out.elapsed_s = 15.2;
  out.fleets.push_back(fleet(random, "devices", "tls-two-way", false));
  out.fleets.push_back(fleet(random, "browsers", "wss-two-way", true));
  for (int i = 0; i < 2; ++i) {
    auto& worker = out.workers.emplace_back(stats::WorkerStats{6.1 + 0.4 * i, 15.2, {}, 0});
    for (int sample = 0; sample < 5000; ++sample) worker.lag.record(latency(random, 80));
  }
  for (int second = 1; second <= load_seconds; ++second) {
    auto& tick = out.ticks.emplace_back();
    tick.at_s = second;
    tick.fleets = {tick_fleet(random, "devices", second), tick_fleet(random, "browsers", second)};
    add_up(tick);
    tick.generator_cpu = 0.3 + 0.05 * second + 0.05 * random.unit();
    tick.generator_lag_p99 = latency(random, 300);
    tick.late_starts = random.below(3);
    tick.generator_lag_max = latency(random, 900);
    tick.broker_cpu = 0.25 + 0.045 * second + 0.05 * random.unit();
    tick.broker_rss_bytes = (14ULL << 20) + static_cast<std::uint64_t>(second) * 700'000;
    tick.broker_open_files = 20 + random.below(30);
  }
  return out;
}

Observation observation(const std::string& what, const std::string& outcome,
                        const std::string& detail) {
  Observation out{what, outcome, detail, 0.0123, {}, {}};
  out.facts = {{"tls", "TLS 1.3"}, {"cipher suite", "TLS_AES_256_GCM_SHA384"}, {"verify", "0 ok"}};
  out.messages = {"-> ClientHello 220 B +0.1 ms", "<- ServerHello 122 B +1.9 ms",
                  "<- CertificateSpec 90 B +1.9 ms", "<- Certificate 1,104 B +1.9 ms",
                  "-> Certificate 8 B +2.4 ms"};
  return out;
}

CheckResult check(const std::string& group, const std::string& id, const std::string& title,
                  const std::string& expected, Verdict verdict) {
  CheckResult out;
  out.id = id;
  out.group = group;
  out.title = title;
  out.level = "must";
  out.reference = "RFC 8446 section 4.4.2.4";
  out.expected = expected;
  out.observed =
      expected == "reject" ? "reject: alert certificate_required (116)" : "accept: CONNACK 0";
  out.verdict = verdict;
  out.duration_s = 0.0421;
  out.observations = {observation("probe", expected, out.observed),
                      observation("control", "accept", "CONNACK 0 accepted")};
  return out;
}

std::vector<CheckResult> passing_checks() {
  std::vector<CheckResult> out;
  const auto add = [&out](const char* group, const char* id, const char* title,
                          const char* expected) {
    out.push_back(check(group, id, title, expected, Verdict::pass));
  };
  add("emqx-guide", "emqx-one-way-accepts",
      "A one-way listener accepts a client without certificate", "accept");
  add("emqx-guide", "emqx-two-way-accepts", "A two-way listener accepts a certificate of its CA",
      "accept");
  add("emqx-guide", "emqx-two-way-no-certificate",
      "A two-way listener rejects a client without certificate", "reject");
  add("emqx-guide", "emqx-two-way-foreign-ca",
      "A two-way listener rejects a certificate of another CA", "reject");
  add("client-chain", "client-chain-good", "The chain leaf, intermediate is accepted", "accept");
  add("client-chain", "client-chain-wrong-root", "A chain to an unknown root is rejected",
      "reject");
  add("client-chain", "client-cert-expired", "An expired client certificate is rejected", "reject");
  add("client-chain", "client-cert-not-yet-valid", "A client certificate of tomorrow is rejected",
      "reject");
  add("server-chain", "server-chain-complete", "The broker sends its intermediate", "accept");
  return out;
}

CheckResult with_reason(CheckResult value, const std::string& observed, const std::string& reason) {
  value.observed = observed;
  value.reason = reason;
  return value;
}

void break_checks(std::vector<CheckResult>& checks) {
  checks[6].verdict = Verdict::fail;
  checks[6] = with_reason(checks[6], "accept: CONNACK 0",
                          "the certificate ended yesterday and the broker answered CONNACK 0");
  checks[6].observations[0].outcome = "accept";
  checks[6].observations[0].detail = "CONNACK 0 accepted";
  const auto add = [&checks](Verdict verdict, const char* id, const char* title,
                             const char* observed, const char* reason) {
    checks.push_back(
        with_reason(check("client-chain", id, title, "reject", verdict), observed, reason));
  };
  add(Verdict::warn, "client-cert-revoked-alert",
      "A revoked certificate is answered with certificate_revoked",
      "reject: connection closed without alert", "the outcome is right, but no alert was sent");
  add(Verdict::info, "client-resumption", "Resumption with a certificate that was revoked since",
      "accept: CONNACK 0", "recorded, not judged");
  add(Verdict::skip, "client-ocsp", "A broker that asks OCSP rejects a revoked certificate", "",
      "ocsp.client");
  add(Verdict::inconclusive, "client-name-constraints",
      "A leaf outside the name constraints is rejected", "reject: alert unknown_ca (48)",
      "the control without constraints was rejected too");
  add(Verdict::error, "client-ed25519", "A chain with Ed25519 keys is accepted", "",
      "minting the fixture: no entropy");
}

std::vector<ThresholdResult> thresholds() {
  return {{"devices.handshake.p99 < 50ms", "8.87 ms", true, true},
          {"browsers.ready.p99 < 50ms", "14.5 ms", true, true},
          {"devices.errors == 0", "0", true, true},
          {"checks.failed == 0", "0", true, true}};
}

FleetPlan plan(const std::string& name, const std::string& listener, const std::string& url) {
  return {name,
          listener,
          url,
          "connect-and-drop",
          "open: 50/s..200/s for 6s, 200/s for 8s",
          2000,
          "libssl 3.0.22",
          "every handshake",
          "fresh key share for each"};
}

BrokerInfo broker() {
  BrokerInfo out;
  out.driver = "mosquitto";
  out.version = "2.0.11";
  out.listeners = {{"tls-two-way", "tls://127.0.0.1:18884"},
                   {"wss-two-way", "wss://127.0.0.1:18086/mqtt"}};
  out.cpu_seconds = 8.4;
  out.rss_max_bytes = 25'165'824;
  out.open_files_max = 49;
  out.watched = true;
  out.log_file = "broker/mosquitto.log";
  return out;
}

}  // namespace

Result passing_result(std::uint64_t seed) {
  Random random(seed);
  Result out;
  out.handfast_version = "0.1.0";
  out.openssl_version = "OpenSSL 3.0.22";
  out.scenario_name = "two-way-handshake-storm";
  out.scenario_summary =
      "Every client with a certificate of its own, over TLS and secure WebSocket.";
  out.scenario_file = "scenarios/storm.yaml";
  out.scenario_resolved =
      "handfast: 1\nname: two-way-handshake-storm\nbroker:\n  driver: mosquitto\n";
  out.command_line = "handfast run scenarios/storm.yaml --out out/storm";
  out.seed = 18'446'744'073'709'551'557ULL;
  out.started_at = "2026-11-24T15:04:05Z";
  out.duration_s = 19.7;
  out.machine = {"lab-7", "Linux 6.1.0-29-amd64", "AMD EPYC 7B13", 2, 8'318'709'760ULL};
  out.pki = {"root handfast Root CA, P-256, expires 2036-11-21",
             "intermediate handfast Clients CA, P-256",
             "fleet devices: 2,000 client certificates, P-256"};
  out.broker = broker();
  out.checks = passing_checks();
  out.fleets = {plan("devices", "tls-two-way", "tls://127.0.0.1:18884"),
                plan("browsers", "wss-two-way", "wss://127.0.0.1:18086/mqtt")};
  out.load = load(random);
  out.thresholds = thresholds();
  return out;
}

Result sample_result(std::uint64_t seed) {
  auto out = passing_result(seed);
  break_checks(out.checks);
  auto& devices = out.load.fleets[0];
  devices.succeeded = 2088;
  devices.failed = 11;
  devices.interrupted = 1;
  devices.failures[{"connack", "alert_received:certificate_required(116)"}] = 7;
  devices.failures[{"tcp", "errno:ECONNREFUSED"}] = 3;
  devices.samples[{"connack", "alert_received:certificate_required(116)"}] = {
      {.at_s = 8.25,
       .took = std::chrono::microseconds(4300),
       .client_id = "devices-17",
       .detail = "tlsv13 alert certificate required",
       .messages = {{true, "ClientHello", 220, std::chrono::microseconds(120)},
                    {false, "ServerHello", 122, std::chrono::microseconds(1900)},
                    {true, "Certificate", 8, std::chrono::microseconds(2400)}}}};
  devices.failures[{"tls", "verify:cert_has_expired(10)"}] = 1;
  auto& browsers = out.load.fleets[1];
  browsers.succeeded = 2095;
  browsers.failed = 5;
  browsers.dropped = 2;
  browsers.capped = 9;
  browsers.failures[{"upgrade", "http:404"}] = 4;
  browsers.failures[{"connack", "deadline"}] = 1;
  auto& ticks = out.load.ticks;
  fail_in(ticks[8], 0, {"connack", "alert_received:certificate_required(116)"}, 7);
  fail_in(ticks[8], 0, {"tcp", "errno:ECONNREFUSED"}, 3);
  fail_in(ticks[8], 0, {"tls", "verify:cert_has_expired(10)"}, 1);
  fail_in(ticks[9], 1, {"upgrade", "http:404"}, 4);
  fail_in(ticks[9], 1, {"connack", "deadline"}, 1);
  out.thresholds[2] = {"devices.errors == 0", "11", false, true};
  out.thresholds[3] = {"checks.failed == 0", "1", false, true};
  out.thresholds.push_back({"browsers.dns.p99 < 5ms", "no samples", false, false});
  out.broker_limits = {
      "the broker was slower than fleet \"browsers\": 9 of 2100 starts waited for room below "
      "max_in_flight; it used 0.61 of a core, the generator 0.60"};
  out.searches = {
      {.fleet = "gateways",
       .steps = {{100, 100, 99.5, std::chrono::milliseconds(4), true, false, ""},
                 {200, 200, 181.2, std::chrono::milliseconds(83), false, false,
                  "gateways.ready.p99 < 50ms: 83.0 ms"},
                 {150, 148, 148, std::chrono::milliseconds(9), false, true,
                  "worker 0 used 94 % of a core over the load"}},
       .knee_per_s = 100,
       .lower_bound = true,
       .conclusion = "100/s or more: at 150/s the generator was the limit: worker 0 used 94 % of a "
                     "core over the load"},
      {.fleet = "plain",
       .steps = {{50, 20, 20, {}, false, false, "plain.errors == 0: 12"}},
       .conclusion = "not even 50/s held: plain.errors == 0: 12"}};
  out.exit_code = exit_code_for(out);
  return out;
}

Result checks_only_result() {
  auto out = passing_result();
  out.load = {};
  out.fleets.clear();
  out.thresholds.clear();
  return out;
}

Result load_only_result() {
  auto out = passing_result();
  out.checks.clear();
  return out;
}

Result hostile_result() {
  auto out = sample_result();
  const std::string markup =
      "</script><script>document.body.dataset.owned='1'</script><img src=x onerror=alert(1)>";
  const std::string nasty = markup + "<!-- ]]> &amp; \" ' \x1b[31m \x01 \xff\xfe \xe2\x80\xa8";
  out.scenario_name = nasty;
  out.scenario_summary = nasty;
  out.scenario_resolved = nasty;
  out.command_line = nasty;
  out.machine.host = nasty;
  out.pki.push_back(nasty);
  out.broker.version = nasty;
  out.broker.listeners[0] = {nasty, nasty};
  out.broker.died = nasty;
  auto& check = out.checks[6];
  check.id = nasty;
  check.group = nasty;
  check.title = nasty + std::string(300, 'w');
  check.observed = nasty;
  check.reason = nasty;
  check.observations[0].detail = nasty;
  check.observations[0].facts.emplace_back(nasty, nasty);
  check.observations[0].messages.push_back(nasty);
  out.load.fleets[0].failures[{nasty, nasty}] = 99;
  fail_in(out.load.ticks[4], 0, {nasty, nasty}, 99);
  out.load.fleets[0].samples[{nasty, nasty}] = {
      {.client_id = nasty, .detail = nasty, .messages = {{true, nasty, 1, {}}}}};
  out.load.fleets[0].negotiated[nasty][nasty] = 1;
  out.fleets[0].behaviour = nasty;
  out.thresholds[0].expression = nasty;
  out.valid = false;
  out.invalid_reasons = {nasty};
  out.broker_limits = {nasty};
  out.searches[0].fleet = out.searches[0].conclusion = out.searches[0].steps[1].why = nasty;
  out.problems.push_back(environment_problem(nasty, nasty, nasty));
  return out;
}

}  // namespace handfast::tests
