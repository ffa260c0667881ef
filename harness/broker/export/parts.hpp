// What several exports have in common: their certificate files, the README and the head of
// start.sh.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "harness/broker/export/export.hpp"
#include "harness/broker/xml.hpp"

namespace handfast::broker::exporting {

/// Names of the certificate files inside an export.
inline constexpr std::string_view chain_file = "server-chain.pem";
inline constexpr std::string_view key_file = "server.key";
inline constexpr std::string_view trust_file = "cacert.pem";
inline constexpr std::string_view crl_file = "crl.pem";
inline constexpr std::string_view keystore_file = "server.p12";
inline constexpr std::string_view truststore_file = "trust.p12";

ExportedFile text(std::string path, std::string content);
ExportedFile secret(std::string path, std::string content);

/// server-chain.pem, server.key and, when there are any, cacert.pem and crl.pem.
std::vector<ExportedFile> pem_files(const ExportRequest& request);
/// server.p12 and, when clients are asked, trust.p12.
std::vector<ExportedFile> pkcs12_files(const ExportRequest& request);

/// Absolute path of one of the export's files as the broker will see it.
std::string path(const ExportRequest& request, std::string_view file);

/// start.sh: runs the broker in the foreground. `body` follows a head that sets $here and a PATH
/// with the folders of system programs, and stops at the first error.
ExportedFile start_script(const ExportRequest& request, std::string_view broker,
                          std::string_view body);

/// ctl.sh: the broker's own control program, pointed at the node that start.sh runs. `body` as
/// above.
ExportedFile control_script(const ExportRequest& request, std::string_view program,
                            std::string_view body);

/// Lines of start.sh that run `command` as a child, pass SIGTERM and SIGINT on by `stop` (shell
/// words that may use $broker, its pid) and end with its status: for brokers whose own scripts
/// would leave a process behind.
std::string supervise(std::string_view command, std::string_view stop);

/// README.md: the listeners, `how` to start or install, and the target's reload hint.
ExportedFile readme(const ExportRequest& request, std::string_view title, std::string_view how);

/// The listeners that are switched on.
std::vector<ExportListener> enabled(const ExportRequest& request);
bool has(const ExportRequest& request, Transport transport);
/// True when some listener asks clients for a certificate.
bool asks_clients(const ExportRequest& request);
/// "tls", "tls-two-way", "tls-optional": unique as long as ports do not repeat it.
std::string kind_name(const ExportListener& listener);
/// kind_name with the port behind it: unique.
std::string unique_name(const ExportListener& listener);

/// True when the request wants TLS `version` ("1.2", "1.3").
bool wants(const ExportRequest& request, std::string_view version);
/// The wanted versions, newest first, each in `prefix` + "1.3" form.
std::vector<std::string> versions(const ExportRequest& request, std::string_view prefix);

}  // namespace handfast::broker::exporting
