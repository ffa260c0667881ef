#include "harness/check/status/status_lab.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "harness/check/profiles.hpp"
#include "pki/mint/certificate.hpp"
#include "pki/mint/key.hpp"
#include "pki/revocation/crl.hpp"
#include "pki/revocation/serial.hpp"
#include "pki/revocation/status.hpp"

namespace handfast::check {

namespace {

constexpr std::chrono::hours a_day{24};
constexpr auto usual_answer_lifetime = std::chrono::hours(1);
const std::string root_crl_path = "/root.crl";

WallTime whole_seconds_now() {
  return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

pki::CertificateSpec spec_for(std::string_view profile, const std::string& name) {
  const auto now = whole_seconds_now();
  return {.profile = pki::profile(profile),
          .subject = {.organization = "handfast lab", .common_name = name},
          .period = {now - a_day, now + 30 * a_day}};
}

Result<tls::PkeyPtr> fresh_key() { return pki::make_key(pki::KeyType::p256); }

std::vector<pki::RevokedEntry> entries_of(const std::vector<const X509*>& revoked) {
  std::vector<pki::RevokedEntry> entries;
  for (const auto* certificate : revoked) {
    entries.push_back({pki::serial_of(certificate),
                       whole_seconds_now() - std::chrono::hours(2),
                       pki::RevocationReason::key_compromise,
                       {}});
  }
  return entries;
}

/// A minute old, for brokers whose clock is a little behind. OTP takes a CRL only when its
/// issuingDistributionPoint is the certificate's distribution point.
pki::CrlContent content_of(const ListWishes& wishes, const std::string& url) {
  const auto now = whole_seconds_now();
  return {.entries = entries_of(wishes.revoked),
          .this_update = now - std::chrono::minutes(1),
          .next_update = now + std::chrono::duration_cast<WallTime::duration>(wishes.lifetime),
          .number = wishes.number,
          .scope = pki::DistributionScope{.uris = {url}}};
}

}  // namespace

Result<StatusLeaf> StatusBranch::leaf(const LeafWishes& wishes) {
  auto spec = spec_for(wishes.server ? "server" : "client",
                       wishes.server ? std::string(fixture_host) : "status client");
  if (wishes.server) spec.names = {{pki::AltNameKind::dns, std::string(fixture_host)}};
  if (wishes.crl) spec.publication.crl_urls = {lab_->url(crl_path_)};
  if (!wishes.other_crl.empty()) spec.publication.crl_urls = {wishes.other_crl};
  if (wishes.ocsp) spec.publication.ocsp_urls = {lab_->url(ocsp_path_)};
  spec.must_staple = wishes.must_staple;
  auto key = fresh_key();
  if (!key) return key.error();
  auto certificate = pki::issue(spec, key->get(), {certificate_.get(), key_.get()});
  if (!certificate) return certificate.error();
  StatusLeaf out;
  out.list = {tls::to_der(certificate->get()), tls::to_der(certificate_.get())};
  std::vector<tls::CertificatePtr> intermediates;
  intermediates.push_back(tls::up_ref(certificate_.get()));
  out.identity = tls::Identity::from_parts(out.list.front(), std::move(intermediates),
                                           tls::up_ref(key->get()));
  out.certificate = std::move(*certificate);
  out.key = std::move(*key);
  return out;
}

Result<Bytes> StatusBranch::crl(const ListWishes& wishes) const {
  return pki::make_crl(content_of(wishes, lab_->url(crl_path_)), certificate_.get(), key_.get());
}

Result<void> StatusBranch::publish(const ListWishes& wishes) {
  auto list = crl(wishes);
  if (!list) return list.error();
  return lab_->site().put_crl(crl_path_, std::move(*list));
}

Result<void> StatusBranch::answer_ocsp(const std::vector<const X509*>& revoked, Nanos lifetime) {
  std::vector<pki::OcspAuthority> authorities;
  authorities.push_back(
      {.issuer = tls::up_ref(certificate_.get()),
       .signer = {.certificate = tls::up_ref(certificate_.get()), .key = tls::up_ref(key_.get())},
       .status = pki::source_of(pki::StatusTable(entries_of(revoked)))});
  auto made = pki::OcspResponder::make(std::move(authorities), {.validity = lifetime});
  if (!made) return made.error();
  return lab_->site().put_ocsp(ocsp_path_,
                               std::make_shared<const pki::OcspResponder>(std::move(*made)));
}

Result<std::shared_ptr<StatusLab>> StatusLab::start() {
  std::shared_ptr<StatusLab> lab(new StatusLab);
  auto responder = responder::Responder::start();
  if (!responder) return responder.error();
  lab->responder_ = std::move(*responder);
  auto closed = responder::Responder::start();
  if (!closed) return closed.error();
  lab->closed_ = std::move(*closed);
  if (auto done = lab->closed_->set_faults({.down = responder::Down::refuse}); !done) {
    return done.error();
  }
  auto key = fresh_key();
  if (!key) return key.error();
  auto root = pki::issue(spec_for("ca", "status root"), key->get(), {});
  if (!root) return root.error();
  lab->root_key_ = std::move(*key);
  lab->root_ = std::move(*root);
  auto list = pki::make_crl(content_of({}, lab->url(root_crl_path)), lab->root_.get(),
                            lab->root_key_.get());
  if (!list) return list.error();
  if (auto put = lab->site().put_crl(root_crl_path, std::move(*list)); !put) return put.error();
  return lab;
}

std::string StatusLab::trust_pem() const { return pki::certificate_pem(root_.get()); }

Result<tls::CertificatePtr> StatusLab::issue_under_root(const std::string& name,
                                                        EVP_PKEY* key) const {
  auto spec = spec_for("ca", name);
  spec.publication.crl_urls = {url(root_crl_path)};
  return pki::issue(spec, key, {root_.get(), root_key_.get()});
}

Result<StatusBranch> StatusLab::branch(const std::string& name) {
  const auto label = fmt::format("{}-{}", name, ++branches_);
  auto key = fresh_key();
  if (!key) return key.error();
  auto certificate = issue_under_root("status " + label, key->get());
  if (!certificate) return certificate.error();
  StatusBranch out;
  out.lab_ = this;
  out.crl_path_ = fmt::format("/{}.crl", label);
  out.ocsp_path_ = fmt::format("/{}/ocsp", label);
  out.certificate_ = std::move(*certificate);
  out.key_ = std::move(*key);
  if (auto done = out.publish({}); !done) return done.error();
  if (auto done = out.answer_ocsp({}, usual_answer_lifetime); !done) return done.error();
  return out;
}

Result<StatusLeaf> StatusLab::server(std::string_view name) {
  auto made = branch(std::string(name.substr(name.find('/') + 1)));
  if (!made) return made.error();
  auto leaf = made->leaf({.server = true, .ocsp = true, .must_staple = name == staple_server_must});
  if (!leaf) return leaf.error();
  Result<void> done;
  if (name == staple_server_revoked) {
    done = made->answer_ocsp({leaf->certificate.get()}, usual_answer_lifetime);
  }
  if (name == staple_server_short) done = made->answer_ocsp({}, short_answer_lifetime);
  if (!done) return done.error();
  if (name == staple_server_down) {
    site().set_faults(made->ocsp_path(), responder::Faults{.down = responder::Down::close});
  }
  servers_.emplace_back(std::string(name), std::move(*made));
  return leaf;
}

const StatusBranch* StatusLab::branch_of(std::string_view server) const {
  const auto found =
      std::ranges::find_if(servers_, [&](const auto& entry) { return entry.first == server; });
  return found == servers_.end() ? nullptr : &found->second;
}

}  // namespace handfast::check
