// EMQX 4: one "key = value" for each line.
#include <fmt/format.h>

#include "harness/broker/prepared/emqx.hpp"

namespace handfast::broker::prepared {

namespace {

std::string tls_settings(const ListenerSettings& listener, const std::string& prefix) {
  std::string text;
  const auto add = [&](std::string_view key, std::string_view value) {
    text += fmt::format("{}.{} = {}\n", prefix, key, value);
  };
  add("certfile", listener.certificate.string());
  add("keyfile", listener.key.string());
  if (!listener.trust.empty()) add("cacertfile", listener.trust.string());
  add("verify", listener.kind.two_way ? "verify_peer" : "verify_none");
  // The default is false, with which a client without certificate gets in.
  const bool insist = listener.kind.two_way && !listener.certificate_optional;
  add("fail_if_no_peer_cert", insist ? "true" : "false");
  if (!listener.tls_version.empty()) add("tls_versions", "tlsv" + listener.tls_version);
  if (listener.user_from == UserFrom::common_name) add("peer_cert_as_username", "cn");
  if (listener.user_from == UserFrom::subject) add("peer_cert_as_username", "dn");
  if (listener.binds_client_id) add("peer_cert_as_clientid", "cn");
  return text;
}

std::string render(const Settings& settings) {
  auto text = fmt::format("## {}\nallow_anonymous = true\n", made_by);
  for (const auto& listener : settings.listeners) {
    const auto prefix =
        fmt::format("listener.{}.{}", type_of(listener.kind.transport), identifier(listener.name));
    text += fmt::format("\n## {}\n{} = 127.0.0.1:{}\n", listener.name, prefix, listener.port);
    if (uses_websocket(listener.kind.transport)) text += prefix + ".mqtt_path = /mqtt\n";
    if (uses_tls(listener.kind.transport)) text += tls_settings(listener, prefix);
  }
  return text;
}

}  // namespace

const Driver& emqx4() {
  static const auto driver = emqx("emqx4", render);
  return driver;
}

}  // namespace handfast::broker::prepared
