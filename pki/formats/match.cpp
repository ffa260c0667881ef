#include "pki/formats/match.hpp"

#include <fmt/format.h>

#include "core/base/text.hpp"

namespace handfast::pki {

namespace {

std::string title(const InspectedFile& file) {
  return fmt::format("{} ({})", file.file, to_string(file.credentials.front().kind));
}

}  // namespace

Result<MatchAnswer> match(const std::vector<InspectedFile>& files) {
  if (files.size() < 2)
    return usage_problem("match needs two or three files", {}, "give a certificate and its key");
  for (const auto& file : files) {
    if (file.credentials.front().public_key() != nullptr) continue;
    if (file.credentials.front().kind == CredentialKind::encrypted_key) {
      return environment_problem("the private key is encrypted", file.file,
                                 "decrypt it first: openssl pkey -in KEY -out PLAIN");
    }
    return environment_problem(fmt::format("the {} has a key that OpenSSL does not know",
                                           to_string(file.credentials.front().kind)),
                               file.file);
  }
  std::vector<std::string> titles;
  const auto& first = files.front();
  for (const auto& file : files) {
    if (EVP_PKEY_eq(first.credentials.front().public_key(),
                    file.credentials.front().public_key()) != 1) {
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
