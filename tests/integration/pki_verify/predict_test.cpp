// `verify --as` against the stacks themselves: servers that ask for a client certificate, one on
// OpenSSL (openssl s_server) and one on Erlang/OTP, and a client that sends exactly the chain.
#include "pki/audit/predict.hpp"

#include <signal.h>

#include <chrono>
#include <thread>

#include "core/tls/alert.hpp"
#include "pki/mint/key.hpp"
#include "tests/integration/pki/command.hpp"
#include "tests/unit/pki_mint/minting.hpp"

using namespace handfast;
using namespace handfast::pki;
using namespace handfast::pki::test;
using namespace std::chrono_literals;

namespace {

struct Case {
  std::string name;
  std::vector<tls::CertificatePtr> chain;
  std::vector<tls::CertificatePtr> anchors;
  bool partial = false;
};

std::vector<tls::CertificatePtr> list(std::initializer_list<X509*> certificates) {
  std::vector<tls::CertificatePtr> out;
  for (auto* certificate : certificates) out.push_back(tls::up_ref(certificate));
  return out;
}

std::string pem_of(const std::vector<tls::CertificatePtr>& certificates, std::size_t from = 0) {
  std::string out;
  for (auto i = from; i < certificates.size(); ++i) out += certificate_pem(certificates[i].get());
  return out;
}

/// Two tiers and leaves for one key; dates are real, because the stacks have no other clock.
class Lab {
 public:
  Lab() {
    spit(folder / "client.key", private_key_pem(client_key_.get()).value());
    spit(folder / "server.pem", certificate_pem(leaf("server").get()));
    spit(folder / "server.key", private_key_pem(client_key_.get()).value());
  }

  CertificateSpec spec(std::string_view kind, const std::string& name,
                       std::chrono::hours life = 24h * 30) const {
    return {.profile = profile(kind),
            .subject = {.common_name = name},
            .period = period_of(Validity::lasting(life), std::chrono::system_clock::now())};
  }
  tls::CertificatePtr leaf(std::string_view kind, const IssueOptions& options = {}) const {
    return issue(spec(kind, "leaf"), client_key_.get(), second.issuer(), options).value();
  }
  tls::CertificatePtr leaf_between(std::chrono::hours from, std::chrono::hours to) const {
    const auto now = std::chrono::system_clock::now();
    auto dated = spec("client", "leaf");
    dated.period = {now + from, now + to};
    return issue(dated, client_key_.get(), second.issuer()).value();
  }
  Ca authority(const CertificateSpec& wanted, const Ca* above) const {
    Ca out;
    out.key = make_key(KeyType::p256).value();
    out.certificate =
        issue(wanted, out.key.get(), above != nullptr ? above->issuer() : Issuer{}).value();
    return out;
  }
  EVP_PKEY* client_key() const { return client_key_.get(); }

  TempFolder folder;
  Ca root = authority(spec("ca", "root", 24h * 90), nullptr);
  Ca second = authority(spec("ca", "second", 24h * 60), &root);

 private:
  tls::PkeyPtr client_key_ = make_key(KeyType::p256).value();
};

std::vector<Case> matrix(const Lab& lab) {
  auto* root = lab.root.certificate.get();
  auto* second = lab.second.certificate.get();
  std::vector<Case> out;
  const auto add = [&](std::string name, std::vector<tls::CertificatePtr> chain,
                       std::vector<tls::CertificatePtr> anchors, bool partial = false) {
    out.push_back({std::move(name), std::move(chain), std::move(anchors), partial});
  };
  const auto good = lab.leaf("client");
  add("root, leaf", list({good.get()}), list({root}));
  add("root, chain", list({good.get(), second}), list({root}));
  add("second only, leaf", list({good.get()}), list({second}));
  add("second only, chain", list({good.get(), second}), list({second}));
  add("merged, leaf", list({good.get()}), list({root, second}));
  add("merged, chain", list({good.get(), second}), list({root, second}));
  add("second only, leaf, partial", list({good.get()}), list({second}), true);
  add("second only, chain, partial", list({good.get(), second}), list({second}), true);
  add("expired", list({lab.leaf_between(-48h, -24h).get(), second}), list({root}));
  add("not yet valid", list({lab.leaf_between(24h, 48h).get(), second}), list({root}));
  add("a server's usage", list({lab.leaf("server").get(), second}), list({root}));
  auto odd = lab.spec("client", "leaf");
  odd.extra = {{"1.3.6.1.4.1.99999.1", true, {5, 0}}};
  add("unknown critical extension",
      list({issue(odd, lab.client_key(), lab.second.issuer()).value().get(), second}),
      list({root}));
  Ca stray = lab.authority(lab.spec("ca", "second", 24h * 60), nullptr);
  const auto forged =
      issue(lab.spec("client", "leaf"), lab.client_key(), {second, stray.key.get()}).value();
  add("forged by another key", list({forged.get(), second}), list({root}));
  add("foreign root",
      list({issue(lab.spec("client", "leaf"), lab.client_key(), stray.issuer()).value().get()}),
      list({root}));
  auto shallow = lab.spec("ca", "shallow", 24h * 50);
  shallow.path_length = 0;
  const auto above = lab.authority(shallow, &lab.root);
  const auto below = lab.authority(lab.spec("ca", "below", 24h * 40), &above);
  add("path length exceeded",
      list({issue(lab.spec("client", "leaf"), lab.client_key(), below.issuer()).value().get(),
            below.certificate.get(), above.certificate.get()}),
      list({root}));
  return out;
}

/// A server that ends by itself after one handshake; its output is a file.
class Server {
 public:
  Server(const TempFolder& folder, const std::string& command) : log_(folder / "server.log") {
    spit(log_, "");
    const auto line = "cd '" + folder.path().string() + "' && { timeout 30 " + command + "; } >'" +
                      log_.string() + "' 2>&1 </dev/null &";
    REQUIRE(std::system(line.c_str()) == 0);
  }
  /// The log once it holds `words`; fails after half a minute.
  std::string await(const std::string& words) const {
    for (int i = 0; i < 1500; ++i) {
      auto text = slurp(log_);
      if (text.find(words) != std::string::npos) return text;
      std::this_thread::sleep_for(20ms);
    }
    FAIL("no \"" << words << "\" in: " << slurp(log_));
    return {};
  }

 private:
  std::filesystem::path log_;
};

std::string word_behind(const std::string& text, const std::string& mark) {
  const auto at = text.find(mark);
  if (at == std::string::npos) return {};
  const auto begin = at + mark.size();
  return text.substr(begin, text.find_first_of(" \n", begin) - begin);
}

/// What the client saw.
Finished dial(const Lab& lab, const Case& play, const std::string& port) {
  spit(lab.folder / "leaf.pem", certificate_pem(play.chain.front().get()));
  spit(lab.folder / "rest.pem", pem_of(play.chain, 1));
  return run(lab.folder, "timeout 20 openssl s_client -connect 127.0.0.1:" + port +
                             " -tls1_2 -cert leaf.pem -key client.key" +
                             (play.chain.size() > 1 ? " -cert_chain rest.pem" : ""));
}

/// "accepted", or the alert.
std::string outcome(const Prediction& prediction) {
  return prediction.verdict.accepted() ? "accepted" : prediction.alert;
}

/// What became of each case. One Erlang node serves all that have the same trust: its start costs
/// more than its handshakes.
std::vector<std::string> outcomes_of_otp(const Lab& lab, const std::vector<Case>& plays) {
  std::vector<std::string> out;
  for (std::size_t at = 0; at < plays.size();) {
    const auto trust = pem_of(plays[at].anchors);
    auto end = at;
    while (end < plays.size() && pem_of(plays[end].anchors) == trust &&
           plays[end].partial == plays[at].partial) {
      ++end;
    }
    spit(lab.folder / "trust.pem", trust);
    const Server server(lab.folder,
                        std::string("escript ") + OTP_SERVER + " trust.pem server.pem server.key " +
                            (plays[at].partial ? "true " : "false ") + std::to_string(end - at));
    const auto port = word_behind(server.await("port "), "port ");
    for (int number = 1; at < end; ++at, ++number) {
      dial(lab, plays[at], port);
      const auto mark = std::to_string(number) + " ";
      const auto word = word_behind(server.await("\n" + mark), "\n" + mark);
      out.push_back(word);
    }
  }
  return out;
}

std::string outcome_of_openssl(const Lab& lab, const Case& play) {
  spit(lab.folder / "trust.pem", pem_of(play.anchors));
  const Server server(
      lab.folder, std::string("openssl s_server -accept 127.0.0.1:0 -naccept 1 -cert server.pem "
                              "-key server.key -Verify 5 -verify_return_error -no-CAfile "
                              "-no-CApath -no-CAstore -tls1_2 -rev -CAfile trust.pem ") +
                      (play.partial ? "-partial_chain" : ""));
  const auto address = word_behind(server.await("ACCEPT 127"), "ACCEPT ");
  const auto client = dial(lab, play, address.substr(address.find(':') + 1));
  const auto number = word_behind(client.err, "SSL alert number ");
  if (!number.empty()) return tls::alert_name(static_cast<std::uint8_t>(std::stoi(number)));
  return client.exit_code == 0 ? "accepted" : "no alert: " + client.err;
}

}  // namespace

TEST_CASE("the trust matrix, as Erlang/OTP plays it, is what verify --as otp says (S2-13 S2-20)",
          "[pki][S2-24]") {
  const Lab lab;
  const auto plays = matrix(lab);
  const auto seen = outcomes_of_otp(lab, plays);
  REQUIRE(seen.size() == plays.size());
  for (std::size_t i = 0; i < plays.size(); ++i) {
    CAPTURE(plays[i].name);
    const VerifyOptions options{.purpose = Purpose::client, .partial_chain = plays[i].partial};
    const auto predicted =
        predict(Verifier::otp, plays[i].chain, plays[i].anchors, options).value();
    CHECK(seen[i] == outcome(predicted));
  }
}

TEST_CASE("the trust matrix, as OpenSSL plays it, is what verify --as openssl says", "[pki]") {
  const Lab lab;
  for (const auto& play : matrix(lab)) {
    CAPTURE(play.name);
    const VerifyOptions options{.purpose = Purpose::client, .partial_chain = play.partial};
    const auto predicted = predict(Verifier::openssl, play.chain, play.anchors, options).value();
    CHECK(outcome_of_openssl(lab, play) == outcome(predicted));
  }
}
