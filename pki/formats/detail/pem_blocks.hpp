// PEM (RFC 7468, and the headers of RFC 1421 for old encrypted keys), read tolerantly: people paste
// it from mails, web pages, YAML and JSON.
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "pki/formats/secret.hpp"

namespace handfast::pki::detail {

/// One block, decoded. The data may be a private key, hence the type.
struct PemBlock {
  std::string label;  ///< "CERTIFICATE"
  /// "Proc-Type: 4,ENCRYPTED\nDEK-Info: ...\n" of an old encrypted key, else empty.
  std::string header;
  Secret der;

  bool encrypted() const { return header.find("ENCRYPTED") != std::string::npos; }
  ByteView data() const { return as_bytes(der.text()); }
};

bool looks_like_pem(std::string_view text);

/// Reads block after block. Text outside of blocks is ignored.
class PemReader {
 public:
  PemReader(std::string_view text, std::string where) : rest_(text), where_(std::move(where)) {}

  /// False when there is no further block. Environment problem "block 2 is broken: ..." for one
  /// without its END line or with something else than base64 inside.
  Result<bool> next(PemBlock& out);
  std::size_t number() const { return number_; }  ///< of the last block, from 1

 private:
  Problem broken(std::string_view why) const;

  std::string_view rest_;
  std::string where_;
  std::size_t number_ = 0;
};

}  // namespace handfast::pki::detail
