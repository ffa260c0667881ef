// VerneMQ: vernemq.conf, settings of a listener under its own name.
#include <fmt/format.h>

#include "harness/broker/prepared/prepared.hpp"

namespace handfast::broker::prepared {

namespace {

std::string tls_settings(const ListenerSettings& listener, const std::string& prefix) {
  std::string text;
  const auto add = [&](std::string_view key, std::string_view value) {
    text += fmt::format("{}.{} = {}\n", prefix, key, value);
  };
  add("certfile", listener.certificate.string());
  add("keyfile", listener.key.string());
  if (!listener.trust.empty()) add("cafile", listener.trust.string());
  add("require_certificate", listener.kind.two_way ? "on" : "off");
  add("use_identity_as_username", listener.user_from == UserFrom::common_name ? "on" : "off");
  if (!listener.revoked.empty()) add("crlfile", listener.revoked.string());
  if (!listener.tls_version.empty()) add("tls_version", "tlsv" + listener.tls_version);
  return text;
}

std::string render(const Settings& settings) {
  auto text = fmt::format("# {}\nnodename = VerneMQ@127.0.0.1\nallow_anonymous = on\n", made_by);
  for (const auto& listener : settings.listeners) {
    const auto prefix =
        fmt::format("listener.{}.{}", type_of(listener.kind.transport), identifier(listener.name));
    text += fmt::format("\n# {}\n{} = 127.0.0.1:{}\n", listener.name, prefix, listener.port);
    if (uses_tls(listener.kind.transport)) text += tls_settings(listener, prefix);
  }
  return text;
}

Capabilities capabilities(const std::string& /*version*/) {
  return Capabilities({{"tls.stack", "otp"},
                       {"tls.versions", "1.2"},
                       {"mtls", "required"},
                       {"crl.file", "yes"},
                       {"ident", "cn"},
                       {"ident.to", "username"},
                       {"ws", "yes"},
                       {"wss", "yes"}});
}

}  // namespace

const Driver& vernemq() {
  static const Driver driver{
      .name = "vernemq",
      .installing = "vernemq.com has packages and images",
      // A certificate is asked for when one is required, and not otherwise.
      .can = {.tls_version = true,
              .revoked = true,
              .optional_clients = false,
              .user_from = {UserFrom::common_name}},
      .render = render,
      .capabilities = capabilities,
      .starting =
          "cp {configuration} /etc/vernemq/vernemq.conf && vernemq console -noshell -noinput",
      .reloading = "vmq-admin tls clear-pem-cache"};
  return driver;
}

}  // namespace handfast::broker::prepared
