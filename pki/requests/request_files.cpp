#include "pki/requests/request_files.hpp"

#include <fmt/format.h>
#include <openssl/crypto.h>

#include "core/base/file.hpp"
#include "core/tls/identity.hpp"
#include "pki/files/files.hpp"
#include "pki/formats/credentials.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/key.hpp"

namespace handfast::pki {

namespace {

constexpr mode_t key_mode = 0600;
constexpr mode_t public_mode = 0644;

std::filesystem::path file_of(const NewRequest& request, const char* suffix) {
  return request.folder / (request.base_name + suffix);
}

/// Nothing is made when one of the outputs is there: a new key beside an old request, or the other
/// way round, would not belong together.
Result<void> must_be_free(const std::filesystem::path& file) {
  std::error_code error;
  if (!std::filesystem::exists(std::filesystem::symlink_status(file, error))) return {};
  return environment_problem("the file is there already and may be in use", file.string(),
                             "take another base name, or move the file away");
}

Result<tls::PkeyPtr> load_key(const std::filesystem::path& file) {
  auto text = read_file(file);
  if (!text) return text.error();
  auto key = tls::parse_private_key(*text, file.string());
  OPENSSL_cleanse(text->data(), text->size());
  return key;
}

Result<tls::PkeyPtr> make_key_file(KeyType type, const std::filesystem::path& file) {
  auto key = make_key(type);
  if (!key) return key.error();
  auto text = private_key_pem(key->get());
  if (!text) return text.error();
  const auto created = create_file(file, *text, key_mode);
  OPENSSL_cleanse(text->data(), text->size());
  if (!created) return created.error();
  return std::move(*key);
}

FilesReport report_for(const NameArguments& names, const EVP_PKEY* key) {
  FilesReport report;
  report.subject = to_string(names.subject);
  for (const auto& name : names.names) report.names.push_back(to_string(name));
  report.key = describe_key(key);
  return report;
}

void add_period(const X509* certificate, FilesReport& report) {
  const auto period = period_of(certificate);
  report.not_before = time_text(period.not_before);
  report.not_after = time_text(period.not_after);
}

/// `name` itself when it is a file, else with the first of `suffixes` under which there is one.
std::filesystem::path with_suffix(const std::filesystem::path& name,
                                  std::initializer_list<const char*> suffixes) {
  std::error_code error;
  if (std::filesystem::is_regular_file(name, error)) return name;
  for (const char* suffix : suffixes) {
    auto file = name;
    file += suffix;
    if (std::filesystem::is_regular_file(file, error)) return file;
  }
  return name;
}

struct Ca {
  tls::CertificatePtr certificate;
  tls::PkeyPtr key;
};

Result<void> check_ca(const X509* certificate, const std::string& where, WallTime now) {
  if (X509_check_ca(const_cast<X509*>(certificate)) == 0) {
    return usage_problem("this certificate is not a CA's and may not sign", where,
                         "its basicConstraints lack CA:TRUE, or its keyUsage keyCertSign");
  }
  const auto end = period_of(certificate).not_after;
  if (end < now) {
    return environment_problem(fmt::format("the CA expired on {}", time_text(end)), where,
                               "renew it first");
  }
  return {};
}

Result<Ca> load_ca(const RequestToSign& options) {
  const auto file = with_suffix(options.ca, {".crt", ".pem"});
  auto credentials = load_credentials(file);
  if (!credentials) return credentials.error();
  Ca out;
  for (auto& credential : *credentials) {
    if (credential.certificate && !out.certificate) {
      out.certificate = std::move(credential.certificate);
    }
  }
  if (!out.certificate) return environment_problem("the file holds no certificate", file.string());
  if (auto good = check_ca(out.certificate.get(), file.string(), options.now); !good) {
    return good.error();
  }
  auto key_file = options.ca_key;
  if (key_file.empty()) key_file = std::filesystem::path(file).replace_extension(".key");
  auto key = load_key(key_file);
  if (!key) return key.error();
  if (!belongs_to(out.certificate.get(), key->get())) {
    return environment_problem(
        fmt::format("this key does not belong to the certificate {}", file.string()),
        key_file.string(), "see handfast pki match");
  }
  out.key = std::move(*key);
  return out;
}

Result<RequestPtr> load_request(const std::filesystem::path& file) {
  auto credentials = load_credentials(file);
  if (!credentials) return credentials.error();
  for (auto& credential : *credentials) {
    if (credential.request) return std::move(credential.request);
  }
  return environment_problem("the file holds no certificate request", file.string());
}

/// Cuts the period to the CA's, or refuses when somebody asked for that end.
Result<Period> period_for(const RequestToSign& options, const X509* ca, FilesReport& report) {
  const auto asked = period_of(options.validity, options.now);
  if (asked.not_after < asked.not_before) {
    return usage_problem("the certificate would end before it begins");
  }
  const auto end = period_of(ca).not_after;
  if (asked.not_after <= end) return asked;
  if (options.end_is_asked) {
    return usage_problem(
        fmt::format("the certificate would outlive its CA, which ends on {}", time_text(end)), {},
        "ask for less, or renew the CA first");
  }
  report.notes.push_back(fmt::format("it ends on {} with its CA", time_text(end)));
  return Period{asked.not_before, end};
}

}  // namespace

Result<FilesReport> write_request(const NewRequest& request) {
  if (auto named = check_base_name(request.base_name); !named) return named.error();
  const auto key_file = file_of(request, ".key");
  const auto request_file = file_of(request, ".csr");
  const bool own = request.existing_key.empty();
  if (own) {
    for (const auto& file : {key_file, request_file}) {
      if (auto free = must_be_free(file); !free) return free.error();
    }
  }
  auto key = own ? make_key_file(request.key, key_file) : load_key(request.existing_key);
  if (!key) return key.error();
  auto made = make_request({.subject = request.names.subject,
                            .names = request.names.names,
                            .usages = request.profile.usages,
                            .ca = request.profile.ca,
                            .signature = request.signature},
                           key->get());
  if (!made) return made.error();
  const auto text = request_pem(made->get());
  const auto put = own ? create_file(request_file, text, public_mode)
                       : write_file(request_file, text, public_mode);
  if (!put) return put.error();
  auto report = report_for(request.names, key->get());
  if (own) report.written.push_back(key_file.string());
  report.written.push_back(request_file.string());
  return report;
}

Result<FilesReport> write_self_signed(const NewSelfSigned& options) {
  const auto& request = options.request;
  if (auto named = check_base_name(request.base_name); !named) return named.error();
  const auto key_file = file_of(request, ".key");
  const auto certificate_file = file_of(request, ".crt");
  for (const auto& file : {key_file, certificate_file}) {
    if (auto free = must_be_free(file); !free) return free.error();
  }
  const auto period = period_of(options.validity, options.now);
  if (period.not_after < period.not_before) {
    return usage_problem("the certificate would end before it begins");
  }
  auto key = make_key_file(request.key, key_file);
  if (!key) return key.error();
  CertificateSpec spec{.profile = request.profile,
                       .subject = request.names.subject,
                       .period = period,
                       .signature = request.signature};
  if (!request.profile.ca) spec.names = request.names.names;
  auto certificate = issue(spec, key->get(), {});
  if (!certificate) return certificate.error();
  const auto put = create_file(certificate_file, certificate_pem(certificate->get()), public_mode);
  if (!put) return put.error();
  auto report = report_for(request.names, key->get());
  if (request.profile.ca) report.names.clear();
  report.written = {key_file.string(), certificate_file.string()};
  add_period(certificate->get(), report);
  if (!request.profile.ca) {
    report.notes.emplace_back(
        "self-signed: it encrypts, but proves nothing to peers that do not have this very file");
  }
  return report;
}

Result<FilesReport> sign_request_file(const RequestToSign& options) {
  const auto request_file = with_suffix(options.request, {".csr"});
  auto out = options.out;
  if (out.empty()) out = std::filesystem::path(request_file).replace_extension(".crt");
  if (auto free = must_be_free(out); !free) return free.error();
  auto request = load_request(request_file);
  if (!request) return request.error();
  auto ca = load_ca(options);
  if (!ca) return ca.error();
  FilesReport report;
  auto period = period_for(options, ca->certificate.get(), report);
  if (!period) return period.error();
  CertificateSpec spec{
      .profile = options.profile, .period = *period, .signature = options.signature};
  auto issued = sign_request(request->get(), std::move(spec), options.copy,
                             {ca->certificate.get(), ca->key.get()});
  if (!issued) return with_context(issued.error(), request_file.string());
  X509* certificate = issued->certificate.get();
  if (auto put = create_file(out, certificate_pem(certificate), public_mode); !put) {
    return put.error();
  }
  report.written.push_back(out.string());
  report.subject = name_text(X509_get_subject_name(certificate));
  report.key = describe_key(X509_get0_pubkey(certificate));
  report.kept = std::move(issued->kept);
  report.dropped = std::move(issued->dropped);
  report.added = std::move(issued->added);
  add_period(certificate, report);
  return report;
}

}  // namespace handfast::pki
