// `pki convert`: the same objects in another format.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/problem.hpp"
#include "pki/formats/credentials.hpp"
#include "pki/formats/order.hpp"

namespace handfast::pki {

enum class Format : std::uint8_t {
  pem,       ///< all objects, in the order in which they came
  der,       ///< the one object
  p8,        ///< the one private key as PKCS#8
  p12,       ///< the key, its certificate and the chain; or certificates to trust
  p7b,       ///< all certificates, leaf first, and CRLs
  combined,  ///< certificate, chain, key in one PEM: HAProxy
};
std::string_view to_string(Format format);
const std::vector<std::string>& format_names();
/// Usage problem with a suggestion.
Result<Format> parse_format(std::string_view text);

struct ConvertOptions {
  Format to = Format::pem;
  bool der = false;        ///< p8 and p7b: DER instead of PEM
  bool trust = false;      ///< p12: certificates only, marked as anchors for Java
  bool leaf_only = false;  ///< p12 and combined: without the chain
  /// p12, p7b and combined: what becomes of the root; nullopt: last, and none for combined. `first`
  /// is for p7b only.
  std::optional<RootPlace> root;
  std::string name;                    ///< p12: friendly name; empty: the common name
  const Secret* passphrase = nullptr;  ///< encrypts the output's key; not owned; required for p12
};

struct Converted {
  Secret bytes;
  bool holds_key = false;  ///< the file needs mode 0600 and must not replace anything
  std::string summary;     ///< "PKCS#12: 3 certificates and the private key"
};

/// `items` are those of all inputs, one behind the other. Environment problem for what is still
/// locked and for a mismatched pair, usage problem when `items` are not what the format takes.
Result<Converted> convert(const std::vector<Credential>& items, const ConvertOptions& options,
                          const std::string& where);

}  // namespace handfast::pki
