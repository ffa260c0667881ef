// What the sans-I/O seam costs: one TLS 1.3 handshake in memory, client CPU only, through core/tls
// against libssl driven directly over a pair of memory BIOs with the same settings. Both talk to
// the same in-memory server.
#include <benchmark/benchmark.h>
#include <time.h>

#include <array>
#include <utility>

#include "core/tls/client.hpp"
#include "tests/support/memory_server.hpp"
#include "tests/support/mint.hpp"

using namespace handfast;

namespace {

double thread_cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// Adds up the thread CPU time of what runs between start() and stop(): the client's part of a
/// handshake.
class ClientTime {
 public:
  void start() { begun_ = thread_cpu_seconds(); }
  void stop() { total_ += thread_cpu_seconds() - begun_; }
  double take() { return std::exchange(total_, 0.0); }

 private:
  double begun_ = 0;
  double total_ = 0;
};

void seam(benchmark::State& state) {
  const auto& pki = test::test_pki();
  auto engine = tls::make_libssl_engine({.trust = pki.trust()}).value();
  const test::MemoryServer server({.identity = pki.server_identity()});
  tls::Output out;
  ClientTime time;
  for (auto _ : state) {
    auto peer = server.next();
    out.clear();
    time.start();
    auto client = engine->make_client({.host = "localhost"}).value();
    client->start(out);
    time.stop();
    while (!out.wire.empty()) {
      const Bytes answer = peer.feed(std::exchange(out.wire, {}));
      time.start();
      client->feed(answer, out);
      time.stop();
    }
    if (!test::has_event(out, tls::EventKind::handshake_done)) state.SkipWithError("no handshake");
    time.start();
    client.reset();
    time.stop();
    state.SetIterationTime(time.take());
  }
}

void memory_bios(benchmark::State& state) {
  const auto& pki = test::test_pki();
  tls::SslContextPtr context(SSL_CTX_new(TLS_client_method()));
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  const auto trust = pki.trust();
  for (auto* anchor : trust.anchors())
    X509_STORE_add_cert(SSL_CTX_get_cert_store(context.get()), anchor);
  SSL_CTX_set_read_ahead(context.get(), 1);
  SSL_CTX_set_session_cache_mode(context.get(), SSL_SESS_CACHE_OFF);
  const test::MemoryServer server({.identity = pki.server_identity()});
  std::array<char, 16384> plain{};
  ClientTime time;
  for (auto _ : state) {
    auto peer = server.next();
    time.start();
    tls::SslPtr ssl(SSL_new(context.get()));
    BIO* in = BIO_new(BIO_s_mem());
    BIO* out = BIO_new(BIO_s_mem());
    BIO_set_mem_eof_return(in, -1);
    SSL_set_bio(ssl.get(), in, out);
    SSL_set_tlsext_host_name(ssl.get(), "localhost");
    SSL_set1_host(ssl.get(), "localhost");
    SSL_set_connect_state(ssl.get());
    bool done = false;
    while (true) {
      if (!done) done = SSL_do_handshake(ssl.get()) == 1;
      if (done) SSL_read(ssl.get(), plain.data(), static_cast<int>(plain.size()));
      Bytes flight(static_cast<std::size_t>(BIO_pending(out)));
      if (!flight.empty()) BIO_read(out, flight.data(), static_cast<int>(flight.size()));
      time.stop();
      if (flight.empty()) break;
      const Bytes answer = peer.feed(flight);
      time.start();
      BIO_write(in, answer.data(), static_cast<int>(answer.size()));
    }
    if (!done) state.SkipWithError("no handshake");
    time.start();
    ssl.reset();
    time.stop();
    state.SetIterationTime(time.take());
  }
}

BENCHMARK(seam)->UseManualTime()->Unit(benchmark::kMicrosecond);
BENCHMARK(memory_bios)->UseManualTime()->Unit(benchmark::kMicrosecond);

}  // namespace

BENCHMARK_MAIN();
