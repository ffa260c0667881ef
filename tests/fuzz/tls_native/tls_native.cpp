// The native TLS client and a libssl server that says what the fuzzer wants. Never a crash; never a
// handshake that is complete although the server's messages were changed and nobody signed for it;
// nothing received before that, nothing sent after a failure. Random numbers come from a generator
// that begins anew with each input, so that an input alone repeats what it did.
#include <openssl/err.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <cstdlib>
#include <exception>

#include "core/tls/native/engine.hpp"
#include "tests/fuzz/tls_native/script.hpp"
#include "tests/support/mint.hpp"

using namespace handfast;
using namespace handfast::fuzz;
using namespace handfast::test;
using namespace handfast::tls;

namespace {

void require(bool holds) {
  if (!holds) std::abort();
}

std::uint64_t random_state = 1;

int random_bytes(unsigned char* out, int size) {
  for (int i = 0; i < size; ++i) {
    random_state ^= random_state << 13U;
    random_state ^= random_state >> 7U;
    random_state ^= random_state << 17U;
    out[i] = static_cast<unsigned char>(random_state >> 32U);
  }
  return 1;
}

void make_random_repeatable() {
  static const RAND_METHOD method{.seed = nullptr,
                                  .bytes = random_bytes,
                                  .cleanup = nullptr,
                                  .add = nullptr,
                                  .pseudorand = random_bytes,
                                  .status = [] { return 1; }};
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Wdeprecated-declarations"
  RAND_set_rand_method(&method);
#pragma clang diagnostic pop
}

const ExternalPsk& shared_key() {
  static const ExternalPsk psk{.identity = "device", .key = Bytes(16, 7)};
  return psk;
}

MemoryServerOptions server_options(const Setup& setup, KeyLog& log) {
  MemoryServerOptions options{.identity = test_pki().server_identity()};
  if (setup.two_way) options.client_trust = test_pki().trust();
  if (setup.psk) options.psk = std::make_shared<const ExternalPsk>(shared_key());
  options.configure = [&setup, &log](SSL_CTX* context) {
    log.listen(context);
    if (setup.retries) SSL_CTX_set1_groups_list(context, "P-384");
    if (!setup.alpn) return;
    SSL_CTX_set_alpn_select_cb(
        context,
        [](SSL*, const unsigned char** out, unsigned char* size, const unsigned char* in, unsigned,
           void*) {
          *out = in + 1;
          *size = in[0];
          return SSL_TLSEXT_ERR_OK;
        },
        nullptr);
  };
  return options;
}

std::unique_ptr<native::NativeEngine> make_engine(const Setup& setup) {
  ClientSettings settings{
      .trust = test_pki().trust(),
      .min_version = Version::tls1_3,
      .groups = {"P-256", "P-384", "X25519"},
      .cipher_suites = {setup.chacha ? "TLS_CHACHA20_POLY1305_SHA256" : "TLS_AES_128_GCM_SHA256"}};
  if (setup.alpn) settings.alpn = {"mqtt", "x"};
  settings.certificate_cache = true;
  settings.verify_every_time = false;
  settings.keep_sessions = true;
  return native::NativeEngine::make(settings).value();
}

constexpr std::size_t finished_bytes = 4 + 32;  ///< both suites have SHA-256

/// Handshake messages up to the server's Finished.
void keep_handshake(const Units& units, Bytes& kept, bool& finished) {
  for (const auto& unit : units) {
    if (finished) return;
    if (unit.content_type != content::handshake) continue;
    finished = unit.message_type() == message::finished;
    auto bytes = ByteView(unit.bytes);
    // What was added behind the Finished is refused, but it is none of the transcript.
    if (finished) bytes = bytes.first(std::min(bytes.size(), finished_bytes));
    kept.insert(kept.end(), bytes.begin(), bytes.end());
  }
}

/// What the server said, and what the client was told.
struct Transcripts {
  Bytes said, told;
  bool said_all = false;
  bool told_all = false;
};

void feed(Client& client, ByteView bytes, bool trickle, Output& out) {
  if (!trickle) return client.feed(bytes, out);
  for (const auto& byte : bytes) client.feed({&byte, 1}, out);
}

void converse(Client& client, Tls13Mitm& mitm, bool trickle, Output& out) {
  for (int round = 0; round < 6 && !out.wire.empty(); ++round) {
    const Bytes to_server = std::exchange(out.wire, {});
    const Bytes answer = mitm.feed(to_server);
    feed(client, answer, trickle, out);
  }
}

void judge(Client& client, const Transcripts& seen, const Output& out, bool signs) {
  const bool done = has_event(out, EventKind::handshake_done);
  const bool failed = has_event(out, EventKind::failed);
  if (done && !signs) require(seen.said == seen.told);
  if (!done) require(out.plain.empty());
  require(failed == (client.failure().cause != Cause::none));
  Output more;
  const bool sends = client.send(as_bytes("x"), more);
  require(!failed || (!sends && more.wire.empty()));
  client.feed_end(more);
  client.close(CloseStyle::close_notify, more);
}

/// What inputs with the same first byte share, made once: an engine costs more than a handshake.
struct Stage {
  explicit Stage(const Setup& chosen)
      : setup(chosen), first(server_options(setup, log)), engine(make_engine(setup)) {}

  Setup setup;
  KeyLog log;
  MemoryServer first;
  std::unique_ptr<native::NativeEngine> engine;
};

Stage& stage_of(std::uint8_t byte) {
  static std::array<std::unique_ptr<Stage>, 256> stages;
  if (!stages[byte]) stages[byte] = std::make_unique<Stage>(read_setup(byte));
  return *stages[byte];
}

void attack(Stage& stage, ByteView input) {
  auto& [setup, log, first, engine] = stage;
  ConnectionSettings connection{.host = "localhost"};
  if (setup.two_way) connection.identity = test_pki().client_identity();
  if (setup.psk) connection.psk = shared_key();
  if (setup.resumes) {
    auto server = first.next();
    auto client = engine->make_client(connection).value();
    Output out;
    client->start(out);
    exchange(*client, server, out);
    connection.resume = client->take_session();
    connection.psk.reset();
  }
  Script script(input);
  Transcripts seen;
  Edits edits{.units =
                  [&](Units& units) {
                    keep_handshake(units, seen.said, seen.said_all);
                    script.change(units);
                    keep_handshake(units, seen.told, seen.told_all);
                  },
              .records = [&](PlainRecords& records) { script.change(records); }};
  if (setup.signs) {
    edits.sign_again = test_pki().server.key.get();
    edits.finish_again = true;
  }
  auto server = first.next();
  Tls13Mitm mitm(server, log, edits);
  auto client = engine->make_client(connection).value();
  Output out;
  client->start(out);
  // The oracle gives up on a few inputs: it cannot sign under a scheme that does not exist.
  try {
    converse(*client, mitm, setup.trickles, out);
  } catch (const std::runtime_error&) {
    ERR_clear_error();
    return;
  }
  judge(*client, seen, out, setup.signs);
}

}  // namespace

extern "C" int LLVMFuzzerInitialize(int*, char***) {
  make_random_repeatable();
  test_pki();
  return 0;
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  random_state = 0x9e3779b97f4a7c15U;
  attack(stage_of(data[0]), ByteView(data, size).subspan(1));
  return 0;
}
