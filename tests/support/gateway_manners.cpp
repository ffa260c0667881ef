#include "tests/support/gateway_manners.hpp"

#include <algorithm>
#include <optional>

#include "harness/probe/datagram/records.hpp"

namespace handfast::test {

namespace {

using probe::ContentType;
using probe::Fragment;
using probe::Record;

constexpr std::uint8_t client_hello = 1;
constexpr std::size_t random_at = 13 + 12 + 2;  // record and handshake header, client_version
constexpr std::size_t random_bytes = 32;

bool is_first_hello(const Fragment& part) {
  return part.type == client_hello && part.message_seq == 0;
}

bool is_hello(const Record& record) {
  const auto parts = probe::fragments_of(record);
  return !parts.empty() && parts.front().type == client_hello;
}

std::optional<Manner> in_clear(const GatewayFaults& faults, const Record& record,
                               const Fragment& part, ClientRecord* client) {
  if (faults.dies_of_lies && part.offset + part.body.size() > part.length) return Manner::die;
  if (faults.wants_whole_messages && !part.whole()) return Manner::drop;
  if (faults.wants_record_1_0 && is_first_hello(part) && record.version != probe::dtls_1_0)
    return Manner::drop;
  if (client == nullptr) return std::nullopt;
  if (client->secured && is_first_hello(part) && faults.forgets_on_new_hello)
    return Manner::start_anew;
  const bool again = !client->seen.emplace(part.message_seq, part.offset).second;
  if (again && faults.dies_of_duplicates) return Manner::forget;
  if (again && faults.never_repeats) return Manner::drop;
  return std::nullopt;
}

std::optional<Manner> judge_record(const GatewayFaults& faults, const Record& record,
                                   ClientRecord* client) {
  const bool alert = record.type == ContentType::alert;
  if (alert && record.epoch == 0 && client != nullptr && faults.obeys_forged_alerts)
    return Manner::forget;
  if (alert && record.epoch > 0 && faults.keeps_closed) return Manner::drop;
  // Behind the handshake its records come only from who missed the last flight, protected or not.
  const bool shakes =
      record.type == ContentType::handshake || record.type == ContentType::change_cipher_spec;
  const bool hello = shakes && is_hello(record);
  if (shakes && !hello && client != nullptr && client->secured && faults.forgets_last_flight)
    return Manner::drop;
  for (const auto& part : probe::fragments_of(record)) {
    if (const auto decided = in_clear(faults, record, part, client)) return decided;
  }
  return std::nullopt;
}

}  // namespace

Manner manner_of(const GatewayFaults& faults, Bytes& datagram, ClientRecord* client) {
  const auto records = probe::split_datagram(datagram);
  if (!records) return faults.answers_garbage ? Manner::babble : Manner::take;
  if (faults.reads_first_record_only) datagram = probe::datagram_of(records->front());
  for (const auto& record : *records) {
    if (const auto decided = judge_record(faults, record, client)) return *decided;
  }
  return Manner::take;
}

ByteView hello_random(ByteView datagram) {
  if (datagram.size() < random_at + random_bytes) return {};
  return datagram.subspan(random_at, random_bytes);
}

}  // namespace handfast::test
