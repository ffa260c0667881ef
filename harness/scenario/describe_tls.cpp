#include "harness/scenario/describe_tls.hpp"

#include <fmt/format.h>

#include <string_view>

#include "core/base/text.hpp"

namespace handfast::scenario {

namespace {

std::string engine_text(const tls::ClientSettings& settings) {
  const auto engine = tls::make_libssl_engine(settings);
  if (!engine) return {};
  std::vector<std::string> on;
  for (const auto& trick : (*engine)->tricks()) {
    if (trick.on) on.emplace_back(trick.name);
  }
  return fmt::format("{}, {}", (*engine)->name(), on.empty() ? "plain" : join(on, ", "));
}

std::string_view verification_text(const TlsOptions& options) {
  if (options.psk) return "both sides prove a pre-shared key";
  if (!options.verify) return "off: the server was not verified";
  if (options.verify_every_time) return "every handshake: chain and host name";
  return "chain and host name once for each chain and name, dates in every handshake";
}

std::string key_text(const TlsOptions& options) {
  const auto& resumption = options.resumption;
  std::string text = "fresh key share for every handshake";
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
  plan.tls_engine = engine_text(settings);
  plan.verification = verification_text(options);
  plan.key_mode = key_text(options);
}

}  // namespace handfast::scenario
