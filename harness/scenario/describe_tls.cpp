#include "harness/scenario/describe_tls.hpp"

#include <fmt/format.h>

#include <string_view>

#include "core/base/text.hpp"
#include "core/tls/group_wishes.hpp"
#include "harness/scenario/engine_choice.hpp"

namespace handfast::scenario {

namespace {

std::string engine_text(const EngineChoice& choice, const tls::ClientSettings& settings) {
  const auto engine = tls::make_engine(choice.kind, settings);
  if (!engine) return {};
  std::vector<std::string> on;
  for (const auto& trick : (*engine)->tricks()) {
    if (trick.on) on.emplace_back(trick.name);
  }
  auto text = fmt::format("{}, {}", (*engine)->name(), on.empty() ? "plain" : join(on, ", "));
  if (!choice.why.empty()) text += fmt::format(" (not native: {})", choice.why);
  return text;
}

std::string_view verification_text(const TlsOptions& options) {
  if (options.psk) return "both sides prove a pre-shared key";
  if (!options.verify) return "off: the server was not verified";
  if (options.verify_every_time) return "every handshake: chain and host name";
  return "chain and host name once for each chain and name, dates in every handshake";
}

std::string_view shares_text(tls::KeyMode mode) {
  switch (mode) {
    case tls::KeyMode::pool:
      return "key shares from a pool: handshakes share secrets";
    case tls::KeyMode::batch:
      return "a key share of its own for every handshake, made in batches of related keys";
    case tls::KeyMode::fresh:
      break;
  }
  return "fresh key share for every handshake";
}

std::string key_text(const TlsOptions& options, tls::KeyMode key_mode) {
  const auto& resumption = options.resumption;
  std::string text(shares_text(key_mode));
  if (!resumption.on()) return text;
  text += fmt::format("; {} of {} resume", fmt::format("{:g} %", resumption.share * 100),
                      resumption.kind == loadgen::ResumptionKind::tickets
                          ? "the handshakes with a ticket"
                          : "the handshakes with a session identifier");
  if (resumption.early_data_share > 0)
    text += fmt::format(", {:g} % of them with early data", resumption.early_data_share * 100);
  return text;
}

}  // namespace

void describe_tls(const TlsOptions& options, const tls::ClientSettings& settings,
                  reports::FleetPlan& plan) {
  auto chosen = settings;
  const auto choice = choose_engine(options, chosen);
  plan.tls_engine = engine_text(choice ? *choice : EngineChoice{}, chosen);
  if (const auto lacking = tls::lacking_groups(options.groups); !lacking.empty()) {
    plan.tls_engine +=
        fmt::format("; not offered, as this OpenSSL lacks it: {}", join(lacking, ", "));
  }
  plan.verification = verification_text(options);
  plan.key_mode = key_text(options, chosen.key_mode);
}

}  // namespace handfast::scenario
