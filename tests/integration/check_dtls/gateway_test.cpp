// Every row that says must or should, at the lab gateway: passed by a gateway that does it right,
// and noticed when a switch makes it do wrong. Servers of other hands are in peers_test.cpp.
#include <fmt/format.h>

#include <algorithm>
#include <functional>
#include <future>
#include <set>

#include "harness/check/profiles.hpp"
#include "tests/integration/check_dtls/lab.hpp"
#include "tests/integration/dtls/plain_mosquitto.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/lab_gateway.hpp"

namespace handfast::test {
namespace {

using reports::Verdict;

/// What a gateway does wrong, by switch or by its settings.
struct Wrong {
  GatewayFaults faults{};
  std::function<void(DtlsServerOptions&)> settings{};
};

/// Two thirds of what fits into a datagram that passes everywhere in the lab.
constexpr std::uint16_t careful_mtu = 500;

DtlsServerOptions options_of(const std::string& profile) {
  DtlsServerOptions options;
  options.mtu = careful_mtu;
  if (profile == "dtls-psk") {
    const auto known = check::known_keys().front();
    options.psk = std::make_shared<const tls::ExternalPsk>(
        tls::ExternalPsk{.identity = known.identity, .key = known.key});
    return options;
  }
  options.identity = dtls_materials().identity(check::fixture_server)->value;
  if (profile == "dtls-mtls") {
    options.client_trust = dtls_materials().trust(check::fixture_trust)->value;
  }
  return options;
}

reports::CheckResult play_at_gateway(const std::string& id, const Wrong& wrong) {
  // One each: rows that play at the same time have the same client identifier.
  const PlainMosquitto mosquitto;
  std::vector<std::unique_ptr<LabGateway>> gateways;
  std::vector<broker::Listener> listeners;
  for (const auto* profile : {"dtls", "dtls-mtls", "dtls-psk"}) {
    auto options = options_of(profile);
    if (wrong.settings) wrong.settings(options);
    gateways.push_back(
        std::make_unique<LabGateway>(std::move(options), mosquitto.endpoint(), wrong.faults));
    listeners.push_back(dtls_listener(profile, gateways.back()->endpoint()));
  }
  return play(id, dtls_context(std::move(listeners), "mqtt-sn"));
}

int accept_all(int, X509_STORE_CTX*) { return 1; }

void speak_dtls10(DtlsServerOptions& options) {
  options.configure = [](SSL_CTX* context) {
    SSL_CTX_set_min_proto_version(context, DTLS1_VERSION);
    SSL_CTX_set_security_level(context, 0);
    SSL_CTX_set_cipher_list(context, "ALL:@SECLEVEL=0");
  };
}

void send_leaf_alone(DtlsServerOptions& options) {
  options.identity = options.identity.leaf_only();
}

void ask_no_cookie(DtlsServerOptions& options) { options.cookies = false; }

void fill_datagrams(DtlsServerOptions& options) { options.mtu = 1400; }

void know_another_key(DtlsServerOptions& options) {
  if (options.psk) {
    options.psk = std::make_shared<const tls::ExternalPsk>(
        tls::ExternalPsk{.identity = "somebody else", .key = options.psk->key});
  }
}

struct Case {
  std::string id;
  Wrong wrong;
};

/// A row and what it has to notice.
const std::vector<Case>& cases() {
  static const std::vector<Case> all{
      {"dtls12-handshake", {.faults = {.silent_after_cookie = true}}},
      {"dtls-hello-record-version", {.faults = {.wants_record_1_0 = true}}},
      {"dtls10-refused", {.settings = speak_dtls10}},
      {"dtls-cookie-asked", {.faults = {.asks_no_cookie = true}, .settings = ask_no_cookie}},
      {"dtls-cookie-stateless", {.faults = {.hellos_remembered = 5000}}},
      {"dtls-cookie-wrong", {.faults = {.takes_any_cookie = true}}},
      {"dtls-cookie-other-port", {.faults = {.cookie_for_any_address = true}}},
      {"dtls-cookie-changed-hello", {.faults = {.cookie_for_any_hello = true}}},
      {"dtls-hello-fragmented", {.faults = {.wants_whole_messages = true}}},
      {"dtls-flight-fragments", {.faults = {.wants_whole_messages = true}}},
      {"dtls-fragments-overlap", {.faults = {.wants_whole_messages = true}}},
      {"dtls-fragment-lie", {.faults = {.dies_of_lies = true}}},
      {"dtls-mtu-small", {.settings = fill_datagrams}},
      {"dtls-loss-each", {.faults = {.never_repeats = true}}},
      {"dtls-loss-random", {.faults = {.never_repeats = true}}},
      {"dtls-final-flight-lost", {.faults = {.forgets_last_flight = true}}},
      {"dtls-duplicate-flight", {.faults = {.dies_of_duplicates = true}}},
      {"dtls-flight-repacked", {.faults = {.reads_first_record_only = true}}},
      {"dtls-replay", {.faults = {.answers_unread = true}}},
      {"dtls-bad-mac", {.faults = {.ends_on_bad_record = true}}},
      {"dtls-garbage", {.faults = {.answers_garbage = true}}},
      {"dtls-alert-forged", {.faults = {.obeys_forged_alerts = true}}},
      {"dtls-new-hello-same-port", {.faults = {.forgets_on_new_hello = true}}},
      {"dtls-mtls-matrix",
       {.settings =
            [](DtlsServerOptions& options) {
              options.configure = [](SSL_CTX* context) {
                SSL_CTX_set_cert_verify_callback(
                    context, [](X509_STORE_CTX* store, void*) { return accept_all(1, store); },
                    nullptr);
              };
            }}},
      {"dtls-psk", {.settings = know_another_key}},
      {"dtls-server-chain", {.settings = send_leaf_alone}},
      {"dtls-close-notify", {.faults = {.keeps_closed = true}}},
      {"dtls-halfopen-pressure", {.faults = {.associations = 500}}},
  };
  return all;
}

/// A contrary outcome, or a control that was lost with the stimulus.
bool noticed(const reports::CheckResult& result) {
  return result.verdict == Verdict::fail || result.verdict == Verdict::warn ||
         result.verdict == Verdict::inconclusive;
}

void check_noticed(const reports::CheckResult& result) {
  INFO(told(result));
  CHECK(noticed(result));
}

}  // namespace

TEST_CASE("Every row of DTLS that judges has a switch that it has to notice", "[dtls]") {
  std::set<std::string> switched;
  for (const auto& one : cases()) CHECK(switched.insert(one.id).second);
  check::Selection selection;
  selection.groups = {"dtls"};
  selection.slow = true;
  for (const auto* spec : check::select(selection).value()) {
    if (spec->level == check::Level::may) continue;
    INFO(spec->id);
    CHECK(switched.contains(spec->id));
  }
}

TEST_CASE("A row of DTLS passes at a gateway that does it right", "[dtls]") {
  for (const auto& one : cases()) {
    const auto result = play_at_gateway(one.id, {});
    INFO(told(result));
    CHECK(result.verdict == Verdict::pass);
  }
}

// Hidden, as it waits for what never comes: CTest runs it under the label slow, a few rows at a
// time.
TEST_CASE("A row of DTLS notices the gateway that does it wrong", "[.][dtls]") {
  constexpr std::size_t at_once = 4;
  static_cast<void>(dtls_materials());
  std::vector<const Case*> waiting;
  std::vector<const Case*> pressing;  // would keep the others from their answers
  for (const auto& one : cases()) {
    (one.id.ends_with("-pressure") ? pressing : waiting).push_back(&one);
  }
  for (std::size_t first = 0; first < waiting.size(); first += at_once) {
    std::vector<std::future<reports::CheckResult>> playing;
    for (std::size_t i = first; i < std::min(first + at_once, waiting.size()); ++i) {
      playing.push_back(std::async(
          std::launch::async, [one = waiting[i]] { return play_at_gateway(one->id, one->wrong); }));
    }
    for (auto& play : playing) check_noticed(play.get());
  }
  for (const auto* one : pressing) check_noticed(play_at_gateway(one->id, one->wrong));
}

}  // namespace handfast::test
