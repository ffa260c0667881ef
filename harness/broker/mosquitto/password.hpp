// The lines of mosquitto's password file.
#pragma once

#include <string>

#include "harness/broker/broker.hpp"

namespace handfast::broker::mosquitto {

/// "USER:$6$SALT$HASH" and a line break: a random salt of 12 bytes and SHA-512 of the password and
/// the salt, both in base64, as mosquitto_passwd(1) wrote them before 2.0 and all versions read.
std::string password_line(const Account& account);

}  // namespace handfast::broker::mosquitto
