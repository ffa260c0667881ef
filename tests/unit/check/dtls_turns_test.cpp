// What a path makes of a client's flight, record by record, and how silence is judged.
#include "harness/check/dtls/turns.hpp"
#include "harness/check/tls_protocol/verdicts.hpp"
#include "tests/support/catch.hpp"

namespace handfast::check::dtls {
namespace {

using probe::ContentType;
using probe::Fragment;

constexpr std::uint8_t certificate = 11;

Record message(std::uint8_t type, std::uint16_t number, std::size_t bytes) {
  Bytes body(bytes);
  for (std::size_t i = 0; i < bytes; ++i) body[i] = static_cast<std::uint8_t>(i);
  const Fragment whole{.type = type,
                       .length = static_cast<std::uint32_t>(bytes),
                       .message_seq = number,
                       .body = std::move(body)};
  return {.sequence = number, .fragment = probe::to_bytes(whole)};
}

const Record change{.type = ContentType::change_cipher_spec, .sequence = 3, .fragment = {1}};
const Record finished{.epoch = 1, .fragment = {0xaa, 0xbb}};

Bytes join(const std::vector<Record>& records) {
  Bytes datagram;
  for (const auto& record : records) probe::append_record(datagram, record);
  return datagram;
}

std::vector<Record> all_records(const std::vector<Bytes>& datagrams) {
  std::vector<Record> all;
  for (const auto& datagram : datagrams) {
    const auto records = probe::split_datagram(datagram).value();
    all.insert(all.end(), records.begin(), records.end());
  }
  return all;
}

TEST_CASE("Only the datagram with that number is dropped", "[dtls]") {
  const auto turn = drop_nth(2);
  const Bytes some{1, 2, 3};
  CHECK(turn(some) == std::vector<Bytes>{some});
  CHECK(turn(some).empty());
  CHECK(turn(some) == std::vector<Bytes>{some});
  CHECK(drop_larger_than(3)(some).size() == 1);
  CHECK(drop_larger_than(2)(some).empty());
}

TEST_CASE("Fragments overlap, cover the message, and come in reverse order", "[dtls]") {
  const auto whole = probe::fragments_of(message(certificate, 2, 300)).front();
  const auto out = overlapping_fragments()(join({message(certificate, 2, 300), change, finished}));
  std::vector<bool> covered(300);
  std::size_t bytes = 0;
  std::uint32_t first_offset = 0;
  std::uint64_t next = 0;
  for (const auto& record : all_records(out)) {
    if (record.epoch > 0) {
      CHECK(record == finished);
      continue;
    }
    CHECK(record.sequence == next++);
    for (const auto& part : probe::fragments_of(record)) {
      if (bytes == 0) first_offset = part.offset;
      bytes += part.body.size();
      REQUIRE(part.offset + part.body.size() <= 300);
      for (std::size_t i = 0; i < part.body.size(); ++i) {
        covered[part.offset + i] = true;
        CHECK(part.body[i] == whole.body[part.offset + i]);
      }
    }
  }
  CHECK(std::ranges::all_of(covered, [](bool one) { return one; }));
  CHECK(bytes > 400);
  CHECK(first_offset > 0);
}

TEST_CASE("The last flight is packed as a row asks for", "[dtls]") {
  const auto first = join({message(certificate, 2, 50)});
  const auto second = join({change, finished});
  SECTION("as one datagram") {
    const auto turn = last_flight_in_one();
    CHECK(turn(first).empty());
    const auto out = turn(second);
    REQUIRE(out.size() == 1);
    CHECK(all_records(out).size() == 3);
  }
  SECTION("a datagram for each record") {
    const auto turn = record_by_record();
    CHECK(turn(second).size() == 2);
  }
  SECTION("Finished ahead of ChangeCipherSpec, the first time") {
    const auto turn = finished_first();
    CHECK(turn(first).empty());
    const auto records = all_records(turn(second));
    REQUIRE(records.size() == 3);
    CHECK(records[1] == finished);
    CHECK(records[2].type == ContentType::change_cipher_spec);
    turn(first);
    CHECK(all_records(turn(second)).back() == finished);
  }
  SECTION("twice, with numbers of their own") {
    const auto turn = last_flight_twice();
    turn(first);
    const auto records = all_records(turn(second));
    REQUIRE(records.size() == 6);
    CHECK(records[0].fragment == records[3].fragment);
    CHECK(records[3].sequence == 2);
    CHECK(records[5] == finished);
  }
}

TEST_CASE("A hello is changed once, and what is no hello passes", "[dtls]") {
  const auto hello = join({message(1, 0, 100)});
  CHECK(hello_in_fragments(40)(hello).size() == 3);
  CHECK(hello_in_fragments(40)(join({message(1, 1, 100)})).size() == 1);
  CHECK(all_records(hello_in_version(probe::dtls_1_0)(hello)).front().version == probe::dtls_1_0);
  const Bytes noise{1, 2, 3};
  CHECK(record_by_record()(noise) == std::vector<Bytes>{noise});
}

TEST_CASE("Silence is a rejection where an alert may be lost", "[dtls]") {
  using reports::Verdict;
  const std::vector<std::uint8_t> alerts{48, 42};
  const auto judged = [&](Step step) {
    return tls_protocol::judge_rejection_or_silence(Level::must, step, alerts).verdict;
  };
  CHECK(judged({.outcome = probe::Outcome::hang}) == Verdict::pass);
  CHECK(judged({.outcome = probe::Outcome::reject, .alert = 48}) == Verdict::pass);
  CHECK(judged({.outcome = probe::Outcome::reject}) == Verdict::pass);
  CHECK(judged({.outcome = probe::Outcome::reject, .alert = 10}) == Verdict::warn);
  CHECK(judged({.outcome = probe::Outcome::accept}) == Verdict::fail);
  CHECK(judged({.outcome = probe::Outcome::not_sent}) == Verdict::inconclusive);
}

}  // namespace
}  // namespace handfast::check::dtls
