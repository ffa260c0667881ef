#include "harness/probe/line.hpp"

namespace handfast::probe {

Result<TlsLine> TlsLine::open(std::shared_ptr<tls::Engine> engine, Options options) {
  auto settings = options.connection;
  if (settings.host.empty()) settings.host = options.endpoint.host;
  settings.record_messages = true;
  auto client = engine->make_client(settings);
  if (!client) return client.error();
  auto raw = RawConnection::open(options.endpoint, options.tcp);
  if (!raw) return raw.error();
  if (!options.preface.empty()) raw->send(options.preface);
  TlsLine line(std::move(engine), std::move(*client), std::move(*raw), std::move(options));
  line.start();
  return line;
}

TlsLine::TlsLine(std::shared_ptr<tls::Engine> engine, std::unique_ptr<tls::Client> client,
                 RawConnection raw, Options options)
    : engine_(std::move(engine)),
      client_(std::move(client)),
      raw_(std::move(raw)),
      sender_(std::move(options.sender)),
      with_finished_(std::move(options.with_finished)),
      early_(std::move(options.early)) {}

void TlsLine::start() {
  output_.clear();
  if (early_.empty()) {
    client_->start(output_);
  } else {
    early_sent_ = client_->start_with_early_data(early_, output_);
  }
  absorb();
}

bool TlsLine::handshake(TimePoint deadline) {
  return await([this] { return handshake_done_; }, deadline);
}

bool TlsLine::send(ByteView plain) {
  output_.clear();
  const bool sealed = client_->send(plain, output_);
  absorb();
  return sealed && !raw_.write_failed();
}

bool TlsLine::await(const std::function<bool()>& enough, TimePoint deadline) {
  const auto look = [&] {
    take();
    return enough() || over();
  };
  raw_.await(look, deadline);
  take();
  return enough();
}

bool TlsLine::await_end(TimePoint deadline) {
  return await([this] { return over(); }, deadline);
}

void TlsLine::close_notify() {
  output_.clear();
  client_->close(tls::CloseStyle::close_notify, output_);
  absorb();
}

void TlsLine::take() {
  output_.clear();
  if (!raw_.received().empty()) {
    const Bytes received = std::exchange(raw_.received(), {});
    client_->feed(received, output_);
  }
  if (raw_.over() && !std::exchange(end_told_, true)) client_->feed_end(output_);
  absorb();
}

void TlsLine::absorb() {
  // By index: send() below appends events of its own.
  for (std::size_t i = 0; i < output_.events.size(); ++i) {
    const auto event = output_.events[i];
    if (event.kind == tls::EventKind::handshake_done) {
      handshake_done_ = true;
      if (!with_finished_.empty()) with_finished_sent_ = client_->send(with_finished_, output_);
    } else if (event.kind == tls::EventKind::data) {
      inbox_.insert(inbox_.end(), output_.plain.begin() + static_cast<std::ptrdiff_t>(event.begin),
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
  output_.events.clear();
  if (wire.empty()) return;
  if (sender_) {
    sender_(raw_, wire);
  } else {
    raw_.send(wire);
  }
}

}  // namespace handfast::probe
