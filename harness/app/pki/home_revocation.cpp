#include "harness/app/pki/home_revocation.hpp"

#include <fmt/format.h>

#include <memory>
#include <nlohmann/json.hpp>
#include <set>

#include "pki/files/files.hpp"
#include "pki/upkeep/crl_files.hpp"
#include "pki/upkeep/publishing.hpp"

namespace handfast::app {

Result<Answer> crl_of_home(const HomeOptions& options, const std::string& authority,
                           std::optional<Nanos> valid) {
  auto manifest = pki::load_manifest(options.manifest);
  if (!manifest) return manifest.error();
  auto now = moment_of(options, *manifest);
  if (!now) return now.error();
  auto home = pki::Home::lock(*manifest, options.home);
  if (!home) return home.error();
  auto report = pki::write_crl(*home, authority, {.valid = valid, .now = *now});
  if (!report) return report.error();
  return Answer{options.json() ? pki::crl_report_json({*report}) + "\n"
                               : pki::crl_report_text({*report})};
}

Result<Answer> ocsp_of_home(const HomeOptions& options, const std::string& authority,
                            const std::string& name, const std::string& file,
                            const pki::OcspOptions& ocsp) {
  auto manifest = pki::load_manifest(options.manifest);
  if (!manifest) return manifest.error();
  auto now = moment_of(options, *manifest);
  if (!now) return now.error();
  auto home = pki::Home::open(*manifest, options.home);
  if (!home) return home.error();
  auto answer = pki::staple(*home, authority, name, ocsp, *now);
  if (!answer) return answer.error();
  if (auto written = pki::write_file(file, as_text(answer->der), 0644); !written) {
    return written.error();
  }
  if (!options.json()) return Answer{fmt::format("{}: {}\n", file, answer->summary)};
  const nlohmann::ordered_json out{
      {"file", file}, {"octets", answer->der.size()}, {"answer", answer->summary}};
  return Answer{out.dump(2) + "\n"};
}

Result<ServedHome> serve_home(const HomeOptions& options, const std::string& designated,
                              const pki::OcspOptions& ocsp, responder::Site& site) {
  auto manifest = pki::load_manifest(options.manifest);
  if (!manifest) return manifest.error();
  auto now = moment_of(options, *manifest);
  if (!now) return now.error();
  if (auto crls = refresh_crls(*manifest, options, *now); !crls) return crls.error();
  auto home = pki::Home::open(*manifest, options.home);
  if (!home) return home.error();
  auto content = pki::published(*home, designated);
  if (!content) return content.error();
  ServedHome out;
  out.listen = content->listen;
  for (auto& crl : content->crls) {
    if (auto put = site.put_crl(crl.path, std::move(crl.der)); !put) return put.error();
    out.paths.push_back(crl.path);
  }
  for (auto& file : content->certificates) {
    if (auto put = site.put_certificate(file.path, std::move(file.der)); !put) return put.error();
    out.paths.push_back(file.path);
  }
  for (auto& place : content->ocsp) {
    auto made = pki::OcspResponder::make(std::move(place.authorities), ocsp);
    if (!made) return made.error();
    auto put =
        site.put_ocsp(place.path, std::make_shared<const pki::OcspResponder>(std::move(*made)));
    if (!put) return put.error();
    out.paths.push_back(place.path);
  }
  return out;
}

Result<std::string> listen_of_home(const HomeOptions& options) {
  auto manifest = pki::load_manifest(options.manifest);
  if (!manifest) return manifest.error();
  std::set<std::string> addresses;
  for (const auto& authority : manifest->authorities) {
    const auto& urls = authority.publish.urls;
    for (const auto* list : {&urls.crl_urls, &urls.ocsp_urls, &urls.issuer_urls}) {
      for (const auto& url : *list) {
        auto parts = pki::parse_http_url(url);
        if (!parts) return parts.error();
        const bool local = parts->host == "127.0.0.1" || parts->host == "localhost";
        addresses.insert(local ? fmt::format("127.0.0.1:{}", parts->port) : std::string());
      }
    }
  }
  return addresses.size() == 1 ? *addresses.begin() : std::string();
}

}  // namespace handfast::app
