#include "loadgen/bad_chains.hpp"

#include "tests/support/catch.hpp"

using namespace handfast::loadgen;
using Key = handfast::stats::FailureKey;

TEST_CASE("A bad chain that gets through is wrong, unless it was to", "[loadgen]") {
  CHECK(judge_accepted({.refused = true}) == ChainVerdict::wrongly_accepted);
  CHECK(judge_accepted({.refused = false}) == ChainVerdict::as_expected);
}

TEST_CASE("What a broker does to a chain is a refusal; what the network does is none",
          "[loadgen]") {
  for (const Key& refusal :
       {Key{"tls", "alert_received:unknown_ca(48)"},
        Key{"connack", "alert_received:certificate_expired(45)"}, Key{"connack", "closed"},
        Key{"tls", "errno:ECONNRESET"}, Key{"upgrade", "closed"}, Key{"connack", "errno:EPIPE"},
        Key{"connack", "connack:not_authorized(135)"}}) {
    INFO(refusal.phase << "/" << refusal.cause);
    CHECK(judge_failed({}, refusal) == ChainVerdict::as_expected);
    CHECK(judge_failed({.refused = false}, refusal) == ChainVerdict::refused_otherwise);
  }
  for (const Key& other :
       {Key{"tcp", "errno:ECONNREFUSED"}, Key{"tcp", "errno:ECONNRESET"}, Key{"tls", "deadline"},
        Key{"tls", "verify:cert_has_expired(10)"}, Key{"tls", "tls:protocol"},
        Key{"tls", "local:no such file"}, Key{"upgrade", "http:404"}}) {
    INFO(other.phase << "/" << other.cause);
    CHECK(judge_failed({}, other) == ChainVerdict::refused_otherwise);
  }
}

TEST_CASE("Where alerts are named, only those are as expected", "[loadgen]") {
  const ChainExpectation expect{.alerts = {48, 42}};
  CHECK(judge_failed(expect, {"connack", "alert_received:unknown_ca(48)"}) ==
        ChainVerdict::as_expected);
  CHECK(judge_failed(expect, {"connack", "alert_received:bad_certificate(42)"}) ==
        ChainVerdict::as_expected);
  CHECK(judge_failed(expect, {"connack", "alert_received:internal_error(80)"}) ==
        ChainVerdict::refused_otherwise);
  CHECK(judge_failed(expect, {"connack", "closed"}) == ChainVerdict::refused_otherwise);
}
