// A broker that others start, described by a file:
//
//     handfast-target: 1
//     name: mybroker                  # the column's title
//     version: "2.1"
//     material: material              # what --prepare wrote; from the file's folder
//     profiles:
//       one: tls://127.0.0.1:8883     # one-way, server certificate server-chain-full
//       mtls: {url: "tls://127.0.0.1:8884", login: {user: me}}
//     login: {user: me, password: x}  # in each CONNECT; profiles may have their own
//     capabilities: {tls.versions: ["1.2", "1.3"], mtls: required}
//     reload: kill -HUP "$(cat broker.pid)"
//     restart: systemctl restart mybroker
//     log: tail -n 0 -F /var/log/mybroker.log
//
// Commands are run by /bin/sh in the file's folder. A login with "from: certificate" gives who
// shows a certificate the name in it.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "harness/broker/broker.hpp"
#include "harness/broker/capabilities.hpp"

namespace handfast::check {

/// Of a broker that was not set up with material of ours (url_target.hpp).
struct OwnCertificates {
  std::filesystem::path trust;        ///< PEM anchors of the broker's certificate; empty: no TLS
  std::filesystem::path certificate;  ///< PEM chain of a client that it lets in; empty: none
  std::filesystem::path key;
  std::string server_name;  ///< in place of the endpoint's host
};

struct Target {
  std::filesystem::path file;
  std::string name;
  std::string version;
  std::filesystem::path material;  ///< folder; empty with certificates of its own
  std::optional<OwnCertificates> own{};
  std::vector<broker::Listener> listeners;
  broker::Capabilities capabilities;
  std::string reload;   ///< makes it read its files again; empty: it does not
  std::string restart;  ///< run before the first check; empty: it is up
  std::string log;      ///< prints log lines as they come, until it is ended; empty: none to be had
};

/// Reads a descriptor strictly. Usage problem with `file`:line:column and a hint for an unknown or
/// missing key, an unknown profile or capability, a URL that is none or of a transport that the
/// profile does not have.
Result<Target> parse_target(std::string_view text, const std::string& file);
/// parse_target() of a file. Environment problem when it or its folder of material is not there.
Result<Target> load_target(const std::filesystem::path& file);

}  // namespace handfast::check
