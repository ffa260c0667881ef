#include "tests/integration/export/lab.hpp"

#include <openssl/pem.h>

#include <thread>

#include "core/base/file.hpp"
#include "core/mqtt/connect.hpp"
#include "harness/broker/ports.hpp"
#include "harness/broker/process.hpp"
#include "tests/support/catch.hpp"

namespace handfast::test {

namespace {

constexpr const char* client_names = "otherName:1.3.6.1.5.5.7.8.5;UTF8:guest@localhost";

Minted mint_client(const Minted& issuer) {
  return mint({.name = "guest", .san = client_names, .extended_usage = "clientAuth"}, &issuer);
}

tls::Identity identity_of(const Minted& leaf, const Minted& issuer) {
  return tls::Identity::from_pem(to_pem(leaf.certificate.get()) + to_pem(issuer.certificate.get()),
                                 to_pem(leaf.key.get()), "test client")
      .value();
}

std::string crl_of(const Minted& issuer, const X509* revoked) {
  using CrlPtr = tls::OpensslPtr<X509_CRL, X509_CRL_free>;
  const CrlPtr list(X509_CRL_new());
  X509_CRL_set_version(list.get(), X509_CRL_VERSION_2);
  X509_CRL_set_issuer_name(list.get(), X509_get_subject_name(issuer.certificate.get()));
  ASN1_TIME* time = X509_gmtime_adj(nullptr, -3600);
  X509_CRL_set1_lastUpdate(list.get(), time);
  if (revoked != nullptr) {
    X509_REVOKED* entry = X509_REVOKED_new();
    X509_REVOKED_set_serialNumber(entry,
                                  const_cast<ASN1_INTEGER*>(X509_get0_serialNumber(revoked)));
    X509_REVOKED_set_revocationDate(entry, time);
    X509_CRL_add0_revoked(list.get(), entry);
  }
  X509_gmtime_adj(time, 86400);
  X509_CRL_set1_nextUpdate(list.get(), time);
  ASN1_TIME_free(time);
  REQUIRE(X509_CRL_sign(list.get(), issuer.key.get(), EVP_sha256()) > 0);
  const tls::BioPtr bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_X509_CRL(bio.get(), list.get());
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

std::string serial_of(const X509* certificate) {
  BIGNUM* number = ASN1_INTEGER_to_BN(X509_get0_serialNumber(certificate), nullptr);
  char* text = BN_bn2hex(number);
  std::string hex(text);
  OPENSSL_free(text);
  BN_free(number);
  return hex;
}

/// Three consecutive ports that are free now.
std::uint16_t internal_ports() {
  for (;;) {
    const auto port = broker::free_ports(1).value().front();
    if (port < 65000 && broker::check_port(static_cast<std::uint16_t>(port + 1)) &&
        broker::check_port(static_cast<std::uint16_t>(port + 2))) {
      return port;
    }
  }
}

Bytes connect_packet(const Login& login) {
  mqtt::Connect connect{.version = mqtt::Version::v3_1_1, .client_id = "handfast-export"};
  connect.user_name = login.user;
  if (login.password) connect.password = Bytes(login.password->begin(), login.password->end());
  Bytes packet;
  REQUIRE(mqtt::encode_connect(packet, connect));
  return packet;
}

}  // namespace

ExportLab::ExportLab() : revoked_(mint_client(test_pki().intermediate)) {
  const auto& pki = test_pki();
  client = identity_of(mint_client(pki.intermediate), pki.intermediate);
  revoked = identity_of(revoked_, pki.intermediate);
  stranger = identity_of(mint_client(pki.rogue_root), pki.rogue_root);
}

broker::ExportRequest ExportLab::request(const std::string& target,
                                         const std::vector<std::string>& kinds) const {
  const auto& pki = test_pki();
  broker::ExportRequest request{.target = target, .folder = folder().string()};
  request.server = {.chain_pem = pki.server_chain_pem(),
                    .key_pem = to_pem(pki.server.key.get()),
                    .trust_pem = to_pem(pki.intermediate.certificate.get()) + pki.trust_pem()};
  const auto ports = broker::free_ports(kinds.size()).value();
  for (std::size_t i = 0; i < kinds.size(); ++i) {
    const auto kind = parse_listener(kinds[i]).value();
    request.listeners.push_back(
        {.transport = kind.transport,
         .clients = kind.two_way ? broker::ClientAuth::required : broker::ClientAuth::none,
         .port = ports[i]});
  }
  request.internal_port = internal_ports();
  return request;
}

void ExportLab::write(const broker::ExportRequest& request) const {
  const auto files = broker::export_files(request);
  INFO((files ? std::string() : files.error().text()));
  REQUIRE(files);
  const auto written = broker::write_export(*files, folder());
  INFO((written ? std::string() : written.error().text()));
  REQUIRE(written);
}

std::unique_ptr<Running> ExportLab::start(const broker::ExportRequest& request) const {
  write(request);
  return std::make_unique<Running>(folder() / "start.sh", directory_ / "log");
}

bool ExportLab::reaches(const broker::ExportListener& listener, const tls::Identity& identity,
                        const Login& login, std::string& sentence) const {
  probe::Options options{.endpoint = {.transport = listener.transport, .port = listener.port}};
  options.server_name = "localhost";
  options.tls.trust = test_pki().trust();
  options.identity = identity;
  options.connect = connect_packet(login);
  const auto transcript = probe::run(options).value();
  sentence = transcript.sentence();
  // Only an answer of the broker counts: nothing of ours refused, nothing just hung.
  CHECK_FALSE(transcript.refused_by_us());
  return transcript.outcome == probe::Outcome::accept;
}

std::string ExportLab::connect(const broker::ExportListener& listener,
                               const tls::Identity& identity, const Login& login) const {
  std::string sentence;
  return reaches(listener, identity, login, sentence) ? "accept" : sentence;
}

bool ExportLab::await(Running& broker, const broker::ExportListener& listener,
                      const Login& login) const {
  const auto deadline = Clock::now() + std::chrono::seconds(90);
  std::string last;
  while (!broker.ended() && Clock::now() < deadline) {
    last = connect(listener, client, login);
    if (last == "accept") return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  UNSCOPED_INFO(last << "\n" << broker.log());
  return false;
}

void ExportLab::check_one_way(const broker::ExportListener& listener, const Login& login) const {
  INFO("one-way " << to_string(listener.transport));
  CHECK(connect(listener, {}, login) == "accept");
  CHECK(connect(listener, client, login) == "accept");
}

void ExportLab::check_two_way(const broker::ExportListener& listener, const Login& login) const {
  INFO("two-way " << to_string(listener.transport));
  CHECK(connect(listener, client, login) == "accept");
  for (const auto& [who, identity] :
       {std::pair{"nobody", tls::Identity()}, std::pair{"stranger", stranger}}) {
    INFO(who);
    const auto outcome = connect(listener, identity, login);
    INFO(outcome);
    CHECK((outcome.starts_with("reject") || outcome.starts_with("refuse")));
  }
}

std::string ExportLab::crls() const {
  const auto& pki = test_pki();
  return crl_of(pki.intermediate, revoked_.certificate.get()) + crl_of(pki.root, nullptr);
}

std::string ExportLab::renew_server(broker::ExportRequest& request) const {
  const auto& pki = test_pki();
  const tls::CertificatePtr renewed(X509_dup(pki.server.certificate.get()));
  ASN1_INTEGER_set(X509_get_serialNumber(renewed.get()), 0x52454e);
  REQUIRE(X509_sign(renewed.get(), pki.intermediate.key.get(), EVP_sha256()) > 0);
  request.server.chain_pem = to_pem(renewed.get()) + to_pem(pki.intermediate.certificate.get());
  return serial_of(renewed.get());
}

std::string ExportLab::server_serial() { return serial_of(test_pki().server.certificate.get()); }

std::string ExportLab::shown_serial(const broker::ExportListener& listener) const {
  const auto text = shell("openssl s_client -connect 127.0.0.1:" + std::to_string(listener.port) +
                          " </dev/null 2>/dev/null | openssl x509 -noout -serial");
  constexpr std::string_view prefix = "serial=";
  if (!text.starts_with(prefix)) return text;
  return text.substr(prefix.size(), text.find('\n') - prefix.size());
}

std::string ExportLab::await_serial(const broker::ExportListener& listener,
                                    const std::string& serial) const {
  const auto deadline = Clock::now() + std::chrono::seconds(20);
  auto shown = shown_serial(listener);
  while (shown != serial && Clock::now() < deadline) {
    std::this_thread::sleep_for(std::chrono::milliseconds(20));
    shown = shown_serial(listener);
  }
  return shown;
}

std::string shell(const std::string& command) {
  return broker::capture("/bin/sh", {"-c", command}, std::chrono::seconds(60)).value();
}

void add_java_stores(const ExportLab& lab, broker::ExportRequest& request) {
  const auto& dir = lab.directory();
  dir.write("java/chain.pem", request.server.chain_pem);
  dir.write("java/server.key", request.server.key_pem, 0600);
  dir.write("java/root.pem", test_pki().trust_pem());
  request.server.store_password = "changeit";
  for (const auto* command :
       {"openssl pkcs12 -export -in chain.pem -inkey server.key -passout pass:changeit"
        " -out server.p12",
        "keytool -importcert -noprompt -storetype PKCS12 -keystore trust.p12 -storepass changeit"
        " -alias root -file root.pem"}) {
    const auto output =
        shell("cd '" + (dir / "java").string() + "' && " + command + " && echo DONE");
    INFO(command << "\n" << output);
    REQUIRE(output.find("DONE") != std::string::npos);
  }
  request.server.keystore_p12 = read_text(dir / "java/server.p12");
  request.server.truststore_p12 = read_text(dir / "java/trust.p12");
}

}  // namespace handfast::test
