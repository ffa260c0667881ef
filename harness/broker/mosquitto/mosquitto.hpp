// Eclipse Mosquitto, tried with 2.0.11 of Debian 12.
//
// On SIGHUP (Broker::reload) it logs "Reloading config." and its tls listeners show a new
// certificate from then on; its wss listeners only if a WebSocket client has used them since the
// start (until then mosquitto does not know their TLS context), the others after a restart.
#pragma once

#include <string>
#include <string_view>

#include "harness/broker/driver.hpp"

namespace handfast::broker::mosquitto {

const Driver& driver();

/// mosquitto.conf for `settings`: the only place of mosquitto's settings.
std::string render(const Settings& settings);

/// Access list, pre-shared keys and passwords, where they are wanted.
Result<std::vector<ExtraFile>> files(const Settings& settings);

/// The access list, the password file and allow_anonymous are for all listeners of a process.
bool can_share(const ListenerSettings& a, const ListenerSettings& b);

/// mosquitto 2.0 counts only its own sockets: with WebSocket listeners alone it says "Unable to
/// start any listening sockets, exiting". Then a plain one is added that nobody is told of.
void complete(Settings& settings);

/// What 2.0.11 was seen to do; its successors are taken to do no less.
Capabilities capabilities(const std::string& version);

/// "2.0.11" from the output of `mosquitto -h`; empty when it is not mosquitto's.
std::string parse_version(std::string_view help);

}  // namespace handfast::broker::mosquitto
