#include "pki/upkeep/import.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <optional>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "pki/files/files.hpp"
#include "pki/formats/credentials.hpp"
#include "pki/formats/order.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/validity.hpp"
#include "pki/store/home.hpp"

namespace handfast::pki {

namespace {

Problem misfit(std::string message, const std::string& where, std::string hint) {
  return {ProblemKind::failed, std::move(message), where, std::move(hint)};
}

std::string subject_of(const X509* certificate) {
  return name_text(X509_get_subject_name(certificate));
}

Result<std::vector<tls::CertificatePtr>> certificates_in(std::string_view text,
                                                         const std::string& where) {
  auto credentials = parse_credentials(text, where);
  if (!credentials) return credentials.error();
  std::vector<tls::CertificatePtr> out;
  for (auto& credential : *credentials) {
    if (credential.certificate) out.push_back(std::move(credential.certificate));
  }
  if (out.empty()) {
    return usage_problem("there is no certificate in it", where,
                         "give what the CA sent back, from BEGIN to END CERTIFICATE");
  }
  return out;
}

/// The key that a certificate for `name` has to be for: ours, or that of the request from outside.
Result<bool> is_for_key_of(const Home& home, const std::string& name, const X509* certificate) {
  const auto* entry = home.manifest().identity(name);
  if (entry && !entry->request.empty()) {
    auto request = load_credentials(entry->request);
    if (!request) return request.error();
    return belongs_to(certificate, request->front().public_key());
  }
  auto key = home.key(name);
  if (!key) return key.error();
  return belongs_to(certificate, key->get());
}

Result<void> check_fit(const Home& home, const std::string& name, X509* certificate,
                       const std::string& where, WallTime now) {
  auto fits = is_for_key_of(home, name, certificate);
  if (!fits) return fits.error();
  if (!*fits) {
    return misfit(
        fmt::format("{} is for another key than that of \"{}\"", subject_of(certificate), name),
        where, "was it signed from an older request?");
  }
  const auto period = period_of(certificate);
  if (period.not_after < now) {
    return misfit(
        fmt::format("{} expired on {}", subject_of(certificate), time_text(period.not_after)),
        where, "have it signed again");
  }
  const auto issuer_name = home.manifest().issuer_of(name);
  if (issuer_name.empty()) {
    if (is_self_signed(certificate)) return {};
    return misfit(fmt::format("\"{}\" is self-signed in the manifest, this was signed by {}", name,
                              name_text(X509_get_issuer_name(certificate))),
                  where, "name its issuer in the manifest");
  }
  auto issuer = home.certificate(issuer_name);
  if (!issuer) return issuer.error();
  if (issued(issuer->get(), certificate)) return {};
  return misfit(fmt::format("{} was signed by {}, not by \"{}\" as the manifest says",
                            subject_of(certificate), name_text(X509_get_issuer_name(certificate)),
                            issuer_name),
                where,
                "make the outside CA an authority of the manifest, and import its "
                "certificate first");
}

/// Puts the old text back unless the import went through.
class Placed {
 public:
  static Result<Placed> put(const std::filesystem::path& file, const std::string& text,
                            unsigned mode) {
    Placed out(file, mode);
    std::error_code error;
    if (std::filesystem::exists(file, error)) {
      auto before = read_file(file);
      if (!before) return before.error();
      out.before_ = std::move(*before);
    }
    if (auto written = write_file(file, text, mode); !written) return written.error();
    return out;
  }
  Result<void> take_back() {
    if (before_) return write_file(file_, *before_, mode_);
    std::error_code error;
    std::filesystem::remove(file_, error);
    return {};
  }

 private:
  Placed(std::filesystem::path file, unsigned mode) : file_(std::move(file)), mode_(mode) {}
  std::filesystem::path file_;
  unsigned mode_;
  std::optional<std::string> before_;
};

/// Nothing but the import may follow from it.
Result<void> check_plan(const Manifest& manifest, const std::string& name, const std::string& where,
                        ApplyOptions options) {
  options.dry_run = true;
  auto plan = apply(manifest, options);
  if (!plan) return plan.error();
  const auto own = std::ranges::find(plan->changes, name, &Change::entry);
  if (own != plan->changes.end() && own->action == "adopt") return {};
  return misfit(
      fmt::format("this certificate does not say what the manifest asks for \"{}\"", name), where,
      own == plan->changes.end()
          ? "it is an earlier generation"
          : fmt::format("apply would replace it ({}); compare names, usages and subject",
                        own->reason));
}

}  // namespace

Result<ImportReport> import_signed(const Manifest& manifest, std::string_view text,
                                   const std::string& where, const std::string& name,
                                   const ApplyOptions& options, WallTime now) {
  const auto* files = manifest.files(name);
  if (!files || manifest.fault(name)) {
    return usage_problem(
        fmt::format("the manifest has no authority or identity \"{}\"", printable(name)), where,
        suggest(name, manifest.names()));
  }
  auto certificates = certificates_in(text, where);
  if (!certificates) return certificates.error();
  X509* certificate = certificates->front().get();
  auto home = Home::open(manifest, options.home);
  if (!home) return home.error();
  ImportReport report;
  report.name = name;
  const auto state = home->entry(name);
  if (state && (*state)->certificate == fingerprint(certificate)) {
    report.unchanged = true;
    return report;
  }
  if (auto fits = check_fit(*home, name, certificate, where, now); !fits) return fits.error();
  auto pem = certificate_pem(certificate);
  if (files->certificate == files->chain) {
    for (std::size_t i = 1; i < certificates->size(); ++i) {
      pem += certificate_pem((*certificates)[i].get());
    }
  }
  auto placed = Placed::put(home->path(files->certificate), pem, files->certificate_mode);
  if (!placed) return placed.error();
  if (auto good = check_plan(manifest, name, where, options); !good) {
    if (auto back = placed->take_back(); !back) return back.error();
    return good.error();
  }
  auto applied = apply(manifest, options);
  if (!applied) return applied.error();
  report.files = std::move(applied->written);
  report.files.insert(report.files.begin(), files->certificate);
  if (state) {
    report.notes.push_back(fmt::format("{}@{} is in the archive", name, (*state)->generation));
  }
  report.notes.push_back(fmt::format("{}: {} until {}", name, subject_of(certificate),
                                     time_text(period_of(certificate).not_after)));
  return report;
}

}  // namespace handfast::pki
