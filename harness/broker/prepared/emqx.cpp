#include "harness/broker/prepared/emqx.hpp"

namespace handfast::broker::prepared {

namespace {

Capabilities emqx_capabilities(const std::string& /*version*/) {
  return Capabilities({{"tls.stack", "otp"},
                       {"tls.versions", "1.2,1.3"},
                       {"mtls", "optional,required"},
                       {"ident", "cn,dn"},
                       {"ident.to", "username,clientid"},
                       {"ws", "yes"},
                       {"wss", "yes"}});
}

}  // namespace

Driver emqx(std::string name, std::string (*render)(const Settings& settings)) {
  return {.name = std::move(name),
          .installing = "emqx.io has packages and images",
          .configuration_name = "handfast.conf",
          .can = {.tls_version = true,
                  .user_from = {UserFrom::common_name, UserFrom::subject},
                  .binds_client_id = true},
          .render = render,
          .capabilities = emqx_capabilities,
          .starting = "cat {configuration} >> EMQX/etc/emqx.conf && EMQX/bin/emqx foreground",
          .reloading = "emqx eval 'ssl:clear_pem_cache().'"};
}

}  // namespace handfast::broker::prepared
