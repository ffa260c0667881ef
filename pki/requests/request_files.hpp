// The verbs csr, selfsigned and sign: certificate requests and certificates as files beside each
// other, without a manifest. Keys are made with mode 0600 and never overwritten.
#pragma once

#include <filesystem>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "pki/mint/key.hpp"
#include "pki/mint/request.hpp"
#include "pki/requests/name_arguments.hpp"

namespace handfast::pki {

struct NewRequest {
  std::filesystem::path folder;  ///< where the files go; must exist
  std::string base_name;         ///< BASE.key and BASE.csr
  NameArguments names;
  Profile profile;  ///< its usages are what the request asks for
  KeyType key = KeyType::p256;
  std::filesystem::path existing_key;  ///< sign with this key instead of a new one; empty: new
  SignatureOptions signature;
};

/// What a verb has written, for people and for JSON.
struct FilesReport {
  std::vector<std::string> written;
  std::string subject;
  std::vector<std::string> names;
  std::string key;         ///< "P-256"
  std::string not_before;  ///< RFC 3339; empty for a request
  std::string not_after;
  std::vector<std::string> kept;  ///< of a request, by `sign`
  std::vector<std::string> dropped;
  std::vector<std::string> added;
  std::vector<std::string> notes;  ///< one sentence each
};

/// Makes BASE.key (unless there is an existing key) and BASE.csr. With an existing key a request of
/// the same name is replaced; otherwise environment problem when either file is there: a key may be
/// in use.
Result<FilesReport> write_request(const NewRequest& request);

struct NewSelfSigned {
  NewRequest request;  ///< its profile decides between CA and leaf
  Validity validity;
  WallTime now;
};

/// Makes BASE.key and BASE.crt, a certificate that signs itself.
Result<FilesReport> write_self_signed(const NewSelfSigned& options);

struct RequestToSign {
  std::filesystem::path request;  ///< the file, or its base name: BASE is BASE.csr then
  std::filesystem::path ca;       ///< certificate, or base name: CA is CA.crt or CA.pem then
  std::filesystem::path ca_key;   ///< empty: beside the certificate, with suffix .key
  std::filesystem::path out;      ///< empty: beside the request, with suffix .crt
  Profile profile;
  std::set<CopyPart> copy;
  Validity validity;
  bool end_is_asked = false;  ///< somebody asked for this end: refuse rather than cut it
  SignatureOptions signature;
  WallTime now;
};

/// Issues a certificate from a request file. Usage problem for a request without proof of
/// possession and for a CA that may not sign; environment problem when CA and key do not belong
/// together, the CA is expired, or the output is there already.
Result<FilesReport> sign_request_file(const RequestToSign& options);

}  // namespace handfast::pki
