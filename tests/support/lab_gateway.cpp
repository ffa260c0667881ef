#include "tests/support/lab_gateway.hpp"

#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/read.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/write.hpp>
#include <map>
#include <set>

#include "core/base/clock.hpp"
#include "harness/probe/datagram/records.hpp"
#include "tests/support/gateway_client.hpp"

namespace handfast::test {

namespace asio = boost::asio;
using asio::ip::tcp;
using asio::ip::udp;
using boost::system::error_code;

namespace {

constexpr auto tick = std::chrono::milliseconds(10);
constexpr int receive_buffer_bytes = 4 << 20;
constexpr std::string_view nonsense = "what is that?";

}  // namespace

class LabGateway::Loop {
 public:
  Loop(DtlsServerOptions dtls, const Endpoint& broker, GatewayFaults faults, GatewayCounts& counts)
      : first_(std::move(dtls)),
        broker_(asio::ip::make_address(broker.host), broker.port),
        faults_(std::move(faults)),
        counts_(counts),
        socket_(context_, udp::endpoint(asio::ip::address_v4::loopback(), 0)) {
    socket_.non_blocking(true);
    socket_.set_option(asio::socket_base::receive_buffer_size(receive_buffer_bytes));
  }

  void run() {
    wait();
    on_tick();
    context_.run();
  }
  void stop() {
    asio::post(context_, [this] { context_.stop(); });
  }
  std::uint16_t port() const { return socket_.local_endpoint().port(); }

 private:
  /// One client with its two sides.
  struct Peer {
    Peer(asio::io_context& context, DtlsServer server) : dtls(std::move(server)), broker(context) {}

    udp::endpoint address;
    DtlsServer dtls;
    GatewayClient client;
    tcp::socket broker;
    Bytes waiting;  ///< for the broker, while a write is under way
    bool writing = false;
    bool connected = false;
    bool over = false;
    ClientRecord record;
    Bytes last_answer;            ///< the newest datagram with application bytes
    bool handed_on = false;       ///< the datagram being taken held application bytes
    std::uint64_t datagrams = 0;  ///< sent to it
    std::uint64_t malformed = 0;  ///< counted already
    std::array<std::uint8_t, 4096> buffer{};
    TimePoint touched = Clock::now();
  };
  using PeerPtr = std::shared_ptr<Peer>;  // handlers of its broker connection hold it too

  void wait() {
    socket_.async_wait(udp::socket::wait_read, [this](error_code error) {
      if (error) return;
      read_all();
      wait();
    });
  }

  void read_all() {
    udp::endpoint from;
    error_code error;
    while (true) {
      const auto count = socket_.receive_from(asio::buffer(buffer_), from, 0, error);
      if (error == asio::error::would_block) return;
      if (error) continue;  // ICMP's answer for a client that is gone
      arrived(from, Bytes(buffer_.begin(), buffer_.begin() + static_cast<std::ptrdiff_t>(count)));
    }
  }

  PeerPtr find(const udp::endpoint& from) const {
    const auto found = peers_.find(from);
    return found == peers_.end() ? nullptr : found->second;
  }

  bool acceptor_waits() const {
    if (faults_.acceptors == 0) return true;
    const auto busy = std::ranges::count_if(
        peers_, [](const auto& entry) { return !entry.second->record.secured; });
    return static_cast<std::size_t>(busy) < faults_.acceptors;
  }

  void arrived(const udp::endpoint& from, Bytes datagram) {
    if (dead_) return;
    const auto peer = find(from);
    if (!peer && !acceptor_waits()) return;
    switch (manner_of(faults_, datagram, peer ? &peer->record : nullptr)) {
      case Manner::take:
        return peer ? take(*peer, datagram) : meet(from, datagram);
      case Manner::drop:
        return;
      case Manner::forget:
        return peer ? forget(*peer) : void();
      case Manner::start_anew:
        forget(*peer);
        return meet(from, datagram);
      case Manner::babble:
        return put(from, as_bytes(nonsense));
      case Manner::die:
        dead_ = true;
    }
  }

  /// A newcomer: nothing is kept of it until it has sent the cookie back.
  void meet(const udp::endpoint& from, ByteView datagram) {
    if (crowded(faults_.hellos_remembered, newcomers_, from)) return;
    if (faults_.asks_no_cookie) {
      if (!holds_hello(datagram)) return;
      return take(*admit(from, first_.next()), datagram);
    }
    out_.clear();
    const bool believed =
        listener_.listen(datagram, cookie_ground(from, datagram), faults_.takes_any_cookie, out_);
    std::size_t begin = 0;
    for (const auto end : out_.borders) {
      put(from, ByteView(out_.wire).subspan(begin, end - begin));
      begin = end;
    }
    if (!believed) return;
    auto server = std::exchange(listener_, first_.next());
    if (faults_.silent_after_cookie) return;
    if (crowded(faults_.associations, admitted_, from)) return;
    const auto peer = admit(from, std::move(server));
    peer->record.seen.emplace(1, 0);  // its hello
    peer->datagrams = 1;              // HelloVerifyRequest
    take(*peer, {});
  }

  /// True for one more than `limit` allows; 0 is no limit.
  static bool crowded(std::size_t limit, std::set<udp::endpoint>& known,
                      const udp::endpoint& from) {
    if (limit == 0 || known.contains(from)) return false;
    if (known.size() >= limit) return true;
    known.insert(from);
    return false;
  }

  static bool holds_hello(ByteView datagram) {
    const auto records = probe::split_datagram(datagram);
    return records && !probe::fragments_of(records->front()).empty();
  }

  /// What a cookie is made of: the client's address and its hello.
  Bytes cookie_ground(const udp::endpoint& from, ByteView datagram) const {
    Bytes ground;
    if (!faults_.cookie_for_any_address) {
      const auto text = from.address().to_string() + ":" + std::to_string(from.port());
      ground.assign(text.begin(), text.end());
    }
    if (!faults_.cookie_for_any_hello) {
      const auto random = hello_random(datagram);
      ground.insert(ground.end(), random.begin(), random.end());
    }
    return ground;
  }

  PeerPtr admit(const udp::endpoint& from, DtlsServer server) {
    const auto peer = std::make_shared<Peer>(context_, std::move(server));
    peer->address = from;
    Peer* raw = peer.get();
    peer->dtls.set_on_record([this, raw](ByteView record) {
      GatewayClient::Step step;
      raw->client.from_client(record, step);
      raw->handed_on = true;
      steps_.push_back(std::move(step));
    });
    peers_[from] = peer;
    return peer;
  }

  void take(Peer& peer, ByteView datagram) {
    peer.touched = Clock::now();
    peer.handed_on = false;
    out_.clear();
    peer.dtls.feed(datagram, out_);
    if (peer.dtls.secured() && !peer.record.secured) {
      peer.record.secured = true;
      ++counts_.sessions;
    }
    for (auto& step : std::exchange(steps_, {})) carry_out(peer, step);
    flush(peer);
    const auto malformed = peer.client.malformed();
    counts_.malformed += malformed - std::exchange(peer.malformed, malformed);
    const bool ignored =
        !peer.handed_on && probe::holds_protected(datagram, probe::ContentType::application_data);
    if (ignored && faults_.answers_unread) put(peer.address, peer.last_answer);
    if (ignored && faults_.ends_on_bad_record) {
      peer.dtls.close(out_);
      flush(peer);
      return forget(peer);
    }
    if (peer.dtls.failed() || peer.dtls.closed()) forget(peer);
  }

  void carry_out(Peer& peer, const GatewayClient::Step& step) {
    peer.waiting.insert(peer.waiting.end(), step.to_broker.begin(), step.to_broker.end());
    if (step.open_broker && !peer.broker.is_open()) open_broker(peers_.at(peer.address));
    write_on(peers_.at(peer.address));
    for (const Bytes& message : step.to_client) peer.dtls.send(message, out_);
    peer.over = peer.over || step.over;
  }

  void open_broker(const PeerPtr& peer) {
    peer->broker.async_connect(broker_, [this, peer](error_code error) {
      if (error) return forget(*peer);
      peer->broker.set_option(tcp::no_delay(true), error);
      peer->connected = true;
      write_on(peer);
      read_on(peer);
    });
  }

  void write_on(const PeerPtr& peer) {
    if (!peer->connected || peer->writing || peer->waiting.empty()) return;
    peer->writing = true;
    const auto bytes = std::make_shared<Bytes>(std::exchange(peer->waiting, {}));
    asio::async_write(peer->broker, asio::buffer(*bytes),
                      [this, peer, bytes](error_code error, std::size_t) {
                        peer->writing = false;
                        if (!error) write_on(peer);
                      });
  }

  void read_on(const PeerPtr& peer) {
    peer->broker.async_read_some(
        asio::buffer(peer->buffer), [this, peer](error_code error, std::size_t count) {
          if (error) return forget(*peer);
          GatewayClient::Step step;
          peer->client.from_broker(ByteView(peer->buffer).first(count), step);
          out_.clear();
          if (peers_.contains(peer->address)) carry_out(*peer, step);
          flush(*peer);
          read_on(peer);
        });
  }

  void flush(Peer& peer) {
    std::size_t begin = 0;
    for (const std::size_t end : out_.borders) {
      const auto datagram = ByteView(out_.wire).subspan(begin, end - begin);
      begin = end;
      if (std::ranges::find(faults_.drop, ++peer.datagrams) != faults_.drop.end()) continue;
      if (probe::holds_protected(datagram, probe::ContentType::application_data))
        peer.last_answer.assign(datagram.begin(), datagram.end());
      put(peer.address, datagram);
    }
    out_.clear();
  }

  void put(const udp::endpoint& to, ByteView datagram) {
    error_code ignored;
    socket_.send_to(asio::buffer(datagram.data(), datagram.size()), to, 0, ignored);
  }

  /// Handlers of its broker connection may still hold it.
  void forget(Peer& peer) {
    error_code ignored;
    peer.broker.close(ignored);
    peer.connected = false;
    peers_.erase(peer.address);
  }

  void on_tick() {
    timer_.expires_after(tick);
    timer_.async_wait([this](error_code error) {
      if (error) return;
      retransmit();
      on_tick();
    });
  }

  void retransmit() {
    const TimePoint now = Clock::now();
    for (auto& [address, peer] : peers_) {
      const auto due = peer->record.secured || faults_.never_repeats
                           ? std::nullopt
                           : peer->dtls.next_deadline(now);
      if (!due || *due > now) continue;
      out_.clear();
      peer->dtls.on_deadline(out_);
      flush(*peer);
    }
  }

  asio::io_context context_{1};
  DtlsServer first_;  ///< knows the settings; serves nobody
  tcp::endpoint broker_;
  GatewayFaults faults_;
  GatewayCounts& counts_;
  udp::socket socket_;
  asio::steady_timer timer_{context_};
  DtlsServer listener_ = first_.next();  ///< meets newcomers
  std::map<udp::endpoint, PeerPtr> peers_;
  std::set<udp::endpoint> newcomers_, admitted_;  ///< where their number is limited
  bool dead_ = false;
  std::vector<GatewayClient::Step> steps_;  ///< of the datagram being taken
  tls::Output out_;
  std::array<std::uint8_t, 65536> buffer_{};
};

LabGateway::LabGateway(DtlsServerOptions dtls, const Endpoint& broker, GatewayFaults faults) {
  dtls.echo = false;
  loop_ = std::make_unique<Loop>(std::move(dtls), broker, std::move(faults), counts_);
  thread_ = std::thread([this] { loop_->run(); });
}

LabGateway::~LabGateway() {
  loop_->stop();
  thread_.join();
}

Endpoint LabGateway::endpoint() const {
  return {.transport = Transport::dtls, .host = "127.0.0.1", .port = loop_->port()};
}

}  // namespace handfast::test
