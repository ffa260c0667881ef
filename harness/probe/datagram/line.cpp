#include "harness/probe/datagram/line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "harness/probe/datagram/records.hpp"

namespace handfast::probe {

namespace {

/// Of an association that a row keeps busy for minutes: the beginning says most.
constexpr std::size_t crossings_kept = 400;

}  // namespace

std::string Crossing::text() const {
  const auto ms = std::chrono::duration<double, std::milli>(at).count();
  return fmt::format("{} {} +{:.1f} ms{}{}", sent ? "->" : "<-", describe_datagram(datagram), ms,
                     injected ? " (injected)" : "", lost ? " (lost)" : "");
}

Result<DtlsLine> DtlsLine::open(std::shared_ptr<tls::Engine> engine, Options options) {
  auto settings = std::move(options.connection);
  if (settings.host.empty()) settings.host = options.endpoint.host;
  settings.record_messages = true;
  auto client = engine->make_client(settings);
  if (!client) return client.error();
  auto udp = UdpLine::open(options.endpoint, options.local);
  if (!udp) return udp.error();
  DtlsLine line(std::move(engine), std::move(*client), std::move(*udp));
  line.take_path(std::move(options.path));
  line.output_.clear();
  line.client_->start(line.output_);
  line.absorb();
  return line;
}

DtlsLine::DtlsLine(std::shared_ptr<tls::Engine> engine, std::unique_ptr<tls::Client> client,
                   UdpLine udp)
    : engine_(std::move(engine)), client_(std::move(client)), udp_(std::move(udp)) {}

void DtlsLine::take_path(DatagramPath path) {
  const auto lane = [](Turn turn, const std::optional<ImpairmentSettings>& weather,
                       std::uint64_t seed) {
    Lane made{.turn = std::move(turn), .weather = {}};
    if (weather) made.weather.emplace(*weather, seed);
    return made;
  };
  out_ = lane(std::move(path.out), path.out_weather, 2 * path.seed);
  in_ = lane(std::move(path.in), path.in_weather, 2 * path.seed + 1);
}

bool DtlsLine::handshake(TimePoint deadline) {
  return await([this] { return handshake_done_; }, deadline);
}

bool DtlsLine::send(ByteView plain) {
  output_.clear();
  const bool sealed = client_->send(plain, output_);
  absorb();
  return sealed;
}

bool DtlsLine::await(const std::function<bool()>& enough, TimePoint deadline) {
  bool holds = enough();  // asked once for each step, as it may take what it looks at
  while (!holds && !over() && Clock::now() < deadline) {
    step(deadline);
    holds = enough();
  }
  return holds;
}

void DtlsLine::close_notify() {
  output_.clear();
  client_->close(tls::CloseStyle::close_notify, output_);
  absorb();
}

void DtlsLine::inject(ByteView datagram) { put(datagram, true); }

std::optional<Bytes> DtlsLine::overhear(TimePoint deadline) {
  auto datagram = udp_.receive(deadline);
  if (datagram) note(*datagram, false, false, false);
  return datagram;
}

/// Waits for the first of: a datagram, the retransmission timer, what the weather holds back.
void DtlsLine::step(TimePoint deadline) {
  auto until = deadline;
  for (const auto& lane : {&out_, &in_}) {
    if (!lane->weather) continue;
    if (const auto due = lane->weather->next()) until = std::min(until, *due);
  }
  if (const auto timer = client_->next_deadline()) until = std::min(until, *timer);
  if (const auto datagram = udp_.receive(until)) offer_in(*datagram);
  release();
  const auto timer = client_->next_deadline();
  if (!timer || *timer > Clock::now()) return;
  output_.clear();
  client_->on_deadline(Clock::now(), output_);
  absorb();
}

/// What the path makes of it.
std::vector<Bytes> DtlsLine::through(Lane& lane, ByteView datagram, bool sent) {
  if (!lane.turn) return {Bytes(datagram.begin(), datagram.end())};
  auto turned = lane.turn(datagram);
  if (turned.empty()) note(datagram, sent, true, false);
  return turned;
}

void DtlsLine::offer_out(ByteView datagram) {
  for (const auto& one : through(out_, datagram, true)) {
    if (out_.weather) {
      const auto lost = out_.weather->counts().lost;
      out_.weather->offer(one, Clock::now());
      if (out_.weather->counts().lost > lost) note(one, true, true, false);
    } else {
      put(one, false);
    }
  }
}

void DtlsLine::offer_in(ByteView datagram) {
  for (const auto& one : through(in_, datagram, false)) {
    if (in_.weather) {
      const auto lost = in_.weather->counts().lost;
      in_.weather->offer(one, Clock::now());
      if (in_.weather->counts().lost > lost) note(one, false, true, false);
    } else {
      feed(one);
    }
  }
}

void DtlsLine::release() {
  const auto now = Clock::now();
  while (out_.weather) {
    const auto datagram = out_.weather->take(now);
    if (!datagram) break;
    put(*datagram, false);
  }
  while (in_.weather) {
    const auto datagram = in_.weather->take(now);
    if (!datagram) break;
    feed(*datagram);
  }
}

void DtlsLine::put(ByteView datagram, bool injected) {
  note(datagram, true, false, injected);
  udp_.send(datagram);
}

void DtlsLine::feed(ByteView datagram) {
  note(datagram, false, false, false);
  output_.clear();
  client_->feed(datagram, output_);
  absorb();
}

void DtlsLine::note(ByteView datagram, bool sent, bool lost, bool injected) {
  if (crossings_.size() >= crossings_kept) return;
  crossings_.push_back({.sent = sent,
                        .lost = lost,
                        .injected = injected,
                        .at = Clock::now() - opened_at_,
                        .datagram = {datagram.begin(), datagram.end()}});
}

void DtlsLine::absorb() {
  for (const auto& event : output_.events) {
    if (event.kind == tls::EventKind::handshake_done) {
      handshake_done_ = true;
    } else if (event.kind == tls::EventKind::data) {
      inbox_.emplace_back(output_.plain.begin() + static_cast<std::ptrdiff_t>(event.begin),
                          output_.plain.begin() + static_cast<std::ptrdiff_t>(event.end));
    } else if (event.kind == tls::EventKind::session) {
      if (auto session = client_->take_session()) session_ = std::move(session);
    } else if (event.kind == tls::EventKind::closed) {
      peer_closed_ = true;
    } else if (event.kind == tls::EventKind::failed) {
      failed_ = true;
    }
  }
  const Bytes wire = std::exchange(output_.wire, {});
  const auto borders = std::exchange(output_.borders, {});
  std::size_t begin = 0;
  for (const auto end : borders) {
    offer_out(ByteView(wire).subspan(begin, end - begin));
    begin = end;
  }
  release();
}

}  // namespace handfast::probe
