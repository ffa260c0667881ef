#include "harness/broker/export/parts.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"

namespace handfast::broker::exporting {

ExportedFile text(std::string path, std::string content) {
  return {.path = std::move(path), .content = std::move(content), .mode = 0644};
}

ExportedFile secret(std::string path, std::string content) {
  return {.path = std::move(path), .content = std::move(content), .mode = 0600};
}

std::vector<ExportedFile> pem_files(const ExportRequest& request) {
  const auto& server = request.server;
  std::vector<ExportedFile> files{text(std::string(chain_file), server.chain_pem),
                                  secret(std::string(key_file), server.key_pem)};
  if (!server.trust_pem.empty()) files.push_back(text(std::string(trust_file), server.trust_pem));
  if (!server.crl_pem.empty()) files.push_back(text(std::string(crl_file), server.crl_pem));
  return files;
}

std::vector<ExportedFile> pkcs12_files(const ExportRequest& request) {
  const auto store = [&](std::string_view name, const std::string& bytes) {
    return ExportedFile{.path = std::string(name),
                        .content = bytes,
                        .mode = 0600,
                        .password = request.server.store_password};
  };
  std::vector<ExportedFile> files{store(keystore_file, request.server.keystore_p12)};
  if (asks_clients(request)) {
    files.push_back(store(truststore_file, request.server.truststore_p12));
    files.back().password.clear();  // it holds no key
  }
  if (!request.server.crl_pem.empty()) {
    files.push_back(text(std::string(crl_file), request.server.crl_pem));
  }
  return files;
}

std::string path(const ExportRequest& request, std::string_view file) {
  return fmt::format("{}/{}", request.folder, file);
}

namespace {

ExportedFile script(const ExportRequest& request, std::string_view name, std::string_view purpose,
                    std::string_view body) {
  auto content = fmt::format(
      "#!/bin/sh\n# {}\n# Made by handfast; changes are overwritten.\nset -eu\nhere='{}'\n"
      "PATH=\"$PATH:/usr/local/sbin:/usr/sbin\"\n{}",
      purpose, request.folder, body);
  return {.path = std::string(name), .content = std::move(content), .mode = 0755};
}

}  // namespace

ExportedFile start_script(const ExportRequest& request, std::string_view broker,
                          std::string_view body) {
  return script(request, "start.sh",
                fmt::format("Runs {} in the foreground with the settings of this folder; Ctrl-C or "
                            "SIGTERM ends it.",
                            broker),
                body);
}

ExportedFile control_script(const ExportRequest& request, std::string_view program,
                            std::string_view body) {
  return script(request, "ctl.sh", fmt::format("{} for the node that start.sh runs.", program),
                body);
}

std::string supervise(std::string_view command, std::string_view stop) {
  return fmt::format(
      "asked=no\n"
      "{} </dev/null &\n"
      "broker=$!\n"
      "trap 'asked=yes; {}' TERM INT\n"
      "status=0\n"
      "wait \"$broker\" || status=$?\n"
      "if [ \"$asked\" = yes ]; then  # the signal ended that wait, not the broker\n"
      "  status=0\n"
      "  wait \"$broker\" || status=$?\n"
      "fi\n",
      command, stop);
}

namespace {

std::string listener_table(const ExportRequest& request) {
  std::string table = "| Port | Transport | Client certificate |\n| --- | --- | --- |\n";
  for (const auto& listener : request.listeners) {
    table += fmt::format(
        "| {} | {}{} | {} |\n", listener.port, to_string(listener.transport),
        listener.enabled ? "" : " (switched off)",
        uses_tls(listener.transport) ? std::string(to_string(listener.clients)) : "no TLS");
  }
  return table;
}

}  // namespace

ExportedFile readme(const ExportRequest& request, std::string_view title, std::string_view how) {
  auto content = fmt::format("# {}\n\nMade by handfast; changes are overwritten.\n", title);
  if (!request.listeners.empty()) {
    content += fmt::format("\n## Listeners on 127.0.0.1\n{}", listener_table(request));
  }
  content += fmt::format("\n## How to use it\n{}\n## When a certificate was replaced\n{}\n", how,
                         reload_hint(request.target).value());
  return text("README.md", std::move(content));
}

std::vector<ExportListener> enabled(const ExportRequest& request) {
  std::vector<ExportListener> found;
  std::ranges::copy_if(request.listeners, std::back_inserter(found),
                       [](const auto& listener) { return listener.enabled; });
  return found;
}

bool has(const ExportRequest& request, Transport transport) {
  return std::ranges::any_of(request.listeners, [&](const auto& listener) {
    return listener.enabled && listener.transport == transport;
  });
}

bool asks_clients(const ExportRequest& request) {
  return std::ranges::any_of(request.listeners, [](const auto& listener) {
    return listener.enabled && listener.clients != ClientAuth::none;
  });
}

std::string kind_name(const ExportListener& listener) {
  if (listener.clients == ClientAuth::optional) {
    return std::string(to_string(listener.transport)) + "-optional";
  }
  return to_string(ListenerKind{.transport = listener.transport,
                                .two_way = listener.clients == ClientAuth::required});
}

std::string unique_name(const ExportListener& listener) {
  return fmt::format("{}-{}", kind_name(listener), listener.port);
}

bool wants(const ExportRequest& request, std::string_view version) {
  return request.tls_versions.empty() ||
         std::ranges::find(request.tls_versions, version) != request.tls_versions.end();
}

std::vector<std::string> versions(const ExportRequest& request, std::string_view prefix) {
  std::vector<std::string> found;
  for (const std::string_view version : {"1.3", "1.2"}) {
    if (wants(request, version)) found.push_back(fmt::format("{}{}", prefix, version));
  }
  return found;
}

}  // namespace handfast::broker::exporting
