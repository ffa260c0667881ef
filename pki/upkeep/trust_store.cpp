#include "pki/upkeep/trust_store.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <iterator>

#include "core/base/file.hpp"
#include "core/base/text.hpp"
#include "core/tls/identity.hpp"
#include "pki/files/files.hpp"
#include "pki/formats/credentials.hpp"
#include "pki/formats/order.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/validity.hpp"

namespace handfast::pki {

namespace {

constexpr std::string_view suffix = "-trust";

bool is_file_name(std::string_view text) {
  return !text.empty() && text.front() != '.' && text.size() <= 64 &&
         std::ranges::all_of(text, [](char c) {
           return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
                  c == '.' || c == '_' || c == '-';
         });
}

using Certificates = std::vector<tls::CertificatePtr>;

std::string subject_of(const X509* certificate) {
  return name_text(X509_get_subject_name(certificate));
}

/// Who may vouch for an import: what was imported before, and our own authorities.
Result<Certificates> anchors_of(const Home& home) {
  Certificates out;
  std::error_code error;
  if (std::filesystem::exists(home.path(std::string(trust_bundle_file)), error)) {
    auto text = read_file(home.path(std::string(trust_bundle_file)));
    if (!text) return text.error();
    auto known = tls::parse_certificates(*text, std::string(trust_bundle_file));
    if (!known) return known.error();
    out = std::move(*known);
  }
  for (const auto& authority : home.manifest().authorities) {
    auto certificate = home.certificate(authority.name);
    if (certificate) out.push_back(std::move(*certificate));
  }
  return out;
}

Result<void> check_import(X509* certificate, const Certificates& all, const Certificates& anchors,
                          const std::string& where, WallTime now) {
  if (X509_check_ca(certificate) == 0) {
    return usage_problem(fmt::format("{} is no CA certificate, nobody can be vouched for by it",
                                     subject_of(certificate)),
                         where, "import the certificate of its CA");
  }
  const auto period = period_of(certificate);
  if (period.not_after < now) {
    return environment_problem(
        fmt::format("{} expired on {}", subject_of(certificate), time_text(period.not_after)),
        where, "ask its owner for the new one");
  }
  if (is_self_issued(certificate)) {
    if (is_self_signed(certificate)) return {};
    return environment_problem(
        fmt::format("{}: its signature is not by its own key", subject_of(certificate)), where);
  }
  const auto vouches = [&](const tls::CertificatePtr& other) {
    return other.get() != certificate && issued(other.get(), certificate);
  };
  if (std::ranges::any_of(all, vouches) || std::ranges::any_of(anchors, vouches)) return {};
  return usage_problem(
      fmt::format("{} is an intermediate, and its issuer {} is not trusted yet",
                  subject_of(certificate), name_text(X509_get_issuer_name(certificate))),
      where, "import the root first, then the intermediate");
}

/// Only what is a certificate counts; a private key in the text is refused, not dropped: its owner
/// should know.
Result<Certificates> certificates_in(std::string_view text, const std::string& where) {
  auto credentials = parse_credentials(text, where);
  if (!credentials) return credentials.error();
  Certificates out;
  for (auto& credential : *credentials) {
    if (!credential.certificate) {
      return usage_problem(fmt::format("there is a {} in it", to_string(credential.kind)), where,
                           "a trust store holds certificates only");
    }
    out.push_back(std::move(credential.certificate));
  }
  return out;
}

/// Nobody is to stand in front of whom it vouches for: intermediates first, roots last.
void sort_roots_last(Certificates& certificates) {
  Certificates roots;
  for (auto& certificate : certificates) {
    if (is_self_issued(certificate.get())) roots.push_back(std::move(certificate));
  }
  std::erase(certificates, nullptr);
  certificates.insert(certificates.end(), std::make_move_iterator(roots.begin()),
                      std::make_move_iterator(roots.end()));
}

std::string pem_of(const Certificates& certificates) {
  std::string out;
  for (const auto& certificate : certificates) out += certificate_pem(certificate.get());
  return out;
}

}  // namespace

std::string trust_file(const std::string& name) { return fmt::format("trust/{}.pem", name); }

std::vector<std::string> trust_names(const Home& home) {
  std::vector<std::string> out;
  std::error_code error;
  for (const auto& entry : std::filesystem::directory_iterator(home.path("trust"), error)) {
    const auto stem = entry.path().stem().string();
    if (entry.path().extension() == ".pem" && stem.ends_with(suffix)) out.push_back(stem);
  }
  std::ranges::sort(out);
  return out;
}

Result<void> write_trust_bundle(const Home& home) {
  Certificates all;
  for (const auto& name : trust_names(home)) {
    auto text = read_file(home.path(trust_file(name)));
    if (!text) return text.error();
    auto parsed = tls::parse_certificates(*text, trust_file(name));
    if (!parsed) return parsed.error();
    for (auto& certificate : *parsed) {
      const auto same = [&](const auto& other) {
        return X509_cmp(other.get(), certificate.get()) == 0;
      };
      if (std::ranges::none_of(all, same)) all.push_back(std::move(certificate));
    }
  }
  const auto file = home.path(std::string(trust_bundle_file));
  std::error_code error;
  if (all.empty()) {
    std::filesystem::create_directories(home.path("archive"), error);
    std::filesystem::rename(file, home.path("archive/trust.pem"), error);
    return {};
  }
  sort_roots_last(all);
  return write_file(file, pem_of(all), 0644);
}

Result<ImportReport> import_trust(Home& home, std::string_view text, const std::string& where,
                                  const std::string& name, WallTime now) {
  if (!is_file_name(name)) {
    return usage_problem(fmt::format("\"{}\" cannot be a name", printable(name)), {},
                         "letters, digits and . _ - only");
  }
  auto certificates = certificates_in(text, where);
  if (!certificates) return certificates.error();
  auto anchors = anchors_of(home);
  if (!anchors) return anchors.error();
  ImportReport report;
  report.name = name.ends_with(suffix) ? name : name + std::string(suffix);
  for (const auto& certificate : *certificates) {
    auto good = check_import(certificate.get(), *certificates, *anchors, where, now);
    if (!good) return good.error();
    report.notes.push_back(fmt::format("{}: trusted until {}", subject_of(certificate.get()),
                                       time_text(period_of(certificate.get()).not_after)));
  }
  sort_roots_last(*certificates);
  const auto pem = pem_of(*certificates);
  const auto file = trust_file(report.name);
  std::error_code error;
  if (std::filesystem::exists(home.path(file), error)) {
    auto there = read_file(home.path(file));
    if (!there) return there.error();
    if (*there != pem) {
      return environment_problem(
          fmt::format("\"{}\" is another certificate already", report.name),
          home.path(file).string(),
          fmt::format("choose another name, or first: handfast pki forget {}", report.name));
    }
    report.unchanged = true;
    return report;
  }
  std::filesystem::create_directories(home.path("trust"), error);
  if (auto written = write_file(home.path(file), pem, 0644); !written) return written.error();
  if (auto written = write_trust_bundle(home); !written) return written.error();
  report.files = {file, std::string(trust_bundle_file)};
  return report;
}

}  // namespace handfast::pki
