// Key exchange groups that are wanted where they exist: "?X25519MLKEM768" is offered by a libssl
// that has it and left out by an older one. The notation is that of OpenSSL 3.3 and later.
#pragma once

#include <string>
#include <vector>

namespace handfast::tls {

/// `wanted` for ClientSettings::groups: names behind a question mark lose it, or are left out when
/// libssl lacks them. When nothing would be left all stay, so that the engine refuses them: an
/// empty list would mean the groups that libssl prefers, which nobody asked for.
std::vector<std::string> available_groups(const std::vector<std::string>& wanted);

/// The names behind a question mark that available_groups() leaves out, without it.
std::vector<std::string> lacking_groups(const std::vector<std::string>& wanted);

}  // namespace handfast::tls
