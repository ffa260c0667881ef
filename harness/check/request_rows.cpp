#include "harness/check/request_rows.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "core/base/text.hpp"
#include "core/mqtt/packet.hpp"
#include "core/tls/openssl.hpp"
#include "harness/check/chain_rows.hpp"
#include "harness/check/judge_trial.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/verdicts.hpp"
#include "harness/probe/certificate_request.hpp"
#include "harness/probe/odd_tls12.hpp"
#include "pki/mint/certificate.hpp"

namespace handfast::check {

namespace {

using probe::Outcome;
using reports::Verdict;
using tls::Version;

constexpr Version request_versions[] = {Version::tls1_3, Version::tls1_2};
constexpr std::uint16_t ecdsa_sha1 = 0x0203;
constexpr std::uint8_t md5 = 1, sha1 = 2;  // HashAlgorithm, RFC 5246 section 7.4.1.4.1

std::string text_of_name(const Bytes& der) {
  using NamePtr = tls::OpensslPtr<X509_NAME, X509_NAME_free>;
  const auto* at = der.data();
  const NamePtr name(d2i_X509_NAME(nullptr, &at, static_cast<long>(der.size())));
  return name ? pki::name_text(name.get()) : std::string("a name that is none");
}

Step step_of_request(Version version, const Result<probe::CertificateRequest>& request) {
  Step step{.what = tls::to_string(version)};
  if (!request) {
    step.detail = request.error().text();
    return step;
  }
  step.outcome = Outcome::accept;
  std::vector<std::string> schemes, names;
  for (const auto scheme : request->schemes) schemes.push_back(fmt::format("{:04x}", scheme));
  for (const auto& name : request->authorities) names.push_back(text_of_name(name));
  step.facts.emplace_back("schemes", join(schemes, " "));
  step.facts.emplace_back("authorities",
                          names.empty() ? std::string(no_authorities) : join(names, "; "));
  return step;
}

/// The request of the first version that is spoken, and a step for each version.
std::optional<probe::CertificateRequest> read_requests(Bench& bench, const std::string& listener,
                                                       ScriptEvidence& evidence) {
  std::optional<probe::CertificateRequest> first;
  for (const auto version : request_versions) {
    const auto request =
        probe::fetch_certificate_request(bench.endpoint(listener), version, bench.timeouts());
    evidence.steps.push_back(step_of_request(version, request));
    if (request && !first) first = *request;
  }
  return first;
}

Step step_of_client(std::string what, const Attempt& attempt) {
  const auto& transcript = attempt.transcript;
  Step step{.what = std::move(what), .outcome = transcript.outcome, .close = transcript.close};
  if (transcript.tls.alert_received) step.alert = transcript.tls.alert_received->description;
  step.detail = transcript.sentence();
  return step;
}

ScriptPlan request_script(std::function<ScriptEvidence(Bench&)> drive) {
  ScriptPlan plan;
  plan.listeners = {"mtls"};
  plan.twin_identity = good_client_fixture;
  plan.drive = std::move(drive);
  return plan;
}

ScriptEvidence read_only(Bench& bench) {
  ScriptEvidence evidence;
  read_requests(bench, "mtls", evidence);
  return evidence;
}

CheckSpec ca_names() {
  auto plan = request_script(read_only);
  plan.judge = [](Level, const ScriptEvidence& evidence) {
    return judge_named_authorities(evidence);
  };
  return spec_of_row("certreq-ca-names", std::move(plan));
}

CheckSpec sigalgs() {
  auto plan = request_script(read_only);
  plan.judge = judge_asked_schemes;
  return spec_of_row("certreq-sigalgs", std::move(plan));
}

constexpr std::string_view two_anchors[] = {"client-two-anchors/old", "client-two-anchors/new"};

CheckSpec names_honest() {
  const auto listener = "mtls@" + std::string(two_anchors[0]);
  auto plan = request_script([listener](Bench& bench) {
    ScriptEvidence evidence;
    const auto request = read_requests(bench, listener, evidence);
    if (request && request->authorities.empty()) evidence.skip = "no-authorities-named";
    if (evidence.skip) return evidence;
    for (const auto client : two_anchors) {
      const auto stimulus = stimulus_for(listener, std::string(client));
      evidence.steps.push_back(step_of_client(
          std::string(client), bench.probe(stimulus, std::nullopt, probe::Mode::patient)));
    }
    return evidence;
  });
  plan.listeners = {listener};
  plan.identities = {std::string(two_anchors[0]), std::string(two_anchors[1])};
  plan.judge = judge_clients_accepted;
  return spec_of_row("certreq-ca-names-honest", std::move(plan));
}

/// DER of the subject of our clients' anchor.
Bytes anchor_name(const Materials& materials) {
  const auto anchors = materials.trust(fixture_trust)->value.anchors();
  const auto* name = X509_get_subject_name(anchors.front());
  Bytes der(static_cast<std::size_t>(i2d_X509_NAME(name, nullptr)));
  auto* at = der.data();
  i2d_X509_NAME(name, &at);
  return der;
}

CheckSpec name_independence() {
  auto plan = request_script([](Bench& bench) {
    ScriptEvidence evidence;
    const auto request = read_requests(bench, "mtls", evidence);
    if (!request) return evidence;
    const auto& names = request->authorities;
    if (names.empty()) {
      evidence.skip = "no-authorities-named";
    } else if (std::ranges::find(names, anchor_name(bench.materials())) != names.end()) {
      evidence.skip = "own-anchor-named";
    } else {
      const auto stimulus = stimulus_for("mtls", std::string(good_client_fixture));
      evidence.steps.push_back(
          step_of_client("a client below an anchor that is not named",
                         bench.probe(stimulus, std::nullopt, probe::Mode::patient)));
    }
    return evidence;
  });
  // The twin would be the stimulus itself.
  plan.twin = false;
  plan.identities = {std::string(good_client_fixture)};
  plan.judge = judge_clients_accepted;
  return spec_of_row("certreq-name-independence", std::move(plan));
}

constexpr std::string_view signed_over_sha1 = "ecdsa_sha1 in CertificateVerify";

/// A TLS 1.2 client whose CertificateVerify is signed over SHA-1.
Step step_of_signing(Bench& bench) {
  Step step{.what = std::string(signed_over_sha1)};
  mqtt::Connect connect;
  connect.version = mqtt::Version::v3_1_1;
  connect.client_id = bench.fresh_id();
  Bytes packet;
  if (!mqtt::encode_connect(packet, connect)) return step;
  const auto seen = probe::sign_over_sha1(bench.endpoint("mtls"),
                                          bench.materials().identity(good_client_fixture)->value,
                                          packet, bench.timeouts());
  step.alert = seen.alert;
  step.detail = seen.trouble;
  if (seen.served) {
    step.outcome = Outcome::accept;
  } else if (seen.alert || seen.ended) {
    step.outcome = Outcome::reject;
    step.close = seen.alert ? probe::CloseKind::alert : probe::CloseKind::fin;
  } else if (seen.trouble.empty()) {
    step.outcome = Outcome::hang;
  }
  return step;
}

CheckSpec cv_sha1() {
  auto plan = request_script([](Bench& bench) {
    ScriptEvidence evidence;
    const auto request =
        probe::fetch_certificate_request(bench.endpoint("mtls"), Version::tls1_2, bench.timeouts());
    if (!request) {
      evidence.skip = "tls12-not-spoken";
    } else if (std::ranges::find(request->schemes, ecdsa_sha1) == request->schemes.end()) {
      evidence.skip = "scheme-not-offered";  // our library keeps to what was asked for
    } else {
      evidence.steps.push_back(step_of_signing(bench));
    }
    return evidence;
  });
  const auto alerts = alerts_of(find_row("client-cv-sha1")->alerts, "1.2");
  plan.judge = [alerts](Level level, const ScriptEvidence& evidence) {
    return tls_protocol::judge_single(
        evidence, std::string(signed_over_sha1),
        [&](const Step& step) { return tls_protocol::judge_rejection(level, step, alerts); });
  };
  return spec_of_row("client-cv-sha1", std::move(plan));
}

/// "0203" by its first byte, which names the digest in schemes of TLS 1.2 and those that are left
/// of them.
bool digests_with(std::string_view scheme, std::uint8_t hash) {
  return scheme.substr(0, 2) == fmt::format("{:02x}", hash);
}

bool is_request_step(const Step& step) {
  return std::ranges::any_of(request_versions,
                             [&](Version version) { return step.what == tls::to_string(version); });
}

std::optional<Judgement> nothing_read(const ScriptEvidence& evidence) {
  if (auto decided = tls_protocol::judge_circumstances(evidence)) return decided;
  const auto read = [](const Step& step) {
    return is_request_step(step) && step.outcome == Outcome::accept;
  };
  if (std::ranges::any_of(evidence.steps, read)) return std::nullopt;
  return Judgement{.verdict = Verdict::inconclusive,
                   .observed = evidence.steps.empty() ? "" : evidence.steps.front().detail,
                   .reason = "listener-not-two-way: no CertificateRequest came"};
}

}  // namespace

std::vector<CheckSpec> request_specs() {
  std::vector<CheckSpec> specs;
  for (auto* const make : {ca_names, names_honest, sigalgs, name_independence, cv_sha1}) {
    specs.push_back(make());
  }
  return specs;
}

Judgement judge_named_authorities(const ScriptEvidence& evidence) {
  if (auto decided = nothing_read(evidence)) return *decided;
  std::vector<std::string> seen;
  for (const auto& step : evidence.steps) {
    if (step.outcome != Outcome::accept) continue;
    seen.push_back(fmt::format("{}: {}", step.what, tls_protocol::fact(step, "authorities")));
  }
  return {.verdict = Verdict::info,
          .observed = join(seen, "; "),
          .reason = "recorded: the authorities that clients may choose a certificate by"};
}

Judgement judge_asked_schemes(Level level, const ScriptEvidence& evidence) {
  if (auto decided = nothing_read(evidence)) return *decided;
  std::string note, observed;
  for (const auto& step : evidence.steps) {
    const auto schemes = tls_protocol::fact(step, "schemes");
    if (step.outcome != Outcome::accept) continue;
    observed += fmt::format("{}{}: {}", observed.empty() ? "" : "; ", step.what, schemes);
    for (const auto& scheme : split(schemes, ' ')) {
      const bool in_13 = step.what == tls::to_string(Version::tls1_3);
      if (digests_with(scheme, md5) || (in_13 && digests_with(scheme, sha1))) {
        return {.verdict = contrary(level),
                .observed = fmt::format("{} asks for the scheme {}", step.what, scheme),
                .reason = "CertificateRequest offers a scheme whose digest is broken"};
      }
      if (digests_with(scheme, sha1)) note = "; TLS 1.2 offers SHA-1, which RFC 9155 forbids";
    }
  }
  return {.verdict = Verdict::pass,
          .observed = observed,
          .reason = "no MD5, and no SHA-1 under TLS 1.3" + note};
}

Judgement judge_clients_accepted(Level level, const ScriptEvidence& evidence) {
  if (auto decided = nothing_read(evidence)) return *decided;
  std::vector<tls_protocol::Part> parts;
  for (const auto& step : evidence.steps) {
    if (is_request_step(step)) continue;
    parts.push_back({step.what, tls_protocol::judge_acceptance(level, step)});
  }
  return tls_protocol::worst_of(std::move(parts));
}

}  // namespace handfast::check
