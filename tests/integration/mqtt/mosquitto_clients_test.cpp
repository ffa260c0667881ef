// Our codec, playing the server, against the mosquitto clients: an implementation that shares no
// code with ours.
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <spawn.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <csignal>
#include <utility>

#include "core/mqtt/packet.hpp"
#include "core/mqtt/reason.hpp"
#include "tests/support/catch.hpp"

extern char** environ;

using namespace handfast;
using namespace handfast::mqtt;

namespace {

constexpr int patience_ms = 10'000;

/// Closes on destruction.
struct Descriptor {
  int fd = -1;

  explicit Descriptor(int opened) : fd(opened) {}
  Descriptor(Descriptor&& other) noexcept : fd(std::exchange(other.fd, -1)) {}
  Descriptor& operator=(Descriptor&&) = delete;
  ~Descriptor() {
    if (fd >= 0) close(fd);
  }
};

/// A loopback listener on a port of the kernel's choice.
struct Listener {
  Descriptor socket{::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)};
  std::uint16_t port = 0;

  Listener() {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    socklen_t size = sizeof address;
    REQUIRE(bind(socket.fd, generic, size) == 0);
    REQUIRE(listen(socket.fd, 1) == 0);
    REQUIRE(getsockname(socket.fd, generic, &size) == 0);
    port = ntohs(address.sin_port);
  }
};

/// A client program that is stopped by its pid at the latest on destruction.
class Client {
 public:
  explicit Client(std::vector<std::string> arguments) {
    int ends[2];
    REQUIRE(pipe2(ends, O_CLOEXEC) == 0);
    output_ = ends[0];
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDERR_FILENO);
    std::vector<char*> argv;
    for (auto& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const int error = posix_spawnp(&pid_, argv[0], &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    close(ends[1]);
    INFO(arguments[0] << ": " << errno_text(error) << " (package mosquitto-clients)");
    REQUIRE(error == 0);
  }
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;
  ~Client() {
    if (pid_ > 0 && !exited_) {
      kill(pid_, SIGKILL);
      waitpid(pid_, nullptr, 0);
    }
    close(output_);
  }

  /// What it wrote, to its end; then exit_status() tells how it ended.
  std::string output() {
    std::string text;
    char piece[256];
    pollfd waiting{output_, POLLIN, 0};
    while (poll(&waiting, 1, patience_ms) == 1) {
      const auto size = read(output_, piece, sizeof piece);
      if (size <= 0) break;
      text.append(piece, static_cast<std::size_t>(size));
    }
    return text;
  }
  int exit_status() {
    int status = 0;
    REQUIRE(waitpid(pid_, &status, 0) == pid_);
    exited_ = true;
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
  }

 private:
  pid_t pid_ = -1;
  bool exited_ = false;
  int output_ = -1;
};

/// One accepted connection that speaks through the codec.
class Session {
 public:
  explicit Session(const Listener& listener, Version version)
      : socket_(accept_one(listener)), version_(version) {}

  /// The next packet, which must obey the standard.
  Packet receive() {
    while (true) {
      auto frame = reader_.next();
      if (frame.has_error()) FAIL(frame.error().text());
      if (frame) {
        auto packet = decode_frame(*frame, version_);
        if (!packet) FAIL(packet.error().text());
        return *std::move(packet);
      }
      pollfd waiting{socket_.fd, POLLIN, 0};
      REQUIRE(poll(&waiting, 1, patience_ms) == 1);
      std::uint8_t piece[512];
      const auto size = read(socket_.fd, piece, sizeof piece);
      REQUIRE(size > 0);
      reader_.feed(ByteView(piece, static_cast<std::size_t>(size)));
    }
  }
  template <class T>
  T expect() {
    const auto packet = receive();
    INFO("received " << describe(packet, version_));
    REQUIRE(std::holds_alternative<T>(packet));
    return std::get<T>(packet);
  }
  void send(const Packet& packet) {
    Bytes bytes;
    REQUIRE(encode_packet(bytes, version_, packet));
    REQUIRE(::send(socket_.fd, bytes.data(), bytes.size(), MSG_NOSIGNAL) ==
            static_cast<ssize_t>(bytes.size()));
  }

 private:
  static Descriptor accept_one(const Listener& listener) {
    pollfd waiting{listener.socket.fd, POLLIN, 0};
    REQUIRE(poll(&waiting, 1, patience_ms) == 1);
    return Descriptor(accept4(listener.socket.fd, nullptr, nullptr, SOCK_CLOEXEC));
  }

  Descriptor socket_;
  Version version_;
  PacketReader reader_;
};

std::string option_of(Version version) { return version == Version::v5_0 ? "mqttv5" : "mqttv311"; }

}  // namespace

TEST_CASE("mosquitto_pub publishes at QoS 1 and 2 to our server side", "[mqtt]") {
  const auto version = GENERATE(Version::v3_1_1, Version::v5_0);
  const auto qos = GENERATE(1, 2);
  CAPTURE(option_of(version), qos);
  Listener listener;
  Client client({"mosquitto_pub",
                 "-h",
                 "127.0.0.1",
                 "-p",
                 std::to_string(listener.port),
                 "-V",
                 option_of(version),
                 "-i",
                 "pub",
                 "-u",
                 "user",
                 "-P",
                 "secret",
                 "-q",
                 std::to_string(qos),
                 "-t",
                 "a/b",
                 "-m",
                 "hello",
                 "--will-topic",
                 "w",
                 "--will-payload",
                 "gone"});
  Session session(listener, version);

  const auto connect = session.expect<Connect>();
  CHECK(connect.version == version);
  CHECK(connect.client_id == "pub");
  CHECK(connect.user_name == "user");
  CHECK(connect.password == Bytes{'s', 'e', 'c', 'r', 'e', 't'});
  REQUIRE(connect.will);
  CHECK(connect.will->topic == "w");
  CHECK(as_text(connect.will->payload) == "gone");
  session.send(Connack{});

  const auto publish = session.expect<Publish>();
  CHECK(publish.qos == qos);
  CHECK(publish.topic == "a/b");
  CHECK(as_text(publish.payload) == "hello");
  if (qos == 1) {
    session.send(Puback{publish.packet_id, 0, {}});
  } else {
    session.send(Pubrec{publish.packet_id, 0, {}});
    CHECK(session.expect<Pubrel>().packet_id == publish.packet_id);
    session.send(Pubcomp{publish.packet_id, 0, {}});
  }
  session.expect<Disconnect>();
  CHECK(client.output().empty());
  CHECK(client.exit_status() == 0);
}

TEST_CASE("mosquitto_sub reads a message that we encoded, properties included", "[mqtt]") {
  Listener listener;
  Client client({"mosquitto_sub", "-h", "127.0.0.1", "-p", std::to_string(listener.port), "-V",
                 "mqttv5", "-i", "sub", "-q", "1", "-t", "a/+", "-C", "1", "-F", "%t|%C|%P|%p"});
  Session session(listener, Version::v5_0);
  session.expect<Connect>();
  session.send(Connack{false, 0, {{PropertyId::receive_maximum, 10U}}});

  const auto subscribe = session.expect<Subscribe>();
  REQUIRE(subscribe.subscriptions.size() == 1);
  CHECK(subscribe.subscriptions[0].filter == "a/+");
  CHECK(subscribe.subscriptions[0].qos == 1);
  session.send(Suback{subscribe.packet_id, {}, {1}});

  session.send(Publish{.qos = 1,
                       .topic = "a/b",
                       .packet_id = 7,
                       .properties = {{PropertyId::content_type, std::string("text/plain")},
                                      {PropertyId::user_property, TextPair("k", "v")}},
                       .payload = {'h', 'i'}});
  CHECK(session.expect<Puback>().packet_id == 7);
  session.expect<Disconnect>();
  CHECK(client.output() == "a/b|text/plain|k:v|hi\n");
  CHECK(client.exit_status() == 0);
}

TEST_CASE("mosquitto_pub understands our refusal in the words of the standard", "[mqtt]") {
  Listener listener;
  Client client({"mosquitto_pub", "-h", "127.0.0.1", "-p", std::to_string(listener.port), "-V",
                 "mqttv5", "-t", "t", "-m", "m"});
  {
    Session session(listener, Version::v5_0);
    session.expect<Connect>();
    session.send(Connack{false, reason::not_authorized, {}});
  }
  const auto output = client.output();
  CAPTURE(output);
  CHECK(output.find("Not authorized") != output.npos);
  CHECK(client.exit_status() != 0);
}
