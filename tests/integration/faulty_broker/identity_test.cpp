// Users by certificate, what resumption makes of them, and what refused clients bring about.
#include <string>

#include "tests/integration/faulty_broker/lab.hpp"
#include "tests/integration/faulty_broker/raw_client.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/socket_client.hpp"

namespace handfast::test {
namespace {

const std::string welcome_octets("\x20\x02\0\0", 4);

/// A broker with the listeners "ident", "ident-opt" (certificate optional) and "one" (none asked).
class Users {
 public:
  explicit Users(const Defects& defects = {}, std::string_view trust = "client-chain-good/ec")
      : lab_(trust) {
    auto ident = lab_.listener("tls-two-way");
    ident.name = "ident";
    ident.user_from = broker::UserFrom::common_name;
    auto optional = ident;
    optional.name = "ident-opt";
    optional.certificate_optional = true;
    auto one = lab_.listener("tls");
    one.name = "one";
    lab_.start_with({ident, optional, one}, defects);
  }

  FaultyLab& lab() { return lab_; }

  /// A client that has begun its handshake, with a list of the catalogue or none.
  std::unique_ptr<SocketClient> client(const std::string& listener, std::string_view list,
                                       tls::Version version,
                                       std::shared_ptr<const tls::Session> resume = {}) {
    auto options = lab_.options(listener, list);
    options.tls.keep_sessions = true;
    options.tls.min_version = options.tls.max_version = version;
    engines_.push_back(tls::make_libssl_engine(options.tls).value());
    SocketClient::Options own;
    own.connection.host = options.server_name;
    own.connection.identity = options.identity;
    own.connection.resume = std::move(resume);
    own.patience = std::chrono::seconds(3);
    return std::make_unique<SocketClient>(*engines_.back(), options.endpoint.port, own);
  }

  /// "user NAME", or "refused N", or "rejected".
  static std::string who(SocketClient& client, std::string_view claimed = {},
                         std::string_view id = "who") {
    client.handshake();
    client.send(as_text(mqtt_connect(id, {}, claimed)));
    const auto answer_octets = client.receive(welcome_octets.size());
    if (answer_octets.size() < welcome_octets.size()) return "rejected";
    if (answer_octets != welcome_octets) return "refused " + std::to_string(answer_octets[3]);
    client.send(as_text(mqtt_subscribe("whoami")));
    client.receive(5);  // SUBACK
    const auto head = client.receive(2);
    const auto body = client.receive(static_cast<std::size_t>(head[1]));
    return "user " + body.substr(2 + std::string_view("whoami").size());
  }
  std::string who(const std::string& listener, std::string_view list,
                  std::string_view claimed = {}) {
    return who(*client(listener, list, tls::Version::tls1_3), claimed);
  }

 private:
  FaultyLab lab_;
  std::vector<std::unique_ptr<tls::Engine>> engines_;
};

TEST_CASE("The user is the certificate's common name, whatever CONNECT says", "[faulty_broker]") {
  Users users;
  CHECK(users.who("ident", "ident-cn") == "user dev-1");
  CHECK(users.who("ident", "ident-cn", "admin") == "user dev-1");
  CHECK(users.who("ident-opt", {}, "dev-1") == "refused 4");
  CHECK(users.who("ident", "ident-cn-nul") == "refused 4");
  CHECK(users.who("ident", "ident-cn-control") == "refused 4");
  CHECK(users.who("ident", "ident-cn-missing/absent") == "refused 4");
  CHECK(users.who("ident", "ident-untrusted-known-cn") == "rejected");
  CHECK(users.who("one", {}, "somebody") == "user somebody");
  CHECK(users.who("one", {}) == "user ");
}

TEST_CASE("Each switch about names gives somebody the wrong one", "[faulty_broker]") {
  const auto who = [](std::string_view defect, const std::string& listener, std::string_view list,
                      std::string_view claimed = {}) {
    return Users(with_defect(defect)).who(listener, list, claimed);
  };
  CHECK(who("user_from_connect", "ident", "ident-cn", "admin") == "user admin");
  CHECK(who("user_is_length_byte", "ident", "ident-cn") == "user \x05");
  CHECK(who("user_cut_at_nul", "ident", "ident-cn-nul") == "user dev-1");
  CHECK(who("accepts_unusable_name", "ident", "ident-cn-control", "dev-2") == "user dev-2");
  CHECK(who("user_without_certificate", "ident-opt", {}, "dev-1") == "user dev-1");
  CHECK(who("believes_untrusted_name", "ident", "ident-untrusted-known-cn") == "user dev-1");
}

TEST_CASE("A resumed session has the user of the full handshake, or loses it by a switch",
          "[faulty_broker]") {
  for (const auto version : {tls::Version::tls1_2, tls::Version::tls1_3}) {
    for (const bool faulty : {false, true}) {
      Users users(faulty ? with_defect("identity_lost_on_resumption") : Defects{});
      auto full = users.client("ident", "ident-cn", version);
      CHECK(Users::who(*full) == "user dev-1");
      auto again = users.client("ident", "ident-cn", version, full->session());
      CHECK(Users::who(*again, "admin") == (faulty ? "user admin" : "user dev-1"));
      CHECK(again->client().facts().resumed);
    }
  }
}

TEST_CASE("A session of one listener is none of another, unless a switch shares them",
          "[faulty_broker]") {
  for (const auto version : {tls::Version::tls1_2, tls::Version::tls1_3}) {
    for (const bool faulty : {false, true}) {
      Users users(faulty ? with_defect("resumes_across_listeners") : Defects{});
      auto full = users.client("one", {}, version);
      CHECK(Users::who(*full) == "user ");
      auto other = users.client("ident", {}, version, full->session());
      // Through TLS without a certificate; where names count, that is as far as it comes.
      CHECK(Users::who(*other) == (faulty ? "refused 4" : "rejected"));
    }
  }
}

TEST_CASE("A reload forgets all sessions, unless a switch keeps them", "[faulty_broker]") {
  for (const bool faulty : {false, true}) {
    Users users(faulty ? with_defect("resumes_after_reload") : Defects{});
    auto full = users.client("ident", "ident-cn", tls::Version::tls1_3);
    CHECK(Users::who(*full) == "user dev-1");
    const auto session = full->session();
    users.lab().broker().reload();
    auto again = users.client("ident", "ident-cn", tls::Version::tls1_3, session);
    CHECK(Users::who(*again) == "user dev-1");
    CHECK(again->client().facts().resumed == faulty);
  }
}

TEST_CASE("A listener that verifies clients and gives sessions no context cannot resume",
          "[faulty_broker]") {
  Users users(with_defect("no_session_context"));
  auto full = users.client("ident", "ident-cn", tls::Version::tls1_2);
  CHECK(Users::who(*full) == "user dev-1");
  auto again = users.client("ident", "ident-cn", tls::Version::tls1_2, full->session());
  CHECK(Users::who(*again) == "rejected");
}

TEST_CASE("A refused client's CONNECT has no effect, unless a switch lets it act",
          "[faulty_broker]") {
  const auto play = [](std::string_view defect) {
    Users users(defect.empty() ? Defects{} : with_defect(defect));
    auto online = users.client("one", {}, tls::Version::tls1_3);
    CHECK(Users::who(*online, {}, "victim") == "user ");
    online->send(as_text(mqtt_subscribe("wills")));
    online->receive(5);
    auto bad = users.client("ident", "client-cert-expired", tls::Version::tls1_3);
    bad->handshake();
    auto connect = mqtt_connect("victim", "wills");
    connect[9] = static_cast<std::uint8_t>(connect[9] & ~2U);    // clean session 0
    if (defect == "rejected_publishes_will") connect[14] = 'V';  // another id, "Victim"
    bad->send(as_text(connect));
    CHECK(bad->receive(1).empty());
    online->send(std::string_view("\xc0\0", 2));
    return online->receive(2 + (defect == "rejected_publishes_will" ? 13 : 0));
  };
  const std::string alive("\xd0\0", 2);
  CHECK(play({}) == alive);
  CHECK(play("rejected_takes_over").empty());
  CHECK(play("rejected_publishes_will").find("wills") != std::string::npos);
}

TEST_CASE("A refused client's session exists later by a switch alone", "[faulty_broker]") {
  for (const bool faulty : {false, true}) {
    Users users(faulty ? with_defect("rejected_leaves_session") : Defects{});
    auto connect = mqtt_connect("ghost");
    connect[9] = 0;  // clean session 0
    auto bad = users.client("ident", "client-cert-expired", tls::Version::tls1_3);
    bad->handshake();
    bad->send(as_text(connect));
    CHECK(bad->receive(1).empty());
    auto good = users.client("one", {}, tls::Version::tls1_3);
    good->handshake();
    good->send(as_text(connect));
    CHECK(good->receive(4) == std::string(faulty ? "\x20\x02\x01\0" : "\x20\x02\0\0", 4));
  }
}

}  // namespace
}  // namespace handfast::test
