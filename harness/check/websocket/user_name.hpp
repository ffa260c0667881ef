// The user that a broker's log says a client is.
#pragma once

#include <optional>
#include <string>

namespace handfast::check::wss {

/// Of a line like "New client connected from 127.0.0.1:4711 as a (p2, c1, k60, u'NAME')."
/// (mosquitto) or `connect client "a" user "NAME" listener "b"` (our aedes server); nullopt for
/// others, and where nobody is named.
std::optional<std::string> user_name_in(const std::string& log_line);

}  // namespace handfast::check::wss
