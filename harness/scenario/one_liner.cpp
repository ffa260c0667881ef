#include "harness/scenario/one_liner.hpp"

#include <fmt/format.h>

#include <charconv>
#include <chrono>
#include <cmath>

#include "core/base/text.hpp"
#include "core/base/units.hpp"
#include "harness/scenario/detail/yaml_text.hpp"

namespace handfast::scenario {

namespace {

using detail::flow;
using detail::list;
using detail::scalar;

/// A scalar that is a number when it looks like one: the reader tells 16 from "16".
std::string number(const std::string& text) {
  const bool digits = !text.empty() && text.find_first_not_of("0123456789") == std::string::npos;
  return digits ? text : scalar(text);
}

/// The parts of a mapping, as they come.
class Entries {
 public:
  void add(std::string_view key, const std::string& text) {
    if (!text.empty()) add_yaml(key, scalar(text));
  }
  void add(std::string_view key, const std::vector<std::string>& texts) {
    if (!texts.empty()) add_yaml(key, list(texts));
  }
  void add_yaml(std::string_view key, const std::string& yaml) {
    parts_.push_back(fmt::format("{}: {}", key, yaml));
  }
  bool empty() const { return parts_.empty(); }
  std::string text() const { return flow(parts_); }

 private:
  std::vector<std::string> parts_;
};

std::string target(const OneLiner& asked) {
  Entries entries;
  entries.add("url", asked.url);
  entries.add("trust", asked.trust);
  if (!asked.certificate.empty() || !asked.key.empty()) {
    Entries client;
    client.add("certificate", asked.certificate);
    client.add("key", asked.key);
    entries.add_yaml("client", client.text());
  }
  return entries.text();
}

std::string tls(const OneLiner& asked) {
  Entries entries;
  entries.add("engine", asked.engine);
  entries.add("key_shares", asked.key_shares);
  entries.add("versions", asked.versions);
  entries.add("groups", asked.groups);
  entries.add("cipher_suites", asked.cipher_suites);
  entries.add("signature_algorithms", asked.signature_algorithms);
  entries.add("server_name", asked.server_name);
  if (!asked.verify) entries.add_yaml("verify", "false");
  if (asked.verify_every_time) entries.add_yaml("verify_every_time", "true");
  if (!asked.resume.empty()) {
    Entries resumption;
    resumption.add("kind", std::string("tickets"));
    resumption.add("share", asked.resume);
    entries.add_yaml("resumption", resumption.text());
  }
  return entries.empty() ? std::string() : entries.text();
}

/// Everybody connects at the rate, then nothing starts any more.
Result<std::string> load_of_holders(const OneLiner& asked) {
  if (asked.rate.empty()) {
    return usage_problem("--hold needs a rate at which the clients connect", {},
                         "add for example --rate 500/s");
  }
  const auto rate = parse_rate(asked.rate);
  if (!rate) return rate.error();
  std::uint64_t clients = 0;
  const auto* end = asked.clients.data() + asked.clients.size();
  const auto [stop, error] = std::from_chars(asked.clients.data(), end, clients);
  if (error != std::errc{} || stop != end || *rate <= 0) {
    return usage_problem("--hold needs a number of clients and a rate above zero", {},
                         "for example --clients 1000 --rate 500/s");
  }
  const double ramp_s = static_cast<double>(clients) / *rate;
  const Nanos ramp = std::chrono::milliseconds(std::llround(std::ceil(ramp_s * 1000)));
  // The rate that starts each client exactly once within whole milliseconds.
  const double exact = static_cast<double>(clients) / seconds(ramp);
  return fmt::format(
      "{{model: open, stages: [{{rate: {:.9g}/s, for: {}}}, {{rate: 0/s, for: {}}}]}}", exact,
      exact_duration(ramp), scalar(asked.duration));
}

Result<std::string> load(const OneLiner& asked) {
  if (asked.hold) return load_of_holders(asked);
  Entries entries;
  if (asked.rate.empty()) {
    entries.add_yaml("model", "closed");
    entries.add_yaml("in_flight", number(asked.in_flight));
    entries.add("for", asked.duration);
  } else {
    entries.add_yaml("model", "open");
    entries.add_yaml("stages", fmt::format("[{{rate: {}, for: {}}}]", scalar(asked.rate),
                                           scalar(asked.duration)));
  }
  entries.add("warm_up", asked.warm_up);
  return entries.text();
}

std::string behaviour(const OneLiner& asked) {
  if (asked.kind == "connect") return asked.hold ? "hold" : "connect-and-drop";
  return asked.kind;
}

}  // namespace

Result<std::string> scenario_text(const OneLiner& asked) {
  const auto load_text = load(asked);
  if (!load_text) return load_text.error();
  std::string out = fmt::format("handfast: 1\nname: bench-{}\n", asked.kind);
  if (!asked.pki.empty()) {
    out +=
        fmt::format("pki: {{manifest: {}, home: {}}}\n", scalar(asked.pki), scalar(asked.pki_home));
  }
  out += fmt::format("target: {}\nfleets:\n  bench:\n    clients: {}\n", target(asked),
                     number(asked.clients));
  if (!asked.identity.empty()) out += fmt::format("    identity: {}\n", scalar(asked.identity));
  if (const auto settings = tls(asked); !settings.empty())
    out += fmt::format("    tls: {}\n", settings);
  out += fmt::format("    behaviour: {}\n    load: {}\n", behaviour(asked), *load_text);
  if (!asked.thresholds.empty()) out += fmt::format("thresholds: {}\n", list(asked.thresholds));
  return out + "reports: [terminal, json, html]\n";
}

}  // namespace handfast::scenario
