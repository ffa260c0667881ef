// PEM (RFC 7468) of single fleet members, without OpenSSL's decoders: those cost 450 us for a key.
#pragma once

#include <optional>
#include <string_view>

#include "core/base/bytes.hpp"
#include "core/base/problem.hpp"
#include "pki/mint/key.hpp"

namespace handfast::pki::detail {

inline constexpr std::string_view certificate_label = "CERTIFICATE";
inline constexpr std::string_view key_label = "PRIVATE KEY";

/// One block, LF only, one final newline; appended to `out`.
void put_pem(std::string_view label, ByteView der, Bytes& out);
/// The DER of the first block with that label in `text`, which moves behind it; nullopt when there
/// is none or it is broken.
std::optional<Bytes> take_pem(std::string_view label, std::string_view& text);

/// The type of the key in the PKCS#8 `der`. Environment problem when it cannot be read or is of no
/// type that we know.
Result<KeyType> type_of_pkcs8(ByteView der);
/// PKCS#8 as key_bytes.hpp has it, appended to `out`. Environment problem when it is no key of that
/// type.
Result<void> put_key_bytes(ByteView pkcs8, KeyType type, Bytes& out);

}  // namespace handfast::pki::detail
