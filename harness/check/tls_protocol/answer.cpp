#include "harness/check/tls_protocol/answer.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/tls/alert.hpp"
#include "core/tls/client.hpp"
#include "core/tls/native/registry.hpp"

namespace handfast::check::tls_protocol {

namespace {

using tls::native::ClearServerHello;

// IANA registry "TLS ExtensionType Values".
constexpr std::uint16_t max_fragment_length = 1;
constexpr std::uint16_t extended_master_secret = 23;
constexpr std::uint16_t record_size_limit = 28;
constexpr std::uint16_t renegotiation_info = 0xff01;

std::string version_name(std::uint16_t version) {
  if (version == 0x0300) return "SSL 3.0";
  if (version > 0x0300 && version <= 0x0304) return fmt::format("TLS 1.{}", version - 0x0301);
  return fmt::format("{:#06x}", version);
}

std::string number_name(std::uint16_t number) { return fmt::format("{:#06x}", number); }

std::string group_name(std::uint16_t number) {
  const auto* known = tls::native::find_group(number);
  return known != nullptr ? std::string(known->name) : number_name(number);
}

/// Empty when the server did not answer the extension.
std::string echoed(const ClearServerHello& hello, std::uint16_t extension) {
  const auto* found = hello.find(extension);
  if (found == nullptr) return {};
  return found->body.empty() ? "present" : to_hex(found->body);
}

void add_hello_facts(const ClearServerHello& hello, Step& step) {
  const auto add = [&step](std::string name, std::string value) {
    if (!value.empty()) step.facts.emplace_back(std::move(name), std::move(value));
  };
  add("version", version_name(hello.version()));
  add("suite", number_name(hello.cipher_suite));
  if (hello.group() != 0) add("group", group_name(hello.group()));
  if (hello.retry()) add("retry", "HelloRetryRequest");
  add("compression", hello.compression_method == 0 ? "null" : "used");
  const auto mark = hello.downgrade_mark();
  add("downgrade mark", mark == 0 ? "" : version_name(mark));
  add("extended_master_secret", echoed(hello, extended_master_secret));
  add("renegotiation_info", echoed(hello, renegotiation_info));
  add("max_fragment_length", echoed(hello, max_fragment_length));
  add("record_size_limit", echoed(hello, record_size_limit));
}

std::string close_text(const Step& step) {
  if (step.alert) return "alert " + tls::to_string(tls::Alert{.description = *step.alert});
  if (step.close == probe::CloseKind::none) return {};
  return fmt::format("{} without alert", probe::to_string(step.close));
}

}  // namespace

Step step_of(std::string what, const probe::HelloAnswer& answer) {
  Step step;
  step.what = std::move(what);
  step.outcome = answer.outcome();
  step.close = answer.close();
  step.took = answer.took;
  step.detail = answer.trouble.empty() ? answer.flight.trouble : answer.trouble;
  if (answer.flight.alert) step.alert = answer.flight.alert->description;
  if (answer.flight.server_hello) {
    add_hello_facts(*answer.flight.server_hello, step);
    step.facts.emplace_back("largest record", std::to_string(answer.flight.largest_record_bytes));
  }
  if (answer.connected) {
    step.messages.push_back(fmt::format("-> hello, {} B with record headers", answer.sent_bytes));
  }
  for (const auto& [type, size] : answer.flight.messages) {
    step.messages.push_back(fmt::format("<- {} {} B", tls::handshake_name(type), size));
  }
  return step;
}

std::string fact(const Step& step, const std::string& name) {
  for (const auto& [key, value] : step.facts) {
    if (key == name) return value;
  }
  return {};
}

const Step* find_step(const ScriptEvidence& evidence, const std::string& what) {
  const auto found = std::ranges::find(evidence.steps, what, &Step::what);
  return found == evidence.steps.end() ? nullptr : &*found;
}

std::string sentence(const Step& step) {
  auto text = std::string(probe::to_string(step.outcome));
  if (const auto how = close_text(step); !how.empty()) text += ": " + how;
  if (step.outcome == probe::Outcome::accept && !fact(step, "version").empty()) {
    text += fmt::format(": {} with {}", fact(step, "version"), fact(step, "suite"));
    if (fact(step, "resumed") == "yes") text += ", resumed";
    if (const auto& staple = fact(step, "staple"); !staple.empty()) {
      text += fmt::format(", OCSP staple: {}", staple);
    }
  }
  if (!step.detail.empty()) text += fmt::format(" ({})", step.detail);
  return text;
}

}  // namespace handfast::check::tls_protocol
