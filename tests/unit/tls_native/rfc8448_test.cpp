// The traces of RFC 8448: with the trace's ClientHello and private keys, all secrets and all our
// records are those of the trace.
#include <openssl/core_names.h>
#include <openssl/param_build.h>

#include <map>

#include "core/tls/native/key_schedule.hpp"
#include "core/tls/native/tickets.hpp"
#include "tests/support/hex.hpp"
#include "tests/unit/tls_native/lab.hpp"
#include "tests/unit/tls_native/rfc8448_vectors.hpp"

using namespace handfast;
using namespace handfast::tls;
using namespace handfast::test;
namespace vectors = handfast::test::rfc8448;

namespace {

PkeyPtr x25519_key(std::string_view private_key) {
  const Bytes raw = hex(private_key);
  return PkeyPtr(
      EVP_PKEY_new_raw_private_key_ex(nullptr, "X25519", nullptr, raw.data(), raw.size()));
}

PkeyPtr p256_key(std::string_view private_key, std::string_view public_key) {
  const Bytes scalar = hex(private_key);
  const Bytes point = hex(public_key);
  const OpensslPtr<OSSL_PARAM_BLD, OSSL_PARAM_BLD_free> builder(OSSL_PARAM_BLD_new());
  const BignumPtr number(BN_bin2bn(scalar.data(), static_cast<int>(scalar.size()), nullptr));
  OSSL_PARAM_BLD_push_utf8_string(builder.get(), OSSL_PKEY_PARAM_GROUP_NAME, "P-256", 0);
  OSSL_PARAM_BLD_push_BN(builder.get(), OSSL_PKEY_PARAM_PRIV_KEY, number.get());
  OSSL_PARAM_BLD_push_octet_string(builder.get(), OSSL_PKEY_PARAM_PUB_KEY, point.data(),
                                   point.size());
  const OpensslPtr<OSSL_PARAM, OSSL_PARAM_free> parameters(OSSL_PARAM_BLD_to_param(builder.get()));
  const PkeyContextPtr context(EVP_PKEY_CTX_new_from_name(nullptr, "EC", nullptr));
  EVP_PKEY* key = nullptr;
  EVP_PKEY_fromdata_init(context.get());
  EVP_PKEY_fromdata(context.get(), &key, EVP_PKEY_KEYPAIR, parameters.get());
  return PkeyPtr(key);
}

/// A client that says what the trace's client says.
class Replay {
 public:
  Replay(std::vector<Bytes> hellos, std::function<PkeyPtr(const native::Group&)> key)
      : hellos_(std::move(hellos)),
        engine_(native_engine({.verify = false,
                               .groups = {"x25519", "P-256", "P-384", "P-521"},
                               .key_log = [this](std::string_view line) { log(line); }})) {
    auto& script = engine_->script();
    script.edit_hello = [this](native::ClientHello& hello) {
      std::copy_n(hellos_.front().begin() + 6, 32, hello.random.begin());
      hello.session_id.clear();
      hello.extra = {{28, {0x40, 0x01}}};  // record_size_limit, which the server answers
    };
    script.replace_hello = [this](Bytes& message) { message = hellos_.at(sent_++); };
    script.key = std::move(key);
  }

  Client& start(const ConnectionSettings& settings = {.host = "server"}, ByteView early = {}) {
    client_ = engine_->make_client(settings).value();
    if (early.empty()) {
      client_->start(out_);
    } else {
      CHECK(client_->start_with_early_data(early, out_));
    }
    return *client_;
  }
  std::string hear(std::string_view record) {
    out_.clear();
    client_->feed(hex(record), out_);
    return to_hex(out_.wire);
  }
  const Output& out() const { return out_; }
  std::string secret(const std::string& label) const {
    const auto found = secrets_.find(label);
    return found == secrets_.end() ? "" : found->second;
  }

 private:
  void log(std::string_view line) {
    const auto first = line.find(' ');
    secrets_[std::string(line.substr(0, first))] = line.substr(line.find(' ', first + 1) + 1);
  }

  std::vector<Bytes> hellos_;
  std::size_t sent_ = 0;
  std::map<std::string, std::string> secrets_;
  std::unique_ptr<native::NativeEngine> engine_;
  std::unique_ptr<Client> client_;
  Output out_;
};

}  // namespace

TEST_CASE("RFC 8448 section 3: the simple handshake", "[tls_native]") {
  Replay replay({hex(vectors::simple_hello)}, [](const native::Group&) {
    return x25519_key("49af42ba7f7994852d713ef2784bcbcaa7911de26adc5642cb634540e7ea5005");
  });
  auto& client = replay.start();
  CHECK(replay.hear(vectors::simple_server_hello).empty());
  CHECK(replay.secret("CLIENT_HANDSHAKE_TRAFFIC_SECRET") ==
        "b3eddb126e067f35a780b3abf45e2d8f3b1a950738f52e9600746a0e27a55a21");
  CHECK(replay.secret("SERVER_HANDSHAKE_TRAFFIC_SECRET") ==
        "b67b7d690cc16c4e75e54213cb2d37b4e9c912bcded9105d42befd59d391ad38");
  CHECK(replay.hear(vectors::simple_flight) == vectors::simple_finished);
  CHECK(client.failure().detail.empty());
  CHECK(has_event(replay.out(), EventKind::handshake_done));
  CHECK(replay.secret("CLIENT_TRAFFIC_SECRET_0") ==
        "9e40646ce79a7f9dc05af8889bce6552875afa0b06df0087f792ebb7c17504a5");
  CHECK(replay.secret("SERVER_TRAFFIC_SECRET_0") ==
        "a11af9f05531f856ad47116b45a950328204b4f44bfb6b3a4b4f1f3fcb631643");
  CHECK(replay.secret("EXPORTER_SECRET") ==
        "fe22f881176eda18eb8f44529e6792c50c9a3f89452f68d8ae311b4309d3cf50");
  CHECK(client.facts().signature == "rsa_pss_rsae_sha256");
}

TEST_CASE("RFC 8448 section 4: the ticket, the binder and early data", "[tls_native]") {
  native::Hasher hasher(native::HashId::sha256);
  const auto& suite = *native::find_suite(std::string_view("TLS_AES_128_GCM_SHA256"));
  native::TicketKeeper keeper{.suite = &suite, .host = "server"};
  keeper.resumption_secret.size = 32;
  std::ranges::copy(hex("7df235f2031d2a051287d02b0241b0bfdaf86cc856231f2d5aba46c434ec196c"),
                    keeper.resumption_secret.bytes.begin());
  const Bytes message = hex(vectors::resumed_ticket);
  const auto ticket = native::read_new_session_ticket(ByteView(message).subspan(4));
  REQUIRE(ticket.has_value());
  CHECK(ticket->lifetime == std::chrono::seconds(30));
  CHECK(ticket->max_early_data == 1024);
  const auto session = native::make_session(hasher, keeper, *ticket, native::WallClock::now());
  const auto& native_session = dynamic_cast<const native::NativeSession&>(*session);
  CHECK(to_hex(native_session.key.view()) ==
        "4ecd0eb6ec3b4d87f5d6028f922ca4c5851a277fd41311c9e62d2c9492e1c4f3");

  const Bytes hello = hex(vectors::resumed_hello);
  native::KeySchedule early;
  early.start(hasher, native_session.key.view());
  const auto base = early.derive("res binder", hasher.of_nothing());
  CHECK(to_hex(base.view()) == "69fe131a3bbad5d63c64eebcc30e395b9d8107726a13d074e389dbc8a4e47256");
  const auto binder = native::finished_mac(hasher, base, hasher.hash(ByteView(hello).first(477)));
  CHECK(to_hex(binder.view()) == to_hex(ByteView(hello).last(32)));

  Replay replay({hello}, [](const native::Group&) {
    return x25519_key("bff91188283846dd6a2134ef7180ca2b0b14fb10dce707b5098c0dddc813b2df");
  });
  replay.start({.host = "server", .resume = session}, as_bytes("ABCDEF"));
  CHECK(replay.secret("CLIENT_EARLY_TRAFFIC_SECRET") ==
        "3fbbe6a60deb66c30a32795aba0eff7eaa10105586e7be5c09678d63b6caab62");
  CHECK(to_hex(replay.out().wire) ==
        "1603010200" + std::string(vectors::resumed_hello) +
            "1703030017ab1df420e75c457a7cc5d2844f76d5aee4b4edbf049be0");
}

TEST_CASE("RFC 8448 section 5: HelloRetryRequest with a cookie", "[tls_native]") {
  Replay replay(
      {hex(vectors::retry_hello), hex(vectors::retry_second_hello)},
      [](const native::Group& group) {
        if (group.name == "secp256r1") {
          return p256_key("ab5473467e19346ceb0a0414e41da21d4d2445bc3025afe97c4e8dc8d513da39",
                          vectors::retry_public_key);
        }
        return x25519_key("0ed02f8e8117efc75ca7ac32aa7e34eda64cdc0ddad154a5e85289f959f63204");
      });
  auto& client = replay.start();
  CHECK(replay.hear(vectors::retry_request) ==
        "1603030200" + std::string(vectors::retry_second_hello));
  CHECK(replay.hear(vectors::retry_server_hello).empty());
  CHECK(replay.secret("CLIENT_HANDSHAKE_TRAFFIC_SECRET") ==
        "158aa7ab8855073582b41d674b4055cabcc534728f659314861b4e08e2011566");
  CHECK(replay.secret("SERVER_HANDSHAKE_TRAFFIC_SECRET") ==
        "3403e781e2af7b6508da28574f6e95a1abf162de83a97927c37672a4a0cef8a1");
  CHECK(replay.hear(vectors::retry_flight) == vectors::retry_finished);
  CHECK(client.failure().detail.empty());
  CHECK(replay.secret("CLIENT_TRAFFIC_SECRET_0") ==
        "75ecf4b972525aa0dcd057c9944d4cd5d82671d8843141d7dc2a4ff15a21dc51");
  CHECK(replay.secret("SERVER_TRAFFIC_SECRET_0") ==
        "5c74f87df04225db0f8209c9de6429e49435fdefa7cad61864874d12f31cfc8d");
  CHECK(replay.secret("EXPORTER_SECRET") ==
        "7c06d3ae106a3a374ace4837b3985cac67780a6e2c5c04b58319d584df09d223");
  // close_notify both ways.
  CHECK(replay.hear("1703030013519fc5075cb0884349759ff9ef6f011bb4c6f2").empty());
  CHECK(has_event(replay.out(), EventKind::closed));
}

TEST_CASE("RFC 8448 section 6: the server asks for a certificate", "[tls_native]") {
  Replay replay({hex(vectors::authentication_hello)}, [](const native::Group&) {
    return x25519_key("c040b2bb8f3addd20fd4058c547003a3c6f9c1cd915d5e535c87d8d191aaf071");
  });
  auto& client = replay.start();
  CHECK(replay.hear(vectors::authentication_server_hello).empty());
  CHECK(replay.secret("CLIENT_HANDSHAKE_TRAFFIC_SECRET") ==
        "cec7a30c6872070f22a7eeb065768db67c45e29533db879908ce6dc66f5911de");
  replay.hear(vectors::authentication_flight);
  CHECK(client.failure().detail.empty());
  CHECK(client.facts().certificate_requested);
  CHECK(client.facts().signature == "ecdsa_secp256r1_sha256");
  CHECK(replay.secret("CLIENT_TRAFFIC_SECRET_0") ==
        "73c2e890fa8d067258d6d50fa92fe456b098cf00d9727eed91e8892ef4e6f860");
  CHECK(replay.secret("SERVER_TRAFFIC_SECRET_0") ==
        "c49a91faf57f8c545d5048a015bf849ff63942e4a7edcd319f8b438a97c52e21");
  CHECK(replay.secret("EXPORTER_SECRET") ==
        "052e39795e5f2be6e4e0974cfdd86c6a7afe3e57e5589810a3cccf642958beb2");
}
