// ActiveMQ, the Java peer, from its export. What its TLS does is set by properties of the JVM.
#include <cstdlib>

#include "tests/integration/export/lab.hpp"
#include "tests/integration/tls_native/peers.hpp"
#include "tests/support/catch.hpp"

namespace handfast::test {

namespace {

/// For the JVM that is started while it lives.
class JavaOptions {
 public:
  explicit JavaOptions(const std::string& options) {
    setenv("JAVA_TOOL_OPTIONS", options.c_str(), 1);
  }
  ~JavaOptions() { unsetenv("JAVA_TOOL_OPTIONS"); }
  JavaOptions(const JavaOptions&) = delete;
  JavaOptions& operator=(const JavaOptions&) = delete;
};

RunningPeer start_activemq(Feature feature) {
  struct Owner {
    ExportLab lab;
    std::unique_ptr<Running> broker;
  };
  auto owner = std::make_shared<Owner>();
  auto& lab = owner->lab;
  auto request = lab.request("activemq", {"tls", "tls-two-way"});
  if (feature == Feature::large_chain) {
    request.server.chain_pem = read_text(interop_pki().chain("large"));
    request.server.key_pem = read_text(interop_pki().key("large"));
  }
  add_java_stores(lab, request);
  std::string options = "-Djdk.tls.server.protocols=TLSv1.3";
  if (feature == Feature::retry) options += " -Djdk.tls.namedGroups=secp384r1";
  const JavaOptions java(options);
  owner->broker = lab.start(request);
  REQUIRE(lab.await(*owner->broker, request.listeners[0]));
  const auto index = feature == Feature::two_way ? 1U : 0U;
  return {.port = request.listeners[index].port,
          .talk = Talk::mqtt,
          .owner = owner,
          .log = [owner = owner.get()] { return owner->broker->log(); }};
}

}  // namespace

PeerKind activemq_kind() {
  // Both were tried, and go wrong with libssl's clients alike: the records behind a KeyUpdate that
  // came in one read are answered when the next bytes arrive.
  return {
      "Java (ActiveMQ)",
      start_activemq,
      {{Feature::fragmented, "it has no setting for smaller records"},
       {Feature::our_key_update,
        "its NIO transport lets what shares a read with a KeyUpdate lie until more arrives, also "
        "from libssl"},
       {Feature::its_key_update,
        "with a limit on its keys (jdk.tls.keyLimits) it stops answering, libssl's clients too"}}};
}

}  // namespace handfast::test
