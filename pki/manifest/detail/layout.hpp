// Under which names the files of an entry go: the layouts that brokers and their guides expect.
//
//   layout       certificate     key             chain               more
//   plain        N.pem           N.key           N-chain.pem
//   emqx         N-cert.pem      N-key.pem       N-chain.pem         authorities N-cacert.pem,
//   N-ca.key letsencrypt  N/cert.pem      N/privkey.pem   N/fullchain.pem     N/chain.pem without
//   the leaf k8s          N/tls.crt       N/tls.key       = certificate       N/ca.crt, the root
//   combined     N.crt           N.key           N-chain.pem         N.pem: all three for HAProxy
//   cisco        N.CRT           N.KEY           N.PEM               N.CSR
//   apache       N.crt           N.key           N-chain.crt         N.csr
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "pki/manifest/detail/fields.hpp"
#include "pki/manifest/entries.hpp"

namespace handfast::pki::detail {

enum class Layout : std::uint8_t { plain, emqx, letsencrypt, k8s, combined, cisco, apache };
const std::vector<std::string>& layout_names();

/// Forms that are written beside the PEM files.
struct WriteSet {
  bool request = false;
  bool der = false;
  bool pkcs12 = false;
  bool pkcs7 = false;
  bool combined = false;
};

enum class FileRole : std::uint8_t { authority, identity };

/// The files of `name` in a layout; those of `write` get names too. A root has no request.
Files files_in(Layout layout, FileRole role, const std::string& name, const WriteSet& write);

/// `write`, a list of pem, csr, der, p12, p7b, combined; PEM is written always.
void read_write_set(Fields& fields, WriteSet& out);
/// `files: {key:, cert:, owner:}`: modes and the keys' owner.
void read_modes(Fields& fields, Files& out);
/// `file`: another name for all files, or a mapping with a name for each.
void read_file_names(Fields& fields, Layout layout, FileRole role, const std::string& name,
                     const WriteSet& write, Files& out);

/// "broker.pem" to "broker-rsa2048.pem": the files of an entry's twin.
Files with_suffix(Files files, const std::string& suffix);

}  // namespace handfast::pki::detail
