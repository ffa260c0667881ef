// ejabberd's MQTT service, tried with 23.01 of Debian 12 on OTP 25.
//
// - CONNECT without a user name is refused (return code 5, reason code 0x87), also where anybody
//   may log in: one-way clients must send one, with any password.
// - A two-way listener asks for a certificate but completes the handshake without one and refuses
//   at CONNECT, whose user name must be the certificate's common name (a UTF8String that reads as a
//   JID: "dev-1" is dev-1@localhost) and which must have no password. wss listeners cannot ask.
// - A one-way TLS listener asks for a certificate too, and does nothing with it.
// - How users log in holds for the whole node, so one-way and two-way listeners cannot share one.
// - Its own ejabberdctl neither passes signals on nor runs as any user but root and ejabberd, so
//   the driver starts the virtual machine itself; with a fixed port for its node (-erl_epmd_port)
//   there is no name service to leave behind.
// - Broker::reload writes the bundle of certificates and key anew and calls reload_config.
#pragma once

#include "harness/broker/driver.hpp"
#include "harness/broker/ejabberd/render.hpp"

namespace handfast::broker::ejabberd {

const Driver& driver();

std::string render(const Settings& settings);  ///< ejabberd.yml
bool can_share(const ListenerSettings& a, const ListenerSettings& b);

/// ejabberd's folder among those of `lib` ("/usr/lib/x86_64-linux-gnu/ejabberd-23.01"), found one
/// level below it; empty when there is none.
std::filesystem::path find_library(const std::filesystem::path& lib);

}  // namespace handfast::broker::ejabberd
