// What the rules of lint look at: one certificate with its parsed extensions, its issuer when it is
// among the files, and the place where findings go.
#pragma once

#include <openssl/x509v3.h>

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "core/base/bytes.hpp"
#include "core/tls/openssl.hpp"
#include "pki/audit/lint.hpp"
#include "pki/mint/certificate.hpp"

namespace handfast::pki::detail {

using GeneralNamesPtr = tls::OpensslPtr<GENERAL_NAMES, GENERAL_NAMES_free>;

/// The rule called `id`, which must exist.
const LintRule& rule(std::string_view id);

class Findings {
 public:
  explicit Findings(std::vector<Finding>& out) : out_(out) {}
  void at(std::string file, std::string subject) {
    file_ = std::move(file);
    subject_ = std::move(subject);
  }
  void add(std::string_view id, std::string sentence) {
    out_.push_back({&rule(id), file_, subject_, std::move(sentence)});
  }

 private:
  std::vector<Finding>& out_;
  std::string file_;
  std::string subject_;
};

struct CertificateView {
  explicit CertificateView(X509* x509);

  X509* x509;
  const CertificateView* issuer = nullptr;  ///< null: not among the files
  bool self_issued = false;
  bool ca = false;
  std::optional<long> path_length;
  Usages usages;
  std::vector<std::string> dns;  ///< of the SAN
  std::vector<std::string> ips;  ///< octets of the SAN's addresses
  bool has_san = false;
  std::string common_name;
  Bytes subject_key_id;
  bool has_authority_key_id = false;
  Bytes authority_key_id;  ///< the keyid form; may be empty although the extension is there
  Bytes serial;
  bool negative_serial = false;
  std::vector<std::string> crl_urls;
  std::vector<std::string> ocsp_urls;

  bool has(int nid) const { return X509_get_ext_by_NID(x509, nid, -1) >= 0; }
  bool critical(int nid) const;
};

/// CRL distribution points or similar lists of URLs inside general names.
void add_urls(const GENERAL_NAMES* names, std::vector<std::string>& out);
std::string text_of(const ASN1_STRING* string);

/// Everything that one run of the rules shares.
struct LintContext {
  const LintOptions& options;
  const std::vector<LintFile>& files;
  const std::vector<CertificateView>& views;  ///< of all files, in order
  Findings& findings;
};

// The families of rules; each judges what its name says.
void lint_names(const CertificateView& view, LintContext& context);
void lint_extensions(const CertificateView& view, LintContext& context);
void lint_relations(const CertificateView& view, LintContext& context);
void lint_values(const CertificateView& view, LintContext& context);
void lint_crls(LintContext& context);
void lint_file(const LintFile& file, LintContext& context);

}  // namespace handfast::pki::detail
