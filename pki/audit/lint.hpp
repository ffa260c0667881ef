// `pki lint`: what is wrong or unwise about certificates, keys, CRLs and the files that hold them,
// rule by rule. The rules are those that matter to brokers and their clients.
#pragma once

#include <sys/stat.h>

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/clock.hpp"
#include "core/base/problem.hpp"
#include "core/tls/openssl.hpp"

namespace handfast::pki {

enum class Severity : std::uint8_t { note, warning, error };
std::string_view to_string(Severity severity);  ///< "note", "warning", "error"

struct LintRule {
  std::string_view id;  ///< "pki.aki-absent": stable, scripts filter by it
  Severity severity;
  std::string_view what;    ///< one sentence
  std::string_view source;  ///< "RFC 5280 4.2.1.1"
};

/// All rules, by id.
const std::vector<LintRule>& lint_rules();

struct Finding {
  const LintRule* rule = nullptr;
  std::string file;      ///< empty when the input has no name
  std::string subject;   ///< of the certificate; empty for findings about a file or key
  std::string sentence;  ///< what was seen

  Severity severity() const { return rule->severity; }
};

/// One file, or one chain: what stands together and in which order. Nothing is owned.
struct LintFile {
  std::string name;
  std::string_view bytes;  ///< as they are on disk; empty: rules about bytes are left out
  std::vector<X509*> certificates;
  std::vector<X509_CRL*> crls;
  EVP_PKEY* key = nullptr;  ///< the private key in the file
  std::optional<mode_t> mode;
  std::optional<uid_t> owner;
};

struct LintOptions {
  WallTime now;
  std::vector<std::string> hosts;  ///< names and addresses that the leaf must carry
  Nanos soon = std::chrono::hours(24 * 30);
  bool rsa_only = false;          ///< peers that accept RSA signatures alone (capability S4-15)
  std::optional<uid_t> key_user;  ///< who must be able to read the keys
};

/// Judges all files together: issuers, keys and CRLs of one are looked for in the others too.
/// Errors first, then warnings, then notes; by file within them.
std::vector<Finding> lint(const std::vector<LintFile>& files, const LintOptions& options);

std::string lint_text(const std::vector<Finding>& findings);
/// {"findings": [{"rule", "severity", "file", "subject", "sentence", "source"}], "errors": n, ...}
std::string lint_json(const std::vector<Finding>& findings);
/// True when no finding is an error.
bool lint_passes(const std::vector<Finding>& findings);

}  // namespace handfast::pki
