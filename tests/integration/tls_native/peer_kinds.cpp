// How each peer is made to play its parts. They all listen on 127.0.0.1 or are asked there.
#include <fmt/format.h>

#include "harness/broker/aedes/aedes.hpp"
#include "tests/integration/tls_native/echo_backend.hpp"
#include "tests/integration/tls_native/peers.hpp"

namespace handfast::test {

namespace {

constexpr std::string_view no_small_records = "it has no setting for smaller records";
constexpr std::string_view no_update = "it has no switch that makes it begin one";
constexpr std::string_view all_groups =
    "it has no setting for groups, and takes every one that we have a share of";
constexpr std::string_view node_late = "its setting takes hold after the handshake";

const char* chain_for(Feature feature) {
  return feature == Feature::large_chain ? "large" : "P-256";
}

std::string chain_file(Feature feature) { return interop_pki().chain(chain_for(feature)).string(); }
std::string key_file(Feature feature) { return interop_pki().key(chain_for(feature)).string(); }
std::string trust_file() { return interop_pki().trust_file().string(); }

RunningPeer start_s_server(Feature feature) {
  auto words = s_server_words(chain_for(feature));
  const auto add = [&words](std::initializer_list<std::string> more) {
    words.insert(words.end(), more);
  };
  if (feature == Feature::two_way) {
    add({"-Verify", "3", "-verify_return_error", "-CAfile", trust_file()});
  }
  if (feature == Feature::retry) add({"-groups", "P-384"});
  if (feature == Feature::fragmented) add({"-split_send_frag", "512", "-max_send_frag", "512"});
  if (feature != Feature::its_key_update) {
    add({"-rev"});
    return start_peer(words, Talk::reverse);
  }
  auto peer = start_peer(words, Talk::console);
  peer.update_keys = [process = peer.process] { process->type("K\n"); };
  return peer;
}

RunningPeer start_nginx(Feature feature) {
  struct Owner {
    TempDirectory directory;
    EchoBackend backend;
    std::shared_ptr<void> process;
  };
  auto owner = std::make_shared<Owner>();
  const auto folder = owner->directory.path().string();
  std::string more;
  if (feature == Feature::two_way) {
    more += fmt::format("ssl_verify_client on; ssl_verify_depth 3; ssl_client_certificate {};",
                        trust_file());
  }
  if (feature == Feature::retry) more += "ssl_ecdh_curve secp384r1;";
  const auto port = PeerProcess::free_port();
  const auto config = owner->directory.write(
      "nginx.conf",
      fmt::format(R"(daemon off; master_process off; error_log {0}/error.log; pid {0}/nginx.pid;
load_module /usr/lib/nginx/modules/ngx_stream_module.so;
events {{ worker_connections 64; }}
stream {{
  server {{
    listen 127.0.0.1:{1} ssl; proxy_pass 127.0.0.1:{2};
    ssl_protocols TLSv1.3; ssl_certificate {3}; ssl_certificate_key {4}; {5}
  }}
}})",
                  folder, port, owner->backend.port(), chain_file(feature), key_file(feature),
                  more));
  auto peer =
      start_peer({"nginx", "-c", config.string(), "-p", folder, "-e", folder + "/error.log"},
                 Talk::echo, port);
  owner->process = peer.owner;
  peer.log = [owner] { return read_text(owner->directory / "error.log"); };
  peer.owner = owner;
  return peer;
}

RunningPeer start_mosquitto(Feature feature) {
  struct Owner {
    TempDirectory directory;
    std::shared_ptr<void> process;
  };
  auto owner = std::make_shared<Owner>();
  const auto port = PeerProcess::free_port();
  std::string text = fmt::format(
      "user root\nallow_anonymous true\nlistener {} 127.0.0.1\ncertfile {}\nkeyfile {}\n"
      "tls_version tlsv1.3\n",
      port, chain_file(feature), key_file(feature));
  if (feature == Feature::two_way) {
    text += fmt::format("cafile {}\nrequire_certificate true\n", trust_file());
  }
  const auto config = owner->directory.write("mosquitto.conf", text);
  auto peer = start_peer({"/usr/sbin/mosquitto", "-c", config.string()}, Talk::mqtt, port);
  owner->process = peer.owner;
  peer.owner = owner;
  return peer;
}

RunningPeer start_gnutls(Feature feature) {
  std::string priority = "NORMAL:-VERS-ALL:+VERS-TLS1.3";
  if (feature == Feature::retry) priority += ":-GROUP-ALL:+GROUP-SECP384R1";
  std::vector<std::string> words{
      "gnutls-serv",       "--echo",        "--port",          "PORT",       "--x509certfile",
      chain_file(feature), "--x509keyfile", key_file(feature), "--priority", priority};
  if (feature == Feature::two_way) {
    words.insert(words.end(),
                 {"--x509cafile", trust_file(), "--require-client-cert", "--verify-client-cert"});
  } else {
    words.push_back("--disable-client-cert");
  }
  auto peer = start_peer(words, Talk::echo);
  // Under TLS 1.3 GnuTLS understands a rehandshake as KeyUpdate, and asks for ours.
  peer.update_text = "**REHANDSHAKE**\n";
  peer.update_answer = "Successfully executed command\n";
  return peer;
}

RunningPeer start_otp(Feature feature) {
  auto peer = start_peer(
      {"escript", HANDFAST_INTEROP_SCRIPTS "/otp_peer.escript", "PORT", chain_file(feature),
       key_file(feature), trust_file(), feature == Feature::two_way ? "true" : "false",
       feature == Feature::retry ? "secp384r1" : "all"},
      Talk::echo);
  // Whoever says so makes it update both directions.
  peer.update_text = "update keys\n";
  return peer;
}

std::vector<std::string> node_words(Feature feature) {
  return {"node",
          HANDFAST_INTEROP_SCRIPTS "/node_peer.js",
          "PORT",
          chain_file(feature),
          key_file(feature),
          trust_file(),
          feature == Feature::two_way ? "true" : "false",
          feature == Feature::retry ? "P-384" : "auto"};
}

RunningPeer start_node(Feature feature) { return start_peer(node_words(feature), Talk::echo); }

RunningPeer start_aedes(Feature feature) {
  auto words = node_words(feature);
  words.push_back(broker::aedes::modules_folder().string());
  return start_peer(words, Talk::mqtt);
}

}  // namespace

std::vector<std::string> s_server_words(const std::string& chain_kind) {
  const auto& pki = interop_pki();
  const auto chain = pki.chain(chain_kind).string();
  return {"openssl",
          "s_server",
          "-accept",
          "127.0.0.1:PORT",
          "-tls1_3",
          "-cert",
          chain,
          "-cert_chain",
          chain,
          "-key",
          pki.key(chain_kind).string()};
}

std::vector<PeerKind> peer_kinds() {
  return {
      {"OpenSSL s_server", start_s_server, {}},
      {"nginx (stream)",
       start_nginx,
       {{Feature::fragmented, no_small_records}, {Feature::its_key_update, no_update}}},
      {"mosquitto",
       start_mosquitto,
       {{Feature::retry, all_groups},
        {Feature::fragmented, no_small_records},
        {Feature::its_key_update, no_update}}},
      {"gnutls-serv", start_gnutls, {{Feature::fragmented, no_small_records}}},
      {"Erlang/OTP ssl", start_otp, {{Feature::fragmented, no_small_records}}},
      activemq_kind(),
      {"Node.js tls",
       start_node,
       {{Feature::fragmented, node_late}, {Feature::its_key_update, no_update}}},
      {"aedes (Node.js)",
       start_aedes,
       {{Feature::fragmented, node_late}, {Feature::its_key_update, no_update}}},
  };
}

}  // namespace handfast::test
