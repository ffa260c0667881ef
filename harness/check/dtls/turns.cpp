#include "harness/check/dtls/turns.hpp"

#include <algorithm>
#include <memory>
#include <utility>

namespace handfast::check::dtls {

using probe::ContentType;
using probe::Fragment;

namespace {

using Datagrams = std::vector<std::vector<Record>>;

constexpr std::uint8_t client_hello = 1;
constexpr std::size_t overlapping_bytes = 100;
constexpr std::size_t overlapping_step = 60;  // so 40 bytes of each come twice

bool is_first_hello(const Record& record) {
  const auto parts = probe::fragments_of(record);
  return parts.size() == 1 && parts.front().type == client_hello && parts.front().message_seq == 0;
}

bool is_finished(const Record& record) {
  return record.epoch > 0 && record.type == ContentType::handshake;
}

/// Of the last flight: everything but ClientHello, in the handshake.
bool of_last_flight(const Record& record) {
  const auto parts = probe::fragments_of(record);
  if (!parts.empty()) return parts.front().type != client_hello;
  return record.type == ContentType::change_cipher_spec || is_finished(record);
}

Record with_fragment(const Record& record, const Fragment& part) {
  auto changed = record;
  changed.fragment = probe::to_bytes(part);
  return changed;
}

Fragment cut(const Fragment& whole, std::size_t at, std::size_t bytes) {
  Fragment part = whole;
  part.offset = static_cast<std::uint32_t>(whole.offset + at);
  const auto begin = whole.body.begin() + static_cast<std::ptrdiff_t>(at);
  const auto end = begin + static_cast<std::ptrdiff_t>(std::min(bytes, whole.body.size() - at));
  part.body.assign(begin, end);
  return part;
}

/// Pieces of `bytes`, each `step` behind the one before; what is shorter stays whole.
std::vector<Fragment> pieces(const Fragment& whole, std::size_t bytes, std::size_t step) {
  std::vector<Fragment> out;
  std::size_t at = 0;
  do {
    out.push_back(cut(whole, at, bytes));
    at += step;
  } while (at + (bytes - step) < whole.body.size());
  return out;
}

/// `turn` for the records of the last flight, all of them at once when Finished is there.
probe::Turn on_last_flight(std::function<Datagrams(std::vector<Record>)> turn) {
  return on_records([turn = std::move(turn), held = std::make_shared<std::vector<Record>>()](
                        std::vector<Record> records) -> Datagrams {
    if (!std::ranges::all_of(records, of_last_flight)) return {std::move(records)};
    const bool last = std::ranges::any_of(records, is_finished);
    for (auto& record : records) held->push_back(std::move(record));
    if (!last) return {};
    return turn(std::exchange(*held, {}));
  });
}

}  // namespace

probe::Turn on_records(RecordTurn turn) {
  return [turn = std::move(turn),
          next = std::make_shared<std::uint64_t>(0)](ByteView datagram) -> std::vector<Bytes> {
    auto records = probe::split_datagram(datagram);
    if (!records) return {Bytes(datagram.begin(), datagram.end())};
    std::vector<Bytes> out;
    for (auto& group : turn(std::move(*records))) {
      Bytes bytes;
      for (auto& record : group) {
        if (record.epoch == 0) record.sequence = (*next)++;
        probe::append_record(bytes, record);
      }
      out.push_back(std::move(bytes));
    }
    return out;
  };
}

probe::Turn drop_nth(std::size_t number) {
  return [number, count = std::make_shared<std::size_t>(0)](ByteView datagram) {
    std::vector<Bytes> out;
    if (++*count != number) out.emplace_back(datagram.begin(), datagram.end());
    return out;
  };
}

probe::Turn drop_larger_than(std::size_t bytes) {
  return [bytes](ByteView datagram) {
    std::vector<Bytes> out;
    if (datagram.size() <= bytes) out.emplace_back(datagram.begin(), datagram.end());
    return out;
  };
}

probe::Turn hello_in_version(std::uint16_t version) {
  return on_records([version](std::vector<Record> records) -> Datagrams {
    for (auto& record : records) {
      if (is_first_hello(record)) record.version = version;
    }
    return {std::move(records)};
  });
}

probe::Turn hello_in_fragments(std::size_t bytes) {
  return on_records([bytes](std::vector<Record> records) -> Datagrams {
    if (records.size() != 1 || !is_first_hello(records.front())) return {std::move(records)};
    Datagrams out;
    for (const auto& part : pieces(probe::fragments_of(records.front()).front(), bytes, bytes)) {
      out.push_back({with_fragment(records.front(), part)});
    }
    return out;
  });
}

probe::Turn overlapping_fragments() {
  return on_records([](std::vector<Record> records) -> Datagrams {
    Datagrams out;
    for (auto& record : records) {
      const auto parts = probe::fragments_of(record);
      if (parts.empty() || parts.front().type == client_hello) {
        out.push_back({std::move(record)});
        continue;
      }
      for (const auto& part : parts) {
        auto some = pieces(part, overlapping_bytes, overlapping_step);
        std::ranges::reverse(some);
        some.push_back(some.front());
        for (const auto& piece : some) out.push_back({with_fragment(record, piece)});
      }
    }
    return out;
  });
}

probe::Turn last_flight_in_one() {
  return on_last_flight(
      [](std::vector<Record> records) -> Datagrams { return {std::move(records)}; });
}

probe::Turn record_by_record() {
  return on_records([](std::vector<Record> records) {
    Datagrams out;
    for (auto& record : records) out.push_back({std::move(record)});
    return out;
  });
}

probe::Turn finished_first() {
  return on_last_flight([again = std::make_shared<bool>(false)](
                            std::vector<Record> records) -> Datagrams {
    if (std::exchange(*again, true)) return {std::move(records)};
    const auto change = std::ranges::find(records, ContentType::change_cipher_spec, &Record::type);
    std::rotate(change, change == records.end() ? change : change + 1, records.end());
    auto last = std::move(records.back());
    records.pop_back();
    return {std::move(records), {std::move(last)}};
  });
}

probe::Turn last_flight_twice() {
  return on_last_flight(
      [](std::vector<Record> records) -> Datagrams { return {records, records}; });
}

}  // namespace handfast::check::dtls
