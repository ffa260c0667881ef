#include "harness/responder/serve.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <csignal>
#include <memory>

#include "core/base/text.hpp"

namespace handfast::responder {

namespace asio = boost::asio;

namespace {

struct LoadedCrl {
  std::string path;
  Bytes der;
  std::optional<Bytes> stale;
};

Result<std::vector<LoadedCrl>> load_crls(const ServeFiles& files) {
  std::vector<LoadedCrl> out;
  for (const auto& place : files.crls) {
    auto der = pki::load_crl_body(place.file);
    if (!der) return der.error();
    out.push_back({place.path, std::move(*der), {}});
  }
  for (const auto& place : files.stale_crls) {
    const auto found = std::ranges::find(out, place.path, &LoadedCrl::path);
    if (found == out.end()) {
      return usage_problem(
          fmt::format("no CRL is served at {}, so none can be stale there", printable(place.path)));
    }
    auto der = pki::load_crl_body(place.file);
    if (!der) return der.error();
    found->stale = std::move(*der);
  }
  return out;
}

Result<std::shared_ptr<const pki::OcspResponder>> load_ocsp(const OcspPlace& place, WallTime now) {
  std::vector<pki::OcspAuthority> authorities;
  for (const auto& files : place.authorities) {
    auto authority = pki::load_ocsp_authority(files, now);
    if (!authority) return authority.error();
    authorities.push_back(std::move(*authority));
  }
  auto made = pki::OcspResponder::make(std::move(authorities), place.options);
  if (!made) return made.error();
  return std::make_shared<const pki::OcspResponder>(std::move(*made));
}

}  // namespace

Result<PathFile> parse_path_file(std::string_view text, const std::string& option) {
  const auto equals = text.find('=');
  if (equals == std::string_view::npos || equals == 0 || equals + 1 == text.size()) {
    return usage_problem(fmt::format("{} wants PATH=FILE, not \"{}\"", option, printable(text)), {},
                         "for example /second.crl=pki/second.crl");
  }
  return PathFile{std::string(text.substr(0, equals)), std::string(text.substr(equals + 1))};
}

Result<void> fill_site(Site& site, const ServeFiles& files, WallTime now) {
  auto crls = load_crls(files);
  if (!crls) return crls.error();
  std::vector<std::pair<std::string, Bytes>> certificates;
  for (const auto& place : files.certificates) {
    auto der = pki::load_certificate_body(place.file);
    if (!der) return der.error();
    certificates.emplace_back(place.path, std::move(*der));
  }
  std::vector<std::pair<std::string, std::shared_ptr<const pki::OcspResponder>>> responders;
  for (const auto& place : files.ocsp) {
    auto made = load_ocsp(place, now);
    if (!made) return made.error();
    responders.emplace_back(place.path, std::move(*made));
  }
  for (auto& crl : *crls) {
    auto put = site.put_crl(crl.path, std::move(crl.der), std::move(crl.stale));
    if (!put) return put.error();
  }
  for (auto& [path, der] : certificates) {
    if (auto put = site.put_certificate(path, std::move(der)); !put) return put.error();
  }
  for (auto& [path, ocsp] : responders) {
    if (auto put = site.put_ocsp(path, std::move(ocsp)); !put) return put.error();
  }
  return {};
}

void wait_for_interrupt(std::optional<Nanos> limit, const std::function<void()>& reload) {
  asio::io_context context{1};
  asio::signal_set signals(context, SIGINT, SIGTERM, SIGHUP);
  asio::steady_timer timer(context);
  if (limit) {
    timer.expires_after(std::chrono::duration_cast<Clock::duration>(*limit));
    timer.async_wait([&](const boost::system::error_code& error) {
      if (!error) context.stop();
    });
  }
  std::function<void()> next = [&] {
    signals.async_wait([&](const boost::system::error_code& error, int signal) {
      if (error) return;
      if (signal != SIGHUP) {
        context.stop();
        return;
      }
      if (reload) reload();
      next();
    });
  };
  next();
  context.run();
}

std::string counts_text(const Counts& counts) {
  auto out = fmt::format("{} requests on {} connections\n", counts.requests, counts.connections);
  for (const auto& [kind, count] : counts.by_kind) out += fmt::format("  {:<12} {}\n", kind, count);
  for (const auto& [path, count] : counts.by_path) out += fmt::format("  {:<12} {}\n", path, count);
  return out;
}

}  // namespace handfast::responder
