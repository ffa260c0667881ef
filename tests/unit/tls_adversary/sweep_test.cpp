// Every byte of every message that a server says in its handshake, changed; every message cut at
// every byte, and said twice. What is changed without being signed for must never be accepted.
#include <algorithm>
#include <set>

#include "tests/support/catch.hpp"
#include "tests/unit/tls_adversary/lab.hpp"

using namespace handfast;
using namespace handfast::test;
using namespace handfast::tls;

namespace {

/// One message of the server's flight, and where the sweep finds it.
struct Subject {
  const char* name;
  std::uint8_t type;
  bool retry = false;  ///< the HelloRetryRequest
  /// The alerts that RFC 8446 has for what can go wrong in it.
  std::set<std::string> refusals;
};

const std::vector<Subject>& subjects() {
  static const std::vector<Subject> all{
      {.name = "ServerHello", .type = message::server_hello, .refusals = {}},
      {.name = "EncryptedExtensions", .type = message::encrypted_extensions, .refusals = {}},
      {.name = "CertificateRequest", .type = message::certificate_request, .refusals = {}},
      {.name = "Certificate", .type = message::certificate, .refusals = {}},
      {.name = "CertificateVerify", .type = message::certificate_verify, .refusals = {}},
      {.name = "NewSessionTicket", .type = message::new_session_ticket, .refusals = {}},
      {.name = "Finished", .type = message::finished, .refusals = {}},
  };
  return all;
}

}  // namespace

TEST_CASE("sweep discovery", "[.discover]") {
  auto options = plain_options();
  options.client_trust = test_pki().trust();
  const Target target(options);
  const ConnectionSettings connection{.host = "localhost",
                                      .identity = test_pki().client_identity()};
  with_each_engine([&](const EngineKind& kind, Engine& engine) {
    for (const auto& subject : subjects()) {
      std::size_t size = 0;
      const auto one = [&](const std::function<void(Units&, std::size_t)>& change, bool sign) {
        Edits edits{.units = [&](Units& units) {
          for (std::size_t i = 0; i < units.size(); ++i) {
            if (units[i].message_type() == subject.type) {
              size = units[i].bytes.size();
              change(units, i);
              break;
            }
          }
        }};
        if (sign) {
          edits.sign_again = target.key();
          edits.finish_again = true;
        }
        return attack(engine, target, edits, connection).outcome();
      };
      one([](Units&, std::size_t) {}, false);
      const std::size_t whole = size;
      for (const bool sign : {false, true}) {
        Tally flips, cuts;
        for (std::size_t at = 0; at < whole; ++at) {
          flips[one([at](Units& units, std::size_t i) { units[i].bytes[at] ^= 1; }, sign)]
              .push_back(at);
          cuts[one(
                   [at](Units& units, std::size_t i) {
                     units[i].bytes.resize(at);
                     if (at >= 4) fit_length(units[i].bytes);
                   },
                   sign)]
              .push_back(at);
        }
        const auto twice = one(
            [](Units& units, std::size_t i) {
              units.insert(units.begin() + static_cast<std::ptrdiff_t>(i), units[i]);
            },
            sign);
        WARN(kind.name << " " << subject.name << " (" << whole << ") sign " << sign << "\nflips\n"
                       << to_string(flips) << "cuts\n"
                       << to_string(cuts) << "twice " << twice);
      }
    }
  });
}
