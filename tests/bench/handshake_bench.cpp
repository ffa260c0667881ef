// A whole client handshake in memory, client CPU only, by what the engine may remember; on one
// thread and on two, each with its engine. The CPU of a handshake must not grow with the number of
// threads: a ratio above 1.15 means that they share something.
#include <benchmark/benchmark.h>
#include <malloc.h>
#include <time.h>

#include <memory>
#include <utility>
#include <vector>

#include "core/tls/client.hpp"
#include "tests/support/memory_server.hpp"
#include "tests/support/mint.hpp"

using namespace handfast;

namespace {

struct Mode {
  bool certificate_cache = false;
  bool verify_every_time = true;
  bool resume = false;
  bool native = false;
  tls::KeyMode keys = tls::KeyMode::fresh;
  /// One suite, group and signature algorithm, so that both engines do the same work.
  bool aes128 = false;
};

std::unique_ptr<tls::Engine> make_engine(const Mode& mode) {
  tls::ClientSettings settings{.trust = test::test_pki().trust(),
                               .certificate_cache = mode.certificate_cache,
                               .verify_every_time = mode.verify_every_time,
                               .keep_sessions = mode.resume,
                               .key_mode = mode.keys};
  if (mode.aes128) {
    settings.cipher_suites = {"TLS_AES_128_GCM_SHA256"};
    settings.groups = {"x25519"};
    settings.signature_algorithms = {"ecdsa_secp256r1_sha256"};
  }
  return (mode.native ? tls::make_native_engine(settings) : tls::make_libssl_engine(settings))
      .value();
}

double thread_cpu_seconds() {
  timespec now{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
  return static_cast<double>(now.tv_sec) + static_cast<double>(now.tv_nsec) * 1e-9;
}

/// The client's part of one handshake: thread CPU between start() and stop().
class ClientTime {
 public:
  void start() { begun_ = thread_cpu_seconds(); }
  void stop() { total_ += thread_cpu_seconds() - begun_; }
  double total() const { return total_; }

 private:
  double begun_ = 0;
  double total_ = 0;
};

/// One thread's client side, and its server.
class Side {
 public:
  explicit Side(const Mode& mode)
      : mode_(mode),
        engine_(make_engine(mode)),
        server_({.identity = test::test_pki().server_identity()}) {
    shake();
  }

  /// Client CPU seconds; the session of the one before is resumed where the mode says so.
  double shake() {
    ClientTime time;
    auto peer = server_.next();
    out_.clear();
    time.start();
    auto client =
        engine_->make_client({.host = "localhost", .resume = std::exchange(session_, nullptr)})
            .value();
    client->start(out_);
    time.stop();
    while (!out_.wire.empty()) {
      const Bytes answer = peer.feed(std::exchange(out_.wire, {}));
      time.start();
      client->feed(answer, out_);
      time.stop();
    }
    as_meant_ = test::has_event(out_, tls::EventKind::handshake_done) &&
                (!mode_.resume || !warm_ || client->facts().resumed);
    warm_ = true;
    time.start();
    if (mode_.resume) session_ = client->take_session();
    client.reset();
    time.stop();
    return time.total();
  }
  bool as_meant() const { return as_meant_; }

 private:
  Mode mode_;
  std::unique_ptr<tls::Engine> engine_;
  test::MemoryServer server_;
  std::shared_ptr<const tls::Session> session_;
  tls::Output out_;
  bool warm_ = false;
  bool as_meant_ = false;
};

void handshake(benchmark::State& state, const Mode& mode) {
  Side side(mode);
  double cpu = 0;
  for (auto _ : state) {
    const double seconds = side.shake();
    if (!side.as_meant()) state.SkipWithError("not the handshake that was meant");
    cpu += seconds;
    state.SetIterationTime(seconds);
  }
  state.counters["client_us"] = benchmark::Counter(
      cpu * 1e6 / static_cast<double>(state.iterations()), benchmark::Counter::kAvgThreads);
}

void one_and_two_threads(benchmark::internal::Benchmark* bench) {
  bench->UseManualTime()->Unit(benchmark::kMicrosecond)->Threads(1)->Threads(2);
}

BENCHMARK_CAPTURE(handshake, verify_every_time, Mode{})->Apply(one_and_two_threads);
BENCHMARK_CAPTURE(handshake, certificate_cache, Mode{.certificate_cache = true})
    ->Apply(one_and_two_threads);
BENCHMARK_CAPTURE(handshake, chain_cache,
                  Mode{.certificate_cache = true, .verify_every_time = false})
    ->Apply(one_and_two_threads);
BENCHMARK_CAPTURE(handshake, resumed,
                  Mode{.certificate_cache = true, .verify_every_time = false, .resume = true})
    ->Apply(one_and_two_threads);

// The native engine, beside libssl with the same suite, group and signature algorithm.
constexpr Mode tuned{.certificate_cache = true, .verify_every_time = false};
constexpr Mode tuned_aes128{.certificate_cache = true, .verify_every_time = false, .aes128 = true};

Mode native(Mode mode, tls::KeyMode keys = tls::KeyMode::fresh, bool resume = false) {
  mode.native = true;
  mode.keys = keys;
  mode.resume = resume;
  return mode;
}

BENCHMARK_CAPTURE(handshake, native_verify_every_time, native({}))->Apply(one_and_two_threads);
BENCHMARK_CAPTURE(handshake, native_chain_cache, native(tuned))->Apply(one_and_two_threads);
BENCHMARK_CAPTURE(handshake, native_resumed, native(tuned, tls::KeyMode::fresh, true))
    ->Apply(one_and_two_threads);
BENCHMARK_CAPTURE(handshake, chain_cache_aes128, tuned_aes128)->Apply(one_and_two_threads);
BENCHMARK_CAPTURE(handshake, native_chain_cache_aes128, native(tuned_aes128))
    ->Apply(one_and_two_threads);
BENCHMARK_CAPTURE(handshake, native_key_pool_aes128, native(tuned_aes128, tls::KeyMode::pool))
    ->Apply(one_and_two_threads);
BENCHMARK_CAPTURE(handshake, native_key_batch_aes128, native(tuned_aes128, tls::KeyMode::batch))
    ->Apply(one_and_two_threads);
BENCHMARK_CAPTURE(handshake, native_resumed_key_batch_aes128,
                  native(tuned_aes128, tls::KeyMode::batch, true))
    ->Apply(one_and_two_threads);

/// Heap bytes that one established connection holds, its server gone.
void idle_memory(benchmark::State& state, const Mode& mode) {
  constexpr std::size_t connections = 1000;
  const auto engine = make_engine(mode);
  const test::MemoryServer server({.identity = test::test_pki().server_identity()});
  const auto connect = [&] {
    auto client = engine->make_client({.host = "localhost"}).value();
    auto peer = server.next();
    tls::Output out;
    client->start(out);
    test::exchange(*client, peer, out);
    client->release_buffers();
    return client;
  };
  std::vector<std::unique_ptr<tls::Client>> held;
  held.reserve(connections);
  held.push_back(connect());
  for (auto _ : state) {
    const auto before = mallinfo2().uordblks;
    while (held.size() < connections) held.push_back(connect());
    state.counters["bytes_each"] =
        static_cast<double>(mallinfo2().uordblks - before) / (connections - 1);
  }
}

BENCHMARK_CAPTURE(idle_memory, libssl, tuned)->Iterations(1)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(idle_memory, native, native(tuned))->Iterations(1)->Unit(benchmark::kMillisecond);

}  // namespace

BENCHMARK_MAIN();
