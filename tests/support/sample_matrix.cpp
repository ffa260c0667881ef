#include "tests/support/sample_matrix.hpp"

#include <string>

namespace handfast::tests {

namespace {

using namespace reports;

Observation connection(const std::string& what, const std::string& outcome,
                       const std::string& detail) {
  Observation out{what, outcome, detail, 0.0123, {}, {}};
  out.facts = {{"tls", "TLS 1.3"}, {"certificate sent", "yes"}};
  if (outcome == "accept") out.facts.emplace_back("connack", "0 accepted");
  out.messages = {"-> ClientHello 220 B +0.1 ms",       "<- ServerHello 122 B +1.9 ms",
                  "<- CertificateRequest 90 B +1.9 ms", "-> Certificate 812 B +2.4 ms",
                  "-> CertificateVerify 79 B +2.4 ms",  "-> Finished 52 B +2.4 ms"};
  return out;
}

CheckResult row(const std::string& group, const std::string& id, const std::string& title,
                Verdict verdict) {
  CheckResult out;
  out.id = id;
  out.group = group;
  out.title = title;
  out.level = "must";
  out.reference = "RFC 5280 section 6.1";
  out.expected = "reject";
  out.observed = "reject: alert certificate_expired (45) received";
  out.reason = "rejected as it should be";
  out.verdict = verdict;
  out.duration_s = 0.25;
  out.observations = {
      connection("control before, TLS 1.3", "accept", "CONNACK 0, then PINGRESP"),
      connection("case, TLS 1.3, patient", "reject", "alert certificate_expired (45) received")};
  return out;
}

CheckResult accepted(CheckResult out) {
  out.observed = "accept: CONNACK 0, then PINGRESP";
  out.reason = "the broker let it in";
  out.observations[1] = connection("case, TLS 1.3, patient", "accept", "CONNACK 0, then PINGRESP");
  return out;
}

CheckResult skipped(const std::string& group, const std::string& id, const std::string& token) {
  auto out = row(group, id, "A broker with the feature does as the row says", Verdict::skip);
  out.observed.clear();
  out.reason = token;
  out.observations.clear();
  return out;
}

std::vector<CheckResult> rows_of_every_kind() {
  std::vector<CheckResult> rows;
  rows.push_back(row("client-chain", "client-chain-good", "A good chain is let in", Verdict::pass));
  rows.push_back(
      accepted(row("client-chain", "client-cert-expired",
                   "A client whose certificate has expired is turned away", Verdict::fail)));
  rows.push_back(accepted(row("client-chain", "client-ca-no-basic-constraints",
                              "An issuer that is no CA is no issuer", Verdict::fail)));
  auto warned = row("client-chain", "client-chain-wrong-root",
                    "A chain of a foreign root is turned away with an alert", Verdict::warn);
  warned.observed = "reject: closed without alert";
  warned.reason = "right outcome, but without an alert";
  rows.push_back(warned);
  auto recorded = row("client-chain", "client-chain-unordered",
                      "A chain in the wrong order may be let in", Verdict::info);
  recorded.level = "may";
  recorded.observed = "accept";
  recorded.reason = "either is legitimate";
  rows.push_back(recorded);
  rows.push_back(skipped("revocation", "crl-revoked-leaf", "crl.file"));
  rows.push_back(skipped("revocation", "crl-revoked-intermediate", "crl.file"));
  rows.push_back(skipped("revocation", "ocsp-staple-sent", "ocsp.staple"));
  auto unsure = row("tls", "tls13-key-share-retry", "HelloRetryRequest asks for a known group",
                    Verdict::inconclusive);
  unsure.observed = "hang";
  unsure.reason = "the control connection was not accepted: no answer within 5 s";
  rows.push_back(unsure);
  rows.push_back(row("tls", "tls13-good", "A TLS 1.3 client is let in", Verdict::pass));
  return rows;
}

MatrixColumn mosquitto() {
  MatrixColumn column;
  column.broker.driver = "mosquitto";
  column.broker.version = "2.0.11";
  column.broker.log_file = "mosquitto/broker/mosquitto.log";
  column.duration_s = 14.2;
  column.checks = rows_of_every_kind();
  return column;
}

Matrix matrix_of(std::vector<MatrixColumn> columns) {
  Matrix matrix;
  matrix.handfast_version = "0.1.0";
  matrix.openssl_version = "OpenSSL 3.0.15";
  matrix.command_line = "handfast check --baseline known.yaml";
  matrix.started_at = "2026-11-24T15:04:05Z";
  matrix.duration_s = 29.7;
  matrix.machine = {.host = "lab-1", .kernel = "Linux 6.1", .cpu = "x86", .cores = 2};
  matrix.columns = std::move(columns);
  return matrix;
}

}  // namespace

Matrix sample_matrix() {
  auto matrix = matrix_of({mosquitto()});
  matrix.baseline_file = "known.yaml";
  auto& column = matrix.columns.front();
  column.known = {{"client-ca-no-basic-constraints", Verdict::fail, "issue 1234, fixed in 2.1"},
                  {"client-chain-wrong-root", Verdict::warn, "unexplained"}};
  column.stale = {{"tls13-good", Verdict::fail, Verdict::pass, "known.yaml:9:9"}};
  return matrix;
}

Matrix wide_matrix() {
  auto matrix = sample_matrix();
  MatrixColumn good;
  good.broker.driver = "emqx";
  good.broker.version = "5.8.1";
  good.duration_s = 15.5;
  for (auto check : rows_of_every_kind()) {
    if (check.group == "revocation") continue;  // a row that ran on one broker only
    check.verdict = Verdict::pass;
    good.checks.push_back(std::move(check));
  }
  MatrixColumn absent;
  absent.broker.driver = "nanomq";
  absent.problem = environment_problem("nanomq is not installed", {}, "give --broker-bin PATH");
  matrix.columns.push_back(std::move(good));
  matrix.columns.push_back(std::move(absent));
  return matrix;
}

Matrix passing_matrix() {
  auto column = mosquitto();
  std::erase_if(column.checks,
                [](const CheckResult& check) { return check.verdict != Verdict::pass; });
  auto matrix = matrix_of({std::move(column)});
  matrix.command_line = "handfast check";
  return matrix;
}

Matrix hostile_matrix() {
  const std::string markup =
      "</script><script>document.body.dataset.owned='1'</script><img src=x onerror=alert(1)>";
  const std::string nasty =
      markup + "| `x` *b* [l](u) <!-- ]]> &amp; \" ' \x1b[31m \x01 \n## h \xff\xfe \xe2\x80\xa8";
  auto matrix = wide_matrix();
  matrix.command_line = matrix.baseline_file = matrix.machine.host = nasty;
  auto& column = matrix.columns.front();
  column.broker.version = nasty;
  column.broker.log_file = nasty;
  column.broker.died = nasty;
  column.problem = environment_problem(nasty, nasty, nasty);
  column.known[0].reason = nasty;
  column.stale[0].id = column.stale[0].where = nasty;
  auto& check = column.checks[1];
  check.id = check.group = check.observed = check.reason = check.reference = nasty;
  check.title = nasty + std::string(300, 'w');
  check.observations[1].detail = nasty;
  check.observations[1].facts.emplace_back("broker log", nasty);
  check.observations[1].messages.push_back(nasty);
  column.checks[5].reason = nasty;
  return matrix;
}

}  // namespace handfast::tests
