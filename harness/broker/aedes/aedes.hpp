// aedes, a broker for Node.js, tried with 1.2.0 on Node.js 20. It is a library: server.mjs, a part
// of this program, makes listeners for it and hands their connections over.
//
// - It comes by npm, into $HANDFAST_AEDES or handfast/aedes below the user's cache folder
//   ($XDG_CACHE_HOME, ~/.cache); `.ci/install test` puts it there, in the versions of
//   package-lock.json. It runs as our own user, as nobody else can look into that folder.
// - MQTT 3.1.1 alone: a CONNECT of 5.0 gets CONNACK 132.
// - Any listeners can share one process. TLS is Node's, which is OpenSSL; with CRLs it wants one of
//   every authority in the chain.
// - Node.js verifies a client's certificate when the handshake is over and then closes without an
//   alert; only who sends none gets one (certificate_required).
// - On SIGHUP (Broker::reload) server.mjs reads all certificate files again and logs "reloaded".
#pragma once

#include <string>
#include <string_view>

#include "harness/broker/driver.hpp"

namespace handfast::broker::aedes {

const Driver& driver();

std::string render(const Settings& settings);  ///< what server.mjs reads
std::string_view script();                     ///< server.mjs

/// The folder that npm installed into, from the environment.
std::filesystem::path modules_folder();

}  // namespace handfast::broker::aedes
