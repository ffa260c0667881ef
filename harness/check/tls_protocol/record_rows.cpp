// Section C5, its first half: records before there is MQTT in them, and around it.
#include "core/tls/native/record_protection.hpp"
#include "harness/check/profiles.hpp"
#include "harness/check/tls_protocol/alerts.hpp"
#include "harness/check/tls_protocol/answer.hpp"
#include "harness/check/tls_protocol/reframe.hpp"
#include "harness/check/tls_protocol/spec.hpp"
#include "harness/check/tls_protocol/watch.hpp"

namespace handfast::check::tls_protocol {

namespace {

using namespace std::chrono_literals;
using probe::Hello;
using probe::HelloBase;
using tls::native::ContentType;

TalkOptions with_sender(probe::TlsLine::Sender sender) {
  TalkOptions options;
  options.sender = std::move(sender);
  return options;
}

TalkOptions of_version(TalkOptions options, tls::Version version) {
  options.settings.min_version = options.settings.max_version = version;
  return options;
}

TalkOptions mutated(tls::Mutation mutation) {
  TalkOptions options;
  options.engine = tls::EngineKind::native;
  options.mutation = mutation;
  return options;
}

/// The same under TLS 1.3 and TLS 1.2, where each is spoken.
MoveRow under_both(const std::string& what, const TalkOptions& options, Expect expect) {
  MoveRow row;
  row.moves = {{.what = what + ", TLS 1.3",
                .play = whole(what, of_version(options, tls::Version::tls1_3)),
                .expect = expect,
                .needs = HelloBase::tls13},
               {.what = what + ", TLS 1.2",
                .play = whole(what, of_version(options, tls::Version::tls1_2)),
                .expect = expect,
                .needs = HelloBase::tls12}};
  return row;
}

CheckSpec tcp_dribble() {
  return spec_of("tls-hello-tcp-dribble",
                 under_both("one byte a segment", with_sender(dribbling(1, 2ms)), Expect::accept));
}

CheckSpec record_split() {
  return spec_of(
      "tls-hello-record-split",
      under_both("records of 50 bytes", with_sender(in_small_records(50)), Expect::accept));
}

CheckSpec record_1byte() {
  return spec_of(
      "tls-hello-record-1byte",
      under_both("records of one byte", with_sender(in_small_records(1)), Expect::reject_or_serve));
}

CheckSpec client_flight_split() {
  const auto on_mtls = [](TalkOptions options) {
    options.listener = "mtls";
    options.identity = good_client_fixture;
    return options;
  };
  MoveRow row;
  row.listeners = {"one", "mtls"};
  row.identity = good_client_fixture;
  row.moves = {{.what = "records of 64 bytes, TLS 1.3",
                .play = whole("", on_mtls(mutated(tls::Mutation::flight_split_64))),
                .needs = HelloBase::tls13},
               {.what = "each message in two records, TLS 1.3",
                .play = whole("", on_mtls(mutated(tls::Mutation::flight_split_messages))),
                .needs = HelloBase::tls13},
               {.what = "records of 64 bytes, TLS 1.2",
                .play = whole("", of_version(on_mtls(with_sender(in_small_records(64))),
                                             tls::Version::tls1_2)),
                .needs = HelloBase::tls12}};
  return spec_of("tls-clientflight-split", std::move(row));
}

/// In clear, in front of the hello.
Step empty_record_in_clear(Bench& bench, ScriptEvidence& evidence) {
  const auto endpoint = bench.endpoint("one");
  const auto hello = probe::make_hello(HelloBase::modern, endpoint.host);
  if (!hello) {
    evidence.problem = hello.error().text();
    return {};
  }
  Bytes wire;
  tls::native::put_plain_record(ContentType::handshake, 0x0301, {}, wire);
  const auto usual = probe::to_wire(*hello);
  wire.insert(wire.end(), usual.begin(), usual.end());
  return step_of("", probe::ask(endpoint, wire, bench.timeouts()));
}

/// RFC 8446 section 5.4 tells the receiver of a protected one to end the connection; of one in
/// clear, section 5.1 says only that nobody may send it.
CheckSpec empty_handshake() {
  MoveRow row;
  row.moves = {{.what = "an empty handshake record in front of the hello",
                .play = empty_record_in_clear,
                .expect = Expect::either,
                .level = Level::may},
               {.what = "an empty handshake record under TLS 1.3's protection",
                .play = whole("", mutated(tls::Mutation::record_empty_handshake)),
                .expect = Expect::reject,
                .alerts = {alert::unexpected_message},
                .level = Level::should,
                .needs = HelloBase::tls13}};
  return spec_of("tls-record-empty-handshake", std::move(row));
}

/// A whole and sound hello in one record that is longer than any record may be.
void overflow(Hello& hello) {
  constexpr std::size_t too_long = 16384 + 2049;
  constexpr std::uint16_t for_private_use = 0xff80;
  Bytes message;
  tls::native::encode(hello.message, message);
  constexpr std::size_t extension_header = 4;
  hello.message.extra.push_back(
      {.type = for_private_use, .body = Bytes(too_long - message.size() - extension_header, 0)});
  hello.fragment_bytes = too_long;
}

CheckSpec record_overflow() {
  HelloRow row;
  row.cases.push_back(
      {.what = "a hello in one record of 2^14 + 2049 bytes",
       .change = overflow,
       .want = Want::reject,
       .alerts = {alert::record_overflow, alert::illegal_parameter, alert::unexpected_message}});
  return spec_of("tls-record-overflow", std::move(row));
}

CheckSpec oversize_claim() {
  HelloRow row;
  row.cases.push_back(
      {.what = "a handshake message of 2^24 - 1 bytes is announced",
       .change =
           [](Hello& hello) { hello.raw = {22, 3, 1, 0, 8, 1, 0xff, 0xff, 0xff, 3, 3, 0, 0}; },
       .want = Want::reject,
       .alerts = {alert::illegal_parameter, alert::decode_error, alert::handshake_failure,
                  alert::unexpected_message, alert::internal_error}});
  return spec_of("tls-hello-oversize-claim", std::move(row));
}

/// Our second flight never goes out; `in_place` does.
probe::TlsLine::Sender replacing_second_flight(Bytes in_place) {
  return [in_place = std::move(in_place), writes = 0](probe::RawConnection& raw,
                                                      ByteView wire) mutable {
    ++writes;
    if (writes == 1) return raw.send(wire);
    return writes == 2 ? raw.send(in_place) : true;
  };
}

Move data_before_finished(const std::string& what, tls::Version version, HelloBase needs) {
  const auto play = [what, version](Bench& bench, ScriptEvidence& evidence) {
    const auto connect = connect_at(bench, "one", bench.fresh_id());
    Bytes packet, record;
    if (auto done = mqtt::encode_connect(packet, connect); !done) {
      evidence.problem = done.error().text();
    }
    tls::native::put_plain_record(ContentType::application_data, 0x0303, packet, record);
    auto options = of_version(with_sender(replacing_second_flight(record)), version);
    return with_talk(bench, evidence, what, std::move(options), [](Talk& talk, Step&) {
      talk.handshake();
      const auto connack = talk.await(mqtt::PacketType::connack, talk.timeouts().connack);
      talk.note(connack.has_value(), "connack");
    });
  };
  return {.what = what,
          .play = play,
          .expect = Expect::reject,
          .alerts = {alert::unexpected_message, alert::bad_record_mac},
          .needs = needs};
}

CheckSpec data_before_finished_row() {
  MoveRow row;
  row.moves = {data_before_finished("CONNECT in clear in place of Finished, TLS 1.3",
                                    tls::Version::tls1_3, HelloBase::tls13),
               data_before_finished("CONNECT in clear in place of Finished, TLS 1.2",
                                    tls::Version::tls1_2, HelloBase::tls12)};
  return spec_of("tls-appdata-before-finished", std::move(row));
}

const Bytes change_cipher_spec{20, 3, 3, 0, 1, 1};
const Bytes change_cipher_spec_2{20, 3, 3, 0, 1, 2};

CheckSpec middlebox_ccs() {
  MoveRow row;
  row.moves.push_back({.what = "change_cipher_spec behind ClientHello",
                       .play = whole("", of_version(with_sender(with_appendix(change_cipher_spec)),
                                                    tls::Version::tls1_3)),
                       .needs = HelloBase::tls13});
  return spec_of("tls13-ccs-middlebox", std::move(row));
}

CheckSpec bad_ccs() {
  const auto after_finished = [](Bench& bench, ScriptEvidence& evidence) {
    TalkOptions options;
    options.engine = tls::EngineKind::native;
    return with_talk(bench, evidence, "", std::move(options), [](Talk& talk, Step& step) {
      if (!talk.handshake() || !talk.connect()) return;
      talk.line().raw().send(change_cipher_spec);
      talk.ping();
      step.detail = "sent after CONNACK";
    });
  };
  MoveRow row;
  row.moves = {{.what = "value 2 before Finished",
                .play = whole("", of_version(with_sender(with_appendix(change_cipher_spec_2)),
                                             tls::Version::tls1_3)),
                .expect = Expect::reject,
                .alerts = {alert::unexpected_message, alert::bad_record_mac},
                .needs = HelloBase::tls13},
               {.what = "a good one after Finished",
                .play = after_finished,
                .expect = Expect::reject,
                .alerts = {alert::unexpected_message, alert::bad_record_mac},
                .needs = HelloBase::tls13}};
  return spec_of("tls13-ccs-bad", std::move(row));
}

CheckSpec mutated_accept(const std::string& id, std::string what, tls::Mutation mutation) {
  MoveRow row;
  row.moves.push_back(
      {.what = std::move(what), .play = whole("", mutated(mutation)), .needs = HelloBase::tls13});
  return spec_of(id, std::move(row));
}

CheckSpec bad_mac() {
  const auto play = [](Bench& bench, ScriptEvidence& evidence) {
    const auto flip_next = [](Talk& talk) {
      talk.line().send_through([](probe::RawConnection& raw, ByteView wire) {
        Bytes flipped(wire.begin(), wire.end());
        flipped.back() ^= 1;
        return raw.send(flipped);
      });
      talk.ping();
    };
    return watch_will(bench, evidence, "", {}, flip_next, 5s);
  };
  MoveRow row;
  row.moves.push_back({.what = "a bit of a record is wrong after CONNACK",
                       .play = play,
                       .expect = Expect::reject,
                       .alerts = {alert::bad_record_mac},
                       .facts = {{.name = "will",
                                  .values = {"published"},
                                  .otherwise = "the end of the connection published no Will"}}});
  return spec_of("tls-record-bad-mac", std::move(row));
}

}  // namespace

std::vector<CheckSpec> record_rows() {
  std::vector<CheckSpec> rows;
  for (auto* const make :
       {tcp_dribble, record_split, record_1byte, client_flight_split, empty_handshake}) {
    rows.push_back(make());
  }
  rows.push_back(mutated_accept("tls-record-empty-appdata",
                                "8 empty records in front of each packet",
                                tls::Mutation::record_empty));
  rows.push_back(record_overflow());
  rows.push_back(mutated_accept("tls13-record-padding",
                                "each record padded with zeros to 2^14 bytes",
                                tls::Mutation::record_padded));
  for (auto* const make :
       {bad_mac, data_before_finished_row, middlebox_ccs, bad_ccs, oversize_claim}) {
    rows.push_back(make());
  }
  return rows;
}

}  // namespace handfast::check::tls_protocol
