// `authorities`, with what they publish and the OCSP signers that follow from it.
#include <fmt/format.h>

#include <algorithm>

#include "core/base/text.hpp"
#include "pki/manifest/detail/reading.hpp"

namespace handfast::pki::detail {

namespace {

constexpr auto default_authority_life = std::chrono::hours(24) * 3650;

bool is_url(std::string_view text) {
  const bool scheme =
      text.starts_with("http://") || text.starts_with("https://") || text.starts_with("ldap://");
  return scheme && text.size() <= 2048 &&
         std::all_of(text.begin(), text.end(), [](char c) { return c > 0x20 && c < 0x7f; });
}

/// One URL or a list of them.
void read_urls(Fields& fields, std::string_view key, std::vector<std::string>& out) {
  const auto node = fields.find(key);
  if (!node) return;
  if (node->is_list()) {
    fields.words(key, out);
  } else {
    auto text = node->text();
    if (!text) return fields.fail(text.error());
    out.push_back(std::move(*text));
  }
  for (const auto& url : out) {
    if (is_url(url)) continue;
    return fields.fail(node->problem(fmt::format("\"{}\" is no URL", printable(url)),
                                     "for example 'http://127.0.0.1:9580/second.crl'"));
  }
}

/// "http://host:port/" of a URL.
std::string base_of(const std::string& url) {
  const auto slash = url.find('/', url.find("://") + 3);
  return url.substr(0, slash) + "/";
}

/// `aia: true` puts the issuer's certificate beside the CRL; a URL names another place.
void read_aia(Fields& fields, const std::string& name, Publication& out) {
  const auto node = fields.find("aia");
  if (!node || !fields.good()) return;
  const auto wanted = node->boolean();
  if (!wanted) return read_urls(fields, "aia", out.issuer_urls);
  if (!*wanted) return;
  const auto& beside = !out.crl_urls.empty() ? out.crl_urls : out.ocsp_urls;
  if (beside.empty()) {
    return fields.fail(node->problem("\"aia\" needs \"crl\" or \"ocsp\" to stand beside",
                                     "or write the URL of the issuer's certificate"));
  }
  out.issuer_urls.push_back(base_of(beside.front()) + name + ".crt");
}

void read_publish(Fields& entry_fields, const std::string& name, Publish& out) {
  const auto node = entry_fields.find("publish");
  if (!node) return;
  Fields fields(*node);
  read_urls(fields, "crl", out.urls.crl_urls);
  read_urls(fields, "ocsp", out.urls.ocsp_urls);
  read_aia(fields, name, out.urls);
  const auto needs = [&fields](std::string_view key, std::string_view other, bool there) {
    const auto at = fields.find(key);
    if (at && !there) {
      fields.fail(at->problem(fmt::format("\"{}\" is of no use without \"{}\"", key, other)));
    }
  };
  const bool crl = !out.urls.crl_urls.empty();
  fields.flag("idp", out.idp);
  needs("idp", "crl", crl);
  fields.duration("crl_every", out.crl_every);
  needs("crl_every", "crl", crl);
  std::size_t signer = 0;
  fields.choice("signer", {"direct", "delegated"}, signer);
  needs("signer", "ocsp", !out.urls.ocsp_urls.empty());
  out.signer = static_cast<OcspSignerKind>(signer);
  if (out.signer == OcspSignerKind::delegated) out.ocsp_identity = name + "-ocsp";
  if (crl) out.crl_file = name + "-crl.pem";
  if (fields.good() && out.urls == Publication{}) {
    fields.fail(node->problem("\"publish\" publishes nothing", "give it \"crl\" or \"ocsp\""));
  }
  if (auto done = fields.finish(); !done) entry_fields.fail(done.error());
}

bool brings_its_digest(KeyType key) { return !is_rsa(key) && !is_ec(key); }

void read_signature(Fields& fields, const Authority& entry, SignatureOptions& out) {
  fields.hash("hash", out.hash);
  fields.flag("pss", out.pss);
  const auto hash = fields.find("hash");
  const auto pss = fields.find("pss");
  if (fields.good() && hash && brings_its_digest(entry.key)) {
    fields.fail(hash->problem(fmt::format("{} brings its own digest", key_title(entry.key)),
                              "leave \"hash\" out"));
  }
  if (fields.good() && pss && out.pss && !is_rsa(entry.key)) {
    fields.fail(pss->problem(fmt::format("\"pss\" is for RSA keys, not {}", key_title(entry.key))));
  }
}

void read_authority_files(Reading& reading, Fields& fields, const std::string& name, bool root,
                          Files& out) {
  auto write = reading.defaults.write;
  write.request = write.request && !root;
  out = reading.defaults.modes;
  const auto own = fields.find("write");
  read_write_set(fields, write);
  read_modes(fields, out);
  read_file_names(fields, reading.defaults.layout, FileRole::authority, name, write, out);
  if (!fields.good()) return;
  if (own && (write.pkcs12 || write.pkcs7 || write.combined)) {
    fields.fail(own->problem("an authority is written as pem, csr or der only"));
  } else if (root && !out.request.empty()) {
    fields.fail(own.value_or(*fields.find("file"))
                    .problem("a root has no request: it signs itself", "leave csr out"));
  }
}

}  // namespace

Result<void> read_authority(Reading& reading, const std::string& name, const config::Node& node) {
  const auto& defaults = reading.defaults;
  Authority entry;
  entry.name = name;
  entry.subject = defaults.subject;
  entry.key = defaults.key;
  entry.signature = defaults.signature;
  entry.validity = Validity::lasting(default_authority_life);
  entry.where = node.key_where();
  Fields fields(node);
  if (fields.find("issuer")) {
    fields.reference("issuer", reading.authority_names, "authority", entry.issuer);
  }
  fields.subject("subject", entry.subject);
  entry.subject.common_name = name;
  fields.text("cn", entry.subject.common_name, longest_name);
  fields.key_type("key", entry.key);
  read_signature(fields, entry, entry.signature);
  fields.validity("valid", entry.validity);
  fields.flag("trust", entry.trusted);
  int length = -1;
  fields.number("pathlen", 0, 100, length);
  if (length >= 0) entry.path_length = length;
  fields.constraints("constrain", entry.constraints);
  fields.policies("policies", entry.policies);
  int skip = -1;
  fields.number("explicit_policy", 0, 100, skip);
  if (skip >= 0) entry.require_explicit_policy = skip;
  read_publish(fields, name, entry.publish);
  fields.extensions("extensions", entry.extra);
  fields.password("password", entry.password);
  fields.text("note", entry.note, 500);
  read_authority_files(reading, fields, name, entry.issuer.empty(), entry.files);
  if (auto done = fields.finish(); !done) return done;
  reading.manifest.authorities.push_back(std::move(entry));
  return {};
}

void add_ocsp_signers(Reading& reading) {
  const auto& defaults = reading.defaults;
  for (const auto& authority : reading.manifest.authorities) {
    if (authority.publish.ocsp_identity.empty()) continue;
    IdentityEntry entry;
    entry.name = authority.publish.ocsp_identity;
    entry.issuer = authority.name;
    entry.profile = pki::profile("ocsp");
    entry.subject = authority.subject;
    // ub-common-name (RFC 5280 appendix A.1) leaves room for the suffix in all but very long names.
    auto& name = entry.subject.common_name;
    if (character_count(name) + 5 > longest_name) name = authority.name;
    name += " OCSP";
    entry.key = defaults.key;
    entry.validity = defaults.validity;
    entry.rotate = defaults.rotate;
    entry.files = files_in(defaults.layout, FileRole::identity, entry.name, {});
    entry.files.key_mode = defaults.modes.key_mode;
    entry.files.certificate_mode = defaults.modes.certificate_mode;
    entry.files.owner = defaults.modes.owner;
    entry.ocsp_for = authority.name;
    entry.where = authority.where;
    entry.note = fmt::format("signs the OCSP answers of {}", authority.name);
    reading.manifest.identities.push_back(std::move(entry));
  }
}

}  // namespace handfast::pki::detail
