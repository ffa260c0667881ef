#include "tests/unit/dtls/bench.hpp"

#include <algorithm>

#include "tests/support/manual_time.hpp"

namespace handfast::test {

void DtlsBench::run(Nanos limit) {
  const TimePoint end = ManualTime::now() + limit;
  while (true) {
    hand_over(client_out, up_);
    hand_over(server_out_, down_);
    if (deliver()) continue;
    const auto when = next();
    if (!when || *when > end) return;
    ManualTime::advance_to(*when);
    on_time();
  }
}

void DtlsBench::hand_over(tls::Output& out, Impairment& path) {
  std::size_t begin = 0;
  for (const std::size_t end : out.borders) {
    largest_ = std::max(largest_, end - begin);
    path.offer(ByteView(out.wire).subspan(begin, end - begin), ManualTime::now());
    begin = end;
  }
  out.wire.clear();
  out.borders.clear();
}

/// One datagram, so that its answer is on the way before the next arrives.
bool DtlsBench::deliver() {
  if (const auto datagram = up_.take(ManualTime::now())) {
    server_.feed(*datagram, server_out_);
    return true;
  }
  if (const auto datagram = down_.take(ManualTime::now())) {
    client_.feed(*datagram, client_out);
    return true;
  }
  return false;
}

std::optional<TimePoint> DtlsBench::next() const {
  std::optional<TimePoint> earliest;
  for (const auto& when : {up_.next(), down_.next(), client_.next_deadline(),
                           server_.next_deadline(ManualTime::now())}) {
    if (when) earliest = std::min(earliest.value_or(*when), *when);
  }
  return earliest;
}

void DtlsBench::on_time() {
  const TimePoint now = ManualTime::now();
  if (const auto due = client_.next_deadline(); due && *due <= now)
    client_.on_deadline(now, client_out);
  if (const auto due = server_.next_deadline(now); due && *due <= now)
    server_.on_deadline(server_out_);
}

}  // namespace handfast::test
