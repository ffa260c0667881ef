#include "tests/integration/faulty_broker/lab.hpp"

#include "pki/mint/certificate.hpp"
#include "pki/mint/key.hpp"
#include "tests/support/catch.hpp"
#include "tests/support/mint.hpp"

namespace handfast::test {

namespace {

tls::CertificatePtr parsed(const Bytes& der) {
  const auto* at = der.data();
  return tls::CertificatePtr(d2i_X509(nullptr, &at, static_cast<long>(der.size())));
}

}  // namespace

pki::Fixtures& fixtures() {
  static auto all = pki::Fixtures::build("faulty broker", std::chrono::system_clock::now()).value();
  return all;
}

std::string certificates_pem(const std::vector<Bytes>& chain) {
  std::string pem;
  for (const auto& der : chain) pem += to_pem(parsed(der).get());
  return pem;
}

FaultyLab::FaultyLab(std::string_view fixture) {
  const auto server = fixtures().make("server-chain-full").value();
  directory_.write("server.pem", certificates_pem(server.chain));
  directory_.write("server.key", to_pem(server.key.get()));
  directory_.write("root.pem", certificates_pem(server.anchors));
  directory_.write("trust.pem", certificates_pem(fixtures().make(fixture).value().anchors));
}

void FaultyLab::write(const std::string& name, const std::string& text) const {
  directory_.write(name, text);
}

broker::ListenerSettings FaultyLab::listener(const std::string& kind) const {
  broker::ListenerSettings settings;
  settings.name = kind;
  settings.kind = parse_listener(kind).value();
  if (!uses_tls(settings.kind.transport)) return settings;
  settings.certificate = directory_ / "server.pem";
  settings.key = directory_ / "server.key";
  if (settings.kind.two_way) settings.trust = directory_ / "trust.pem";
  return settings;
}

void FaultyLab::start(const std::vector<std::string>& kinds, const Defects& defects) {
  std::vector<broker::ListenerSettings> listeners;
  for (const auto& kind : kinds) listeners.push_back(listener(kind));
  start_with(listeners, defects);
}

void FaultyLab::start_with(const std::vector<broker::ListenerSettings>& listeners,
                           const Defects& defects) {
  broker_.reset();
  auto started = FaultyBroker::start(listeners, defects);
  REQUIRE(started);
  broker_ = std::move(*started);
}

probe::Options FaultyLab::options(const std::string& kind, std::string_view client) {
  probe::Options options;
  for (const auto& listener : broker_->listeners()) {
    if (listener.name == kind) options.endpoint = listener.endpoint;
  }
  const auto server = fixtures().make("server-chain-full").value();
  options.server_name = server.host;
  options.tls.trust = tls::Trust::from_pem(certificates_pem(server.anchors), "root").value();
  options.tls.weak_material = true;
  if (client.empty()) return options;
  const auto fixture = fixtures().make(client).value();
  std::vector<tls::CertificatePtr> chain;
  for (const auto& der : fixture.chain) chain.push_back(parsed(der));
  if (!chain.empty()) {
    options.identity = tls::Identity::from_parts(std::move(chain), tls::up_ref(fixture.key.get()));
  }
  return options;
}

probe::Transcript FaultyLab::probe(const std::string& kind, std::string_view client,
                                   std::optional<tls::Version> version, probe::Mode mode) {
  auto wanted = options(kind, client);
  if (version) wanted.tls.min_version = wanted.tls.max_version = *version;
  wanted.mode = mode;
  const auto transcript = probe::run(wanted);
  REQUIRE(transcript);
  return *transcript;
}

}  // namespace handfast::test
