// What revocation costs: building a CRL of 100,000 entries, reading and searching it, and answering
// OCSP requests with P-256.
#include <benchmark/benchmark.h>

#include "pki/revocation/crl_reader.hpp"
#include "pki/revocation/ocsp.hpp"
#include "pki/revocation/ocsp_query.hpp"
#include "tests/support/revocation_lab.hpp"

using namespace handfast;
using namespace std::chrono_literals;

namespace {

WallTime now_s() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

pki::CrlContent content_of(std::int64_t entries) {
  pki::CrlContent out{.this_update = now_s(), .next_update = now_s() + 24h};
  for (std::int64_t i = 0; i < entries; ++i) {
    Bytes serial{0x5a};
    ByteWriter(serial).u64(static_cast<std::uint64_t>(i) * 0x9e3779b97f4a7c15ULL);
    ByteWriter(serial).u64(static_cast<std::uint64_t>(i));
    out.entries.push_back(
        {std::move(serial), now_s() - 1h, pki::RevocationReason::key_compromise, {}});
  }
  return out;
}

void build_crl(benchmark::State& state) {
  const auto& root = test::revocation_lab().root;
  const auto content = content_of(state.range(0));
  std::size_t octets = 0;
  for (auto _ : state) {
    const auto der = pki::make_crl(content, root.certificate.get(), root.key.get());
    if (!der) state.SkipWithError("no CRL");
    octets = der->size();
  }
  state.counters["octets"] = static_cast<double>(octets);
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(build_crl)->Arg(1'000)->Arg(100'000)->Unit(benchmark::kMillisecond);

void read_crl(benchmark::State& state) {
  const auto& root = test::revocation_lab().root;
  const auto content = content_of(state.range(0));
  const auto der = pki::make_crl(content, root.certificate.get(), root.key.get()).value();
  for (auto _ : state) {
    const auto crls = pki::parse_crls(as_text(der), "bench");
    if (!crls || !crls->front().find(content.entries.back().serial)) state.SkipWithError("lost");
  }
}
BENCHMARK(read_crl)->Arg(100'000)->Unit(benchmark::kMillisecond);

/// One answer for each request; the request is parsed, looked up, answered and signed.
void answer_ocsp(benchmark::State& state) {
  const auto& lab = test::revocation_lab();
  const auto responder = lab.responder(now_s(), state.range(0) == 1);
  const auto query =
      pki::make_ocsp_query(lab.revoked.certificate.get(), lab.root.certificate.get()).value();
  for (auto _ : state) {
    benchmark::DoNotOptimize(responder.answer(query.der, now_s()));
  }
  // Whole answers per CPU-second: at least 15,000 are wanted.
  state.counters["answers_per_cpu_s"] =
      benchmark::Counter(static_cast<double>(state.iterations()), benchmark::Counter::kIsRate);
}
BENCHMARK(answer_ocsp)->ArgName("delegated")->Arg(0)->Arg(1)->Unit(benchmark::kMicrosecond);

/// The signature alone, for comparison.
void sign_p256(benchmark::State& state) {
  const auto& root = test::revocation_lab().root;
  const Bytes data(300, 0x41);
  for (auto _ : state) {
    tls::DigestContextPtr context(EVP_MD_CTX_new());
    Bytes signature(80);
    std::size_t size = signature.size();
    EVP_DigestSignInit(context.get(), nullptr, EVP_sha256(), nullptr, root.key.get());
    EVP_DigestSign(context.get(), signature.data(), &size, data.data(), data.size());
    benchmark::DoNotOptimize(signature);
  }
}
BENCHMARK(sign_p256)->Unit(benchmark::kMicrosecond);

}  // namespace
