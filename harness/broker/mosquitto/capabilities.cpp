// What mosquitto was seen to do, in the keys of the conformance catalogue.
#include "harness/broker/mosquitto/mosquitto.hpp"

namespace handfast::broker::mosquitto {

Capabilities capabilities(const std::string& /*version*/) {
  return Capabilities({{"tls.stack", "openssl"},
                       {"tls.versions", "1.2,1.3"},
                       // 2.0 does not ask for what it does not require.
                       {"mtls", "required"},
                       {"crl.file", "yes"},
                       {"crl.scope", "leaf"},
                       {"ident", "cn,dn"},
                       {"ident.to", "username,clientid"},
                       {"ident.password", "yes"},
                       {"psk", "yes"},
                       {"ws", "yes"},
                       {"wss", "yes"},
                       {"reload", "signal"},
                       {"oob.log", "yes"},
                       {"oob.restart", "yes"}});
}

}  // namespace handfast::broker::mosquitto
