#include "tests/integration/tls_native/peers.hpp"

#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include <algorithm>
#include <thread>

#include "core/base/clock.hpp"
#include "core/base/file.hpp"
#include "harness/broker/broker.hpp"
#include "harness/broker/ports.hpp"
#include "tests/support/catch.hpp"

namespace handfast::test {

std::string_view to_string(Feature feature) {
  switch (feature) {
    case Feature::one_way:
      return "one-way";
    case Feature::two_way:
      return "two-way";
    case Feature::resumed:
      return "resumed";
    case Feature::retry:
      return "HelloRetryRequest";
    case Feature::fragmented:
      return "512-byte records";
    case Feature::large_chain:
      return "30 kB chain";
    case Feature::our_key_update:
      return "KeyUpdate, ours";
    case Feature::its_key_update:
      return "KeyUpdate, its";
    case Feature::chacha:
      return "ChaCha20-Poly1305";
  }
  return "";
}

InteropPki::InteropPki() {
  const auto& pki = test_pki();
  directory_.write("root.pem", pki.trust_pem());
  add("P-256", {&pki.server, &pki.intermediate});
  for (const auto* kind : {"RSA", "P-384", "Ed25519"}) {
    const auto leaf = mint({.name = "localhost",
                            .san = "DNS:localhost,IP:127.0.0.1",
                            .extended_usage = "serverAuth",
                            .key = kind},
                           &pki.root);
    add(kind, {&leaf});
  }
  constexpr std::size_t each = 7500;
  std::vector<Minted> large;
  large.push_back(mint({.name = "large CA 0", .ca = true, .comment_bytes = each}, &pki.root));
  for (const auto* name : {"large CA 1", "large CA 2"}) {
    large.push_back(mint({.name = name, .ca = true, .comment_bytes = each}, &large.back()));
  }
  large.push_back(mint({.name = "localhost",
                        .san = "DNS:localhost,IP:127.0.0.1",
                        .extended_usage = "serverAuth",
                        .comment_bytes = each},
                       &large.back()));
  add("large", {&large[3], &large[2], &large[1], &large[0]});
}

void InteropPki::add(const std::string& kind, const std::vector<const Minted*>& chain) const {
  std::string pem;
  for (const auto* one : chain) pem += to_pem(one->certificate.get());
  directory_.write(kind + ".pem", pem);
  directory_.write(kind + ".key", to_pem(chain.front()->key.get()), 0644);
}

std::filesystem::path InteropPki::chain(const std::string& kind) const {
  return directory_ / (kind + ".pem");
}
std::filesystem::path InteropPki::key(const std::string& kind) const {
  return directory_ / (kind + ".key");
}

const InteropPki& interop_pki() {
  static const InteropPki pki;
  return pki;
}

PeerProcess::PeerProcess(const std::vector<std::string>& words) {
  std::array<int, 2> in{};
  REQUIRE(pipe2(in.data(), O_CLOEXEC) == 0);
  const auto log = (directory_ / "said").string();
  std::vector<char*> arguments;
  for (const auto& word : words) arguments.push_back(const_cast<char*>(word.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_adddup2(&actions, in[0], STDIN_FILENO);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, log.c_str(),
                                   O_WRONLY | O_CREAT | O_APPEND, 0600);
  posix_spawn_file_actions_adddup2(&actions, STDOUT_FILENO, STDERR_FILENO);
  const int failed =
      posix_spawnp(&pid_, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  ::close(in[0]);
  input_ = in[1];
  INFO("cannot start " << words[0] << ": it must be installed for this test");
  REQUIRE(failed == 0);
}

PeerProcess::~PeerProcess() {
  kill(pid_, SIGKILL);
  if (pid_ > 0) waitpid(pid_, nullptr, 0);
  ::close(input_);
}

void PeerProcess::type(std::string_view text) const {
  REQUIRE(write(input_, text.data(), text.size()) == static_cast<ssize_t>(text.size()));
  // A command of s_server is the first byte of what it reads at once, so each text goes by itself.
  const auto deadline = Clock::now() + std::chrono::seconds(10);
  for (int unread = 1; unread > 0;) {
    REQUIRE(ioctl(input_, FIONREAD, &unread) == 0);
    REQUIRE(Clock::now() < deadline);
    if (unread > 0) std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

std::string PeerProcess::said() const { return read_text(directory_ / "said"); }

bool PeerProcess::await_said(std::string_view text) const {
  const auto deadline = Clock::now() + std::chrono::seconds(10);
  while (said().find(text) == std::string::npos) {
    if (Clock::now() > deadline) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return true;
}

bool PeerProcess::runs() {
  if (pid_ > 0 && waitpid(pid_, nullptr, WNOHANG) == pid_) pid_ = -1;
  return pid_ > 0;
}

std::uint16_t PeerProcess::free_port() { return broker::free_ports(1).value().front(); }

RunningPeer start_peer(std::vector<std::string> words, Talk talk, std::uint16_t port) {
  if (port == 0) port = PeerProcess::free_port();
  for (auto& word : words) {
    if (const auto at = word.find("PORT"); at != std::string::npos) {
      word.replace(at, 4, std::to_string(port));
    }
  }
  auto process = std::make_shared<PeerProcess>(words);
  const auto deadline = Clock::now() + std::chrono::seconds(30);
  // Asking the kernel who listens leaves no connection behind in the peer.
  const auto listens = [port] {
    const auto sockets = broker::listening_sockets();
    return std::ranges::any_of(sockets, [port](const auto& one) { return one.port == port; });
  };
  while (!listens()) {
    INFO(words[0] << " said: " << process->said());
    REQUIRE(process->runs());
    REQUIRE(Clock::now() < deadline);
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
  return {.port = port,
          .talk = talk,
          .owner = process,
          .process = process.get(),
          .log = [process = process.get()] { return process->said(); }};
}

}  // namespace handfast::test
