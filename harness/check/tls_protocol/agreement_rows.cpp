// Section C2, what needs more than a first answer: ALPN, the retry with a whole handshake behind
// it, limits of record sizes.
#include "harness/check/tls_protocol/alerts.hpp"
#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/spec.hpp"
#include "harness/check/tls_protocol/verdicts.hpp"

namespace handfast::check::tls_protocol {

namespace {

using probe::Hello;
using probe::HelloBase;
using probe::Outcome;
using reports::Verdict;

// --- ALPN (RFC 7301) --------------------------------------------------------------------------

const std::string alpn_tls13 = "TLS 1.3";
const std::string alpn_tls12 = "TLS 1.2";

MoveRow offering(std::vector<std::string> names) {
  MoveRow row;
  const auto move = [&names](std::string what, tls::Version version, HelloBase needs) {
    TalkOptions options;
    options.settings.alpn = names;
    options.settings.min_version = options.settings.max_version = version;
    return Move{.what = std::move(what),
                .play = whole("", std::move(options)),
                .expect = Expect::either,
                .needs = needs};
  };
  row.moves = {move(alpn_tls13, tls::Version::tls1_3, HelloBase::tls13),
               move(alpn_tls12, tls::Version::tls1_2, HelloBase::tls12)};
  return row;
}

/// h2 on an MQTT listener is a failure at every level.
Judgement judge_alpn_step(Level level, const Step& step, bool foreign_alone) {
  if (fact(step, "alpn") == "h2") {
    return {.verdict = Verdict::fail,
            .observed = sentence(step) + ", ALPN h2",
            .reason = "a protocol was agreed on that the listener does not speak"};
  }
  const std::vector<std::uint8_t> refused{alert::no_application_protocol};
  if (foreign_alone && step.outcome == Outcome::reject) {
    return judge_rejection(Level::should, step, refused);
  }
  if (step.outcome == Outcome::reject && step.alert == alert::no_application_protocol) {
    return in_order(level, step, "refused in order");
  }
  auto judgement = judge_acceptance(level, step);
  const auto chosen = fact(step, "alpn");
  judgement.observed += chosen.empty() ? ", no ALPN in reply" : ", ALPN " + chosen;
  return judgement;
}

ScriptPlan alpn_plan(std::vector<std::string> names, bool foreign_alone) {
  ScriptPlan plan;
  const auto row = offering(std::move(names));
  plan.drive = [row](Bench& bench) { return drive_moves(row, bench); };
  plan.judge = [foreign_alone](Level level, const ScriptEvidence& evidence) {
    if (auto decided = judge_circumstances(evidence)) return *decided;
    std::vector<Part> parts;
    for (const auto& what : {alpn_tls13, alpn_tls12}) {
      if (const auto* step = find_step(evidence, what)) {
        parts.push_back({what, judge_alpn_step(level, *step, foreign_alone)});
      }
    }
    return worst_of(std::move(parts));
  };
  return plan;
}

// --- HelloRetryRequest ------------------------------------------------------------------------

const std::string retry_hello = "an empty key_share";
const std::string retry_whole = "an empty key_share, to CONNACK";

ScriptEvidence drive_retry(Bench& bench) {
  HelloRow row;
  row.cases.push_back({.what = retry_hello, .base = HelloBase::tls13, .change = [](Hello& hello) {
                         hello.message.groups = {0x001d, 0x0017};
                         hello.message.key_shares.clear();
                         hello.message.no_key_shares = true;
                       }});
  auto evidence = drive_hello(row, bench);
  if (find_step(evidence, retry_hello) == nullptr) return evidence;
  TalkOptions options;
  options.engine = tls::EngineKind::native;
  options.mutation = tls::Mutation::hello_empty_key_share;
  evidence.steps.push_back(whole_connection(bench, retry_whole, std::move(options), evidence));
  return evidence;
}

Judgement judge_retry(Level level, const ScriptEvidence& evidence) {
  if (auto decided = judge_circumstances(evidence)) return *decided;
  if (auto lacking = judge_hello_control(evidence, HelloBase::tls13)) return *lacking;
  return judge_single(evidence, retry_hello, [&](const Step& step) {
    auto judgement = judge_acceptance(level, step);
    if (step.outcome != Outcome::accept) return judgement;
    const std::vector<std::string> asked{"HelloRetryRequest"};
    const FactWant want{.name = "retry",
                        .values = {},
                        .otherwise = "a ServerHello came where no share had been sent"};
    if (auto objection = judge_fact(want, asked, level, step)) return *objection;
    return judge_single(evidence, retry_whole, [level](const Step& whole_step) {
      return judge_acceptance(level, whole_step);
    });
  });
}

CheckSpec retry_row() {
  ScriptPlan plan;
  plan.drive = drive_retry;
  plan.judge = judge_retry;
  return spec_of("tls13-hrr", std::move(plan));
}

// --- limits of record sizes -------------------------------------------------------------------

constexpr std::uint16_t max_fragment_length_type = 1;
constexpr std::uint16_t record_size_limit_type = 28;
constexpr std::size_t limit_bytes = 512;

auto offering_extension(std::uint16_t type, Bytes body) {
  return [type, body = std::move(body)](Hello& hello) {
    hello.message.extra.push_back({.type = type, .body = body});
  };
}

/// Whether the records of `step` fit when its ServerHello acknowledged `extension`.
Judgement judge_limit(Level level, const Step& step, const std::string& extension) {
  auto judgement = judge_acceptance(level, step);
  if (step.outcome != Outcome::accept) return judgement;
  if (fact(step, extension).empty()) {
    judgement.reason = extension + " was ignored, which is allowed";
    return judgement;
  }
  const auto largest = std::strtoull(fact(step, "largest record").c_str(), nullptr, 10);
  if (largest > limit_bytes) {
    return contrary_to(level, step, extension + " was acknowledged, and a larger record came");
  }
  judgement.reason = extension + " was acknowledged and honoured";
  return judgement;
}

const std::string fragment_512 = "max_fragment_length 512";
const std::string fragment_undefined = "an undefined max_fragment_length";

HelloRow fragment_cases() {
  HelloRow row;
  row.cases = {{.what = fragment_512,
                .base = HelloBase::tls12,
                .change = offering_extension(max_fragment_length_type, {1})},
               {.what = fragment_undefined,
                .base = HelloBase::tls12,
                .change = offering_extension(max_fragment_length_type, {9})}};
  return row;
}

Judgement judge_fragments(Level level, const ScriptEvidence& evidence) {
  if (auto decided = judge_circumstances(evidence)) return *decided;
  if (auto lacking = judge_hello_control(evidence, HelloBase::tls12)) return *lacking;
  bool acknowledged = false;
  std::vector<Part> parts;
  parts.push_back({fragment_512, judge_single(evidence, fragment_512, [&](const Step& step) {
                     acknowledged = step.outcome == Outcome::accept &&
                                    !fact(step, "max_fragment_length").empty();
                     return judge_limit(level, step, "max_fragment_length");
                   })});
  parts.push_back(
      {fragment_undefined, judge_single(evidence, fragment_undefined, [&](const Step& step) {
         // Who does not know the extension does not read it.
         const std::vector<std::uint8_t> refused{alert::illegal_parameter};
         return acknowledged ? judge_rejection(level, step, refused)
                             : judge_acceptance(level, step);
       })});
  return worst_of(std::move(parts));
}

CheckSpec fragment_row() {
  ScriptPlan plan;
  plan.drive = [](Bench& bench) { return drive_hello(fragment_cases(), bench); };
  plan.judge = judge_fragments;
  return spec_of("tls-max-fragment", std::move(plan));
}

const std::string size_limit_512 = "record_size_limit 512";

CheckSpec size_limit_row() {
  ScriptPlan plan;
  plan.drive = [](Bench& bench) {
    HelloRow row;
    row.cases.push_back({.what = size_limit_512,
                         .base = HelloBase::tls12,
                         .change = offering_extension(record_size_limit_type, {2, 0})});
    return drive_hello(row, bench);
  };
  plan.judge = [](Level level, const ScriptEvidence& evidence) {
    if (auto decided = judge_circumstances(evidence)) return *decided;
    if (auto lacking = judge_hello_control(evidence, HelloBase::tls12)) return *lacking;
    return judge_single(evidence, size_limit_512, [level](const Step& step) {
      return judge_limit(level, step, "record_size_limit");
    });
  };
  return spec_of("tls-record-size-limit", std::move(plan));
}

}  // namespace

std::vector<CheckSpec> agreement_rows() {
  std::vector<CheckSpec> rows;
  rows.push_back(retry_row());
  rows.push_back(spec_of("tls-alpn-mqtt", alpn_plan({"mqtt"}, false)));
  rows.push_back(spec_of("tls-alpn-foreign", alpn_plan({"h2"}, true)));
  // What a listener that ignores ALPN may do, as most do; agreeing on h2 fails at every level.
  rows.back().level = Level::may;
  rows.push_back(spec_of("tls-alpn-mixed", alpn_plan({"h2", "mqtt"}, false)));
  rows.push_back(spec_of("tls-alpn-absent", alpn_plan({}, false)));
  rows.push_back(fragment_row());
  rows.push_back(size_limit_row());
  return rows;
}

}  // namespace handfast::check::tls_protocol
