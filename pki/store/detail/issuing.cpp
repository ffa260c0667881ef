#include "pki/store/detail/issuing.hpp"

#include <fmt/format.h>
#include <openssl/sha.h>

#include <array>

#include "core/tls/identity.hpp"
#include "pki/formats/describe.hpp"
#include "pki/mint/detail/naming.hpp"
#include "pki/mint/key.hpp"

namespace handfast::pki::detail {

namespace {

/// What the manifest asks for, as text. Its digest tells a changed entry from an unchanged one, so
/// this form is part of the state's format: a change here issues everything again.
std::string spec_text(const Target& target) {
  std::string out = fmt::format("profile={}\nsubject={}\nfrom={}\nto={}\n",
                                target.request.profile.name, to_string(target.request.subject),
                                to_string(target.validity.from), to_string(target.validity.to));
  if (target.request.path_length) out += fmt::format("pathlen={}\n", *target.request.path_length);
  for (const auto& name : target.request.names) out += fmt::format("name={}\n", to_string(name));
  return out;
}

/// True when the certificate holds what a new one would; its dates apart, which say nothing of
/// "valid: 30d".
bool says_what_is_asked(const X509* certificate, const CertificateSpec& request) {
  const auto subject = make_name(request.subject);
  const auto facts = describe(certificate).extensions;
  std::vector<std::string> names;
  names.reserve(request.names.size());
  for (const auto& name : request.names) names.push_back(to_string(name));
  return subject && X509_NAME_cmp(subject.get(), X509_get_subject_name(certificate)) == 0 &&
         facts.ca == request.profile.ca && facts.path_length == request.path_length &&
         facts.extended_key_usage == request.profile.usages.extended && facts.names == names;
}

std::string expiry(const X509* certificate) {
  return time_text(period_of(certificate).not_after).substr(0, 10);
}

}  // namespace

std::string digest_text(std::string_view text) {
  std::array<unsigned char, SHA256_DIGEST_LENGTH> digest{};
  SHA256(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  return to_hex(digest);
}

Target target_of(const Authority& entry) {
  return {entry.name,
          entry.issuer,
          entry.files,
          entry.key,
          entry.validity,
          entry.where,
          {.profile = profile("ca"), .subject = entry.subject, .path_length = entry.path_length}};
}

Target target_of(const IdentityEntry& entry) {
  return {entry.name,
          entry.issuer,
          entry.files,
          entry.key,
          entry.validity,
          entry.where,
          {.profile = entry.profile, .subject = entry.subject, .names = entry.names}};
}

X509* Issuing::certificate(const std::string& name) const {
  const auto at = pairs_.find(name);
  return at == pairs_.end() ? nullptr : at->second.certificate.get();
}

Result<Issuer> Issuing::issuer(const std::string& name) const {
  const auto& pair = pairs_.at(name);
  if (!pair.key) {
    const auto file = folder_.path(manifest_.authority(name)->files.key).string();
    return environment_problem(
        fmt::format("the key of \"{}\" is needed to sign, but it is not here", name), file,
        "bring it back for this apply");
  }
  return Issuer{pair.certificate.get(), pair.key.get()};
}

std::vector<X509*> Issuing::intermediates(const std::string& issuer) const {
  std::vector<X509*> out;
  for (auto* at = manifest_.authority(issuer); at != nullptr && !at->issuer.empty();
       at = manifest_.authority(at->issuer)) {
    out.push_back(certificate(at->name));
  }
  return out;
}

Result<void> Issuing::apply(const Target& target) {
  Pair pair;
  if (auto loaded = load(target, pair); !loaded) return loaded;
  const auto spec = digest_text(spec_text(target));
  auto reason = misfit(target, pair, spec);
  if (reason.empty()) {
    if (pair.key) folder_.kept(target.files.key);
    folder_.kept(target.files.certificate);
  } else {
    if (auto made = make_missing_key(target, pair); !made) return made;
    if (auto issued = issue_again(target, pair, reason); !issued) return issued;
  }
  record(target, pair, spec);
  folder_.note(
      fmt::format("{}: {}, {}, expires {}{}", target.name,
                  describe_key(X509_get0_pubkey(pair.certificate.get())),
                  target.issuer.empty() ? "self-signed" : "issued by " + target.issuer,
                  expiry(pair.certificate.get()),
                  reason.empty() || reason == "new" ? "" : " (issued again: " + reason + ")"));
  pairs_.emplace(target.name, std::move(pair));
  return {};
}

Result<void> Issuing::load(const Target& target, Pair& pair) const {
  auto key_text = folder_.read(target.files.key);
  if (!key_text) return key_text.error();
  if (*key_text) {
    const auto file = folder_.path(target.files.key).string();
    auto key = tls::parse_private_key(**key_text, file);
    if (!key) return key.error();
    if (!is_of_type(key->get(), target.key)) {
      return usage_problem(
          fmt::format("\"{}\" asks for a {} key, but {} holds {}", target.name,
                      key_title(target.key), target.files.key, describe_key(key->get())),
          target.where, "keys are never replaced; move the file away to have a new one made");
    }
    pair.key = std::move(*key);
  }
  auto text = folder_.read(target.files.certificate);
  if (!text) return text.error();
  if (!*text) return {};
  const auto file = folder_.path(target.files.certificate).string();
  auto certificates = tls::parse_certificates(**text, file);
  if (!certificates) return certificates.error();
  if (certificates->size() != 1) {
    return environment_problem(
        fmt::format("expected one certificate, found {}", certificates->size()), file,
        "move the file away to have it made again");
  }
  pair.certificate = std::move(certificates->front());
  return may_adopt(target, pair)
             ? Result<void>()
             : environment_problem(
                   fmt::format("this certificate is not the one that apply made for \"{}\"",
                               target.name),
                   file, "move the file away to have it made again");
}

/// A certificate that the state does not know is ours all the same when our issuer signed it for
/// our key; apply may have died between the certificate and the state.
bool Issuing::may_adopt(const Target& target, const Pair& pair) const {
  X509* certificate = pair.certificate.get();
  if (is_known(target, certificate)) return true;
  const X509* signer = target.issuer.empty() ? certificate : this->certificate(target.issuer);
  if (pair.key && !belongs_to(certificate, pair.key.get())) return false;
  const bool signed_by_issuer = X509_verify(certificate, X509_get0_pubkey(signer)) == 1;
  tls::drain_errors();
  return signed_by_issuer;
}

bool Issuing::is_known(const Target& target, const X509* certificate) const {
  const auto known = state_.entries.find(target.name);
  return known != state_.entries.end() && known->second.certificate == fingerprint(certificate);
}

/// Why the certificate has to be issued (again); empty when it fits.
std::string Issuing::misfit(const Target& target, const Pair& pair, const std::string& spec) const {
  X509* certificate = pair.certificate.get();
  if (certificate == nullptr) return "new";
  const bool authority = target.request.profile.ca;
  if (!pair.key && !authority) return "its key was gone";
  if (pair.key && !belongs_to(certificate, pair.key.get())) return "it has a new key";
  const bool unchanged = is_known(target, certificate)
                             ? state_.entries.at(target.name).spec == spec
                             : says_what_is_asked(certificate, target.request);
  if (!unchanged) return "the manifest changed";

  auto end = period_of(target.validity, now_).not_after;
  if (!target.issuer.empty()) {
    X509* issuer = this->certificate(target.issuer);
    if (X509_check_issued(issuer, certificate) != X509_V_OK) return "its issuer changed";
    const auto issuer_end = period_of(issuer).not_after;
    if (period_of(certificate).not_after > issuer_end) return "it would outlive its issuer";
    end = std::min(end, issuer_end);
  }
  // One that was meant to be expired stays: making it again would change nothing.
  if (period_of(certificate).not_after < now_ && end >= now_) return "it expired";
  return {};
}

Result<void> Issuing::make_missing_key(const Target& target, Pair& pair) {
  if (pair.key) {
    folder_.kept(target.files.key);
    return {};
  }
  if (pair.certificate && target.request.profile.ca) {
    return environment_problem(
        fmt::format("\"{}\" has to be issued again, but its key is not here", target.name),
        folder_.path(target.files.key).string(),
        "bring it back, or move the certificate away to have a new authority");
  }
  auto key = make_key(target.key);
  if (!key) return key.error();
  auto text = private_key_pem(key->get());
  if (!text) return text.error();
  pair.key = std::move(*key);
  const auto put = folder_.put_key(target.files.key, *text);
  OPENSSL_cleanse(text->data(), text->size());
  return put;
}

Result<void> Issuing::issue_again(const Target& target, Pair& pair, const std::string& reason) {
  Issuer signer;
  if (!target.issuer.empty()) {
    auto found = issuer(target.issuer);
    if (!found) return found.error();
    signer = *found;
  }
  auto request = target.request;
  request.period = period_of(target.validity, now_);
  if (request.period.not_after < request.period.not_before) {
    return usage_problem(fmt::format("\"{}\" would end before it begins", target.name),
                         target.where, "check \"valid\" against today");
  }
  auto made = issue(request, pair.key.get(), signer);
  if (!made) {
    auto problem = made.error();
    if (problem.kind == ProblemKind::usage) problem.where = target.where;
    return problem;
  }
  if (period_of(made->get()).not_after < request.period.not_after) {
    folder_.note(fmt::format("{}: ends on {} with its issuer {}, not on {}", target.name,
                             expiry(made->get()), target.issuer,
                             time_text(request.period.not_after).substr(0, 10)));
  }
  if (pair.certificate && reason != "new") {
    const auto mark = serial_hex(pair.certificate.get());
    if (auto moved = folder_.archive_copy(target.files.certificate, mark); !moved) return moved;
  }
  pair.certificate = std::move(*made);
  return folder_.put(target.files.certificate, certificate_pem(pair.certificate.get()));
}

void Issuing::record(const Target& target, const Pair& pair, const std::string& spec) {
  const X509* certificate = pair.certificate.get();
  const auto period = period_of(certificate);
  const auto known = state_.entries.find(target.name);
  EntryState entry{.spec = spec,
                   .certificate = fingerprint(certificate),
                   .serial = serial_hex(certificate),
                   .issuer = target.issuer,
                   .not_before = time_text(period.not_before),
                   .not_after = time_text(period.not_after)};
  if (known != state_.entries.end()) {
    const bool replaced = known->second.certificate != entry.certificate;
    entry.generation = known->second.generation + (replaced ? 1 : 0);
  }
  state_.entries[target.name] = std::move(entry);
}

}  // namespace handfast::pki::detail
