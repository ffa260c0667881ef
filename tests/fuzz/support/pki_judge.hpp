// What must hold for everything that the readers of pki/formats take, whatever it is.
#pragma once

#include <cstdlib>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "pki/formats/encode.hpp"
#include "pki/formats/inspect.hpp"
#include "pki/formats/order.hpp"

namespace handfast::fuzz {

/// Reads `bytes`, with the passphrase "x" or without; aborts when a rule is broken. The budget for
/// key derivation is small, so that an input costs milliseconds.
inline std::vector<pki::Credential> judge_credentials(std::string_view bytes, bool passphrase) {
  const pki::Secret secret("x");
  const pki::ReadOptions options{.passphrase = passphrase ? &secret : nullptr,
                                 .most_kdf_rounds = 5000};
  auto found = pki::parse_credential_file(bytes, "fuzz", options);
  if (!found) {
    const auto& problem = found.error();
    if (problem.kind != ProblemKind::environment || problem.where != "fuzz") std::abort();
    return {};
  }
  if (found->items.empty()) std::abort();
  std::vector<X509*> certificates;
  for (const auto& item : found->items) {
    if (item.certificate) certificates.push_back(item.certificate.get());
    const bool secret_kind = item.kind == pki::CredentialKind::private_key ||
                             item.kind == pki::CredentialKind::encrypted_key ||
                             item.kind == pki::CredentialKind::locked_store;
    const auto der = pki::credential_der(item);
    if (secret_kind && der) std::abort();  // those have to go through encode_key
    // A name may hold PEM's mark, and short DER with it reads as text.
    const bool ambiguous = der && der->find("-----BEGIN ") != std::string::npos;
    if (!secret_kind && der && !ambiguous && !pki::parse_credentials(*der, "again")) std::abort();
  }
  if (!certificates.empty() && certificates.size() < 20) {
    (void)pki::in_order(certificates, pki::RootPlace::last, "fuzz");
  }
  std::vector<pki::InspectedFile> files;
  files.push_back(pki::inspected("fuzz", std::move(*found)));
  if (pki::inspect_text(files, WallTime{}).find('\x1b') != std::string::npos) std::abort();
  (void)pki::inspect_json(files, WallTime{});
  return std::move(files.front().credentials);
}

}  // namespace handfast::fuzz
