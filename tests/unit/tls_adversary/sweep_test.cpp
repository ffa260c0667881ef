// Every byte of every message that a server says in its handshake, changed; every message cut at
// every byte, and said twice. What nobody signed for must never be accepted, and what is refused is
// refused for a reason that fits.
#include <fmt/format.h>

#include <algorithm>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/unit/tls_adversary/bend.hpp"
#include "tests/unit/tls_adversary/lab.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace handfast::tls;

namespace {

using Outcomes = std::set<std::string, std::less<>>;

/// One message of the server's flights, and what RFC 8446 has for what can be wrong with it.
struct Subject {
  std::string_view name;
  std::uint8_t type;
  Outcomes refusals;
};

// A length that grew makes the client wait for what never comes ("truncated"), or is past what the
// message may have; a type that changed is unexpected.
const Outcomes shape{"decode_error", "illegal_parameter", "truncated", "unexpected_message"};

Outcomes with_shape(Outcomes more) {
  more.insert(shape.begin(), shape.end());
  return more;
}

Subject server_hello() {
  // bad_record_mac: a random value that changed makes other keys.
  return {"ServerHello", message::server_hello,
          with_shape({"bad_record_mac", "protocol_version", "missing_extension",
                      "unsupported_extension"})};
}
Subject encrypted_extensions() {
  return {"EncryptedExtensions", message::encrypted_extensions,
          with_shape({"unsupported_extension", "decrypt_error"})};
}
Subject certificate_request() {
  return {"CertificateRequest", message::certificate_request,
          with_shape({"missing_extension", "decrypt_error"})};
}
Subject certificate() {
  return {
      "Certificate", message::certificate,
      with_shape({"bad_certificate", "unsupported_certificate", "certificate_expired",
                  "certificate_unknown", "unknown_ca", "decrypt_error", "unsupported_extension"})};
}
Subject certificate_verify() {
  return {"CertificateVerify", message::certificate_verify, with_shape({"decrypt_error"})};
}
Subject finished() { return {"Finished", message::finished, with_shape({"decrypt_error"})}; }

MemoryServerOptions two_way_options() {
  auto options = plain_options();
  options.client_trust = test_pki().trust();
  options.configure = [base = options.configure](SSL_CTX* context) {
    base(context);
    SSL_CTX_set_mode(context, SSL_MODE_NO_AUTO_CHAIN);
  };
  return options;
}

/// Chains are remembered: they are not what these sweeps change.
ClientSettings quick_settings() {
  auto settings = tls13_settings();
  settings.certificate_cache = true;
  settings.verify_every_time = false;
  return settings;
}

/// The reference is sampled: what counts is that both come to the same.
std::size_t step_of(const TestedEngine& kind) { return kind.name == "native" ? 1 : 4; }

class Sweep {
 public:
  Sweep(Engine& engine, const Target& target, const Subject& subject, bool lies)
      : engine_(engine), target_(target), subject_(subject), lies_(lies) {
    one(0, [](Units&, std::size_t, std::size_t) { return true; });
  }

  std::size_t size() const { return size_; }

  /// Calls `change` for each offset; it answers false where the message is shorter this time, as
  /// those with a signature are now and then.
  Tally each(const std::function<bool(Bytes&, std::size_t)>& change, std::size_t step) {
    Tally tally;
    for (std::size_t at = 0; at < size_; at += step) {
      const auto outcome = one(at, [&](Units& units, std::size_t index, std::size_t offset) {
        return change(units[index].bytes, offset);
      });
      if (outcome) tally[*outcome].push_back(at);
    }
    return tally;
  }
  Tally flipped(std::uint8_t mask, std::size_t step) {
    return each(
        [mask](Bytes& bytes, std::size_t at) {
          if (at >= bytes.size()) return false;
          bytes[at] ^= mask;
          return true;
        },
        step);
  }
  Tally cut(std::size_t step) {
    return each(
        [](Bytes& bytes, std::size_t at) {
          if (at >= bytes.size()) return false;
          bytes.resize(at);
          if (at >= 4) fit_length(bytes);
          return true;
        },
        step);
  }
  std::string twice() {
    return *one(0, [](Units& units, std::size_t index, std::size_t) {
      units.insert(units.begin() + static_cast<std::ptrdiff_t>(index), Unit(units[index]));
      return true;
    });
  }

 private:
  std::optional<std::string> one(
      std::size_t at, const std::function<bool(Units&, std::size_t, std::size_t)>& change) {
    bool changed = false;
    Edits edits{.units = [&](Units& units) {
      if (changed) return;
      for (std::size_t i = 0; i < units.size(); ++i) {
        const bool wanted = subject_.name == "HelloRetryRequest"
                                ? units[i].is_hello_retry_request()
                                : units[i].message_type() == subject_.type;
        if (!wanted) continue;
        size_ = std::max(size_, units[i].bytes.size());
        changed = change(units, i, at);
        return;
      }
    }};
    if (lies_) edits.finish_again = true;
    if (lies_ && subject_.type != message::certificate_verify) edits.sign_again = target_.key();
    const ConnectionSettings connection{.host = "localhost",
                                        .identity = test_pki().client_identity()};
    const auto outcome = attack(engine_, target_, edits, connection).outcome();
    if (!changed) return std::nullopt;
    return outcome;
  }

  Engine& engine_;
  const Target& target_;
  const Subject& subject_;
  bool lies_;
  std::size_t size_ = 0;
};

/// All outcomes are among `allowed`; "accepted" only where `harmless` says so.
void check_tally(
    const Tally& tally, const Outcomes& allowed,
    const std::function<bool(std::size_t)>& harmless = [](std::size_t) { return false; }) {
  INFO(to_string(tally));
  CHECK_FALSE(tally.empty());
  for (const auto& [outcome, offsets] : tally) {
    INFO(outcome);
    if (outcome == "accepted") {
      CHECK(std::ranges::all_of(offsets, harmless));
    } else {
      CHECK(allowed.contains(outcome));
    }
  }
}

void sweep_unsigned(const Subject& subject, const MemoryServerOptions& options,
                    const ClientSettings& settings = quick_settings()) {
  const Target target(options);
  with_each_engine(
      [&](const TestedEngine& kind, Engine& engine) {
        Sweep sweep(engine, target, subject, false);
        REQUIRE(sweep.size() > 4);
        check_tally(sweep.flipped(0x01, step_of(kind)), subject.refusals);
        check_tally(sweep.cut(step_of(kind)), subject.refusals);
        const auto twice = sweep.twice();
        // Behind the Finished other keys are in use.
        CHECK((twice == "unexpected_message" || twice == "bad_record_mac"));
      },
      settings);
}

void sweep_signed(const Subject& subject, const MemoryServerOptions& options,
                  const ClientSettings& settings,
                  const std::function<bool(std::size_t)>& harmless) {
  const Target target(options);
  with_each_engine(
      [&](const TestedEngine& kind, Engine& engine) {
        Sweep sweep(engine, target, subject, true);
        check_tally(sweep.flipped(0x01, step_of(kind)), subject.refusals, harmless);
        check_tally(sweep.flipped(0x80, 16), subject.refusals, harmless);
        CHECK(sweep.twice() == "unexpected_message");
      },
      settings);
}

}  // namespace

TEST_CASE("a ServerHello with one byte changed, cut short or said twice is refused",
          "[tls][adversary]") {
  sweep_unsigned(server_hello(), plain_options());
}

TEST_CASE("a HelloRetryRequest with one byte changed, cut short or said twice is refused",
          "[tls][adversary]") {
  auto options = plain_options();
  options.configure = [base = options.configure](SSL_CTX* context) {
    base(context);
    SSL_CTX_set1_groups_list(context, "P-384");
  };
  auto settings = quick_settings();
  settings.groups = {"P-256", "P-384"};
  auto subject = server_hello();
  subject.name = "HelloRetryRequest";
  sweep_unsigned(subject, options, settings);
}

TEST_CASE("EncryptedExtensions changed without a signature are refused", "[tls][adversary]") {
  sweep_unsigned(encrypted_extensions(), plain_options());
}

TEST_CASE("a CertificateRequest changed without a signature is refused", "[tls][adversary]") {
  sweep_unsigned(certificate_request(), two_way_options());
}

TEST_CASE("a CertificateVerify with one byte changed, cut short or said twice is refused",
          "[tls][adversary]") {
  sweep_unsigned(certificate_verify(), plain_options());
}

TEST_CASE("a CertificateVerify with one byte changed is refused though the Finished fits",
          "[tls][adversary]") {
  const Target target(plain_options());
  const auto subject = certificate_verify();
  with_each_engine(
      [&](const TestedEngine&, Engine& engine) {
        Sweep sweep(engine, target, subject, true);
        check_tally(sweep.flipped(0x80, 4), subject.refusals);
      },
      quick_settings());
}

TEST_CASE("a Finished with one byte changed, cut short or said twice is refused",
          "[tls][adversary]") {
  sweep_unsigned(finished(), plain_options());
}

TEST_CASE("EncryptedExtensions of a lying server are refused but for the groups that it lists",
          "[tls][adversary]") {
  // supported_groups is for later connections alone (RFC 8446 section 4.2.7): header 4, block 2,
  // type, size and list size 6.
  sweep_signed(encrypted_extensions(), plain_options(), quick_settings(),
               [](std::size_t at) { return at == 6 || at == 7 || at >= 10; });
}

TEST_CASE("a CertificateRequest of a lying server is refused but for the schemes that it lists",
          "[tls][adversary]") {
  // We choose from them: header 4, context 1, block 2, type, size and list size 6.
  sweep_signed(certificate_request(), two_way_options(), quick_settings(),
               [](std::size_t at) { return at >= 13; });
}

TEST_CASE("a Certificate cut short or said twice is refused", "[tls][adversary]") {
  const Target target(two_way_options());
  const auto subject = certificate();
  with_each_engine(
      [&](const TestedEngine& kind, Engine& engine) {
        Sweep sweep(engine, target, subject, false);
        check_tally(sweep.cut(step_of(kind)), subject.refusals);
        CHECK(sweep.twice() == "unexpected_message");
      },
      quick_settings());
}

TEST_CASE("a Certificate of a lying server is refused whatever byte of it is changed",
          "[tls][adversary]") {
  // Nothing is remembered here.
  sweep_signed(certificate(), two_way_options(), tls13_settings(),
               [](std::size_t) { return false; });
}

TEST_CASE("a NewSessionTicket changed is refused, or harmless: it is the server's to judge later",
          "[tls][adversary]") {
  const Target target(plain_options());
  const Subject ticket{"NewSessionTicket",
                       message::new_session_ticket,
                       {"decode_error", "illegal_parameter", "unexpected_message"}};
  auto settings = quick_settings();
  settings.keep_sessions = true;
  with_each_engine(
      [&](const TestedEngine& kind, Engine& engine) {
        Sweep sweep(engine, target, ticket, false);
        REQUIRE(sweep.size() > 100);
        // A grown length makes the client wait, which accepts nothing yet.
        // Lifetime, age_add, nonce and ticket are opaque; the lengths of nonce (12), ticket (21,
        // 22) and extensions (the last two) are not.
        const auto last = sweep.size();
        check_tally(sweep.flipped(0x01, step_of(kind)), ticket.refusals, [last](std::size_t at) {
          const bool header = at == 0 || at == 3;
          const bool length = at == 12 || at == 21 || at == 22 || at + 2 >= last;
          return !header && !length;
        });
        check_tally(sweep.cut(step_of(kind)), ticket.refusals,
                    [](std::size_t at) { return at < 3; });
        CHECK(sweep.twice() == "accepted");
      },
      settings);
}

TEST_CASE("a session whose ticket was changed is not resumed, and never by a wrong key",
          "[tls][adversary]") {
  const Target target(plain_options());
  auto settings = quick_settings();
  settings.keep_sessions = true;
  with_each_engine(
      [&](const TestedEngine&, Engine& engine) {
        // In the nonce, of which the key is made; and in the ticket itself.
        for (const std::size_t at : {std::size_t{13}, std::size_t{40}}) {
          INFO("byte " << at);
          auto first = attack(engine, target, {.units = [at](Units& units) {
                                for (auto& unit : units) {
                                  if (unit.message_type() == message::new_session_ticket) {
                                    unit.bytes[at] ^= 1;
                                  }
                                }
                              }});
          const auto session = first.client->take_session();
          REQUIRE(session != nullptr);
          const auto second = attack(engine, target, {}, {.host = "localhost", .resume = session});
          CHECK_FALSE(second.client->facts().resumed);
          const auto outcome = second.outcome();
          // A server that knows the ticket minds the binder (RFC 8446 section 4.2.11.2).
          CHECK((at == 13 ? outcome.starts_with("received ") : outcome == "accepted"));
        }
      },
      settings);
}

TEST_CASE("record headers with one byte changed are refused, the ignored version aside",
          "[tls][adversary]") {
  const Target target(plain_options());
  with_each_engine(
      [&](const TestedEngine&, Engine& engine) {
        Tally tally;
        // Six records: ServerHello, ChangeCipherSpec, and four that are protected.
        for (std::size_t record = 0; record < 6; ++record) {
          for (std::size_t byte = 0; byte < 5; ++byte) {
            const auto seen = attack(engine, target, {.wire = [=](Bytes& wire) {
                                       std::size_t at = 0;
                                       for (std::size_t i = 0; i < record; ++i) {
                                         if (at + 5 > wire.size()) return;
                                         at += 5 + (std::size_t{wire[at + 3]} << 8U) + wire[at + 4];
                                       }
                                       if (at + byte < wire.size()) wire[at + byte] ^= 1;
                                     }});
            tally[seen.outcome()].push_back(10 * record + byte);
          }
        }
        check_tally(tally,
                    {"bad_record_mac", "decode_error", "illegal_parameter", "protocol_version",
                     "record_overflow", "truncated", "unexpected_message", "no alert"},
                    [](std::size_t at) { return at == 2 || at == 12; });
      },
      quick_settings());
}

TEST_CASE("a transport that ends at any byte of the handshake is truncation, never success",
          "[tls][adversary]") {
  const Target target(plain_options());
  with_each_engine(
      [&](const TestedEngine& kind, Engine& engine) {
        std::size_t size = 1;
        for (std::size_t cut = 0; cut < size; cut += step_of(kind)) {
          INFO("cut at " << cut << " of " << size);
          auto client = engine.make_client({.host = "localhost"}).value();
          auto server = target.next();
          Output out;
          client->start(out);
          const Bytes flight = server.feed(std::exchange(out.wire, {}));
          // The signature is a byte shorter now and then.
          size = cut == 0 ? flight.size() : std::min(size, flight.size());
          client->feed(ByteView(flight).first(std::min(cut, flight.size() - 1)), out);
          client->feed_end(out);
          REQUIRE_FALSE(has_event(out, EventKind::handshake_done));
          REQUIRE(client->failure().cause == Cause::truncated);
        }
      },
      quick_settings());
}
