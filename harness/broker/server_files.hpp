// The certificate files of a PKI directory that a broker and its clients need, found by the names
// that the presets of `handfast pki` use.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/broker/broker.hpp"
#include "harness/broker/detached.hpp"

namespace handfast::broker {

struct ServerFiles {
  std::filesystem::path certificate;  ///< leaf and intermediates
  std::filesystem::path key;
  std::filesystem::path trust;  ///< anchors for client certificates
  ClientFiles client;
};

/// The files that an applied preset has in `directory`, whether or not they are there yet.
ServerFiles server_file_names(const std::filesystem::path& directory);

/// The files of an applied preset in `directory`. Environment problem naming the first missing file
/// of the nearest layout.
Result<ServerFiles> server_files(const std::filesystem::path& directory);

/// One listener for each of `names` ("tls-two-way", or "tls-two-way:18883" with a fixed port), with
/// the files that its kind needs. Usage problem for an unknown kind or a bad port.
Result<std::vector<ListenerSettings>> listener_settings(const std::vector<std::string>& names,
                                                        const ServerFiles& files);

}  // namespace handfast::broker
