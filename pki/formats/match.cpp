#include "pki/formats/match.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace handfast::pki {

namespace {

/// What stands for a file: in a store its private key, because the order of a store's certificates
/// says nothing; else the first object, in a chain its leaf.
const Credential& main_of(const InspectedFile& file) {
  for (const auto& detail : file.details) {
    if (detail.field != "format" || detail.value != "PKCS#12") continue;
    for (const auto& credential : file.credentials) {
      if (credential.kind == CredentialKind::private_key) return credential;
    }
  }
  return file.credentials.front();
}

std::string title(const InspectedFile& file) {
  return fmt::format("{} ({})", file.file, to_string(main_of(file).kind));
}

Result<void> check_comparable(const InspectedFile& file) {
  const auto& main = main_of(file);
  if (main.public_key() != nullptr) return {};
  switch (main.kind) {
    case CredentialKind::encrypted_key:
    case CredentialKind::locked_store:
      return locked_problem(main.kind, file.file);
    case CredentialKind::crl:
    case CredentialKind::ocsp_response:
      return environment_problem(fmt::format("the {} has no key to compare", to_string(main.kind)),
                                 file.file, "give a certificate, a request or a key");
    default:
      return environment_problem(
          fmt::format("the {} has a key that OpenSSL does not know", to_string(main.kind)),
          file.file);
  }
}

}  // namespace

Result<MatchAnswer> match(const std::vector<InspectedFile>& files) {
  if (files.size() < 2)
    return usage_problem("match needs two or three files", {}, "give a certificate and its key");
  for (const auto& file : files) {
    if (auto comparable = check_comparable(file); !comparable) return comparable.error();
  }
  std::vector<std::string> titles;
  const auto& first = files.front();
  for (const auto& file : files) {
    if (EVP_PKEY_eq(main_of(first).public_key(), main_of(file).public_key()) != 1) {
      tls::drain_errors();
      return MatchAnswer{false,
                         fmt::format("{} and {} do not belong together: their public keys differ",
                                     title(first), title(file))};
    }
    titles.push_back(title(file));
  }
  return MatchAnswer{true, join(titles, " and ") + " belong together"};
}

}  // namespace handfast::pki
