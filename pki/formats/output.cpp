#include "pki/formats/output.hpp"

#include <openssl/crypto.h>

#include <algorithm>

#include "pki/files/files.hpp"
#include "pki/formats/credentials.hpp"
#include "pki/formats/detail/pkcs12_reader.hpp"

namespace handfast::pki {

bool holds_private_key(std::string_view bytes) {
  // Also of blocks that are broken, or that we do not read: somebody may miss them.
  if (bytes.find("PRIVATE KEY-----") != std::string_view::npos) return true;
  const auto* position = reinterpret_cast<const unsigned char*>(bytes.data());
  const detail::Pkcs12Ptr store(d2i_PKCS12(nullptr, &position, static_cast<long>(bytes.size())));
  const auto items = parse_credentials(bytes, "");
  tls::drain_errors();
  if (!items) return store != nullptr;
  return std::any_of(items->begin(), items->end(), [](const Credential& item) {
    return item.kind == CredentialKind::private_key || item.kind == CredentialKind::encrypted_key ||
           item.kind == CredentialKind::locked_store;
  });
}

Result<void> write_public(const std::filesystem::path& path, std::string_view bytes) {
  std::error_code ignored;
  if (std::filesystem::exists(path, ignored)) {
    auto there = read_file(path);
    if (!there) return there.error();
    const bool key = holds_private_key(*there);
    OPENSSL_cleanse(there->data(), there->size());
    if (key) {
      return environment_problem("the file there holds a private key", path.string(),
                                 "it is never overwritten; move it away first");
    }
  }
  return write_file(path, bytes, 0644);
}

Result<void> write_private(const std::filesystem::path& path, const Secret& secret) {
  return create_file(path, secret.text(), 0600);
}

}  // namespace handfast::pki
