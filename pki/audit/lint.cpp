#include "pki/audit/lint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <nlohmann/json.hpp>

#include "core/base/text.hpp"
#include "pki/audit/detail/lint_view.hpp"

namespace handfast::pki {

namespace {

/// The certificate of `views` that issued `view`: by name, and by key identifier where both say it.
const detail::CertificateView* issuer_of(const detail::CertificateView& view,
                                         const std::vector<detail::CertificateView>& views) {
  const detail::CertificateView* by_name = nullptr;
  for (const auto& other : views) {
    if (X509_NAME_cmp(X509_get_issuer_name(view.x509), X509_get_subject_name(other.x509)) != 0) {
      continue;
    }
    const bool same_id = view.authority_key_id == other.subject_key_id;
    if (same_id || X509_cmp(view.x509, other.x509) == 0) return &other;
    if (by_name == nullptr) by_name = &other;
  }
  return by_name;
}

void lint_certificate(const detail::CertificateView& view, detail::LintContext& context) {
  detail::lint_extensions(view, context);
  detail::lint_names(view, context);
  detail::lint_values(view, context);
  detail::lint_relations(view, context);
}

std::size_t count(const std::vector<Finding>& findings, Severity severity) {
  return static_cast<std::size_t>(
      std::count_if(findings.begin(), findings.end(),
                    [&](const Finding& finding) { return finding.severity() == severity; }));
}

/// "1 error", "2 errors".
std::string counted(const std::vector<Finding>& findings, Severity severity) {
  const auto number = count(findings, severity);
  return fmt::format("{} {}{}", number, to_string(severity), number == 1 ? "" : "s");
}

}  // namespace

std::string_view to_string(Severity severity) {
  switch (severity) {
    case Severity::error:
      return "error";
    case Severity::warning:
      return "warning";
    case Severity::note:
      break;
  }
  return "note";
}

std::vector<Finding> lint(const std::vector<LintFile>& files, const LintOptions& options) {
  std::vector<detail::CertificateView> views;
  for (const auto& file : files) {
    for (auto* certificate : file.certificates) views.emplace_back(certificate);
  }
  for (auto& view : views) view.issuer = issuer_of(view, views);

  std::vector<Finding> out;
  detail::Findings findings(out);
  detail::LintContext context{options, files, views, findings};
  std::size_t at = 0;
  for (const auto& file : files) {
    for (std::size_t i = 0; i < file.certificates.size(); ++i, ++at) {
      findings.at(file.name, name_text(X509_get_subject_name(views[at].x509)));
      lint_certificate(views[at], context);
    }
    detail::lint_file(file, context);
  }
  detail::lint_crls(context);
  std::vector<Finding> sorted;
  for (const auto severity : {Severity::error, Severity::warning, Severity::note}) {
    std::copy_if(out.begin(), out.end(), std::back_inserter(sorted),
                 [&](const Finding& finding) { return finding.severity() == severity; });
  }
  return sorted;
}

std::string lint_text(const std::vector<Finding>& findings) {
  std::string out;
  for (const auto& finding : findings) {
    out += fmt::format("{:<8} {}", to_string(finding.severity()), finding.rule->id);
    if (!finding.file.empty()) out += fmt::format("  {}", printable(finding.file));
    if (!finding.subject.empty()) out += fmt::format("  {}", printable(finding.subject));
    out += fmt::format(": {} [{}]\n", finding.sentence, finding.rule->source);
  }
  out += fmt::format("{}, {}, {}\n", counted(findings, Severity::error),
                     counted(findings, Severity::warning), counted(findings, Severity::note));
  return out;
}

std::string lint_json(const std::vector<Finding>& findings) {
  nlohmann::ordered_json list = nlohmann::ordered_json::array();
  for (const auto& finding : findings) {
    list.push_back({{"rule", finding.rule->id},
                    {"severity", to_string(finding.severity())},
                    {"file", finding.file},
                    {"subject", finding.subject},
                    {"sentence", finding.sentence},
                    {"source", finding.rule->source}});
  }
  const nlohmann::ordered_json out{{"findings", list},
                                   {"errors", count(findings, Severity::error)},
                                   {"warnings", count(findings, Severity::warning)},
                                   {"notes", count(findings, Severity::note)}};
  return out.dump(2, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
}

bool lint_passes(const std::vector<Finding>& findings) {
  return count(findings, Severity::error) == 0;
}

}  // namespace handfast::pki
