#include "loadgen/connections.hpp"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/asio/error.hpp>
#include <cstring>

#include "loadgen/cause.hpp"

namespace handfast::loadgen {
namespace asio = boost::asio;
using asio::ip::tcp;
using boost::system::error_code;

namespace {

constexpr std::size_t read_buffer_bytes = std::size_t{64} * 1024;

/// Answers that may wait for a peer, beyond its fleet's largest packet.
constexpr std::size_t waiting_bytes = std::size_t{1} << 20;

tcp::endpoint endpoint_of(const Address& address) {
  tcp::endpoint endpoint;
  endpoint.resize(address.size);
  std::memcpy(endpoint.data(), &address.storage, address.size);
  return endpoint;
}

/// 0 for an orderly end of the stream, which Asio reports as an error of its own.
int errno_of(const error_code& error) { return error == asio::error::eof ? 0 : error.value(); }

}  // namespace

Connections::Connections(asio::io_context& loop, std::vector<FleetShare>& shares,
                         const std::vector<FleetEngines>& engines, TimePoint begin,
                         std::uint64_t seed)
    : shares_(shares),
      engines_(engines),
      identities_(shares.size()),
      wheel_(begin),
      message_wheel_(begin),
      begin_(begin),
      slots_(loop),
      io_(seed),
      buffer_(read_buffer_bytes) {}

Connections::~Connections() {
  for (Slot& slot : slots_) {
    wheel_.cancel(slot);
    if (slot.session && slot.session->activity()) message_wheel_.cancel(*slot.session->activity());
  }
}

Slot& Connections::acquire(std::size_t fleet, const Start& start, TimePoint now) {
  Slot& slot = slots_.acquire();
  slot.fleet = static_cast<std::uint32_t>(fleet);
  slot.start = start;
  slot.begin = now;
  return slot;
}

/// False when our own settings ended it at once.
bool Connections::begin_session(Slot& slot, Result<std::unique_ptr<tls::Client>> client,
                                std::string client_id, TimePoint now) {
  const FleetPlan& plan = shares_[slot.fleet].plan();
  slot.session.emplace(plan.protocol, client ? std::move(*client) : nullptr, std::move(client_id),
                       now);
  slot.session->identify(slot.start.client, slot.start.number);
  give_activity(slot);
  if (client) return true;
  slot.session->fail_local("local:" + client.error().message);
  finish(slot, now);
  return false;
}

void Connections::open(std::size_t fleet, const Start& start, TimePoint now) {
  Slot& slot = acquire(fleet, start, now);
  assign_role(slot);
  const FleetPlan& plan = shares_[fleet].plan();
  HandshakeRole handshake;
  if (slot.role == Role::regular) handshake = shares_[fleet].handshake_role(start);
  auto client = make_client(slot, handshake.resume);
  std::string client_id =
      expand_client_id(plan.spec.client_id, plan.spec.name, start.client, start.number);
  if (!begin_session(slot, std::move(client), std::move(client_id), now)) return;
  if (handshake.early_data) slot.session->offer_early_data();
  if (slot.role == Role::half_open) slot.session->stop_at(plan.spec.half_open->stop_at);
  if (slot.role == Role::takeover_second) meet_first(slot);
  if (plan.protocol.datagrams) allow_restarts(slot, std::move(handshake.resume), now);
  arm(slot, now + plan.spec.deadline);
  connect(slot, now);
}

/// The TLS side of the connection, with its own identity; null for plain transports.
Result<std::unique_ptr<tls::Client>> Connections::make_client(
    Slot& slot, std::shared_ptr<const tls::Session> resume) {
  const FleetPlan& plan = shares_[slot.fleet].plan();
  const bool shadow = slot.role == Role::shadow;
  const FleetEngines& engines = engines_[slot.fleet];
  tls::Engine* engine = shadow ? engines.shadow.get() : engines.own.get();
  if (engine == nullptr) return std::unique_ptr<tls::Client>();
  tls::ConnectionSettings settings;
  settings.host = plan.server_name;
  const bool bad = shadow ? slot.extras->original->bad_chain : slot.role == Role::bad_chain;
  const auto& source = bad ? plan.spec.bad_chains->identity : plan.spec.identity;
  if (source) {
    const bool comes_again = !bad && comes_and_goes(plan.spec.behaviour);
    auto known = identities_[slot.fleet].get(slot.start.client, comes_again, source);
    if (!known) return known.error();
    settings.identity = std::move(known->identity);
    slot.shows_certificate = known->certificate.has_value();
    slot.certificate = known->certificate.value_or(0);
  }
  if (plan.spec.psk) {
    auto psk = plan.spec.psk(slot.start.client);
    if (!psk) return psk.error();
    settings.psk = std::move(*psk);
  }
  settings.resume = std::move(resume);
  settings.record_messages = !shadow && shares_[slot.fleet].samples().keeps_messages();
  return engine->make_client(settings);
}

void Connections::connect(Slot& slot, TimePoint now) {
  if (uses_datagrams(slot)) return connect_datagrams(slot, now);
  const auto endpoint = endpoint_of(shares_[slot.fleet].plan().addresses[slot.address]);
  error_code error;
  slot.socket.open(endpoint.protocol(), error);
  if (!error) slot.socket.non_blocking(true, error);
  if (!error) slot.socket.set_option(tcp::no_delay(true), error);
  const auto& sources = shares_[slot.fleet].plan().sources;
  if (!error && !sources.empty()) {
    const int failed =
        bind_source(slot.socket.native_handle(), sources[slot.start.client % sources.size()]);
    error.assign(failed, boost::system::system_category());
  }
  if (error) {
    slot.session->on_end(errno_of(error), io_);
    return finish(slot, now);
  }
  slot.socket.async_connect(
      endpoint, [this, id = slot.id()](error_code result) { on_connected(id, result); });
}

/// Puts the PROXY header in front of all that the session has to say.
void Connections::announce(Slot& slot) {
  const auto& version = shares_[slot.fleet].plan().spec.proxy_protocol;
  if (!version) return;
  error_code error;
  const auto own = slot.socket.local_endpoint(error);
  const auto peer = slot.socket.remote_endpoint(error);
  // A peer that hung up at once has no address any more; the session will see that itself.
  if (error) return;
  const proxy::Header header{.source = {own.address().to_string(), own.port()},
                             .destination = {peer.address().to_string(), peer.port()}};
  if (auto done = proxy::render(io_.out.wire, *version, header); !done) {
    slot.session->fail_local("local:" + done.error().message);
  }
}

void Connections::on_connected(SlotId id, const error_code& error) {
  Slot* slot = slots_.find(id);
  if (slot == nullptr) return;
  const TimePoint now = Clock::now();
  io_.clear();
  if (error) {
    // A name may have several addresses ("localhost" is two); the last one's failure counts.
    if (slot->address + 1 < shares_[slot->fleet].plan().addresses.size()) {
      ++slot->address;
      error_code ignored;
      slot->socket.close(ignored);
      return connect(*slot, now);
    }
    slot->session->on_end(errno_of(error), io_);
  } else {
    announce(*slot);
    if (!slot->session->over()) slot->session->on_connected(io_);
  }
  if (settle(*slot, now)) read_on(*slot);
}

/// A peer that makes us answer (pings, messages of QoS 1) and takes no answer is not read from
/// until it takes some: else what waits for it would grow without end.
void Connections::read_on(Slot& slot) {
  const std::size_t most = shares_[slot.fleet].plan().protocol.max_packet_bytes + waiting_bytes;
  slot.reading_paused = slot.pending.size() > most;
  if (!slot.reading_paused) wait_readable(slot);
}

void Connections::wait_readable(Slot& slot) {
  slot.socket.async_wait(Slot::Socket::wait_read,
                         [this, id = slot.id()](error_code error) { on_readable(id, error); });
}

void Connections::on_readable(SlotId id, const error_code& error) {
  Slot* slot = slots_.find(id);
  if (slot == nullptr || error == asio::error::operation_aborted) return;
  if (uses_datagrams(*slot)) return read_datagrams(id);
  error_code failure = error;
  std::size_t count = 0;
  if (!failure) count = slot->socket.read_some(asio::buffer(buffer_), failure);
  if (failure == asio::error::would_block) return wait_readable(*slot);
  const TimePoint now = Clock::now();
  io_.clear();
  if (failure) {
    slot->session->on_end(errno_of(failure), io_);
  } else {
    count_bytes(*slot, 0, count, now);
    slot->session->on_bytes(ByteView(buffer_).first(count), io_);
  }
  if (settle(*slot, now)) read_on(*slot);
}

/// Books what a step of the session brought and sends what it left. False: the connection needs no
/// more input.
bool Connections::settle(Slot& slot, TimePoint now) {
  const bool accepted = record(slot, now);
  if (accepted && !slot.session->over()) established(slot, now);
  if (slot.pinged != Slot::not_pinged && !slot.session->ping_outstanding()) {
    arm_keep_alive(slot, slot.pinged);
    slot.pinged = Slot::not_pinged;
    if (!slot.session->activity()) slot.session->release_buffers();
  }
  if (slot.session->state() == Session::State::silent && !slot.ready) fell_silent(slot, now);
  if (slot.session->activity()) serve_messages(slot);
  flush(slot, now);
  if (slot.session->activity()) leave_when_done(slot, now);
  if (!slot.session->over()) {
    if (uses_datagrams(slot)) arm(slot, slot.due);  // its timers may have changed
    const Activity* activity = slot.session->activity();
    if (activity && activity->wants_more()) wait_writable(slot);
    return true;
  }
  if (slot.session->state() == Session::State::closed) {
    if (!slot.counted) {
      count_success(slot, now);
      leave_cap();
    }
    arm(slot, now + flush_time);
  }
  if (uses_datagrams(slot) && begins_again(slot, now)) return false;
  if (slot.pending.empty() || slot.session->failure()) finish(slot, now);
  return false;
}

void Connections::flush(Slot& slot, TimePoint now) {
  if (uses_datagrams(slot)) return send_datagrams(slot, now);
  ByteView bytes = io_.out.wire;
  if (bytes.empty() || slot.session->write_failed()) return;
  // Bytes that wait already go first; their handler will send these too.
  const bool waiting = !slot.pending.empty();
  if (slot.extras && slot.extras->piece_bytes > 0) {
    slot.pending.append(bytes);
    if (!waiting) send_piece(slot, now);
    return;
  }
  if (!waiting && !write_some(slot, bytes, now)) return;
  slot.pending.append(bytes);
  if (!waiting && !slot.pending.empty()) wait_writable(slot);
}

/// Hands `bytes` to the socket and drops what it took. False when the connection cannot be written
/// to any more.
bool Connections::write_some(Slot& slot, ByteView& bytes, TimePoint now) {
  error_code error;
  const std::size_t count = slot.socket.write_some(asio::buffer(bytes.data(), bytes.size()), error);
  if (error == asio::error::would_block) return true;
  if (error) {
    slot.pending.clear();
    if (slot.session->over()) return false;
    // Why it failed may already be on its way to us (see Session::on_write_error).
    slot.session->on_write_error(errno_of(error));
    arm(slot, now + drain_after_write_error);
    return false;
  }
  count_bytes(slot, count, 0, now);
  bytes = bytes.subspan(count);
  return true;
}

void Connections::count_bytes(Slot& slot, std::uint64_t sent, std::uint64_t received,
                              TimePoint now) {
  if (slot.role != Role::shadow) shares_[slot.fleet].record_bytes(sent, received, now);
}

/// A piece of what waits; the rest follows by the timer.
void Connections::send_piece(Slot& slot, TimePoint now) {
  Extras& extras = *slot.extras;
  const auto& slow = *shares_[slot.fleet].plan().spec.slow_handshake;
  extras.next_piece.reset();
  const std::size_t most = extras.piece_bytes > 0 ? extras.piece_bytes : slot.pending.size();
  const std::size_t asked = std::min(most, slot.pending.size());
  ByteView piece = slot.pending.view().first(asked);
  if (!write_some(slot, piece, now)) return;
  slot.pending.drop(asked - piece.size());
  if (slot.pending.empty() && slot.counted) return finish(slot, now);
  if (!slot.pending.empty()) extras.next_piece = now + slow.every;
  arm(slot, slot.due);
}

void Connections::wait_writable(Slot& slot) {
  if (slot.awaits_writable) return;
  slot.awaits_writable = true;
  slot.socket.async_wait(Slot::Socket::wait_write,
                         [this, id = slot.id()](error_code error) { on_writable(id, error); });
}

void Connections::on_writable(SlotId id, const error_code& error) {
  Slot* slot = slots_.find(id);
  if (slot == nullptr || error == asio::error::operation_aborted) return;
  slot->awaits_writable = false;
  const TimePoint now = Clock::now();
  ByteView bytes = slot->pending.view();
  if (!bytes.empty() && write_some(*slot, bytes, now)) {
    slot->pending.drop(slot->pending.size() - bytes.size());
  }
  if (slot->reading_paused && !slot->session->over()) read_on(*slot);
  if (!slot->pending.empty()) return wait_writable(*slot);
  if (slot->counted) return finish(*slot, now);
  if (slot->session->activity()) resume(*slot, now);
}

}  // namespace handfast::loadgen
