#include "tests/unit/tls_adversary/lab.hpp"

#include <fmt/format.h>

#include "tests/support/catch.hpp"

namespace handfast::test {

using namespace handfast::tls;

Target::Target(MemoryServerOptions options)
    : log_(std::make_unique<KeyLog>()), key_(options.identity.key()) {
  options.configure = [log = log_.get(), more = options.configure](SSL_CTX* context) {
    log->listen(context);
    if (more) more(context);
  };
  server_ = std::make_unique<MemoryServer>(options);
}

Identity leaf_identity(const MintOptions& options) {
  static std::map<std::string, Identity> minted;
  const auto key =
      fmt::format("{}|{}|{}|{}|{}|{}|{}", options.name, options.san, options.extended_usage,
                  options.not_before_s, options.not_after_s, options.key, options.key_usage);
  auto& identity = minted[key];
  if (identity.empty()) {
    const auto leaf = mint(options, &test_pki().root);
    identity =
        Identity::from_pem(to_pem(leaf.certificate.get()), to_pem(leaf.key.get()), "leaf").value();
  }
  return identity;
}

MemoryServerOptions plain_options() {
  return {.identity = leaf_identity(), .configure = [](SSL_CTX* context) {
            SSL_CTX_set_min_proto_version(context, TLS1_3_VERSION);
            SSL_CTX_set_ciphersuites(context, "TLS_AES_128_GCM_SHA256");
          }};
}

ClientSettings tls13_settings() {
  return {.trust = test_pki().trust(), .min_version = Version::tls1_3, .groups = {"P-256"}};
}

std::string Attack::outcome() const {
  const auto& failure = client->failure();
  if (failure.cause == Cause::truncated) return "truncated";
  if (client->facts().alert_sent && failure.cause != Cause::none) {
    return alert_name(client->facts().alert_sent->description);
  }
  if (failure.cause == Cause::alert_received) {
    return "received " + alert_name(failure.alert.description);
  }
  if (failure.cause != Cause::none) return "no alert";
  return done() ? "accepted" : "waiting";
}

Attack attack(Engine& engine, const Target& target, Edits edits,
              const ConnectionSettings& connection) {
  Attack made{.client = engine.make_client(connection).value()};
  auto server = target.next();
  Tls13Mitm mitm(server, target.log(), std::move(edits));
  made.client->start(made.out);
  exchange(*made.client, mitm, made.out);
  if (!made.done() && !made.failed()) {
    made.client->feed_end(made.out);
    mitm.feed(std::exchange(made.out.wire, {}));
  }
  made.on_wire = mitm.client_alert();
  made.server_failed = server.failed();

  const auto& sent = made.client->facts().alert_sent;
  if (sent && mitm.unreadable() == 0) {
    INFO("alert in the facts: " << to_string(*sent) << "; " << made.client->failure().detail);
    REQUIRE(made.on_wire == sent);
  }
  if (made.failed()) {
    Output more;
    REQUIRE_FALSE(made.client->send(as_bytes("late"), more));
    REQUIRE(more.wire.empty());
  }
  return made;
}

std::string to_string(const Tally& tally) {
  std::string text;
  for (const auto& [outcome, offsets] : tally) {
    text += fmt::format("{}: {}\n", outcome, fmt::join(offsets, " "));
  }
  return text;
}

void check_outcome(const Attack& attack, std::string_view outcome) {
  INFO(attack.client->failure().detail);
  CHECK(attack.outcome() == outcome);
  if (outcome != "accepted") {
    CHECK_FALSE(has_event(attack.out, EventKind::data));
    CHECK(attack.failed());
  }
}

void with_each_engine(const std::function<void(const TestedEngine&, Engine&)>& check,
                      const ClientSettings& settings) {
  for (const auto& kind : engine_kinds) {
    INFO("engine " << kind.name);
    const auto engine = kind.make(settings).value();
    check(kind, *engine);
  }
}

void check_each(const std::function<Edits(const Target&)>& edits, const Expected& expected,
                const MemoryServerOptions& options, const ClientSettings& settings,
                const ConnectionSettings& connection) {
  const Target target(options);
  with_each_engine(
      [&](const TestedEngine& kind, Engine& engine) {
        check_outcome(attack(engine, target, edits(target), connection), expected.of(kind));
      },
      settings);
}

Edits lie(const Target& target, std::function<void(Units&)> change) {
  return {.units = std::move(change), .sign_again = target.key(), .finish_again = true};
}

}  // namespace handfast::test
