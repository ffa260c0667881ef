#include "tests/support/faulty_broker/faulty_broker.hpp"

#include <arpa/inet.h>
#include <fmt/format.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <list>
#include <thread>

#include "tests/support/faulty_broker/connection.hpp"

namespace handfast::test {

namespace faulty {

namespace {

constexpr int backlog = 1024;
constexpr std::size_t most_connections = 4000;  // a thread each

sockaddr_in loopback_address(std::uint16_t port) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  return address;
}

Result<std::uint16_t> listen_on(Door& door) {
  door.socket = broker::Descriptor(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0));
  const int on = 1;
  setsockopt(door.socket.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  auto address = loopback_address(door.settings.port);
  socklen_t size = sizeof address;
  auto* generic = reinterpret_cast<sockaddr*>(&address);
  if (bind(door.socket.get(), generic, size) != 0 || listen(door.socket.get(), backlog) != 0 ||
      getsockname(door.socket.get(), generic, &size) != 0) {
    return environment_problem("cannot listen: " + errno_text(errno),
                               fmt::format("127.0.0.1:{}", door.settings.port));
  }
  return ntohs(address.sin_port);
}

/// Accepts until the broker stops, and ends with its connections.
void keep_door(World& world, Door& door) {
  struct Guest {
    std::atomic<bool> gone = false;
    std::jthread thread;
  };
  std::list<Guest> guests;
  for (;;) {
    std::array<pollfd, 2> fds{pollfd{world.stopped.get(), POLLIN, 0},
                              pollfd{door.closed ? -1 : door.socket.get(), POLLIN, 0}};
    poll(fds.data(), fds.size(), 50);  // often enough to notice that the door was closed
    if (fds[0].revents != 0) break;
    std::erase_if(guests, [](const Guest& guest) { return guest.gone.load(); });
    if (fds[1].revents == 0 || guests.size() >= most_connections || door.closed) continue;
    sockaddr_in from{};
    socklen_t size = sizeof from;
    broker::Descriptor socket(accept4(door.socket.get(), reinterpret_cast<sockaddr*>(&from), &size,
                                      SOCK_CLOEXEC | SOCK_NONBLOCK));
    if (!socket) continue;
    auto& guest = guests.emplace_back();
    guest.thread = std::jthread(
        [&world, &door, &guest,
         peer = fmt::format("127.0.0.1:{}", ntohs(from.sin_port))](broker::Descriptor own) {
          Connection(world, door, std::move(own), peer).run();
          guest.gone = true;
        },
        std::move(socket));
  }
  door.socket.close();
}

}  // namespace

void World::stop() const { eventfd_write(stopped.get(), 1); }

}  // namespace faulty

struct FaultyBroker::Running {
  explicit Running(const Defects& defects) : world(defects) {}

  faulty::World world;
  std::list<faulty::Door> doors;
  std::vector<broker::Listener> listeners;
  std::vector<std::jthread> keepers;  // last: joined before the rest goes
};

FaultyBroker::FaultyBroker(std::unique_ptr<Running> running) : running_(std::move(running)) {}

FaultyBroker::~FaultyBroker() { running_->world.stop(); }

Result<std::unique_ptr<FaultyBroker>> FaultyBroker::start(
    const std::vector<broker::ListenerSettings>& listeners, const Defects& defects,
    const std::filesystem::path& log_file) {
  auto running = std::make_unique<Running>(defects);
  if (!log_file.empty()) running->world.log.write_to(log_file);
  running->world.stopped = broker::Descriptor(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK));
  for (const auto& settings : listeners) {
    auto& door = running->doors.emplace_back();
    door.settings = settings;
    if (uses_tls(settings.kind.transport)) {
      auto context = faulty::make_tls_context(settings, defects, nullptr);
      if (!context) return with_context(context.error(), "starting listener " + settings.name);
      door.set_context(std::move(*context));
    }
    auto port = faulty::listen_on(door);
    if (!port) return port.error();
    if (settings.auxiliary) continue;
    broker::Login login;
    if (settings.account) {
      login = {.user = settings.account->user, .password = settings.account->password};
    }
    running->listeners.push_back(
        {.name = settings.name,
         .kind = settings.kind,
         .endpoint = {.transport = settings.kind.transport, .host = "127.0.0.1", .port = *port},
         .login = std::move(login)});
  }
  for (auto& door : running->doors) {
    running->keepers.emplace_back(
        [&world = running->world, &door] { faulty::keep_door(world, door); });
  }
  return std::unique_ptr<FaultyBroker>(new FaultyBroker(std::move(running)));
}

broker::Capabilities FaultyBroker::capabilities() {
  return broker::Capabilities({{"tls.stack", "openssl"},
                               {"tls.versions", "1.2,1.3"},
                               {"mtls", "optional,required"},
                               {"mtls.partial", "yes"},
                               {"mtls.depth", "10"},
                               {"crl.file", "yes"},
                               {"crl.scope", "chain"},
                               {"crl.cdp", "yes"},
                               {"ocsp.staple", "yes"},
                               {"ocsp.client", "yes"},
                               {"oob.restart", "yes"},
                               {"ident", "cn,dn,san"},
                               {"ident.to", "username,clientid"},
                               {"ident.password", "yes"},
                               {"psk", "yes"},
                               {"proxy.v1", "yes"},
                               {"proxy.v2", "yes"},
                               {"proxy.tls_tlv", "yes"},
                               {"proxy.ws", "yes"},
                               {"ws", "yes"},
                               {"wss", "yes"},
                               {"ws.strict", "yes"},
                               {"ws.origin", "yes"},
                               {"alpn", "ignore"},
                               {"sni", "select"},
                               {"resume.tls12", "yes"},
                               {"resume.tls13", "yes"},
                               {"reload", "api"},
                               {"deadline.handshake", "10"},
                               {"deadline.connect", "10"}});
}

const std::vector<broker::Listener>& FaultyBroker::listeners() const { return running_->listeners; }

std::vector<std::string> FaultyBroker::log_lines() const { return running_->world.log.lines(); }

void FaultyBroker::reload() {
  auto& world = running_->world;
  for (auto& door : running_->doors) {
    const auto before = door.context();
    if (!before) continue;
    auto context = faulty::make_tls_context(door.settings, world.defects, before.get());
    if (context) {
      door.set_context(std::move(*context));
    } else {
      world.log.say("Error: " + context.error().text());
    }
  }
  if (world.defects.reload_drops_connections) world.hub.kick_all();
  world.log.say("Reloaded.");
}

}  // namespace handfast::test
